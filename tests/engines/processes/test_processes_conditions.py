"""Conditional events: they come on the edge, whenever what they read may have changed."""

from datetime import timedelta

import pytest

from tests.engines.processes.bpmn_cases import MONDAY, Case
from tests.engines.processes.bpmn_models import (
    boundary,
    end,
    extended,
    flow,
    message,
    model,
    node,
    path,
    script,
    several,
    start,
    sub,
    tb_input,
    timer,
    user,
    when,
)
from tongban.engines.processes import DataChanged, Invalid, ServiceDone, State, advance, load
from tongban.engines.processes.running.answers import AlreadyOver
from tongban.engines.processes.running.run import TooManySteps, WrongType
from tongban.engines.processes.running.starting import NotStarted

BESIDE = '<message id="m" name="paid"/>'


def waiting(condition: str, *more: str) -> bytes:
    return model(
        start(),
        node("intermediateCatchEvent", "a", when(condition)),
        end(),
        path("start", "a", "end"),
        *more,
        beside=BESIDE,
    )


@pytest.mark.parametrize(
    ("condition", "variables", "passes"),
    [
        ("x > 5", {"x": 6}, True),
        ("x > 5", {"x": 5}, False),
        ("x > 5", {"x": None}, False),
        ("x > 5", {}, False),
        ("x", {"x": True}, True),
        ("x", {"x": "true"}, False),
        ("today() > d", {"d": MONDAY.date() - timedelta(days=1)}, True),
    ],
)
def test_only_true_lets_a_token_pass_at_once(
    condition: str, variables: dict[str, object], passes: bool
):
    case = Case(waiting(condition), **variables)

    assert (case.state.status == "finished") is passes


def test_a_waiting_token_passes_when_a_task_changes_what_the_condition_reads():
    xml = waiting("x > 5", user("b"), user("c"), path("start", "b", "c", "end"))
    case = Case(xml, x=1)
    case.do("b", x=5)
    assert case.trace() == ["start", "a", "b", "c"]

    case.do("c", x=6)
    assert case.over == ("finished", "end")


def test_a_change_from_outside_is_looked_at():
    case = Case(waiting("x > 5"), x=1)
    case.change(x=2)
    case.change(y=9)
    assert case.state.variables == {"x": 2, "y": 9}

    case.change(x=7)
    assert case.over == ("finished", "end")


def test_a_change_before_the_start_and_after_the_end_is_refused():
    with pytest.raises(NotStarted):
        advance(load(waiting("x")), State(), DataChanged({}, MONDAY))
    with pytest.raises(AlreadyOver):
        Case(waiting("x"), x=True).change(x=False)


def test_a_condition_about_the_time_is_looked_at_in_every_step():
    xml = waiting('now() > from_then + duration("P1D")', user("b"), user("c"),
                  path("start", "b", "c", "end"))  # fmt: skip
    case = Case(xml, from_then=MONDAY)
    case.later(hours=3)
    case.do("b")
    assert case.state.subscriptions

    case.later(days=2)
    case.do("c")
    assert case.over == ("finished", "end")


def bordered(condition: str, **attributes: str) -> bytes:
    return model(
        start(),
        user("a"),
        boundary("met", "a", when(condition), **attributes),
        user("b"),
        end(),
        end("other"),
        path("start", "a", "end"),
        path("met", "b", "other"),
    )


def test_an_interrupting_condition_calls_the_task_off():
    case = Case(bordered("x > 5"), x=1)
    case.change(x=6)

    assert case.open() == ["b"]
    assert case.called_off() == ["a"]


def test_a_condition_that_does_not_interrupt_comes_each_time_it_turns_true():
    case = Case(bordered("x > 5", cancelActivity="false"), x=9)
    assert case.open() == ["a", "b"]

    case.change(x=8)
    assert case.open() == ["a", "b"]
    case.change(x=1)
    case.change(x=6)
    assert case.open() == ["a", "b", "b"]


def test_whether_it_was_true_is_kept_between_two_steps():
    case = Case(bordered("x > 5", cancelActivity="false"), x=9)

    (held,) = case.state.subscriptions.values()
    assert (held.kind, held.met) == ("condition", True)


