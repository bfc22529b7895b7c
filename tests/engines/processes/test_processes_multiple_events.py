"""Events with several triggers, and those that refer to definitions beside the process."""

import pytest

from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import (
    boundary,
    end,
    error,
    escalation,
    extended,
    flow,
    message,
    model,
    node,
    path,
    script,
    signal,
    start,
    sub,
    tb_output,
    timer,
    user,
    when,
)
from tongban.engines.processes import CancelTimer, Invalid, ThrowSignal, load
from tongban.engines.processes.running.answers import NobodyHears

BESIDE = (
    '<signal id="s" name="alarm"/><message id="m" name="order"/><error id="x" errorCode="LOST"/>'
    '<escalation id="up" escalationCode="UP"/>'
    '<signalEventDefinition id="sd" signalRef="s"/><errorEventDefinition id="ed" errorRef="x"/>'
    '<timerEventDefinition id="td"><timeDuration>P1D</timeDuration></timerEventDefinition>'
    '<messageEventDefinition id="md" messageRef="m"><odd/></messageEventDefinition>'
)
THREE = signal("s") + message("m") + timer("timeDuration", "P1D")


def ref(*ids: str) -> str:
    return "".join(f"<eventDefinitionRef>{id}</eventDefinitionRef>" for id in ids)


def catching(inside: str, **attributes: str) -> bytes:
    return model(
        start(), node("intermediateCatchEvent", "a", inside, **attributes), user("b"), end(),
        path("start", "a", "b", "end"), beside=BESIDE,
    )  # fmt: skip


def happen(case: Case, what: str) -> None:
    match what:
        case "signal":
            case.signal("alarm", heard=True)
        case "message":
            case.say("order", payload={"told": 1})
        case _:
            case.ring("a")


@pytest.mark.parametrize("what", ["signal", "message", "timer"])
def test_any_of_several_triggers_lets_the_token_pass_and_ends_the_others(what: str):
    case = Case(catching(THREE))
    happen(case, what)

    assert case.open() == ["b"]
    assert not case.state.subscriptions
    assert not case.state.timers


@pytest.mark.parametrize(
    "order",
    [
        ["signal", "message", "timer"],
        ["timer", "signal", "message"],
        ["message", "timer", "signal"],
    ],
)
def test_all_of_several_triggers_are_needed_in_any_order(order: list[str]):
    case = Case(catching(THREE, parallelMultiple="true"))
    for what in order[:-1]:
        happen(case, what)
        assert case.open() == []
    happen(case, order[-1])

    assert case.open() == ["b"]
    assert case.state.variables == {"heard": True, "told": 1}
    assert not case.state.subscriptions and not case.state.timers


def test_of_two_triggers_that_are_needed_each_is_taken_once():
    case = Case(catching(signal("s") + message("m"), parallelMultiple="true"))
    case.signal("alarm")

    with pytest.raises(NobodyHears):
        case.signal("alarm")


def test_a_condition_may_be_one_of_those_that_are_needed():
    case = Case(catching(signal("s") + when("x > 5"), parallelMultiple="true"), x=9)
    assert [each.kind for each in case.state.subscriptions.values()] == ["signal"]
    case.signal("alarm")

    assert case.open() == ["b"]


def test_outputs_take_from_each_payload_what_is_in_it():
    both = extended(tb_output("a1", "heard"), tb_output("a2", "told * 2"))
    case = Case(catching(both + signal("s") + message("m"), parallelMultiple="true"))
    happen(case, "signal")
    assert case.state.variables == {"a1": True}
    happen(case, "message")

    assert case.state.variables["a2"] == 2


def bordered(inside: str, **attributes: str) -> bytes:
    return model(
        start(), user("a"), boundary("hit", "a", inside, **attributes), user("b"), end(),
        end("other"), path("start", "a", "end"), path("hit", "b", "other"), beside=BESIDE,
    )  # fmt: skip


def test_several_triggers_on_a_border_that_does_not_interrupt_come_each_time():
    case = Case(bordered(signal("s") + timer("timeCycle", "R2/P1D"), cancelActivity="false"))
    case.signal("alarm")
    case.ring("hit")
    case.ring("hit")

    assert case.open() == ["a", "b", "b", "b"]


