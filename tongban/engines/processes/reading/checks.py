"""What can be wrong with the graph as a whole, once every node is understood."""

from collections.abc import Mapping

from tongban.engines.processes import graph
from tongban.engines.processes.model import (
    Activity,
    BoundaryEvent,
    CatchEvent,
    EndEvent,
    EventGateway,
    ExclusiveGateway,
    Flow,
    InclusiveGateway,
    Named,
    Node,
    ParallelGateway,
    ReceiveTask,
    StartEvent,
    SubProcess,
)
from tongban.engines.processes.reading import circles
from tongban.engines.processes.reading.draft import Draft
from tongban.engines.processes.reading.findings import Finding

CHOOSING = ExclusiveGateway | InclusiveGateway


def check(draft: Draft, process: Named) -> None:
    levels: dict[str | None, dict[str, Node]] = {None: {}}
    for node in draft.nodes.values():
        levels.setdefault(node.level, {})[node.id] = node
        if isinstance(node, SubProcess):
            levels.setdefault(node.id, {})
    for level, nodes in levels.items():
        owner = draft.nodes[level] if level else process
        _check_starts(draft, owner, nodes)
        _check_links(draft, nodes)
        _check_paths(draft, nodes)
        circles.check(draft, nodes, levels)
    for flow in draft.flows.values():
        _check_condition(draft, flow)
    for node in draft.nodes.values():
        if isinstance(node, EventGateway):
            _check_event_gateway(draft, node)


def _find(draft: Draft, rule: str, named: Named, **facts: object) -> None:
    draft.findings.append(Finding(rule, named.id, named.line, facts))


def _check_starts(draft: Draft, owner: Named, nodes: Mapping[str, Node]) -> None:
    starts = [node for node in nodes.values() if isinstance(node, StartEvent)]
    if not starts:
        _find(draft, "no-start", owner)
    if len(starts) > 1:
        _find(draft, "several-starts", starts[1], count=len(starts))


def _check_links(draft: Draft, nodes: Mapping[str, Node]) -> None:
    for node in nodes.values():
        match node:
            case StartEvent() if node.incoming:
                _find(draft, "flow-into-start", node)
            case EndEvent() if node.outgoing:
                _find(draft, "flow-out-of-end", node)
            case BoundaryEvent():
                if node.incoming:
                    _find(draft, "flow-into-boundary", node)
                if not _hangs(node, nodes):
                    _find(draft, "boundary-on-nothing", node, target=node.attached or "–")
            case _:
                pass


def _hangs(event: BoundaryEvent, nodes: Mapping[str, Node]) -> bool:
    return isinstance(nodes.get(event.attached), Activity)


def _check_paths(draft: Draft, nodes: Mapping[str, Node]) -> None:
    edges = graph.successors(nodes, draft.flows)
    ends = [n.id for n in nodes.values() if isinstance(n, EndEvent) or not n.outgoing]
    ending = graph.reached(graph.reversed_(edges), ends)
    # What hangs on nothing has its own finding and starts a path of its own.
    begin = [
        node.id
        for node in nodes.values()
        if isinstance(node, StartEvent)
        or (isinstance(node, BoundaryEvent) and not _hangs(node, nodes))
    ]
    if begin:
        reachable = graph.reached(edges, begin)
        for node in _heads(graph.among(edges, lambda node: node not in reachable)):
            _find(draft, "unreachable", nodes[node])
    for node in nodes.values():
        if not node.outgoing and not isinstance(node, EndEvent):
            _find(draft, "dead-end", node)
    stuck = graph.among(edges, lambda node: node not in ending)
    for circle in graph.circles(stuck):
        _find(draft, "no-way-to-end", nodes[circle[0]])


def _heads(edges: Mapping[str, list[str]]) -> list[str]:
    """Where the paths of a graph begin, a circle that nothing leads to at its first node."""
    back = graph.reversed_(edges)
    heads = [node for node in edges if not back[node]]
    seen = graph.reached(edges, heads)
    rest = graph.among(edges, lambda node: node not in seen)
    return heads + [circle[0] for circle in graph.circles(rest)]


def _check_condition(draft: Draft, flow: Flow) -> None:
    source = draft.nodes[flow.source]
    default = getattr(source, "default", None)
    if flow.condition is not None:
        if default == flow.id:
            _find(draft, "condition-on-default", flow)
        # BPMN has a parallel gateway ignore conditions: every flow is taken.
        if not isinstance(source, CHOOSING | Activity | ParallelGateway):
            _find(draft, "misplaced-condition", flow, tag=type(source).__name__)
        return
    told = any(finding.element == flow.id for finding in draft.findings)
    needed = isinstance(source, CHOOSING) and len(source.outgoing) > 1
    if needed and default != flow.id and not told:
        _find(draft, "missing-condition", flow)


def _check_event_gateway(draft: Draft, gateway: EventGateway) -> None:
    if len(gateway.outgoing) < 2:
        _find(draft, "event-gateway", gateway, target=gateway.id)
    for flow in gateway.outgoing:
        target = draft.nodes[draft.flows[flow].target]
        if not _can_be_raced(target):
            _find(draft, "event-gateway", gateway, target=target.id)


def _can_be_raced(target: Node) -> bool:
    if len(target.incoming) > 1:
        return False
    plain = isinstance(target, ReceiveTask) and not target.boundary and not target.loop
    return plain or isinstance(target, CatchEvent)
