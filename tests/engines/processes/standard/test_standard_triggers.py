"""Events: which trigger is allowed where; breaches and the nearest allowed drawings."""

import pytest

from tests.engines.processes.bpmn_models import end, flow, node, path, start
from tests.engines.processes.standard.drawings import (
    around,
    breaches,
    catching,
    drawn,
    event,
    found,
    hanging,
    task,
    texts,
    throwing,
)

ALL = (
    *("message", "timer", "conditional", "signal", "escalation"),
    *("error", "cancel", "compensate", "link", "terminate"),
)


def starts(trigger: str) -> bytes:
    first = event("startEvent", "start", trigger)
    return drawn(first, end(), flow("start", "end"), runs=False)


def starts_inside(trigger: str, tag: str = "subProcess") -> bytes:
    inside = event("startEvent", "in", trigger) + end("out") + flow("in", "out")
    return around(node(tag, "a", inside), runs=False)


def ends(trigger: str) -> bytes:
    last = event("endEvent", "end", trigger)
    return drawn(start(), last, flow("start", "end"), runs=False)


def ends_inside(trigger: str, tag: str) -> bytes:
    inside = start("in") + event("endEvent", "out", trigger) + flow("in", "out")
    return around(node(tag, "a", inside), runs=False)


def borders(trigger: str, host: str = "transaction", **attributes: str) -> bytes:
    """An event on the border of `a`; compensation is tied to its handler, others lead on."""
    if trigger == "compensate":
        handler = task("undo", isForCompensation="true")
        leads = handler + node("association", "tie", sourceRef="late", targetRef="undo")
    else:
        leads = flow("late", "end")
    return around(node(host, "a"), hanging("late", trigger, **attributes), leads, runs=False)


def catches(trigger: str) -> bytes:
    return around(event("intermediateCatchEvent", "a", trigger), runs=False)


def throws(trigger: str) -> bytes:
    return around(event("intermediateThrowEvent", "a", trigger), runs=False)


def allowed(draw: object, *triggers: str) -> list[tuple[object, str]]:
    return [(draw, trigger) for trigger in triggers]


@pytest.mark.parametrize("trigger", ALL)
def test_a_process_starts_by_a_message_a_time_a_condition_or_a_signal(trigger: str):
    fine = trigger in ("message", "timer", "conditional", "signal")

    assert found(starts(trigger)) == ([] if fine else [("EXT098", "start")])


@pytest.mark.parametrize("trigger", ALL)
@pytest.mark.parametrize("tag", ["subProcess", "transaction"])
def test_a_sub_process_starts_by_no_trigger(trigger: str, tag: str):
    assert found(starts_inside(trigger, tag)) == [("EXT100", "in")]
    assert found(starts_inside("", tag)) == []


@pytest.mark.parametrize("trigger", ALL)
def test_a_process_ends_by_what_can_be_thrown_at_an_end(trigger: str):
    wrong = {
        "timer": [("EXT146", "end")],
        "conditional": [("EXT146", "end")],
        "link": [("EXT146", "end")],
        "cancel": [("EXT106", "end")],
    }

    assert found(ends(trigger)) == wrong.get(trigger, [])


def test_only_what_is_inside_a_transaction_cancels():
    assert found(ends_inside("cancel", "subProcess")) == [("EXT106", "out")]
    assert found(ends_inside("cancel", "transaction")) == []


def test_what_is_deeper_inside_a_transaction_cancels_too():
    inner = start("x") + event("endEvent", "y", "cancel") + flow("x", "y")
    outer = start("in") + node("subProcess", "s", inner) + end("out") + path("in", "s", "out")

    assert found(around(node("transaction", "a", outer), runs=False)) == []


@pytest.mark.parametrize("trigger", ["", *ALL])
def test_a_border_that_interrupts_waits_for_what_can_happen_to_an_activity(trigger: str):
    fine = trigger not in ("", "link", "terminate")

    assert found(borders(trigger)) == ([] if fine else [("EXT110", "late")])


