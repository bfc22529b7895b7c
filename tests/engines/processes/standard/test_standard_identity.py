"""Files, ids, references and artifacts: breaches and the nearest allowed drawings."""

import pytest

from tests.engines.processes.bpmn_models import end, flow, node, path, start
from tests.engines.processes.standard.drawings import (
    START_A_END,
    around,
    breaches,
    drawn,
    found,
    hanging,
    item,
    message_flow,
    pools,
    process,
    task,
    texts,
    whole,
)
from tongban.engines.processes.reading.vocabulary import BPMN

NOTE = node("textAnnotation", "note")
GROUP = node("group", "note")
TIE = node("association", "note", sourceRef="a", targetRef="start")
MESSAGE = node("message", "m")


def imports(kind: str) -> bytes:
    return whole(
        f'<import importType="{kind}" location="x" namespace="urn:x"/>',
        process(start(), task(), end(), START_A_END),
    )


def participant(*, ref: str) -> bytes:
    pool = node("participant", "us", processRef=ref)
    return whole(MESSAGE, node("collaboration", "c", pool), process(task(), runs=False))


PAIRS = {
    "EXT001 another model is not imported": (
        [("EXT001", "")],
        imports(BPMN),
        imports("http://schemas.xmlsoap.org/wsdl/"),
    ),
    "EXT002 an id is used once": (
        [("EXT002", "a")],
        around(task("a"), node("textAnnotation", "a")),
        around(task("a"), node("textAnnotation", "b")),
    ),
    "EXT003 what is referred to has an id": (
        [("EXT003", "")],
        around(task(), beside="<message/>"),
        around(task(), beside=MESSAGE),
    ),
    "EXT004 a documentation says its MIME type": (
        [("EXT004", "a")],
        around(task("a", '<documentation textFormat="plain">x</documentation>')),
        around(task("a", '<documentation textFormat="text/plain">x</documentation>')),
    ),
    "EXT010 an annotation says its MIME type": (
        [("EXT010", "n")],
        around(task(), node("textAnnotation", "n", textFormat="text")),
        around(task(), node("textAnnotation", "n", textFormat="text/html; charset=utf-8")),
    ),
    "EXT006 no flow leads to an annotation": (
        [("EXT006", "a-note")],
        around(task(), NOTE, flow("a", "note")),
        around(task(), NOTE, node("association", "t", sourceRef="a", targetRef="note")),
    ),
    "EXT007 no flow comes from a group": (
        [("EXT007", "note-a")],
        around(task(), GROUP, flow("note", "a")),
        around(task(), GROUP),
    ),
    "EXT006 no flow leads to an association": (
        [("EXT006", "a-note")],
        around(task(), TIE, flow("a", "note")),
        around(task(), TIE),
    ),
    "EXT008 no message leads to an annotation": (
        [("EXT008", "talk")],
        pools(message_flow("a", "note"), mine=task("a") + NOTE, theirs=task("b")),
        pools(message_flow("a", "b"), mine=task("a") + NOTE, theirs=task("b")),
    ),
    "EXT009 no message comes from an annotation": (
        [("EXT009", "talk")],
        pools(message_flow("note", "b"), mine=task("a") + NOTE, theirs=task("b")),
        pools(message_flow("a", "b"), mine=task("a") + NOTE, theirs=task("b")),
    ),
    "REF a pool shows a process": (
        [("REF", "us")],
        participant(ref="m"),
        participant(ref="p"),
    ),
    "REF a boundary event is attached to an activity": (
        [("REF", "late")],
        around(task("b"), node("task", "a"), path("start", "b", "end")).replace(
            b"</process>",
            (
                node("boundaryEvent", "late", "<timerEventDefinition/>", attachedToRef="end")
                + flow("late", "end")
            ).encode()
            + b"</process>",
        ),
        around(task(), hanging("late", "timer"), flow("late", "end")),
    ),
}


@pytest.mark.parametrize("rule", PAIRS)
def test_a_breach_is_found_on_its_element(rule: str):
    expected, broken, _ = PAIRS[rule]

    assert sorted(found(broken)) == sorted(expected)


