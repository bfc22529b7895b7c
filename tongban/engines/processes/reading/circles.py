"""Loops that nobody could stop: every node of them goes on by itself."""

from collections.abc import Mapping

from tongban.engines.processes import graph
from tongban.engines.processes.model import (
    Activity,
    CatchEvent,
    DecisionTask,
    EventGateway,
    ExclusiveGateway,
    InclusiveGateway,
    Node,
    ReceiveTask,
    ScriptTask,
    ServiceTask,
    SubProcess,
    UserTask,
)
from tongban.engines.processes.reading.draft import Draft
from tongban.engines.processes.reading.findings import Finding

WAITS = (UserTask, ReceiveTask, CatchEvent, EventGateway)
CALLS = (ServiceTask, DecisionTask)


def check(draft: Draft, nodes: Mapping[str, Node]) -> None:
    edges = graph.successors(nodes, draft.flows)
    restless = graph.among(edges, lambda node: not _waits(draft, nodes[node]))
    for circle in graph.circles(restless):
        inside = [nodes[node] for node in circle]
        if any(_calls(draft, node) for node in inside):
            _find(draft, "loop-without-wait", inside)
        elif not (_computing(draft, inside) and _can_leave(draft, edges, inside)):
            _find(draft, "endless-loop", inside)


def _find(draft: Draft, rule: str, inside: list[Node]) -> None:
    path = " → ".join(node.id for node in inside)
    first = inside[0]
    draft.findings.append(Finding(rule, first.id, first.line, {"path": path}))


def _inner(draft: Draft, node: Node) -> list[Node]:
    return [each for each in draft.nodes.values() if each.level == node.id]


def _waits(draft: Draft, node: Node) -> bool:
    if isinstance(node, SubProcess):
        return any(_waits(draft, each) for each in _inner(draft, node))
    return isinstance(node, WAITS)


def _calls(draft: Draft, node: Node) -> bool:
    if isinstance(node, SubProcess):
        return any(_calls(draft, each) for each in _inner(draft, node))
    return isinstance(node, CALLS)


def _computing(draft: Draft, inside: list[Node]) -> bool:
    """Whether a turn of the loop can leave other variables than the turn before."""
    return any(
        isinstance(node, ScriptTask)
        or (isinstance(node, SubProcess) and _computing(draft, _inner(draft, node)))
        for node in inside
    )


def _can_leave(draft: Draft, edges: Mapping[str, list[str]], inside: list[Node]) -> bool:
    circle = {node.id for node in inside}
    return any(set(edges[node.id]) - circle and _chooses(draft, node) for node in inside)


def _chooses(draft: Draft, node: Node) -> bool:
    if isinstance(node, ExclusiveGateway | InclusiveGateway):
        return True
    conditional = any(draft.flows[flow].condition for flow in node.outgoing)
    return isinstance(node, Activity) and (conditional or bool(node.boundary))
