"""Gateways: one smallest drawing that breaks each rule, and the nearest that does not."""

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
    leads_to,
    task,
)

MESSAGE = "<messageEventDefinition/>"
TIMER = "<timerEventDefinition/>"


def split(tag: str = "exclusiveGateway", **attributes: str) -> bytes:
    """start → g → end and other."""
    gateway = node(tag, "g", **attributes)
    ways = path("start", "g", "end"), flow("g", "other")
    return drawn(start(), gateway, end(), end("other"), *ways, runs=False)


def joined(tag: str = "exclusiveGateway", **attributes: str) -> bytes:
    """start → a and b → g → end."""
    nodes = task("a"), task("b"), node(tag, "g", **attributes)
    ways = path("start", "a", "g", "end"), path("start", "b", "g")
    return drawn(start(), *nodes, end(), *ways, runs=False)


def mixed(**attributes: str) -> bytes:
    """start → a and b → g → end and other."""
    nodes = task("a"), task("b"), node("exclusiveGateway", "g", **attributes)
    ways = path("start", "a", "g", "end"), path("start", "b", "g", "other")
    return drawn(start(), *nodes, end(), end("other"), *ways, runs=False)


def race(*targets: str, ids: tuple[str, ...], beside: str = "") -> bytes:
    """start → g → each of the targets → end."""
    ways = "".join(path("g", each, "end") for each in ids)
    gateway = node("eventBasedGateway", "g")
    return drawn(start(), gateway, *targets, end(), flow("start", "g"), ways, beside, runs=False)


def two(first: str, second: str, *more: str) -> bytes:
    return race(first, second, *more, ids=("a", "b"))


PAIRS = {
    "EXT017 a converging gateway does not split": (
        [("EXT017", "g")],
        split(gatewayDirection="Converging"),
        joined(gatewayDirection="Converging"),
    ),
    "EXT018 a diverging gateway does not join": (
        [("EXT018", "g")],
        joined(gatewayDirection="Diverging"),
        split(gatewayDirection="Diverging"),
    ),
    "EXT019 a mixed gateway splits": (
        [("EXT019", "g")],
        joined(gatewayDirection="Mixed"),
        mixed(gatewayDirection="Mixed"),
    ),
    "EXT019 a mixed gateway joins": (
        [("EXT019", "g")],
        split(gatewayDirection="Mixed"),
        mixed(gatewayDirection="Unspecified"),
    ),
    "EXT135 a gateway splits or joins": (
        [("EXT135", "a")],
        around(node("parallelGateway", "a")),
        split("parallelGateway"),
    ),
    "EXT136 an event-based gateway leads to two events": (
        [("EXT136", "g")],
        race(catching("a", TIMER), ids=("a",)),
        two(catching("a", TIMER), catching("b", MESSAGE)),
    ),
    "EXT137 the flows behind it have no condition": (
        [("EXT137", "g-c")],
        two(
            catching("a", TIMER),
            catching("b", MESSAGE),
            catching("c", MESSAGE),
            flow("g", "c", "x"),
            flow("c", "end"),
        ),
        two(
            catching("a", TIMER),
            catching("b", MESSAGE),
            catching("c", MESSAGE),
            path("g", "c", "end"),
        ),
    ),
    "EXT138 a task is no event": (
        [("EXT138", "g")],
        two(catching("a", TIMER), task("b")),
        two(catching("a", TIMER), node("receiveTask", "b")),
    ),
    "EXT138 a link cannot be raced": (
        [("EXT138", "g"), ("EXT117", "b"), ("EXT124", "b")],
        two(catching("a", TIMER), catching("b", "<linkEventDefinition/>")),
        two(catching("a", TIMER), catching("b", "<signalEventDefinition/>")),
    ),
    "EXT139 messages are waited for in one way": (
        [("EXT139", "g")],
        two(catching("a", MESSAGE), node("receiveTask", "b")),
        two(node("receiveTask", "a"), node("receiveTask", "b")),
    ),
    "EXT140 a task that is raced has no event on its border": (
        [("EXT140", "a")],
        two(
            node("receiveTask", "a"),
            catching("b", TIMER),
            hanging("late", "timer"),
            flow("late", "end"),
        ),
        two(node("receiveTask", "a"), catching("b", TIMER)),
    ),
    "EXT141 what is raced has no other way in": (
        [("EXT141", "b")],
        two(catching("a", TIMER), catching("b", MESSAGE), flow("start", "b")),
        two(catching("a", TIMER), catching("b", MESSAGE)),
    ),
    "EXT142 a gateway that starts the process has no way in": (
        [("EXT142", "g")],
        split("eventBasedGateway", instantiate="true")
        .replace(
            b'<endEvent id="end"></endEvent>',
            (catching("end", TIMER) + end("x") + path("end", "x")).encode(),
        )
        .replace(
            b'<endEvent id="other"></endEvent>',
            (catching("other", TIMER) + path("other", "x")).encode(),
        ),
        drawn(
            node("eventBasedGateway", "g", instantiate="true"),
            catching("a", MESSAGE),
            catching("b", TIMER),
            path("g", "a"),
            path("g", "b"),
            task("c"),
            path("a", "c"),
            path("b", "c"),
            runs=False,
        ),
    ),
}


