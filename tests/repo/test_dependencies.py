"""Every dependency has a reason, a bound and a hash."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.repo.tracked import ROOT

TEXT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(TEXT)
BASE = PROJECT["project"]["dependencies"]
DEV = PROJECT["dependency-groups"]["dev"]
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(?: ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")
FILES = ["base.txt", "dev.txt", "uv.txt"]


def locked(file: str) -> dict[str, str]:
    found = map(LOCKED.match, (ROOT / "requirements" / file).read_text().splitlines())
    return {canonicalize_name(match[1]): match[2] for match in found if match}


def test_every_dependency_says_what_it_is_for():
    lines = [
        line for line in TEXT.splitlines() if re.match(r'\s*"[a-z][^"]*(?:[<>=]=?)[^"]*"', line)
    ]
    silent = [line.strip() for line in lines if not re.search(r'",?\s*# \w+', line)]
    assert len(lines) == len(BASE) + len(DEV)
    assert silent == []


def test_every_dependency_has_an_upper_bound():
    loose = [
        text
        for text in BASE + DEV
        if not {"<", "=="} & {s.operator for s in Requirement(text).specifier}
    ]
    assert loose == []


@pytest.mark.parametrize("file", FILES)
def test_a_lock_file_holds_versions_and_hashes_and_nothing_else(file):
    lines = (ROOT / "requirements" / file).read_text().splitlines()
    assert [line for line in lines if not (LOCKED.match(line) or HASH.match(line))] == []
    assert all(
        HASH.match(after)
        for line, after in zip(lines, lines[1:], strict=False)
        if LOCKED.match(line)
    )


@pytest.mark.parametrize(("file", "wanted"), [("base.txt", BASE), ("dev.txt", BASE + DEV)])
def test_a_lock_file_holds_every_dependency_in_a_version_that_fits(file, wanted):
    held = locked(file)
    requirements = [Requirement(text) for text in wanted]
    unfit = [
        f"{requirement} is {held.get(canonicalize_name(requirement.name))}"
        for requirement in requirements
        if canonicalize_name(requirement.name) not in held
        or Version(held[canonicalize_name(requirement.name)]) not in requirement.specifier
    ]
    assert unfit == []


def test_what_runs_in_production_is_what_was_tested():
    base, dev = locked("base.txt"), locked("dev.txt")
    assert {
        name: (version, dev.get(name)) for name, version in base.items() if dev.get(name) != version
    } == {}