def test_a_condition_sees_the_variables_of_its_sub_process():
    own = extended(tb_input("x", "x * 10"))
    within = sub(
        own, start("s1"), node("intermediateCatchEvent", "w", when("x > 50")), end("e"),
        path("s1", "w", "e"),
    )  # fmt: skip
    xml = model(start(), within, end(), path("start", "a", "end"))

    assert Case(xml, x=6).over == ("finished", "end")
    assert Case(xml, x=5).state.status == "running"


def test_a_condition_may_win_the_race_behind_an_event_gateway():
    xml = model(
        start(),
        node("eventBasedGateway", "g"),
        node("intermediateCatchEvent", "met", when("x > 5")),
        node("intermediateCatchEvent", "late", timer("timeDuration", "P1D")),
        end(),
        path("start", "g", "met", "end"),
        path("g", "late", "end"),
    )
    case = Case(xml, x=1)
    case.change(x=6)

    assert case.trace() == ["start", "g", "met", "end"]
    assert not case.state.timers


def test_in_a_loop_each_instance_has_its_own_condition():
    within = sub(
        several(tb_collection="limits", tb_element="limit"),
        start("s1"), node("intermediateCatchEvent", "w", when("x > limit")), end("e"),
        path("s1", "w", "e"),
    )  # fmt: skip
    xml = model(start(), within, end(), path("start", "a", "end"))
    case = Case(xml, limits=[1, 5, 9], x=0)
    case.change(x=6)
    assert len(case.state.subscriptions) == 1

    case.change(x=10)
    assert case.over == ("finished", "end")


def test_conditions_that_keep_setting_each_other_off_are_stopped():
    def turned(name: str, to: str) -> str:
        return boundary(f"b{name}", "a", when(f"x {to} 0"), cancelActivity="false")

    xml = model(
        start(),
        user("a"),
        turned("1", "="),
        turned("2", "!="),
        script("c1", "1", tb_result="x"),
        script("c2", "0", tb_result="x"),
        end(),
        path("start", "a", "end"),
        path("b1", "c1", "end"),
        path("b2", "c2", "end"),
    )
    with pytest.raises(TooManySteps):
        Case(xml, x=0)


def test_a_change_from_outside_keeps_to_the_declared_types():
    declared = extended('<tb:variable name="x" type="number"/>')
    xml = waiting("x > 5").replace(
        b'isExecutable="true" >', f'isExecutable="true" >{declared}'.encode()
    )
    case = Case(xml, x=1)
    before = case.state

    with pytest.raises(WrongType):
        case.change(x="many")
    assert case.state == before


@pytest.mark.parametrize(
    ("inside", "rule"),
    [
        ("<conditionalEventDefinition/>", "missing-attribute"),
        ("<conditionalEventDefinition><condition/></conditionalEventDefinition>",
         "missing-attribute"),
        (when("x >"), "wrong-expression"),
        (when('"yes"'), "wrong-result"),
        (when("x").replace("<condition>", '<condition language="juel">'), "wrong-language"),
    ],
)  # fmt: skip
def test_a_slip_in_a_condition_is_found(inside: str, rule: str):
    xml = waiting("x").replace(when("x").encode(), inside.encode())

    with pytest.raises(Invalid) as refused:
        load(xml)
    assert [(each.rule, each.element) for each in refused.value.findings] == [(rule, "a")]


def test_an_answer_that_is_late_does_not_bring_back_what_a_condition_called_off():
    case = Case(bordered("x > 5"), x=1)
    case.change(x=6)

    with pytest.raises(Exception) as refused:
        case.tell(ServiceDone(1, {}, MONDAY))
    assert type(refused.value).__name__ == "TaskClosed"


def test_of_two_conditions_the_first_may_call_off_the_second():
    within = sub(
        start("s1"), node("intermediateCatchEvent", "w", when("x > 5") ), end("e"),
        path("s1", "w", "e"),
    )  # fmt: skip
    xml = model(
        start(), within, boundary("met", "a", when("x > 5")), end(), end("other"),
        path("start", "a", "end"), flow("met", "other"),
    )  # fmt: skip
    case = Case(xml, x=1)
    case.change(x=6)

    assert case.over == ("finished", "other")
    assert case.trace().count("e") == 0


def test_a_message_may_make_a_condition_true():
    xml = waiting("x > 5", node("intermediateCatchEvent", "b", message("m")),
                  path("start", "b", "end"))  # fmt: skip
    case = Case(xml, x=1)
    case.say("paid", payload={"x": 6})

    assert case.over == ("finished", "end")
