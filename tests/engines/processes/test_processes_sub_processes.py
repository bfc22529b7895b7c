"""Processes inside processes: variables of their own, errors out of them, ends inside them."""

import pytest

from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import (
    boundary,
    end,
    error,
    extended,
    flow,
    model,
    node,
    path,
    script,
    service,
    start,
    tb_input,
    tb_output,
    timer,
    user,
)
from tongban.engines.processes import CancelTask, CancelTimer, Entered, Finished, Left
from tongban.engines.processes.running.answers import NobodyCatches

ERRORS = '<error id="e1" errorCode="LOST"/><error id="e2"/>'
TERMINATE = "<terminateEventDefinition/>"


def sub(inside: str, id: str = "sub", extra: str = "") -> str:
    return node("subProcess", id, extra + inside)


def around(subprocess: str, *more: str) -> bytes:
    """start → sub → after → end, with more beside."""
    return model(
        start(),
        subprocess,
        user("after"),
        end(),
        path("start", "sub", "after", "end"),
        *more,
        beside=ERRORS,
    )


SIMPLE = start("s") + user("a") + end("e") + path("s", "a", "e")
FORKED = start("s") + user("a") + user("b") + end("e") + path("s", "a", "e") + path("s", "b", "e")


def test_a_sub_process_is_entered_and_left_around_what_is_inside():
    case = Case(around(sub(SIMPLE)))
    case.do("a")

    assert case.trace() == ["start", "sub", "s", "a", "e", "after"]
    assert case.last == (
        Left("a"),
        Entered("e"),
        Left("e"),
        Left("sub"),
        Entered("after"),
        case.last[-1],
    )


def test_a_sub_process_waits_for_all_its_tokens():
    case = Case(around(sub(FORKED)))
    case.do("a")
    assert case.open() == ["b"]

    case.do("b")
    assert case.open() == ["after"]


def test_without_mappings_a_sub_process_shares_the_variables_of_the_case():
    case = Case(around(sub(SIMPLE)), x=1)
    case.do("a", x=2)

    assert case.state.variables == {"x": 2}


def test_inputs_give_a_sub_process_variables_of_its_own_and_outputs_hand_them_over():
    mapped = extended(tb_input("x", "x + 1"), tb_output("y", "x * 10"))
    inside = start("s") + user("a") + script("c", "x + 1", tb_result="x") + end("e")
    case = Case(around(sub(inside + path("s", "a", "c", "e"), extra=mapped)), x=1)
    assert case.last[-1].inputs == {"x": 2}
    assert case.state.variables == {"x": 1}

    case.do("a")
    assert case.state.variables == {"x": 1, "y": 30}
    assert not case.state.loops
    assert [scope.kind for scope in case.state.scopes.values()] == ["process"]


def test_an_inner_sub_process_sees_and_hides_the_variables_around_it():
    inner = sub(
        start("s2")
        + script("c", "x + y", tb_result="sum")
        + end("inner_end")
        + path("s2", "c", "inner_end"),
        "inner",
        extended(tb_input("x", "x + 100")),
    )
    inside = start("s") + inner + end("e") + path("s", "inner", "e")
    case = Case(around(sub(inside, extra=extended(tb_input("x", "2"), tb_input("y", "5")))), x=1)

    assert case.state.variables == {"x": 1, "sum": 107}


def test_a_terminate_end_ends_only_its_own_sub_process():
    inside = (
        start("s")
        + user("a")
        + user("b")
        + end("kill", TERMINATE)
        + end("e")
        + path("s", "a", "kill")
        + path("s", "b", "e")
    )
    case = Case(around(sub(inside)))
    case.do("a")

    assert case.called_off() == ["b"]
    assert case.open() == ["after"]


def test_a_terminate_end_of_the_process_calls_everything_off():
    xml = model(
        start(),
        sub(SIMPLE),
        boundary("late", "sub", timer("timeDuration", "P1D"), cancelActivity="false"),
        user("b"),
        end(),
        end("kill", TERMINATE, tb_outcome="withdrawn"),
        path("start", "sub", "end"),
        path("start", "b", "kill"),
        flow("late", "end"),
    )
    case = Case(xml)
    case.do("b")

    assert case.last == (
        Left("b"),
        Entered("kill"),
        Left("kill"),
        CancelTimer(1),
        CancelTask(2),
        Left("a", cancelled=True),
        Left("sub", cancelled=True),
        Finished("withdrawn"),
    )
    assert case.over == ("finished", "withdrawn")


def with_error(code_or_ref: str, *catchers: str) -> bytes:
    """A sub-process whose task a leads to an error end; each catcher ends apart."""
    inside = (
        start("s")
        + user("a")
        + user("b")
        + end("broken", error("e1"))
        + end("e")
        + path("s", "a", "broken")
        + path("s", "b", "e")
    )
    return around(
        sub(inside),
        *catchers,
        *(end(f"end-{number}") for number, _ in enumerate(catchers)),
        *(flow(f"c{number}", f"end-{number}") for number, _ in enumerate(catchers)),
    )


