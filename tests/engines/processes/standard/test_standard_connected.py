"""Events, links and compensation: the flows that they need, and those that they must not have."""

import pytest

from tests.engines.processes.bpmn_models import end, flow, node, path, start
from tests.engines.processes.standard.drawings import (
    START_A_END,
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


def both_ways(tag: str) -> bytes:
    return around(event(tag, "a", "signal"), runs=False)


def compensated(*more: str, handler: str = "undo") -> bytes:
    """`a` with a compensation event and its handler."""
    undo = task("undo", isForCompensation="true")
    tie = node("association", "tie", sourceRef="late", targetRef=handler)
    return around(task(), hanging("late", "compensate"), undo, tie, *more)


def linked(
    *,
    source: str = "there",
    target: str = "here",
    level: str = "",
    names: tuple[str, str] = ("", ""),
) -> bytes:
    """start → a → throw ⇢ catch → end, tied by references, by names, or not at all."""
    there = node(
        "linkEventDefinition", "there", texts("target", target) if target else "", name=names[0]
    )
    here = node(
        "linkEventDefinition", "here", texts("source", source) if source else "", name=names[1]
    )
    caught = catching("catch", here)
    if level:
        caught = node("subProcess", level, caught + task("in") + flow("catch", "in"))
        ways = path("a", level, "end")
    else:
        ways = flow("catch", "end")
    return drawn(
        start(), task(), throwing("throw", there), caught, end(), path("start", "a", "throw"), ways
    )


PAIRS = {
    "EXT096 nothing leads into a start": (
        [("EXT096", "start")],
        around(task(), flow("a", "start")),
        around(task()),
    ),
    "EXT097 where there is an end there is a start": (
        [("EXT097", "end")],
        drawn(task(), end(), flow("a", "end")),
        drawn(task(), task("b"), flow("a", "b")),
    ),
    "EXT097 inside a sub-process as well": (
        [("EXT097", "out")],
        around(node("subProcess", "a", task("b") + end("out") + flow("b", "out"))),
        around(node("subProcess", "a", task("b"))),
    ),
    "EXT101 something leaves a start": (
        [("EXT101", "other")],
        around(task(), start("other")),
        around(task(), start("other"), flow("other", "a")),
    ),
    "EXT104 nothing leaves an end": (
        [("EXT104", "end")],
        around(task(), flow("end", "a")),
        around(task()),
    ),
    "EXT105 where there is a start there is an end": (
        [("EXT105", "start")],
        drawn(start(), task(), flow("start", "a")),
        around(task()),
    ),
    "EXT107 something leads into an end": (
        [("EXT107", "other")],
        around(task(), end("other")),
        around(task(), end("other"), flow("a", "other")),
    ),
    "EXT112 nothing leads into an event on a border": (
        [("EXT112", "late")],
        around(task(), hanging("late", "timer"), flow("late", "end"), flow("start", "late")),
        around(task(), hanging("late", "timer"), flow("late", "end")),
    ),
    "EXT113 something leaves an event on a border": (
        [("EXT113", "late")],
        around(task(), hanging("late", "timer")),
        around(task(), hanging("late", "timer"), flow("late", "end")),
    ),
    "EXT114 nothing leaves compensation": (
        [("EXT114", "late")],
        compensated(flow("late", "end")),
        compensated(),
    ),
    "EXT115 something leads into an event that throws": (
        [("EXT115", "b"), ("EXT150", "b")],
        around(task(), throwing("b"), flow("b", "end")),
        around(task(), throwing("b"), path("a", "b", "end")),
    ),
    "EXT115 something leads into an event that catches": (
        [("EXT115", "b")],
        drawn(event("intermediateCatchEvent", "b", "timer"), task(), flow("b", "a")),
        drawn(task(), event("intermediateCatchEvent", "b", "timer"), path("a", "b", "a")),
    ),
    "EXT116 something leaves an event": (
        [("EXT116", "b")],
        drawn(task(), event("intermediateCatchEvent", "b", "timer"), flow("a", "b")),
        drawn(task(), event("intermediateCatchEvent", "b", "timer"), path("a", "b", "a")),
    ),
    "EXT117 a link that throws leads nowhere itself": (
        [("EXT117", "throw")],
        linked().replace(b"</process>", flow("throw", "end").encode() + b"</process>"),
        linked(),
    ),
    "EXT117 nothing leads to a link that catches": (
        [("EXT117", "catch")],
        linked().replace(b"</process>", flow("a", "catch").encode() + b"</process>"),
        linked(),
    ),
    "EXT118 a target names its source": (
        [("EXT118", "throw"), ("REF", "catch")],
        linked(source="other"),
        linked(),
    ),
    "EXT124 a link that is caught is thrown": (
        [("EXT118", "throw"), ("EXT124", "catch")],
        linked(source=""),
        linked(),
    ),
    "EXT125 a link has a target": (
        [("EXT125", "throw")],
        linked(target=""),
        linked(),
    ),
    "EXT126 a link stays on its level": (
        [("EXT126", "throw")],
        linked(level="s"),
        linked(),
    ),
    "EXT143 compensation has a handler": (
        [("EXT143", "late")],
        around(task(), hanging("late", "compensate")),
        compensated(),
    ),
    "EXT143 a note is no handler": (
        [("EXT143", "late")],
        compensated(node("textAnnotation", "note"), handler="note"),
        compensated(),
    ),
    "EXT144 a handler is marked as one": (
        [("EXT144", "b")],
        compensated(task("b"), path("start", "b", "end"), handler="b"),
        compensated(),
    ),
    "EXT144 a call is no handler": (
        [("EXT144", "b")],
        compensated(node("callActivity", "b", isForCompensation="true"), handler="b"),
        compensated(node("subProcess", "b", isForCompensation="true"), handler="b"),
    ),
}


@pytest.mark.parametrize("rule", PAIRS)
def test_a_breach_is_found_on_its_element(rule: str):
    expected, broken, _ = PAIRS[rule]

    assert sorted(found(broken)) == sorted(expected)


@pytest.mark.parametrize("rule", PAIRS)
def test_the_nearest_allowed_drawing_is_left_alone(rule: str):
    assert found(PAIRS[rule][2]) == []


def test_links_that_editors_tie_by_their_names_alone_are_tied():
    assert found(linked(source="", target="", names=("to the end", "to the end"))) == []


def test_links_of_different_names_are_not_tied():
    told = found(linked(source="", target="", names=("one", "other")))

    assert sorted(told) == [("EXT124", "catch"), ("EXT125", "throw")]


def test_links_without_any_name_are_not_tied():
    told = found(linked(source="", target=""))

    assert sorted(told) == [("EXT124", "catch"), ("EXT125", "throw")]


def test_a_link_with_two_targets_cannot_choose():
    two = linked().replace(b"<target>here</target>", b"<target>here</target>" * 2)

    assert found(two) == [("EXT125", "throw")]


def test_an_association_may_be_drawn_either_way():
    undo = task("undo", isForCompensation="true")
    tie = node("association", "tie", sourceRef="undo", targetRef="late")

    assert found(around(task(), hanging("late", "compensate"), undo, tie)) == []


@pytest.mark.parametrize("tag", ["startEvent", "endEvent"])
def test_a_flow_that_is_only_listed_counts_as_one(tag: str):
    listed = "<incoming>x</incoming>" if tag == "startEvent" else "<outgoing>x</outgoing>"
    code = "EXT096" if tag == "startEvent" else "EXT104"

    assert (code, "odd") in found(around(task(), node(tag, "odd", listed)))


def test_an_ad_hoc_sub_process_is_asked_for_no_start_besides():
    inside = task("b") + end("out") + flow("b", "out")

    assert found(around(node("adHocSubProcess", "a", inside))) == [("EXT062", "out")]


@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "intermediateCatchEvent"])
def test_what_is_done_ad_hoc_needs_no_order(tag: str):
    inside = task("b") + event(tag, "c", "signal")

    assert found(around(node("adHocSubProcess", "a", inside), runs=False)) == []


def test_what_instantiates_a_process_stands_for_its_start():
    task_ = node("receiveTask", "a", instantiate="true")

    assert found(drawn(task_, end(), flow("a", "end"))) == []
    assert found(drawn(node("receiveTask", "a"), end(), flow("a", "end"))) == [("EXT097", "end")]


def test_events_of_one_level_do_not_count_on_another():
    inside = task("b") + end("out") + flow("b", "out")
    xml = drawn(start(), node("subProcess", "a", inside), end(), START_A_END)

    assert found(xml) == [("EXT097", "out")]


@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "intermediateCatchEvent"])
def test_an_event_in_the_middle_of_the_flow_is_left_alone(tag: str):
    assert found(both_ways(tag)) == []


def test_the_words_say_what_to_do():
    (breach,) = breaches(around(task(), hanging("late", "timer", name="超时")))

    assert breach.told("zh") == (
        "边界事件“超时”：没有顺序流离开边界事件。请从它引一条线到后续步骤。（BPMN 2.0 规则 EXT113）"
    )
    assert breach.told("en") == (
        "Boundary event “超时”: No sequence flow leaves it. Lead a flow from it to what happens "
        "then. (BPMN 2.0 rule EXT113)"
    )
