"""Standard loops, what instances announce, and how many tokens an activity takes and gives."""

import pytest

from tests.engines.processes.bpmn_cases import Case
from tests.engines.processes.bpmn_models import (
    boundary,
    end,
    escalation,
    flow,
    message,
    model,
    node,
    path,
    script,
    service,
    several,
    signal,
    start,
    sub,
    timer,
    user,
)
from tongban.engines.processes import (
    CallService,
    Entered,
    Invalid,
    Left,
    SendMessage,
    ThrowSignal,
    load,
)
from tongban.engines.processes.running.activities import WrongQuantity
from tongban.engines.processes.running.ending import Stuck
from tongban.engines.processes.running.loops import NegativeMaximum
from tongban.engines.processes.running.run import TooManySteps


def loop(condition: str = "", **attributes: str) -> str:
    """standardLoopCharacteristics."""
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    inside = f"<loopCondition>{condition}</loopCondition>" if condition else ""
    return f"<standardLoopCharacteristics{written}>{inside}</standardLoopCharacteristics>"


def looping(repeat: str, text: str = "n + 1") -> bytes:
    return model(
        start(), script("a", text, repeat, tb_result="n"), end(), path("start", "a", "end")
    )


@pytest.mark.parametrize(
    ("repeat", "begin", "expected"),
    [
        (loop("n &lt; 3"), 0, 3),
        (loop("n &lt; 3"), 9, 10),
        (loop("n &lt; 3", testBefore="true"), 0, 3),
        (loop("n &lt; 3", testBefore="true"), 9, 9),
        (loop("n &lt; 3", testBefore="false"), 2, 3),
        (loop("true", loopMaximum="4"), 0, 4),
        (loop("n &lt; 3", loopMaximum="2"), 0, 2),
        (loop("n &lt; 3", loopMaximum="7"), 0, 3),
        (loop(loopMaximum="5"), 0, 5),
        (loop(loopMaximum="0"), 0, 0),
        (loop("loopCounter &lt; 4"), 0, 4),
        (loop("loopCounter &lt; 4", testBefore="true"), 0, 4),
        (loop("unknown_name"), 0, 1),
        (loop("null"), 0, 1),
    ],
)
def test_a_loop_goes_on_as_long_as_its_condition_is_true(repeat: str, begin: int, expected: int):
    case = Case(looping(repeat), n=begin)

    assert case.state.variables == {"n": expected}
    assert case.over == ("finished", "end")
    assert case.effects.count(Entered("a")) == case.effects.count(Left("a")) == 1


def test_the_turns_of_a_loop_come_one_after_the_other():
    xml = model(start(), user("a", loop("again")), end(), path("start", "a", "end"))
    case = Case(xml)
    assert case.last[-1].inputs == {"loopCounter": 1}
    case.do("a", again=True)
    assert case.last[-1].inputs == {"loopCounter": 2}

    case.do("a", again=False)
    assert case.over == ("finished", "end")
    assert not case.state.loops


def test_a_script_may_read_the_number_of_the_turn():
    case = Case(looping(loop(loopMaximum="3"), "n * 10 + loopCounter"), n=0)

    assert case.state.variables == {"n": 123}


def test_a_sub_process_may_loop():
    inside = start("s") + user("b") + end("e") + path("s", "b", "e")
    xml = model(start(), sub(loop("again"), inside), end(), path("start", "a", "end"))
    case = Case(xml)
    case.do("b", again=True)
    case.do("b", again=False)

    assert case.trace() == ["start", "a", "s", "b", "e", "s", "b", "e", "end"]


def test_a_deadline_calls_off_a_loop_in_the_middle():
    xml = model(
        start(), user("a", loop("true")), boundary("late", "a", timer("timeDuration", "P1D")),
        end(), end("other"), path("start", "a", "end"), flow("late", "other"),
    )  # fmt: skip
    case = Case(xml)
    case.do("a")
    case.ring("late")

    assert case.over == ("finished", "other")
    assert not case.state.loops


def test_a_loop_that_never_ends_is_stopped():
    with pytest.raises(TooManySteps):
        Case(looping(loop("true")), n=0)


