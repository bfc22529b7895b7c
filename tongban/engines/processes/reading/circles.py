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


Kinds = Mapping[str | None, set[type[Node]]]


def kinds_inside(levels: dict[str | None, dict[str, Node]]) -> Kinds:
    """What each level holds, those inside it included; a level stands before those inside it."""
    found: dict[str | None, set[type[Node]]] = {}
    for level, nodes in reversed(levels.items()):
        found[level] = {type(node) for node in nodes.values()}.union(
            *(found[node.id] for node in nodes.values() if isinstance(node, SubProcess))
        )
    return found


def check(draft: Draft, nodes: Mapping[str, Node], kinds: Kinds) -> None:
    """`nodes` are those of one level; of a sub-process in a loop, what is inside counts."""
    edges = graph.successors(nodes, draft.flows)
    restless = graph.among(edges, lambda node: not _holds(kinds, nodes[node], WAITS))
    for circle in graph.circles(restless):
        inside = [nodes[node] for node in circle]
        computes = any(_holds(kinds, node, (ScriptTask,)) for node in inside)
        if any(_holds(kinds, node, CALLS) for node in inside):
            _find(draft, "loop-without-wait", inside)
        # Nothing else can make a gateway choose another way in the next turn.
        elif not (computes and _can_leave(draft, edges, inside)):
            _find(draft, "endless-loop", inside)


def _find(draft: Draft, rule: str, inside: list[Node]) -> None:
    path = " → ".join(node.id for node in inside)
    first = inside[0]
    draft.findings.append(Finding(rule, first.id, first.line, {"path": path}))


def _holds(kinds: Kinds, node: Node, wanted: tuple[type[Node], ...]) -> bool:
    if isinstance(node, SubProcess):
        return any(issubclass(each, wanted) for each in kinds[node.id])
    return isinstance(node, wanted)


def _can_leave(draft: Draft, edges: Mapping[str, list[str]], inside: list[Node]) -> bool:
    circle = {node.id for node in inside}
    return any(set(edges[node.id]) - circle and _chooses(draft, node) for node in inside)


def _chooses(draft: Draft, node: Node) -> bool:
    if isinstance(node, ExclusiveGateway | InclusiveGateway | ComplexGateway):
        return True
    conditional = any(draft.flows[flow].condition for flow in node.outgoing)
    return isinstance(node, Activity) and (conditional or bool(node.boundary))
