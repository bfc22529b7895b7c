"""A file as the rules look at it."""

import pytest

from tests.engines.processes.bpmn_models import end, flow, model, node, start
from tests.engines.processes.standard.drawings import (
    START_A_END,
    around,
    breaches,
    catching,
    drawn,
    process,
    task,
    texts,
    whole,
)
from tongban.engines.processes.reading import document
from tongban.engines.processes.standard.drawing import Drawing, draw, is_ours, is_true


def looked_at(xml: bytes) -> Drawing:
    return draw(document.read(xml), xml)


def ids(elements: object) -> list[str]:
    assert hasattr(elements, "__iter__")
    return [each.id for each in elements]


NESTED = node("subProcess", "a", node("transaction", "t", task("deep")) + task("b"))


def test_elements_come_in_the_order_of_the_file_without_what_extensions_hold():
    extension = '<extensionElements><task id="hidden"/></extensionElements>'
    drawing = looked_at(around(task("a", extension)))

    assert [each.tag for each in drawing.elements] == [
        *("definitions", "process", "startEvent", "task", "endEvent", "sequenceFlow"),
        "sequenceFlow",
    ]


def test_elements_of_other_namespaces_are_no_part_of_the_drawing():
    foreign = '<x:task xmlns:x="urn:x" id="x"><task id="inner"/></x:task>'

    assert set(looked_at(around(task("a", foreign))).by_id) >= {"a", "start", "end"}
    assert "inner" not in looked_at(around(task("a", foreign))).by_id


def test_what_stands_around_an_element_is_known():
    drawing = looked_at(around(NESTED))
    deep = drawing.by_id["deep"]

    assert ids(drawing.around(deep)) == ["t", "a", "p", "definitions"]
    assert drawing.container(deep).id == "t"
    assert drawing.container(drawing.by_id["t"]).id == "a"
    assert drawing.parent(drawing.root) is drawing.root
    process_ = drawing.process(deep)
    assert process_ is not None and process_.id == "p"


def test_what_stands_in_no_process_runs_in_none():
    drawing = looked_at(whole(node("message", "m"), process(task())))

    assert drawing.process(drawing.by_id["m"]) is None
    assert not drawing.runs(drawing.by_id["m"])
    assert drawing.runs(drawing.by_id["a"])
    assert drawing.container(drawing.by_id["m"]) is drawing.root


@pytest.mark.parametrize(
    ("written", "expected"), [("true", True), ("1", True), ("false", False), ("", False)]
)
def test_a_process_runs_when_it_says_so(written: str, expected: bool):
    xml = drawn(task()).replace(b'"true"', f'"{written}"'.encode())
    drawing = looked_at(xml)

    assert drawing.runs(drawing.by_id["a"]) is expected


def test_of_two_elements_with_one_id_the_first_is_meant():
    drawing = looked_at(drawn(task("a"), node("userTask", "a")))

    assert drawing.by_id["a"].tag == "task"


def test_two_elements_that_say_the_same_are_two():
    drawing = looked_at(around(task("a", "<documentation>x</documentation>" * 2)))
    one, other = drawing.by_tag["documentation"]

    assert one == other
    assert drawing.parent(one) is drawing.parent(other)
    assert len(list(drawing.all("documentation"))) == 2


def test_flows_are_known_by_their_ends():
    drawing = looked_at(around(task()))
    a = drawing.by_id["a"]

    assert ids(drawing.ways_in(a)) == ["start-a"]
    assert ids(drawing.ways_out(a)) == ["a-end"]
    assert drawing.ways_in(drawing.by_id["start"]) == ()
    assert drawing.ways_out(drawing.by_id["end"]) == ()


def test_a_flow_without_an_end_belongs_to_no_node():
    drawing = looked_at(drawn(task(), '<sequenceFlow id="x" sourceRef="a"/>'))

    assert "" not in drawing.incoming
    assert ids(drawing.ways_out(drawing.by_id["a"])) == ["x"]