@pytest.mark.parametrize("maximum", ["-1", "-20"])
def test_a_loop_of_less_than_no_turns_is_refused(maximum: str):
    with pytest.raises(NegativeMaximum) as refused:
        Case(looping(loop("true", loopMaximum=maximum)), n=0)

    assert refused.value.facts == {"name": "a", "node": "a", "maximum": int(maximum)}
    assert refused.value.told("zh").startswith(f"a（a）最多执行 {maximum} 次")


# -- what instances announce

BESIDE = (
    '<signal id="s" name="done"/><signalEventDefinition id="sd" signalRef="s"/>'
    '<message id="m" name="told"/><messageEventDefinition id="md" messageRef="m"/>'
    '<escalation id="x" escalationCode="UP"/><escalationEventDefinition id="xd" escalationRef="x"/>'
    '<error id="e1" errorCode="BAD"/><errorEventDefinition id="ed" errorRef="e1"/>'
)


def announcing(how: str, caught: str, *, sequential: bool = True, **attributes: str) -> bytes:
    """Three instances; what they announce is caught on the border and calls `heard`."""
    repeat = several(sequential=sequential, count="3").replace(
        "<multiInstanceLoopCharacteristics", f"<multiInstanceLoopCharacteristics {how}"
    )
    return model(
        start(),
        user("a", repeat),
        boundary("b", "a", caught, **attributes),
        service("heard"),
        end(),
        end("other"),
        path("start", "a", "end"),
        path("b", "heard", "other"),
        beside=BESIDE,
    )


def heard(case: Case) -> int:
    return len(case.effects_of(CallService))


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize(
    ("how", "times"),
    [
        ('behavior="None" noneBehaviorEventRef="sd"', 3),
        ('behavior="One" oneBehaviorEventRef="sd"', 1),
        ('behavior="All"', 0),
        ('behavior="Complex"', 0),
    ],
)
def test_the_behaviour_says_how_many_instances_announce_themselves(
    how: str, times: int, sequential: bool
):
    case = Case(announcing(how, signal("s"), sequential=sequential))
    for _ in range(3):
        case.do("a")

    assert heard(case) == times
    assert len(case.effects_of(ThrowSignal)) == times
    assert "end" in case.trace()
    assert not case.called_off()


def test_what_an_instance_announces_interrupts_no_other_instance():
    case = Case(announcing('behavior="None" noneBehaviorEventRef="xd"', escalation("x"),
                           sequential=False))  # fmt: skip
    case.do("a")

    assert case.open() == ["a", "a", "heard"]


def test_what_an_instance_announces_may_interrupt_what_is_around():
    inside = start("s1") + user("a", several(count="3")) + end("e") + path("s1", "a", "e")
    within = sub(inside, id="sub").replace(
        "<multiInstanceLoopCharacteristics",
        '<multiInstanceLoopCharacteristics behavior="One" oneBehaviorEventRef="xd"',
    )
    xml = model(
        start(), within, boundary("b", "sub", escalation("x")), end(), end("other"),
        path("start", "sub", "end"), flow("b", "other"), beside=BESIDE,
    )  # fmt: skip
    case = Case(xml)
    case.do("a")

    assert case.over == ("finished", "other")
    assert not case.state.tasks


def complex_(*behaviours: tuple[str, str]) -> bytes:
    inside = "".join(
        f"<complexBehaviorDefinition><condition>{condition}</condition>{event}"
        "</complexBehaviorDefinition>"
        for condition, event in behaviours
    )
    repeat = several(count="3").replace(
        "<loopCardinality>", f"{inside}<loopCardinality>"
    ).replace("isSequential", 'behavior="Complex" isSequential')  # fmt: skip
    return model(start(), user("a", repeat), end(), path("start", "a", "end"), beside=BESIDE)


def test_complex_behaviour_announces_what_its_conditions_say():
    counted = "numberOfCompletedInstances = 2"
    case = Case(complex_(
        (counted, f"<event>{signal('s')}</event>"),
        ("good", f"<event>{message('m')}</event>"),
        ("true", ""),
    ))  # fmt: skip
    case.do("a", good=False)
    assert not case.effects_of(ThrowSignal)
    case.do("a", good=True)
    assert len(case.effects_of(ThrowSignal)) == len(case.effects_of(SendMessage)) == 1

    case.do("a", good=False)
    assert len(case.effects_of(ThrowSignal)) == 1
    assert case.over == ("finished", "end")


