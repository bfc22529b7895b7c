"""Data that changes hands: into calls, into instances, into and out of events."""

import pytest

from tests.engines.processes.bpmn_models import end, flow, node, start
from tests.engines.processes.standard.drawings import (
    ITEMS,
    MESSAGES,
    around,
    breaches,
    catching,
    drawn,
    formal,
    found,
    inputs,
    loops,
    outputs,
    process,
    task,
    texts,
    throwing,
    whole,
)


def called(own: str, other: str, kind: str = "process") -> bytes:
    """A call with that specification, and what it calls with that one."""
    call = process(node("callActivity", "call", own, calledElement="q"), id="caller", runs=False)
    if kind == "process":
        return whole(ITEMS, call, process(other, task(), id="q", runs=False))
    return whole(ITEMS, call, node(kind, "q", other))


@pytest.mark.parametrize("kind", ["process", "globalTask", "globalUserTask"])
@pytest.mark.parametrize("part", [inputs, outputs])
def test_a_call_hands_over_what_is_called_for(kind: str, part: object):
    assert callable(part)
    mine, theirs = part("x"), part("y")

    assert found(called(mine, theirs, kind)) == []
    assert found(called("", "", kind)) == []
    assert found(called("", theirs, kind)) == [("EXT063", "call")]
    assert found(called(mine, "", kind)) == [("EXT063", "call")]
    assert found(called(part("x", "z"), theirs, kind)) == [("EXT063", "call")]
    assert found(called(mine.replace('"item"', '"other"'), theirs, kind)) == [("EXT063", "call")]


def test_a_call_has_the_sets_of_what_it_calls():
    both = inputs("y", "z", sets=node("inputSet", "i", texts("dataInputRefs", "y", "z")))
    apart = inputs(
        "u", "v",
        sets=node("inputSet", "i1", texts("dataInputRefs", "u"))
        + node("inputSet", "i2", texts("dataInputRefs", "v")),
    )  # fmt: skip

    assert found(called(apart, both)) == [("EXT063", "call")]


LOOP_IN = texts("loopDataInputRef", "x")


def looped(inside: str, specified: str = "", runs: bool = True) -> bytes:
    return around(task("a", specified + loops(inside)), beside=ITEMS, runs=runs)


MANY_IN = inputs("x").replace('itemSubjectRef="item"', 'itemSubjectRef="many" isCollection="true"')
MANY_OUT = outputs("x").replace(
    'itemSubjectRef="item"', 'itemSubjectRef="many" isCollection="true"'
)


def test_something_says_how_many_instances_there_are():
    assert found(looped("")) == [("EXT067", "a")]
    assert found(looped(formal("loopCardinality", "3"))) == []
    assert found(looped(LOOP_IN, MANY_IN)) == []
    assert found(looped("", runs=False)) == []


def test_our_own_collection_says_how_many_instances_there_are():
    ours = (
        '<multiInstanceLoopCharacteristics xmlns:tb="https://tongban.org/bpmn" tb:collection="l"/>'
    )

    assert found(around(task("a", ours))) == []


def test_the_collection_is_an_input_of_the_same_task():
    elsewhere = node("dataObject", "x")

    assert found(around(task("a", loops(LOOP_IN)), elsewhere)) == [("EXT068", "a")]
    assert found(around(node("subProcess", "a", loops(LOOP_IN)), elsewhere)) == []


@pytest.mark.parametrize(
    ("whole_", "part", "specified", "code"),
    [
        ("loopDataInputRef", "inputDataItem", MANY_IN, "EXT070"),
        ("loopDataOutputRef", "outputDataItem", MANY_OUT, "EXT069"),
    ],
)
def test_an_instance_gets_one_of_what_the_collection_is_made_of(
    whole_: str, part: str, specified: str, code: str
):
    def with_item(item: str) -> bytes:
        named = f' itemSubjectRef="{item}"' if item else ""
        counted = formal("loopCardinality", "3") if whole_ == "loopDataOutputRef" else ""
        return looped(counted + texts(whole_, "x") + f'<{part} id="one"{named}/>', specified)

    assert found(with_item("item")) == []
    assert found(with_item("other")) == [(code, "a")]
    assert found(with_item("many")) == [(code, "a")]
    assert found(with_item("")) == [(code, "a")]


