"""The nodes of a process by the level they stand on, and where a token begins on a level."""

from collections.abc import Mapping

from tongban.engines.processes.model import (
    Activity,
    BoundaryEvent,
    EndEvent,
    EventGateway,
    EventSubProcess,
    Node,
    ReceiveTask,
    StartEvent,
    SubProcess,
)
from tongban.engines.processes.reading.draft import Draft

Nodes = Mapping[str, Node]


def of(draft: Draft) -> dict[str | None, dict[str, Node]]:
    found: dict[str | None, dict[str, Node]] = {draft.top: {}}
    for node in draft.nodes.values():
        found.setdefault(node.level, {})[node.id] = node
        if isinstance(node, SubProcess):
            found.setdefault(node.id, {})
    return found


def begins(nodes: Nodes) -> tuple[str, ...]:
    """The start events without a trigger; on a level without start and end events, every node that
    nothing leads to (BPMN 2.0, 10.4.2)."""
    starts = [node for node in nodes.values() if isinstance(node, StartEvent)]
    plain = tuple(node.id for node in starts if not node.triggers)
    if plain or not is_open(nodes):
        return plain
    return tuple(node.id for node in nodes.values() if _is_free(node))


def is_open(nodes: Nodes) -> bool:
    """Whether the level begins and ends where flows do, and not at events."""
    return not any(isinstance(node, StartEvent | EndEvent) for node in nodes.values())


def instantiates(node: Node) -> bool:
    return isinstance(node, ReceiveTask | EventGateway) and node.instantiates


def _is_free(node: Node) -> bool:
    aside = isinstance(node, BoundaryEvent | EventSubProcess) or instantiates(node)
    compensates = isinstance(node, Activity) and node.compensates
    return not (node.incoming or aside or compensates)