@pytest.mark.parametrize(
    ("how", "rule"),
    [
        ('behavior="None"', "missing-attribute"),
        ('behavior="One" oneBehaviorEventRef="ghost"', "wrong-reference"),
        ('behavior="One" oneBehaviorEventRef="ed"', "unsupported"),
    ],
)
def test_a_slip_in_what_instances_announce_is_found(how: str, rule: str):
    with pytest.raises(Invalid) as refused:
        load(announcing(how, signal("s")))

    assert [(each.rule, each.element) for each in refused.value.findings] == [(rule, "a")]


@pytest.mark.parametrize(
    ("behaviour", "rule"),
    [
        (("", ""), "missing-attribute"),
        (("x +", ""), "wrong-expression"),
        (("true", '<event><errorEventDefinition errorRef="e1"/></event>'), "unsupported"),
    ],
)
def test_a_slip_in_complex_behaviour_is_found(behaviour: tuple[str, str], rule: str):
    with pytest.raises(Invalid) as refused:
        load(complex_(behaviour))

    assert [each.rule for each in refused.value.findings] == [rule]


# -- quantities


def counted(first: dict[str, str], second: dict[str, str]) -> bytes:
    return model(
        start(), user("a", **first), user("b", **second), end(), path("start", "a", "b", "end")
    )


def test_an_activity_gives_as_many_tokens_as_its_completion_quantity_says():
    case = Case(counted({"completionQuantity": "3"}, {}))
    case.do("a")

    assert case.open() == ["b", "b", "b"]


def test_an_activity_waits_for_as_many_tokens_as_its_start_quantity_says():
    case = Case(counted({"completionQuantity": "5"}, {"startQuantity": "2"}))
    case.do("a")
    assert case.open() == ["b", "b"]
    case.do("b")
    case.do("b")

    assert case.state.status == "running"
    (left,) = case.state.tokens.values()
    assert (left.node, left.held) == ("b", True)


def test_tokens_of_different_flows_count_together():
    xml = model(
        start(), user("a"), user("b"), user("c", startQuantity="2"), end(),
        path("start", "a", "c", "end"), path("start", "b", "c"),
    )  # fmt: skip
    case = Case(xml)
    case.do("a")
    assert case.open() == ["b"]
    assert "c" not in case.trace()

    case.do("b")
    assert case.open() == ["c"]
    case.do("c")
    assert case.over == ("finished", "end")


def test_a_token_that_is_held_leaves_no_trace_when_it_is_called_off():
    inside = start("s") + user("x", startQuantity="2") + user("y") + end("e")
    within = sub(inside + path("s", "x", "e") + path("s", "y", "e"))
    xml = model(
        start(), within, boundary("late", "a", timer("timeDuration", "P1D")), end(),
        path("start", "a", "end"), flow("late", "end"),
    )  # fmt: skip
    case = Case(xml)
    case.ring("late")

    assert case.called_off() == ["y", "a"]
    assert case.over == ("finished", "end")


@pytest.mark.parametrize(
    "quantities", [{"startQuantity": "0"}, {"completionQuantity": "0"}, {"startQuantity": "-2"}]
)
def test_less_than_one_token_is_refused_when_the_activity_begins(quantities: dict[str, str]):
    with pytest.raises(WrongQuantity) as refused:
        Case(counted(quantities, {}))

    assert "must be at least 1" in refused.value.told("en")
    assert "至少为 1" in refused.value.told("zh")


def test_waiting_for_company_is_no_standstill_but_a_join_without_end_is():
    assert Case(counted({}, {"startQuantity": "2"})).do("a")
    xml = model(start(), node("exclusiveGateway", "g", default="g-a"), user("a"), user("b"),
                node("parallelGateway", "j"), end(), path("start", "g", "a", "j", "end"),
                flow("g", "b", "x"), path("b", "j"))  # fmt: skip
    case = Case(xml)

    with pytest.raises(Stuck):
        case.do("a")