def test_all_triggers_on_a_border_that_does_not_interrupt_are_needed_again_each_time():
    case = Case(bordered(signal("s") + message("m"), cancelActivity="false",
                         parallelMultiple="true"))  # fmt: skip
    for _ in range(2):
        case.say("order")
        case.signal("alarm")

    assert case.open() == ["a", "b", "b"]
    assert len(case.state.subscriptions) == 2


def test_an_error_may_be_one_of_several_triggers_on_a_border():
    inside = sub(start("s1"), user("w"), end("e", error("x")), path("s1", "w", "e"))
    xml = model(
        start(), inside, boundary("hit", "a", error("x") + timer("timeDuration", "P1D")
                                  + escalation("up")), user("b"), end(),
        path("start", "a", "end"), path("hit", "b", "end"), beside=BESIDE,
    )  # fmt: skip
    by_error, by_time = Case(xml), Case(xml)
    by_error.do("w")
    by_time.ring("hit")

    assert by_error.open() == by_time.open() == ["b"]
    assert by_error.last.count(CancelTimer(1)) == 1


def test_a_race_may_be_won_by_an_event_that_needs_all_its_triggers():
    xml = model(
        start(), node("eventBasedGateway", "g"),
        node("intermediateCatchEvent", "all", signal("s") + message("m"), parallelMultiple="true"),
        node("intermediateCatchEvent", "late", timer("timeDuration", "P1D")), end(), end("other"),
        path("start", "g", "all", "end"), path("g", "late", "other"), beside=BESIDE,
    )  # fmt: skip
    case, other = Case(xml), Case(xml)
    case.signal("alarm")
    case.say("order")
    other.signal("alarm")
    other.ring("late")

    assert case.over == ("finished", "end")
    assert other.over == ("finished", "other")


# -- definitions beside the process


def test_an_event_may_refer_to_a_definition_beside_the_process():
    case = Case(catching(ref("sd")))
    case.signal("alarm")
    assert case.open() == ["b"]

    throws = catching(ref("sd")).replace(b"intermediateCatchEvent", b"intermediateThrowEvent")
    assert Case(throws).effects_of(ThrowSignal) == [ThrowSignal("a", "alarm", {})]


def test_what_stands_inside_and_what_is_referred_to_come_together():
    case = Case(catching(message("m") + ref("sd", "td"), parallelMultiple="true"))
    for what in ("timer", "message", "signal"):
        happen(case, what)

    assert case.open() == ["b"]


def test_an_error_end_may_refer_to_its_definition():
    xml = model(start(), end("e", ref("ed")), path("start", "e"), beside=BESIDE)

    assert Case(xml).over == ("failed", "LOST")


@pytest.mark.parametrize(
    ("inside", "rule", "element"),
    [
        (ref("ghost"), "wrong-reference", "a"),
        (ref("ed"), "unsupported", "a"),
        (ref("md"), "unsupported", "md"),
        (signal("ghost"), "wrong-reference", "a"),
        ("<signalEventDefinition/>", "missing-attribute", "a"),
        (signal("s") + "<linkEventDefinition/>", "not-alone", "a"),
    ],
)
def test_a_slip_in_a_definition_is_found(inside: str, rule: str, element: str):
    with pytest.raises(Invalid) as refused:
        load(catching(inside))

    assert (rule, element) in [(each.rule, each.element) for each in refused.value.findings]


def test_a_link_is_never_one_of_several_things_that_are_thrown():
    xml = catching("<linkEventDefinition/>" + signal("s")).replace(
        b"intermediateCatchEvent", b"intermediateThrowEvent"
    )
    with pytest.raises(Invalid) as refused:
        load(xml)

    assert ("not-alone", "a") in [(each.rule, each.element) for each in refused.value.findings]


def test_an_event_sub_process_and_a_border_hear_the_same_signal():
    xml = bordered(signal("s"), cancelActivity="false").replace(
        b"</process>",
        (sub(node("startEvent", "hs", signal("s"), isInterrupting="false"),
             script("c", "1", tb_result="x"), end("he"), path("hs", "c", "he"), id="h",
             triggeredByEvent="true") + "</process>").encode(),
    )  # fmt: skip
    case = Case(xml)
    case.signal("alarm")

    assert case.open() == ["a", "b"]
    assert case.state.variables == {"x": 1}


def test_a_flow_out_of_a_boundary_event_joins_like_any_other():
    case = Case(
        bordered(signal("s")).replace(b"<endEvent", flow("hit", "end").encode() + b"<endEvent", 1)
    )
    case.signal("alarm")

    assert case.open() == ["b"]
