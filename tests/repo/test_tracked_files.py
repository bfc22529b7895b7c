"""What may stand in no file: where one machine keeps things, where one office downloads, promises
of later work."""

import re

import pytest

from tests.repo import tracked

FORBIDDEN = {
    "a registry's address": re.compile(
        r'"resolved":\s*"http|pypi[.]org/simple|files[.]pythonhosted|registry[.]npmjs|registry=htt[p]'
    ),
    "an index": re.compile(r"--(?:extra-)?index-url|--find-link[s]|^\s*index-url", re.MULTILINE),
    "a mirror": re.compile(r"https?://[\w.-]*mirror", re.IGNORECASE),
    "a path of one machine": re.compile(r"(?<![\w.-])/(?:work|root|Users|home/\w+)/(?=\w)"),
    "work put off": re.compile(r"\b(?:TO[D]O|FIX[M]E|HA[C]K)\b"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what):
    found = [
        f"{tracked.name(path)}:{content.count(chr(10), 0, hit.start()) + 1} {hit[0]!r}"
        for path in tracked.files()
        if (content := tracked.text(path)) and (hit := FORBIDDEN[what].search(content))
    ]
    assert found == []


def test_nothing_is_half_written():
    raising = [
        tracked.name(path)
        for path in tracked.files()
        if path.suffix == ".py" and re.search(r"NotImplemented(?=Error)", tracked.text(path))
    ]
    assert raising == []


def test_nothing_made_by_a_tool_is_tracked():
    made = re.compile(r"(^|/)(\.coverage.*|__pycache__|node_modules|\.DS_Store|.*\.(pyc|mo|log))$")
    assert [name for name in map(tracked.name, tracked.files()) if made.search(name)] == []


def test_every_exception_from_a_rule_says_why():
    silent = re.compile(r"#\s*noqa(?::\s*[A-Z]+\d+)?\s*$", re.MULTILINE)
    without_reason = [
        tracked.name(path)
        for path in tracked.files()
        if path.suffix == ".py" and "tests" not in path.parts and silent.search(tracked.text(path))
    ]
    assert without_reason == []