def test_what_a_diagram_shows_for_an_element_is_itself_or_what_is_around_it():
    inside = '<ioSpecification><dataInput id="d"/></ioSpecification>'
    drawing = looked_at(around(task("a", inside), beside=node("message", "m")))

    assert drawing.drawn(drawing.by_id["d"]).id == "a"
    assert drawing.drawn(drawing.by_id["a"]).id == "a"
    assert drawing.drawn(drawing.by_id["start-a"]).id == "start-a"
    assert drawing.drawn(drawing.by_id["m"]).id == "m"


def test_triggers_are_those_inside_an_event_and_those_that_it_refers_to():
    inside = "<signalEventDefinition/><eventDefinitionRef>when</eventDefinitionRef>"
    xml = drawn(catching("a", inside), beside='<timerEventDefinition id="when"/>')
    drawing = looked_at(xml)

    assert drawing.triggers(drawing.by_id["a"]) == {"signal", "timer"}
    assert [each.tag for each in drawing.definitions(drawing.by_id["a"])] == [
        "signalEventDefinition",
        "timerEventDefinition",
    ]


def test_a_reference_to_nothing_brings_nothing():
    drawing = looked_at(drawn(catching("a", texts("eventDefinitionRef", "ghost"))))

    assert drawing.definitions(drawing.by_id["a"]) == []
    assert drawing.refers(drawing.by_id["a"], "attachedToRef") is None


def test_a_node_of_a_file_without_lists_is_connected_by_its_flows():
    drawing = looked_at(around(task()))
    a = drawing.by_id["a"]

    assert not drawing.lists_flows
    assert drawing.is_connected(a, "incoming") and drawing.is_connected(a, "outgoing")
    assert not drawing.is_cut_off(a, "incoming") and not drawing.is_cut_off(a, "outgoing")
    assert drawing.is_cut_off(drawing.by_id["start"], "incoming")


def test_where_others_list_their_flows_a_node_without_a_list_is_cut_off():
    listing = node("startEvent", "start", "<outgoing>start-a</outgoing>")
    drawing = looked_at(drawn(listing, task(), end(), START_A_END))
    a = drawing.by_id["a"]

    assert drawing.lists_flows
    assert drawing.is_connected(a, "incoming")
    assert drawing.is_cut_off(a, "incoming")
    assert not drawing.is_cut_off(drawing.by_id["start"], "outgoing")


def test_a_node_that_only_lists_a_flow_is_connected_and_cut_off_at_once():
    drawing = looked_at(drawn(node("endEvent", "end", "<incoming>x</incoming>")))

    assert drawing.is_connected(drawing.by_id["end"], "incoming")
    assert drawing.is_cut_off(drawing.by_id["end"], "incoming")


def test_a_file_is_ours_where_it_declares_our_namespace():
    assert is_ours(model(start(), end(), flow("start", "end")))
    assert not is_ours(around(task()))
    assert looked_at(model(start())).ours


@pytest.mark.parametrize(
    ("written", "otherwise", "expected"),
    [("true", "false", True), ("0", "true", False), ("", "true", True), ("", "false", False)],
)
def test_a_boolean_has_the_default_of_the_standard(written: str, otherwise: str, expected: bool):
    drawing = looked_at(drawn(task("a", isForCompensation=written)))

    assert is_true(drawing.by_id["a"], "isForCompensation", otherwise) is expected


def test_a_model_of_ten_thousand_elements_is_judged_by_every_rule():
    names = [f"t{number}" for number in range(3_300)]
    gateways = node("parallelGateway", "f"), node("parallelGateway", "j")
    ways = "".join(flow("f", name) + flow(name, "j") for name in names)
    around_them = flow("start", "f") + flow("j", "end")
    xml = drawn(start(), *gateways, *map(task, names), end(), ways, around_them)

    assert len(looked_at(xml).elements) == 9_908
    assert breaches(xml) == ()