def test_where_nobody_says_what_the_data_is_an_instance_gets_what_comes():
    plain = MANY_IN.replace(' itemSubjectRef="many" isCollection="true"', "")

    assert found(looped(LOOP_IN + '<inputDataItem id="one"/>', plain)) == []


PAYLOADS = {
    "message": ("messageRef", MESSAGES, "asks", "counts"),
    "signal": ("signalRef", '<signal id="one" structureRef="item"/>'
               '<signal id="two" structureRef="other"/>', "one", "two"),
    "error": ("errorRef", '<error id="one" structureRef="item"/>'
              '<error id="two" structureRef="other"/>', "one", "two"),
    "escalation": ("escalationRef", '<escalation id="one" structureRef="item"/>'
                   '<escalation id="two" structureRef="other"/>', "one", "two"),
}  # fmt: skip


def ends_with(trigger: str, *, carried: bool, data: int = 1) -> bytes:
    """An end event with data of the kind `item` and a trigger that carries it or something else."""
    attribute, beside, right, wrong = PAYLOADS[trigger]
    held = "".join(node("dataInput", f"d{n}", itemSubjectRef="item") for n in range(data))
    listed = node("inputSet", "i", texts("dataInputRefs", *(f"d{n}" for n in range(data))))
    definition = f'<{trigger}EventDefinition {attribute}="{right if carried else wrong}"/>'
    last = node("endEvent", "end", held + listed + definition)
    return drawn(start(), last, flow("start", "end"), beside=ITEMS + beside, runs=False)


@pytest.mark.parametrize("trigger", PAYLOADS)
def test_an_event_throws_the_data_that_its_trigger_carries(trigger: str):
    assert found(ends_with(trigger, carried=True)) == []
    assert found(ends_with(trigger, carried=False)) == [("EXT094", "end")]


def test_an_event_has_one_piece_of_data_for_each_trigger():
    assert found(ends_with("message", carried=True, data=2)) == [("EXT093", "end")]
    (breach,) = breaches(ends_with("message", carried=True, data=2))
    assert breach.told("en") == (
        "End event “end”: It has 2 pieces of data and 1 triggers. Give it one piece of data for "
        "each trigger. (BPMN 2.0 rule EXT093)"
    )


@pytest.mark.parametrize("tag", ["intermediateCatchEvent", "boundaryEvent", "startEvent"])
def test_an_event_that_catches_gives_out_what_it_caught(tag: str):
    out = node("dataOutput", "d", itemSubjectRef="item") + node(
        "outputSet", "o", texts("dataOutputRefs", "d")
    )

    def catches(message: str) -> bytes:
        inside = out + f'<messageEventDefinition messageRef="{message}"/>'
        if tag == "startEvent":
            first = node(tag, "e", inside)
            return drawn(first, end(), flow("e", "end"), beside=ITEMS + MESSAGES, runs=False)
        if tag == "boundaryEvent":
            late = node(tag, "e", inside, attachedToRef="a") + flow("e", "end")
            return around(task(), late, beside=ITEMS + MESSAGES, runs=False)
        xml = around(catching("a", inside), beside=ITEMS + MESSAGES, runs=False)
        return xml.replace(b'"a"', b'"e"').replace(b'"start-a"', b'"se"')

    assert found(catches("asks")) == []
    assert found(catches("counts")) == [("EXT094", "e")]


def test_data_of_a_kind_that_nobody_named_goes_with_anything_of_that_sort():
    plain = ends_with("message", carried=True).replace(b' itemSubjectRef="item"', b"")
    silent = plain.replace(b' itemRef="item"', b"")

    assert found(plain) == [("EXT094", "end")]
    assert found(silent) == []


def test_a_timer_carries_nothing():
    inside = (
        node("dataOutput", "d", itemSubjectRef="item")
        + node("outputSet", "o", texts("dataOutputRefs", "d"))
        + "<timerEventDefinition/>"
    )

    assert found(around(catching("a", inside), beside=ITEMS, runs=False)) == []


def test_an_event_without_data_is_asked_for_none():
    assert found(around(throwing("a", "<signalEventDefinition/>"), runs=False)) == []
