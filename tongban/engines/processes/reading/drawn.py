"""A process that is not marked executable: a drawing, of which nothing runs.

The standard asks only of an executable process what a machine needs: conditions, times, messages,
what a task calls (BPMN 2.0.2, table 10.1). Of a drawing nothing is missing that was left out, and
kinds that nobody here executes are as good as any. So only what it shows is read: nodes, flows and
lanes. Whether it keeps the rules for all models is asked of `processes.standard`.
"""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from tongban.engines.processes.model import Definition, Flow, Lane, Node
from tongban.engines.processes.reading import nodes
from tongban.engines.processes.reading.document import Element, unprefixed
from tongban.engines.processes.reading.findings import Finding, Invalid
from tongban.engines.processes.reading.vocabulary import (
    ACTIVITIES,
    CHOREOGRAPHIES,
    CHOREOGRAPHY_ACTIVITIES,
    NODES,
    SUB_PROCESSES,
)
from tongban.engines.processes.upstream import Upstream

_NODES = NODES | CHOREOGRAPHY_ACTIVITIES
_INSIDE = SUB_PROCESSES | {"subChoreography"}
_ON_TOP = {"process", *CHOREOGRAPHIES}
_NOTHING: MappingProxyType[Any, Any] = MappingProxyType({})


def definition(element: Element, xml: bytes, version: str) -> Definition:
    """Of one process, or of all that a file holds where `element` is its root. Raises `Invalid`
    where a flow or a boundary event has no end on its level."""
    levels = list(_levels(element))
    broken = [finding for _, level in levels for finding in _broken(level)]
    if broken:
        raise Invalid(tuple(sorted(broken, key=lambda finding: finding.line)))
    lanes = {lane.id: lane for _, level in levels for lane in _lanes(level)}
    flows = {flow.id: flow for _, level in levels for flow in _flows(level)}
    return Definition(
        **nodes.named(element),
        version=version,
        xml=xml,
        executable=False,
        nodes=MappingProxyType(_nodes(levels, flows)),
        flows=MappingProxyType(flows),
        lanes=MappingProxyType({id: Lane(**_lane(lane)) for id, lane in lanes.items()}),
        variables=_NOTHING,
        types=_NOTHING,
        begins=_NOTHING,
        starts=_NOTHING,
        openings=(),
        handlers=_NOTHING,
        data=_NOTHING,
        upstream=Upstream({}, {}, ()),
    )


def _levels(element: Element) -> Iterator[tuple[str | None, Element]]:
    """Every process, choreography and sub-process, with the id of the node that it is."""
    tops = element.bpmn(*_ON_TOP) if element.tag == "definitions" else [element]
    waiting: list[tuple[str | None, Element]] = [(None, top) for top in reversed(tops)]
    while waiting:
        level = waiting.pop()
        yield level
        waiting += [(each.id, each) for each in reversed(level[1].bpmn(*_INSIDE))]


def _broken(level: Element) -> Iterator[Finding]:
    there = {each.id for each in level.bpmn(*_NODES) if each.id}
    for flow in level.bpmn("sequenceFlow"):
        for end in ("sourceRef", "targetRef"):
            if flow.refers(end) not in there:
                facts = {"attribute": end, "target": flow.refers(end) or "–"}
                yield Finding("flow-to-nowhere", flow.id, flow.line, facts)
    hosts = {each.id for each in level.bpmn(*ACTIVITIES) if each.id}
    for event in level.bpmn("boundaryEvent"):
        if event.refers("attachedToRef") not in hosts:
            facts = {"target": event.refers("attachedToRef") or "–"}
            yield Finding("boundary-on-nothing", event.id, event.line, facts)


def _nodes(levels: list[tuple[str | None, Element]], flows: dict[str, Flow]) -> dict[str, Node]:
    incoming: dict[str, tuple[str, ...]] = {}
    outgoing: dict[str, tuple[str, ...]] = {}
    for flow in flows.values():
        outgoing[flow.source] = (*outgoing.get(flow.source, ()), flow.id)
        incoming[flow.target] = (*incoming.get(flow.target, ()), flow.id)
    lane_of = {
        unprefixed(ref.text): lane.id
        for _, level in levels
        for lane in _lanes(level)
        for ref in lane.bpmn("flowNodeRef")
    }
    return {
        each.id: Node(
            **nodes.named(each),
            level=id,
            incoming=incoming.get(each.id, ()),
            outgoing=outgoing.get(each.id, ()),
            lane=lane_of.get(each.id),
        )
        for id, level in levels
        for each in level.bpmn(*_NODES)
        if each.id
    }


def _flows(level: Element) -> Iterator[Flow]:
    for each in level.bpmn("sequenceFlow"):
        yield Flow(
            **nodes.named(each),
            source=each.refers("sourceRef"),
            target=each.refers("targetRef"),
            condition=None,
        )


def _lanes(level: Element) -> Iterator[Element]:
    """The outer before those inside, which take a node over from them."""
    waiting = level.bpmn("laneSet")
    while waiting:
        for lane in waiting.pop().bpmn("lane"):
            yield lane
            waiting += lane.bpmn("childLaneSet")


def _lane(lane: Element) -> dict[str, Any]:
    named = nodes.named(lane)
    return {**named, "post": lane.tb("post") or named["name"]}
