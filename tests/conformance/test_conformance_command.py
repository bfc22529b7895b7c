"""`python -m conformance DIR` with the BPMN kits: what it prints and writes."""

import csv
import sys
from pathlib import Path

import pytest

from conformance import __main__ as command
from conformance.bpmn.judged import Case, Deployed, Ran, failures, summary, write_results
from tests.conformance.kits import NO_OPERATION, asks, execution, line, models, refused
from tests.engines.processes.bpmn_models import end, model, path, start, user

GOOD = model(start(), user("a"), end(), path("start", "a", "end"))
RAN = Ran(
    "kit",
    (Case("a", "x", ""), Case("a", "y", "ran b"), Case("c", "z", "broken")),
    (
        Deployed("a", "deploy", ""),
        Deployed("c", "deploy", "broken"),
        Deployed("d", "be refused", ""),
    ),
)


@pytest.fixture
def kits(tmp_path: Path) -> Path:
    execution(tmp_path, it=(line("SCRIPT_task1"), [asks("task1"), asks("task2")]))
    models(tmp_path / "bpmn-constraints", **{f"{NO_OPERATION}__fail": refused()})
    models(tmp_path / "bpmn-miwg", A=GOOD)
    return tmp_path


def ran(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["conformance", *map(str, arguments)])
    return command.main()


def test_each_kit_has_a_line_and_what_is_not_there_is_named(kits, monkeypatch, capsys):
    assert ran(monkeypatch, kits) == 0
    told = capsys.readouterr()
    assert [line.split() for line in told.out.splitlines()] == [
        ["total", "passed", "to", "refuse", "rightly", "to", "deploy", "deployed"],
        ["bpmn-betsy", "2", "1", "0", "0", "1", "1"],
        ["bpmn-constraints", "1", "1", "1", "1", "0", "0"],
        ["bpmn-miwg", "1", "1", "0", "0", "1", "1"],
    ]
    assert told.err == f"{kits} holds no folder dmn-tck\n"


def test_failures_are_named_with_the_reason(kits, monkeypatch, capsys):
    ran(monkeypatch, kits, "--failures")
    assert capsys.readouterr().out.splitlines()[4:] == [
        'it.bpmn test="" integerVariable=0 expects task2: ran task1 instead of task2'
    ]


def test_results_of_bpmn_lie_beside_those_of_dmn(kits, monkeypatch, capsys):
    ran(monkeypatch, kits, "--results", kits / "dmn-results.csv")
    assert not (kits / "dmn-results.csv").exists()
    with (kits / "bpmn-results.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["bpmn-betsy", "it.bpmn", 'test="" integerVariable=0 expects task1', "SUCCESS", ""],
            [
                *("bpmn-betsy", "it.bpmn", 'test="" integerVariable=0 expects task2', "ERROR"),
                "ran task1 instead of task2",
            ],
            ["bpmn-betsy", "it.bpmn", "must deploy", "SUCCESS", ""],
            [
                "bpmn-constraints",
                "missing-extension/fail.bpmn",
                "refused naming missing-extension",
                "SUCCESS",
                "",
            ],
            ["bpmn-constraints", "missing-extension/fail.bpmn", "must be refused", "SUCCESS", ""],
            ["bpmn-miwg", "A.bpmn", "round trip", "SUCCESS", ""],
            ["bpmn-miwg", "A.bpmn", "must deploy", "SUCCESS", ""],
        ]


def test_a_folder_with_one_kit_runs_that_one(tmp_path, monkeypatch, capsys):
    models(tmp_path / "bpmn-miwg", A=GOOD)
    ran(monkeypatch, tmp_path)
    told = capsys.readouterr()
    assert [line.split()[0] for line in told.out.splitlines()] == ["total", "bpmn-miwg"]
    assert told.err.count("holds no folder") == 3


def test_a_folder_without_any_kit_is_refused_with_their_names(tmp_path, monkeypatch, capsys):
    with pytest.raises(SystemExit) as ended:
        ran(monkeypatch, tmp_path)
    assert ended.value.code == 2
    assert (
        f"{tmp_path} holds none of the folders dmn-tck, bpmn-betsy, bpmn-constraints, bpmn-miwg"
        in capsys.readouterr().err
    )


def test_the_counts_are_of_cases_refusals_and_deployments():
    assert RAN.counts == (3, 1, 1, 1, 2, 1)
    assert summary([RAN]).splitlines()[1].split() == ["kit", "3", "1", "1", "1", "2", "1"]


def test_what_kept_a_model_from_being_deployed_is_told_once():
    assert failures([RAN]).splitlines() == ["c must deploy: broken", "a y: ran b"]


def test_every_case_and_every_deployment_has_a_line_of_results(tmp_path):
    write_results([RAN], tmp_path / "results.csv")
    written = (tmp_path / "results.csv").read_text(encoding="utf-8").splitlines()
    assert written[1] == '"kit","a","y","ERROR","ran b"'
    assert written[-1] == '"kit","d","must be refused","SUCCESS",""'
    assert len(written) == 6