@pytest.mark.parametrize("trigger", ["", *ALL])
def test_a_border_that_does_not_interrupt_waits_for_fewer_things(trigger: str):
    fine = trigger in ("message", "timer", "escalation", "conditional", "signal")

    assert found(borders(trigger, cancelActivity="false")) == ([] if fine else [("EXT110", "late")])


@pytest.mark.parametrize("host", ["task", "subProcess", "callActivity"])
def test_only_a_transaction_is_cancelled(host: str):
    assert found(borders("cancel", host)) == [("EXT111", "late")]


def test_an_event_that_hangs_on_nothing_is_cancelled_by_nothing():
    xml = borders("cancel").replace(b'attachedToRef="a"', b'attachedToRef="ghost"')

    assert sorted(found(xml)) == [("EXT111", "late"), ("REF", "late")]


@pytest.mark.parametrize("trigger", ["", *ALL])
def test_an_event_in_the_flow_waits_for_what_comes_from_outside(trigger: str):
    others = {
        "compensate": [("EXT122", "a"), ("EXT148", "a")],
        # A link takes its token from another link.
        "link": [("EXT117", "a"), ("EXT124", "a")],
    }
    fine = trigger in ("message", "timer", "conditional", "signal")

    assert found(catches(trigger)) == ([] if fine else others.get(trigger, [("EXT148", "a")]))


@pytest.mark.parametrize("trigger", ["", *ALL])
def test_an_event_in_the_flow_throws_what_others_can_catch(trigger: str):
    fine = trigger in ("", "message", "escalation", "compensate", "signal")
    link = [("EXT117", "a"), ("EXT125", "a")]

    assert found(throws(trigger)) == (
        [] if fine else link if trigger == "link" else [("EXT149", "a")]
    )


def test_of_several_triggers_each_must_be_allowed():
    both = "<messageEventDefinition/><errorEventDefinition/>"

    assert found(around(catching("a", both), runs=False)) == [("EXT148", "a")]
    assert found(around(throwing("a", both), runs=False)) == [("EXT149", "a")]


def test_a_trigger_that_is_referred_to_counts():
    referred = texts("eventDefinitionRef", "oops")
    beside = '<errorEventDefinition id="oops"/>'

    assert found(around(catching("a", referred), beside=beside, runs=False)) == [("EXT148", "a")]
    assert (
        found(
            around(
                catching("a", referred),
                beside=beside.replace("error", "signal"),
                runs=False,
            )
        )
        == []
    )


def test_what_an_event_throws_is_its_own():
    thrown = '<signalEventDefinition id="sent"/>'
    catches_it = texts("eventDefinitionRef", "sent")
    xml = drawn(
        start(),
        throwing("a", thrown),
        catching("b", catches_it),
        end(),
        path("start", "a", "b", "end"),
        runs=False,
    )

    assert found(xml) == [("EXT095", "a")]
    (breach,) = breaches(xml)
    assert (breach.kind, breach.line) == ("signalEventDefinition", 1)
    assert breach.told("en") == (
        "Signal event definition “sent”: It belongs to an event that throws, and another event "
        "refers to it. Give the other event a definition of its own. (BPMN 2.0 rule EXT095)"
    )


def test_what_an_event_catches_may_be_shared():
    waits = '<signalEventDefinition id="sent"/>'
    xml = drawn(
        start(),
        catching("a", waits),
        catching("b", texts("eventDefinitionRef", "sent")),
        end(),
        path("start", "a", "b", "end"),
        runs=False,
    )

    assert found(xml) == []


@pytest.mark.parametrize(
    ("xml", "codes"),
    [
        (borders(""), ("EXT110", "EXT147")),
        (borders("cancel", "task"), ("EXT111", "EXT120")),
    ],
)
def test_rules_that_the_standard_says_twice_carry_both_numbers(xml: bytes, codes: tuple[str, ...]):
    (breach,) = breaches(xml)

    assert breach.codes == codes