@pytest.mark.parametrize("rule", PAIRS)
def test_a_breach_is_found_on_its_element(rule: str):
    expected, broken, _ = PAIRS[rule]

    assert sorted(found(broken)) == sorted(expected)


@pytest.mark.parametrize("rule", PAIRS)
def test_the_nearest_allowed_drawing_is_left_alone(rule: str):
    assert found(PAIRS[rule][2]) == []


def test_the_words_tell_how_many_flows_there_are():
    (breach,) = breaches(joined(gatewayDirection="Mixed"))

    assert breach.told("en") == (
        "Exclusive gateway “g”: It is marked as mixed and has 2 incoming and 1 outgoing flows. "
        "Draw at least two of each, or change its direction. (BPMN 2.0 rule EXT019)"
    )
    assert breach.told("zh") == (
        "排他网关“g”：标为混合，却只有 2 条入线、1 条出线。"
        "入线和出线都至少要有两条，或更改其方向。（BPMN 2.0 规则 EXT019）"
    )


def test_an_event_that_refers_to_its_definition_can_be_raced_too():
    referred = catching("b", "<eventDefinitionRef>when</eventDefinitionRef>")
    xml = race(catching("a", MESSAGE), referred, ids=("a", "b")).replace(
        b"<process", b'<timerEventDefinition id="when"/><process'
    )

    assert found(xml) == []


def test_an_event_with_several_triggers_may_be_raced_when_each_of_them_may():
    several = MESSAGE + TIMER

    assert found(two(catching("a", several), catching("b", TIMER))) == []
    assert ("EXT138", "g") in found(
        two(catching("a", several + "<linkEventDefinition/>"), catching("b", TIMER))
    )


def test_a_gateway_that_leads_nowhere_is_told_once():
    xml = drawn(
        start(), node("eventBasedGateway", "g"), end(), flow("start", "g"), flow("g", "ghost")
    )

    assert sorted(found(xml)) == [("EXT107", "end"), ("EXT136", "g"), ("REF", "g-ghost")]


def test_gateways_of_every_kind_are_looked_at():
    for tag in ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway"):
        assert found(around(node(tag, "a"))) == [("EXT135", "a")]
        assert found(split(tag)) == []


def test_an_end_behind_a_split_takes_any_number_of_flows():
    nodes = task("a"), task("b"), task("c")
    ways = leads_to("a", "b", "c"), flow("a", "end"), flow("b", "end"), flow("c", "end")

    assert found(drawn(start(), *nodes, end(), *ways)) == []


def test_a_throwing_event_is_no_event_to_wait_for():
    xml = two(catching("a", TIMER), event("intermediateThrowEvent", "b", "signal"))

    assert found(xml) == [("EXT138", "g")]
