"""What the documents promise is there: commands, versions, links, paths, pages, owners."""

import re
import tomllib

import pytest
from django.urls import Resolver404, resolve

from tests.repo import tracked
from tests.repo.tracked import ROOT

READMES = ["README.md", "README.zh-CN.md"]
DOCUMENTS = [path for path in tracked.files() if path.suffix == ".md"]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
PATH = re.compile(
    r"`((?:tongban|cities|docs|tests|frontend|benchmarks|requirements|\.ci)/[^`\s]*)`"
)
MAKE = re.compile(r"\bmake ([a-z]+)")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("readme", READMES)
def test_the_commands_of_a_readme_exist(readme):
    named = set(MAKE.findall(text(readme)))
    assert {"demo", "test"} <= named <= targets()


def test_both_readmes_name_the_same_commands_and_the_same_pages():
    english, chinese = (text(readme) for readme in READMES)
    assert set(MAKE.findall(english)) == set(MAKE.findall(chinese))
    assert set(LINK.findall(english)) ^ set(LINK.findall(chinese)) == set(READMES)


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_draws_the_boxes_as_they_are_enforced(readme):
    project = tomllib.loads(text("pyproject.toml"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    assert " → ".join(layer.removeprefix("tongban.") for layer in layers) in text(readme)


@pytest.mark.parametrize("name", [*READMES, "CHANGELOG.md", "publiccode.yml"])
def test_the_version_is_the_one_of_the_package(name):
    assert re.search(rf"(?<![\d.]){re.escape(VERSION)}(?![\d.])", text(name))


def test_every_make_command_in_a_document_exists():
    wrong = {
        f"{tracked.name(path)}: make {target}"
        for path in DOCUMENTS
        for target in re.findall(
            r"`make ([a-z]+)|^    make ([a-z]+)", tracked.text(path), re.MULTILINE
        )
        for target in filter(None, target)
        if target not in targets()
    }
    assert wrong == set()


def test_every_link_inside_the_repository_leads_somewhere():
    broken = [
        f"{tracked.name(path)} -> {link}"
        for path in DOCUMENTS
        for link in LINK.findall(tracked.text(path))
        if not re.match(r"[a-z]+:|#", link) and not (path.parent / link.partition("#")[0]).exists()
    ]
    assert broken == []


def test_every_path_that_a_document_names_exists():
    """`<code>` and `*` stand for any name."""
    gone = [
        f"{tracked.name(path)} -> {named}"
        for path in DOCUMENTS
        for named in PATH.findall(tracked.text(path))
        if next(ROOT.glob(re.sub(r"<\w+>", "*", named).rstrip("/")), None) is None
    ]
    assert gone == []


def test_every_capability_has_a_page_that_resolves():
    rows = [line for line in text("docs/capabilities.md").splitlines() if line.startswith("| ")]
    pages = {page for row in rows for page in re.findall(r"`(/[^`]*)`", row)}
    assert pages
    assert [page for page in sorted(pages) if not _resolves(page)] == []


def _resolves(page: str) -> bool:
    try:
        resolve(re.sub(r"<\w+>", "1", page))
    except Resolver404:
        return False
    return True


def test_every_rule_of_the_owners_file_matches_a_file():
    names = [tracked.name(path) for path in tracked.files()]
    rules = [line.split() for line in text("CODEOWNERS").splitlines() if line[:1] not in {"", "#"}]
    assert all(len(rule) >= 2 for rule in rules)
    assert [rule[0] for rule in rules if not any(_owned(rule[0], name) for name in names)] == []


def _owned(rule: str, name: str) -> bool:
    pattern = re.escape(rule.lstrip("/")).replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
    anchored = "" if "/" not in rule.rstrip("/")[:-1] else "^"
    return re.search(rf"{anchored or '(^|/)'}{pattern}", name) is not None


def test_permissions_are_reviewed_by_those_who_guard_privacy():
    rules = dict(line.split(maxsplit=1) for line in text("CODEOWNERS").splitlines() if "/" in line)
    assert "privacy" in rules["/tongban/**/permissions.py"]
