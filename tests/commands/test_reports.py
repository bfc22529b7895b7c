"""What commands print."""

import re
import sys
from types import SimpleNamespace

import pytest

from tongban.base.audit.findings import Report
from tongban.commands import asking, progress
from tongban.commands.backing.proving import Proof, TableProof
from tongban.commands.demo.accounts import Account
from tongban.commands.management.commands.collect import Command as Collect
from tongban.commands.management.commands.restore import as_json, as_table
from tongban.commands.management.commands.run import Command as Run
from tongban.commands.reports import account_table, reconciliation
from tongban.errors import Refusal


class NoBread(Refusal):
    """There is no {what}."""

    zh = "没有{what}。"


def load(code: str, *counts: int, new: tuple[str, ...] = ()) -> SimpleNamespace:
    read, kept, quarantined = counts
    return SimpleNamespace(
        resource=SimpleNamespace(code=code),
        rows_read=read,
        rows_kept=kept,
        rows_quarantined=quarantined,
        columns_new=new,
    )


def cells(printed: str) -> list[list[str]]:
    lines = [line for line in printed.splitlines() if line[:1] in "│┃"]
    return [[cell.strip() for cell in re.split("[│┃]", line)[1:-1]] for line in lines]


def test_a_run_is_reconciled_source_by_source():
    printed = reconciliation(
        [load("GA01", 1200, 1150, 50), load("RS01", 3, 3, 0, new=("jf", "bz"))]
    )
    assert cells(printed) == [
        ["source", "read", "kept", "quarantined", "new columns"],
        ["GA01", "1,200", "1,150", "50", ""],
        ["RS01", "3", "3", "0", "jf、bz"],
    ]


@pytest.mark.parametrize("name", ["[/b]", "[red]x[/red]", ":smile:", "[link=x]"])
def test_what_a_source_calls_its_column_is_printed_as_it_is(name):
    assert cells(reconciliation([load("GA01", 1, 1, 0, new=(name,))]))[1][-1] == name


def test_passwords_are_shown_whole():
    (_, row) = cells(account_table([Account("citizen-true", "a_B-[9]", "申请人")]))
    assert row == ["citizen-true", "a_B-[9]", "申请人"]


def proof(*tables: TableProof, edition: int = 2) -> Proof:
    return Proof(edition, 2, Report((), sealed=5, waiting=0, anchored=5, complete=True), tables)


def test_a_sound_restore_says_so_in_its_last_line():
    found = proof(TableProof("ods.people", 1007, 1007))
    printed = as_table(found, "zh")
    assert cells(printed)[1] == ["ods.people", "1,007", "1,007", ""]
    assert printed.splitlines()[-3:] == [
        "edition 2 of 2",
        "audit: 5 sealed, 5 anchored, sound: True",
        "sound",
    ]


@pytest.mark.parametrize(
    "found",
    [
        proof(edition=1),
        proof(TableProof("ods.people", 7, 8)),
        proof(TableProof("ods.people", None, 8)),
        proof(TableProof("ods.people", 7, None)),
        proof(TableProof("ods.people", 7, 7, ("坏了",), ("broken",))),
    ],
)
def test_one_thing_that_differs_is_not_sound(found):
    assert as_table(found, "en").splitlines()[-1] == "NOT SOUND"
    assert '"sound": false' in as_json(found, None)


def test_a_table_without_rows_on_one_side_is_a_dash_and_its_problem_stands_in_the_language_asked():
    found = proof(TableProof("ods.people", None, 8, ("[坏]",), ("[bad]",)))
    assert cells(as_table(found, "zh"))[1] == ["ods.people", "-", "8", "[坏]"]
    assert cells(as_table(found, "en"))[1][-1] == "[bad]"


def test_a_refusal_is_told_in_the_language_and_ends_the_command(capsys):
    from django.utils import translation

    for language, words in (("zh-hans", "没有面包。"), ("en", "There is no 面包.")):
        with (
            translation.override(language),
            pytest.raises(SystemExit) as ended,
            asking.refusals_told(Collect(), 2),
        ):
            raise NoBread(what="面包")
        assert ended.value.code == 2
        assert capsys.readouterr().err == f"{words}\n"


def test_a_bug_is_not_told_as_a_refusal():
    with pytest.raises(ZeroDivisionError), asking.refusals_told(Collect()):
        raise ZeroDivisionError


def test_a_run_takes_all_sources_where_none_is_named_and_a_trial_wants_one():
    run, collect = (one.create_parser("tongban", "x") for one in (Run(), Collect()))
    for parser in (run, collect):
        given = parser.parse_args(["GA01", "RS01", "--data", "d"])
        assert (given.sources, str(given.data)) == (["GA01", "RS01"], "d")
    assert run.parse_args(["--data", "d"]).sources == []


@pytest.mark.parametrize("words", [["--data", "d"], ["GA01"]])
def test_a_trial_without_a_source_or_its_folder_is_refused(words, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["tongban", "collect"])
    parser = Collect().create_parser("tongban", "collect")
    parser.called_from_command_line = True
    with pytest.raises(SystemExit) as ended:
        parser.parse_args(words)
    assert ended.value.code == 2
    assert "required" in capsys.readouterr().err


def test_what_is_done_at_once_shows_no_bar(capfd):
    with progress.bar() as told:
        for done in range(3):
            told("reading", done + 1, 3)
    assert capfd.readouterr().err == ""


def test_what_takes_longer_shows_how_far_it_is(capfd, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", -1.0)
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with progress.bar() as told:
        told("reading", 1, 4)
        told("reading", 4, 4)
    assert "reading" in capfd.readouterr().err