@pytest.mark.parametrize("rule", PAIRS)
def test_the_nearest_allowed_drawing_is_left_alone(rule: str):
    assert found(PAIRS[rule][2]) == []


def test_of_an_id_used_three_times_the_second_and_the_third_are_told():
    notes = NOTE + "\n" + NOTE + "\n" + NOTE

    told = [(each.line, each.facts["first"]) for each in breaches(around(task(), notes))]

    assert told == [(2, 1), (3, 1)]


def test_an_id_inside_extension_elements_is_somebody_elses():
    extension = '<extensionElements><task id="a"/></extensionElements>'

    assert found(around(task("a", extension))) == []


@pytest.mark.parametrize(
    ("attribute", "on"),
    [
        ("messageRef", "receiveTask"),
        ("operationRef", "sendTask"),
        ("calledElement", "callActivity"),
    ],
)
def test_what_a_task_names_is_of_the_kind_that_is_asked_for(attribute: str, on: str):
    xml = around(node(on, "a", **{attribute: "item"}), beside=item())

    assert found(xml) == [("REF", "a")]
    (breach,) = breaches(xml)
    assert breach.told("en").endswith(
        f"{attribute} names item, which is of another kind (item definition). Choose an element "
        "of the kind that is asked for. (BPMN 2.0 rule REF)"
    )


@pytest.mark.parametrize(
    ("definition", "attribute"),
    [
        ("message", "messageRef"),
        ("signal", "signalRef"),
        ("error", "errorRef"),
        ("escalation", "escalationRef"),
    ],
)
def test_what_an_event_names_must_be_there(definition: str, attribute: str):
    inside = f'<{definition}EventDefinition {attribute}="ghost"/>'
    xml = drawn(start(), node("endEvent", "end", inside), flow("start", "end"), runs=False)

    (breach,) = breaches(xml)

    assert (breach.rule, breach.element, breach.kind) == (
        "REF",
        "end",
        f"{definition}EventDefinition",
    )
    assert f"{attribute} 指向 ghost，而文件中没有该元素。" in breach.told("zh")


@pytest.mark.parametrize("tag", ["message", "error", "escalation", "signal"])
def test_what_is_carried_is_an_item_definition(tag: str):
    attribute = "itemRef" if tag == "message" else "structureRef"
    carrier = node(tag, "carrier", **{attribute: "a"})

    assert found(around(task(), beside=carrier)) == [("REF", "carrier")]
    assert found(around(task(), beside=item() + carrier.replace('"a"', '"item"'))) == []


def test_the_structure_of_an_item_is_defined_outside():
    assert found(around(task(), beside=item(structure="a"))) == []


def test_a_prefix_may_lead_into_another_file():
    assert found(around(node("sendTask", "a", operationRef="other:pay"))) == []
    assert found(around(node("sendTask", "a", operationRef="pay"))) == [("REF", "a")]


def test_a_prefix_does_not_hide_a_wrong_kind():
    assert found(around(node("sendTask", "a", operationRef="tns:start"))) == [("REF", "a")]


def test_what_is_called_may_stand_in_another_file_but_not_be_of_another_kind():
    assert found(around(node("callActivity", "a", calledElement="elsewhere"))) == []
    assert found(around(node("callActivity", "a", calledElement="end"))) == [("REF", "a")]


@pytest.mark.parametrize("tag", ["sourceRef", "targetRef"])
def test_data_is_copied_between_data_alone(tag: str):
    copies = node("dataInputAssociation", "copy", texts(tag, "start"))

    assert found(around(task("a", copies))) == [("REF", "a")]


def test_a_lane_holds_nodes_alone():
    lanes = node("laneSet", "s", node("lane", "l", texts("flowNodeRef", "a", "start-a")))

    assert found(around(task(), lanes)) == [("REF", "l")]


def test_a_flow_between_nodes_that_are_none_is_told_by_its_references():
    assert found(around(task(), node("dataObject", "d"), flow("a", "d"))) == [("REF", "a-d")]


@pytest.mark.parametrize("written", ["", "   "])
def test_a_reference_that_says_nothing_names_nothing(written: str):
    assert found(around(node("sendTask", "a", messageRef=written))) == []
