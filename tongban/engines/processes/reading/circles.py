"""Loops that nobody could stop: every node of them goes on by itself."""

from collections.abc import Mapping

from tongban.engines.processes import graph
from tongban.engines.processes.model import (
    Activity,
    CallActivity,
    CatchEvent,
    ComplexGateway,
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

# A called process is judged when it is read; what calls it in a loop is taken to have a pause.
WAITS = (UserTask, ReceiveTask, CatchEvent, EventGateway, CallActivity)
CALLS = (ServiceTask, DecisionTask)


Levels = Mapping[str | None, Mapping[str, Node]]


def check(draft: Draft, nodes: Mapping[str, Node], levels: Levels) -> None:
    """`nodes` are those of one level; of a sub-process in a loop, what is inside counts."""
    edges = graph.successors(nodes, draft.flows)
    restless = graph.among(edges, lambda node: not _holds(levels, nodes[node], WAITS))
    for circle in graph.circles(restless):
        inside = [nodes[node] for node in circle]
        computes = any(_holds(levels, node, (ScriptTask,)) for node in inside)
        if any(_holds(levels, node, CALLS) for node in inside):
            _find(draft, "loop-without-wait", inside)
        # Nothing else can make a gateway choose another way in the next turn.
        elif not (computes and _can_leave(draft, edges, inside)):
            _find(draft, "endless-loop", inside)


def _find(draft: Draft, rule: str, inside: list[Node]) -> None:
    path = " → ".join(node.id for node in inside)
    first = inside[0]
    draft.findings.append(Finding(rule, first.id, first.line, {"path": path}))


def _holds(levels: Levels, node: Node, kinds: tuple[type[Node], ...]) -> bool:
    if isinstance(node, SubProcess):
        return any(_holds(levels, each, kinds) for each in levels[node.id].values())
    return isinstance(node, kinds)


def _can_leave(draft: Draft, edges: Mapping[str, list[str]], inside: list[Node]) -> bool:
    circle = {node.id for node in inside}
    return any(set(edges[node.id]) - circle and _chooses(draft, node) for node in inside)


def _chooses(draft: Draft, node: Node) -> bool:
    if isinstance(node, ExclusiveGateway | InclusiveGateway | ComplexGateway):
        return True
    conditional = any(draft.flows[flow].condition for flow in node.outgoing)
    return isinstance(node, Activity) and (conditional or bool(node.boundary))
