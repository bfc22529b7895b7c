"""A decision has a number, a title, a day, a status, what it answers, and what it says."""

import re

from tests.repo.tracked import ROOT

FILES = sorted((ROOT / "docs" / "adr").glob("*.md"))
HEAD = re.compile(
    r"\A# (?P<number>\d+)\. (?P<title>\S.*)\n"
    r"\d{4}-\d\d-\d\d · (?:proposed|accepted|superseded by \[?\d{4}|withdrawn)"
)


def test_every_decision_has_its_parts():
    wanting = {
        file.name: [
            part
            for part, held in (
                ("title, day and status", HEAD.match(text)),
                ("Context", "\nContext: " in text),
                ("Decision", re.search(r"\nDecision[ :(]", text)),
            )
            if not held
        ]
        for file in FILES
        if (text := file.read_text(encoding="utf-8"))
    }
    assert {name: parts for name, parts in wanting.items() if parts} == {}


def test_numbers_run_without_a_gap_and_are_those_of_the_files():
    heads = [HEAD.match(file.read_text(encoding="utf-8")) for file in FILES]
    told = [int(head["number"]) for head in heads if head]
    assert told == [int(file.name[:4]) for file in FILES] == list(range(1, len(FILES) + 1))