def test_an_error_end_is_caught_at_the_border_of_its_sub_process():
    case = Case(with_error("e1", boundary("c0", "sub", error("e1"))))
    case.do("a")

    assert case.called_off() == ["b", "sub"]
    assert case.over == ("finished", "end-0")


def test_the_event_for_that_error_comes_before_the_one_for_any():
    catchers = boundary("c0", "sub", error()), boundary("c1", "sub", error("e1"))
    case = Case(with_error("e1", *catchers))
    case.do("a")

    assert case.over == ("finished", "end-1")


def test_any_error_is_caught_where_no_code_is_named_and_another_code_is_not():
    catchers = boundary("c0", "sub", error("e2")), boundary("c1", "sub", error())
    case = Case(with_error("e1", *catchers))
    case.do("a")

    assert case.over == ("finished", "end-1")


def test_an_error_that_nobody_catches_fails_the_case():
    case = Case(with_error("e1", boundary("c0", "sub", error("e2"))))
    case.do("a")

    assert case.last[-1] == Finished("LOST")
    assert case.over == ("failed", "LOST")
    assert not case.state.tokens
    assert not case.state.tasks


def test_an_error_climbs_to_the_nearest_activity_that_catches_it():
    inner = sub(start("s2") + end("broken", error("e1")) + flow("s2", "broken"), "inner")
    inside = start("s") + inner + end("e") + path("s", "inner", "e")
    catch = boundary("c0", "sub", error("e1")), end("caught"), flow("c0", "caught")
    case = Case(around(sub(inside), *catch))

    assert case.over == ("finished", "caught")
    assert case.called_off() == ["inner", "sub"]


def failing(*events: str) -> bytes:
    return model(
        start(),
        service("a"),
        *events,
        user("b"),
        end(),
        path("start", "a", "end"),
        *(flow(f"c{number}", "b") for number, _ in enumerate(events)),
        flow("b", "end") if events else "",
        beside=ERRORS,
    )


def test_a_service_that_fails_goes_on_behind_its_boundary_event():
    case = Case(failing(boundary("c0", "a", error("e1"))))
    case.fail("a", "LOST")

    assert case.last[:3] == (Left("a", cancelled=True), Entered("c0"), Left("c0"))
    assert case.open() == ["b"]


def test_an_error_without_a_code_goes_by_its_id():
    case = Case(failing(boundary("c0", "a", error("e2"))))
    case.fail("a", "e2")

    assert case.open() == ["b"]


def test_a_service_that_fails_without_a_catcher_stays_open():
    case = Case(model(start(), service("a"), end(), path("start", "a", "end")))
    before = case.state

    with pytest.raises(NobodyCatches) as refused:
        case.fail("a", "LOST")
    assert refused.value.facts == {"task": 1, "node": "a", "error": "LOST"}
    assert case.state == before
    case.do("a")
    assert case.over == ("finished", "end")


def test_a_service_inside_a_sub_process_may_fail_to_its_border():
    inside = start("s") + service("a") + end("e") + path("s", "a", "e")
    catch = boundary("c0", "sub", error("e1")), end("caught"), flow("c0", "caught")
    case = Case(around(sub(inside), *catch))
    case.fail("a", "LOST")

    assert case.over == ("finished", "caught")


def test_a_timer_at_the_border_interrupts_everything_inside():
    late = boundary("late", "sub", timer("timeDuration", "P1D")), end("out"), flow("late", "out")
    case = Case(around(sub(FORKED), *late))
    case.do("a")
    case.ring("late")

    assert case.called_off() == ["b", "sub"]
    assert case.over == ("finished", "out")


def test_a_gateway_that_waits_inside_is_called_off_without_having_been_entered():
    inside = (
        start("s")
        + node("parallelGateway", "f")
        + user("a")
        + user("b")
        + node("parallelGateway", "j")
        + end("e")
        + path("s", "f", "a", "j", "e")
        + path("f", "b", "j")
    )
    late = boundary("late", "sub", timer("timeDuration", "P1D")), end("out"), flow("late", "out")
    case = Case(around(sub(inside), *late))
    case.do("a")
    case.ring("late")

    assert "j" not in case.trace() + case.called_off()
    assert case.over == ("finished", "out")


def test_outcomes_that_are_named_count_more_than_ends_that_are_only_reached():
    xml = model(
        start(),
        user("a"),
        user("b"),
        user("c"),
        end("granted", tb_outcome="granted"),
        end("noted"),
        path("start", "a", "granted"),
        path("start", "b", "noted"),
        path("start", "c", "noted"),
    )
    case = Case(xml)
    for task in ("b", "a", "c"):
        case.do(task)

    assert case.over == ("finished", "granted")


def test_what_has_just_arrived_is_called_off_without_having_been_entered():
    """kill is reached in the same step in which b is on its way."""
    xml = model(
        start(),
        end("kill", TERMINATE),
        user("b"),
        end(),
        flow("start", "kill"),
        path("start", "b", "end"),
    )
    case = Case(xml)

    assert case.trace() == ["start", "kill"]
    assert case.called_off() == []
    assert case.over == ("finished", "kill")
