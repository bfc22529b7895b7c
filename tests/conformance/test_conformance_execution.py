"""How a case of the execution kit is run and judged, on models of our own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.bpmn import betsy
from conformance.bpmn.judged import Ran
from tests.conformance.kits import NO_OPERATION, TOLD, asks, choice, execution, line, refused, word
from tests.engines.processes.bpmn_models import (
    boundary,
    end,
    error,
    flow,
    message,
    model,
    node,
    path,
    several,
    start,
    timer,
    user,
)

Judge = Callable[..., list[str]]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """What is wrong with each case of a model."""

    def judged(xml: bytes, *cases: dict[str, Any]) -> list[str]:
        return [each.wrong for each in ran(tmp_path, xml, *cases).cases]

    return judged


def ran(folder: Path, xml: bytes, *cases: dict[str, Any]) -> Ran:
    return betsy.run(execution(folder, it=(xml, list(cases))))


def test_what_ran_is_compared_as_a_multiset(judge):
    xml = line("CREATE_LOG_FILE", "SCRIPT_task1", "CREATE_MARKER_FILE", "SCRIPT_task1")
    assert judge(
        xml,
        asks("marker", "task1", "task1"),
        asks("task1", "marker"),
        asks("task1", "task1", "marker", "task2"),
        asks(),
    ) == [
        "",
        "ran marker task1 task1 instead of marker task1",
        "ran marker task1 task1 instead of marker task1 task1 task2",
        "ran marker task1 task1 instead of nothing",
    ]


def test_a_case_hands_in_its_data(judge):
    xml = choice('test.contains("a")')
    assert judge(
        xml,
        asks("task1", test="xa"),
        asks("task2", test="b"),
        asks("task1", test="b"),
    ) == ["", "", "ran task2 instead of task1"]


def counted_up() -> bytes:
    """Counts up once and takes the first task from 3 on."""
    return model(
        start(),
        word("count", "INCREMENT_INTEGER_VARIABLE"),
        node("exclusiveGateway", "g", default="g-b"),
        word("a", "SCRIPT_task1"),
        word("b", "SCRIPT_task2"),
        end(),
        path("start", "count", "g"),
        flow("g", "a", "integerVariable >= 3"),
        path("g", "b", "end"),
        flow("a", "end"),
    )


def test_what_was_counted_decides_where_the_case_goes(judge):
    assert judge(counted_up(), asks("task1", number=2), asks("task2", number=1)) == ["", ""]


def watched(pause: str) -> bytes:
    """A task of ten seconds with a deadline that interrupts it."""
    return model(
        start(),
        word("slow", "WAIT_TEN_SECONDS"),
        word("in_time", "SCRIPT_task1"),
        boundary("late", "slow", timer("timeDuration", pause)),
        word("too_late", "SCRIPT_task2"),
        end(),
        path("start", "slow", "in_time", "end"),
        path("late", "too_late", "end"),
    )


def test_the_clock_goes_on_to_whatever_is_due_first(judge):
    assert judge(watched("PT9S"), asks("task2")) == [""]
    assert judge(watched("PT11S"), asks("task1")) == [""]


def test_a_moment_that_has_passed_is_due_at_once(judge):
    pause = node("intermediateCatchEvent", "pause", timer("timeDate", "2014-01-01T00:00:00"))
    xml = model(
        start(), pause, word("s", "SCRIPT_task1"), end(), path("start", "pause", "s", "end")
    )
    assert judge(xml, asks("task1")) == [""]


def test_a_repeating_deadline_comes_as_often_as_it_says_while_the_task_is_open(judge):
    xml = model(
        start(),
        node("subProcess", "sub", _pause("PT60S")),
        word("after", "SCRIPT_task2"),
        boundary("tick", "sub", timer("timeCycle", "R4/PT10S"), cancelActivity="false"),
        word("ticked", "SCRIPT_task3"),
        end(),
        end("over"),
        path("start", "sub", "after", "end"),
        path("tick", "ticked", "over"),
    )
    assert judge(xml, asks("task1", "task2", *["task3"] * 4)) == [""]


def _pause(length: str) -> str:
    return "".join(
        (
            start("begin"),
            node("intermediateCatchEvent", "pause", timer("timeDuration", length)),
            word("paused", "SCRIPT_task1"),
            end("stop"),
            path("begin", "pause", "paused", "stop"),
        )
    )


def test_whatever_goes_on_for_ever_has_failed(judge):
    xml = model(
        start(),
        node("receiveTask", "never", messageRef="m"),
        boundary("tick", "never", timer("timeCycle", "R/PT1S"), cancelActivity="false"),
        end(),
        end("over"),
        path("start", "never", "end"),
        path("tick", "over"),
        beside='<message id="m"/>',
    )
    assert judge(xml, asks()) == ["it goes on for ever"]


def test_a_case_may_wait_for_what_never_comes(judge):
    catch = node("intermediateCatchEvent", "never", message("m"))
    xml = model(
        start(),
        word("s", "SCRIPT_task1"),
        catch,
        end(),
        path("start", "s", "never", "end"),
        beside='<message id="m"/>',
    )
    assert judge(xml, asks("task1")) == [""]


def test_people_services_and_decisions_answer_at_once(judge):
    xml = model(
        start(),
        user("u"),
        node("serviceTask", "s", tb_operation="print"),
        node("businessRuleTask", "d", tb_decision="eligible", tb_result="answer"),
        word("done", "SCRIPT_task1"),
        end(),
        path("start", "u", "s", "d", "done", "end"),
    )
    assert judge(xml, asks("task1")) == [""]


def test_every_turn_of_an_activity_reports(judge):
    for sequential in (True, False):
        xml = model(
            start(),
            word("s", "SCRIPT_task1", several(sequential=sequential, count="${integerVariable}")),
            end(),
            path("start", "s", "end"),
        )
        assert judge(xml, asks("task1", "task1", "task1", number=3)) == [""]


def impossible() -> bytes:
    """The gateway has no way to go unless the text holds an a."""
    return model(
        start(),
        word("before", "SCRIPT_task1"),
        node("exclusiveGateway", "g"),
        word("a", "SCRIPT_task2"),
        end(),
        path("start", "before", "g"),
        flow("g", "a", 'test.contains("a")'),
        flow("g", "end", 'test.contains("b")'),
        flow("a", "end"),
    )


def test_an_error_that_nobody_catches_must_be_expected_and_an_expected_one_must_come(judge):
    expected, unexpected, none = judge(
        impossible(),
        asks(test="c", runtime_error=True),
        asks(test="c"),
        asks("task1", "task2", test="a", runtime_error=True),
    )
    assert expected == ""
    assert unexpected.startswith("None of the conditions behind g (g) is true")
    assert none == "ended without an error"


def failing(*, caught: bool) -> bytes:
    parts = [
        start(),
        word("fails", "THROW_ERROR"),
        word("after", "SCRIPT_task1"),
        end(),
        path("start", "fails", "after", "end"),
    ]
    if caught:
        parts += [
            boundary("catch", "fails", error("e")),
            word("mended", "SCRIPT_task2"),
            path("catch", "mended", "end"),
        ]
    return model(*parts, beside='<error id="e" errorCode="E-1"/>')


def test_a_word_that_fails_is_caught_or_ends_the_case(judge):
    assert judge(failing(caught=True), asks("task2")) == [""]
    assert judge(failing(caught=False), asks(runtime_error=True)) == [""]


def test_an_error_end_that_nobody_catches_is_an_error_and_what_ran_before_counts(judge):
    xml = model(
        start(),
        word("s", "SCRIPT_task1"),
        end("end", error("e")),
        path("start", "s", "end"),
        beside='<error id="e" errorCode="E-1"/>',
    )
    assert judge(xml, asks("task1", runtime_error=True), asks("task1")) == ["", "failed: E-1"]


def test_two_branches_must_be_active_at_once_where_the_case_says_so(judge):
    times = [word("a", "CREATE_TIMESTAMP_LOG_1"), word("b", "CREATE_TIMESTAMP_LOG_2")]
    branches = model(
        start(),
        node("parallelGateway", "split"),
        *times,
        node("parallelGateway", "join"),
        end(),
        path("start", "split", "a", "join", "end"),
        path("split", "b", "join"),
    )
    assert judge(branches, asks(parallel=True)) == [""]
    one_by_one = model(start(), *times, end(), path("start", "a", "b", "end"))
    assert judge(one_by_one, asks(parallel=True)) == [
        "no two branches were active at the same time"
    ]


def test_a_model_that_must_be_refused_is_counted_among_those(tmp_path):
    case = asks(deployment_refused=True)
    rightly = ran(tmp_path / "one", refused(), case)
    assert (rightly.cases[0].wrong, rightly.counts) == ("", (1, 1, 1, 1, 0, 0))
    accepted = ran(tmp_path / "other", line("SCRIPT_task1"), case)
    assert (accepted.cases[0].wrong, accepted.counts) == ("was accepted", (1, 0, 1, 0, 0, 0))


def test_what_the_engine_refuses_fails_every_case_of_the_model_with_the_reason(tmp_path):
    found = ran(tmp_path, refused(), asks("task1"), asks(runtime_error=True))
    told = f"{NO_OPERATION} a (1): {TOLD}"
    assert [each.wrong for each in found.cases] == [told, told]
    assert found.counts == (2, 0, 0, 0, 1, 0)


def test_a_word_that_nobody_explains_fails_the_case_and_no_other_model(tmp_path):
    kit = execution(
        tmp_path,
        strange=(line("SING_A_SONG"), [asks()]),
        plain=(line("SCRIPT_task1"), [asks("task1")]),
    )
    found = betsy.run(kit)
    assert [each.wrong for each in found.cases] == ["the word 'SING_A_SONG' is not known", ""]
    assert found.counts == (2, 1, 0, 0, 2, 1)


def test_a_case_is_told_by_what_it_gives_and_wants(tmp_path):
    found = ran(tmp_path, line("SCRIPT_task1"), asks("task1", test="a", number=3), asks())
    assert [each.asked for each in found.cases] == [
        'test="a" integerVariable=3 expects task1',
        'test="" integerVariable=0 expects nothing',
    ]
