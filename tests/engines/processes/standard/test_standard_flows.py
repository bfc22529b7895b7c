"""Sequence flows: one smallest drawing that breaks each rule, and the nearest that does not."""

import pytest

from tests.engines.processes.bpmn_models import end, flow, node, path, start
from tests.engines.processes.standard.drawings import (
    START_A_END,
    around,
    drawn,
    event,
    found,
    hanging,
    pools,
    process,
    task,
    whole,
)

BY_EVENT = node(
    "subProcess",
    "s",
    event("startEvent", "in", "signal") + end("out") + flow("in", "out"),
    triggeredByEvent="true",
)
INSIDE = node("subProcess", "a", start("in") + task("b") + end("out") + path("in", "b", "out"))
LISTED = START_A_END


def listed(*, incoming: str = "a-end", outgoing: str = "start-a") -> bytes:
    """start → a → end, whose outer nodes list their flows."""
    return drawn(
        node("startEvent", "start", f"<outgoing>{outgoing}</outgoing>"),
        task("a", "<incoming>start-a</incoming><outgoing>a-end</outgoing>"),
        node("endEvent", "end", f"<incoming>{incoming}</incoming>"),
        START_A_END,
    )


def condition(source: str, target: str) -> str:
    return flow(source, target, "x = 1")


PAIRS = {
    "EXT021 an event sub-process sends no flow": (
        [("EXT057", "s"), ("EXT021", "s-a")],
        around(task(), BY_EVENT, flow("s", "a")),
        around(task(), BY_EVENT),
    ),
    "EXT022 an event sub-process takes no flow": (
        [("EXT057", "s"), ("EXT022", "a-s")],
        around(task(), BY_EVENT, flow("a", "s")),
        around(task(), BY_EVENT),
    ),
    "EXT023 a node lists its incoming flows": (
        [("EXT023", "a-end")],
        listed(incoming="other"),
        listed(),
    ),
    "EXT023 a node lists its outgoing flows": (
        [("EXT023", "start-a")],
        listed(outgoing="other"),
        around(task()),
    ),
    "EXT024 a flow of a process that runs is immediate": (
        [("EXT024", "x")],
        drawn(
            start(),
            end(),
            node("sequenceFlow", "x", sourceRef="start", targetRef="end", isImmediate="false"),
        ),
        drawn(
            start(),
            end(),
            node("sequenceFlow", "x", sourceRef="start", targetRef="end", isImmediate="false"),
            runs=False,
        ),
    ),
    "EXT025 the only way out has no condition": (
        [("EXT025", "a-end")],
        drawn(start(), task(), end(), flow("start", "a"), condition("a", "end")),
        drawn(
            start(),
            task(default="a-b"),
            end(),
            end("b"),
            flow("start", "a"),
            condition("a", "end"),
            flow("a", "b"),
        ),
    ),
    "EXT026 a default flow leaves its own node": (
        [("EXT026", "a")],
        around(task(default="start-a")),
        around(task(default="a-end")),
    ),
    "EXT028 a flow stays in its pool": (
        [("EXT028", "a-b")],
        pools(mine=task("a") + flow("a", "b"), theirs=task("b")),
        pools(mine=task("a") + task("c") + flow("a", "c"), theirs=task("b")),
    ),
    "EXT152 a flow does not enter a sub-process": (
        [("EXT152", "start-b")],
        around(INSIDE, flow("start", "b")),
        around(INSIDE),
    ),
    "EXT152 a flow does not leave a sub-process": (
        [("EXT152", "b-end")],
        around(INSIDE, flow("b", "end")),
        around(INSIDE),
    ),
    "EXT150 beside a start every node is reached by a flow": (
        [("EXT150", "b")],
        around(task(), task("b"), flow("b", "end")),
        around(task(), task("b"), flow("start", "b"), flow("b", "end")),
    ),
    "EXT151 beside an end every node is left by a flow": (
        [("EXT151", "b")],
        around(task(), task("b"), flow("start", "b")),
        around(task(), task("b"), flow("start", "b"), flow("b", "end")),
    ),
}


@pytest.mark.parametrize("rule", PAIRS)
def test_a_breach_is_found_on_its_element(rule: str):
    expected, broken, _ = PAIRS[rule]

    assert sorted(found(broken)) == sorted(expected)


@pytest.mark.parametrize("rule", PAIRS)
def test_the_nearest_allowed_drawing_is_left_alone(rule: str):
    assert found(PAIRS[rule][2]) == []


def test_a_file_that_lists_no_flows_at_all_is_not_asked_for_lists():
    assert found(around(task())) == []


@pytest.mark.parametrize(
    ("start_lists", "end_lists", "expected"),
    [
        (True, False, [("EXT023", "start-end"), ("EXT107", "end")]),
        (False, True, [("EXT023", "start-end"), ("EXT101", "start")]),
        (True, True, []),
    ],
)
def test_a_node_that_lists_no_flow_does_not_know_of_the_flow_that_is_drawn(
    start_lists: bool, end_lists: bool, expected: list[tuple[str, str]]
):
    first = node("startEvent", "start", "<outgoing>start-end</outgoing>" * start_lists)
    last = node("endEvent", "end", "<incoming>start-end</incoming>" * end_lists)

    assert sorted(found(drawn(first, last, flow("start", "end")))) == expected


@pytest.mark.parametrize(
    "apart",
    [
        node("task", "c", isForCompensation="true"),
        BY_EVENT,
        node("receiveTask", "c", instantiate="true") + flow("c", "end"),
    ],
)
def test_what_stands_apart_from_the_flow_needs_none(apart: str):
    assert found(around(task(), apart)) == []


def test_where_there_is_no_start_a_node_may_begin_by_itself():
    assert found(drawn(task("a"), task("b"), flow("a", "b"))) == []


def test_a_boundary_event_begins_its_own_path():
    late = hanging("late", "timer")

    assert found(around(task(), late, flow("late", "end"))) == []


def test_a_conditional_flow_behind_a_gateway_is_no_concern_of_the_activities():
    gateway = node("exclusiveGateway", "a", default="a-end")
    ways = condition("a", "other")

    assert found(around(gateway, end("other"), ways)) == []


def test_flows_that_lead_to_nothing_are_told_as_references_alone():
    assert found(drawn(start(), end(), flow("start", "end"), flow("start", "ghost"))) == [
        ("REF", "start-ghost")
    ]


def test_a_default_that_is_no_flow_is_told_as_a_reference_alone():
    assert found(around(task(default="end"))) == [("REF", "a")]


def test_two_processes_without_pools_are_kept_apart_as_well():
    xml = whole(
        process(task("a"), flow("a", "b"), runs=False), process(task("b"), id="q", runs=False)
    )

    assert found(xml) == [("EXT028", "a-b")]
