"""What can be wrong with the graph as a whole, once every node is understood."""

from collections.abc import Iterator, Mapping

from tongban.engines.processes import graph
from tongban.engines.processes.model import (
    Activity,
    BoundaryEvent,
    CatchEvent,
    ComplexGateway,
    EndEvent,
    EventGateway,
    EventSubProcess,
    ExclusiveGateway,
    Flow,
    InclusiveGateway,
    LinkCatch,
    Named,
    Node,
    ParallelGateway,
    ReceiveTask,
    StartEvent,
)
from tongban.engines.processes.reading import circles, levels, transactions
from tongban.engines.processes.reading.draft import Draft
from tongban.engines.processes.reading.findings import Finding
from tongban.engines.processes.triggers import OnCompensation

CHOOSING = ExclusiveGateway | InclusiveGateway


def check(draft: Draft, process: Named) -> None:
    by_level = levels.of(draft)
    kinds = circles.kinds_inside(by_level)
    for level, nodes in by_level.items():
        owner = process if level == draft.top else draft.nodes[level or ""]
        _check_starts(draft, owner, nodes, level)
        _check_links(draft, nodes)
        _check_paths(draft, nodes, level)
        circles.check(draft, nodes, kinds)
    told = {finding.element for finding in draft.findings}
    for flow in draft.flows.values():
        _check_condition(draft, flow, told)
    for node in draft.nodes.values():
        if isinstance(node, EventGateway):
            _check_event_gateway(draft, node)
    transactions.check(draft)


def _find(draft: Draft, rule: str, named: Named, **facts: object) -> None:
    draft.findings.append(Finding(rule, named.id, named.line, facts))


def _check_starts(draft: Draft, owner: Named, nodes: Mapping[str, Node], level: str | None) -> None:
    """The process itself may be begun at any of its start events; a sub-process or a process that
    is called must know at which."""
    starts = [node for node in nodes.values() if isinstance(node, StartEvent)]
    begins = bool(levels.begins(nodes))
    several = [node for node in starts if not node.triggers]
    if isinstance(owner, EventSubProcess):
        begins, several = bool(starts), starts
    elif level is None:
        begins = begins or bool(starts) or any(map(levels.instantiates, nodes.values()))
        several = []
    if not begins:
        _find(draft, "no-start", owner)
    if len(several) > 1:
        _find(draft, "several-starts", several[1], count=len(several))


def _check_links(draft: Draft, nodes: Mapping[str, Node]) -> None:
    for node in nodes.values():
        match node:
            case StartEvent() if node.incoming:
                _find(draft, "flow-into-start", node)
            case EndEvent() if node.outgoing:
                _find(draft, "flow-out-of-end", node)
            case EventSubProcess() | Activity(compensates=True) if node.incoming or node.outgoing:
                _find(draft, "begun-by-event", node)
            case LinkCatch() if not node.incoming:
                _find(draft, "link-without-pair", node, name=node.name, count=0)
            case BoundaryEvent():
                if node.incoming:
                    _find(draft, "flow-into-boundary", node)
                if node.handler is not None and node.outgoing:
                    _find(draft, "begun-by-event", node)
                if not _hangs(node, nodes):
                    _find(draft, "boundary-on-nothing", node, target=node.attached or "–")
            case _:
                pass


def _hangs(event: BoundaryEvent, nodes: Mapping[str, Node]) -> bool:
    host = nodes.get(event.attached)
    return isinstance(host, Activity) and not isinstance(host, EventSubProcess)


def _check_paths(draft: Draft, nodes: Mapping[str, Node], level: str | None) -> None:
    edges = graph.successors(nodes, draft.flows)
    ends = [n.id for n in nodes.values() if isinstance(n, EndEvent) or not n.outgoing]
    ending = graph.reached(graph.reversed_(edges), ends)
    begin = [*_beginnings(nodes), *(levels.begins(nodes) if levels.is_open(nodes) else ())]
    if begin:
        reachable = graph.reached(edges, begin)
        for node in _heads(graph.among(edges, lambda node: node not in reachable)):
            _find(draft, "unreachable", nodes[node])
    if not levels.is_open(nodes):
        for node in nodes.values():
            if not node.outgoing and not _may_be_last(node):
                _find(draft, "dead-end", node)
    stuck = graph.among(edges, lambda node: node not in ending)
    for circle in graph.circles(stuck):
        _find(draft, "no-way-to-end", nodes[circle[0]])


def _beginnings(nodes: Mapping[str, Node]) -> Iterator[str]:
    """Where paths begin. What hangs on nothing has its own finding and begins one as well."""
    for node in nodes.values():
        match node:
            case StartEvent() | EventSubProcess() | LinkCatch():
                yield node.id
            case BoundaryEvent():
                if not _hangs(node, nodes):
                    yield node.id
                if node.handler is not None:
                    yield node.handler
            case _ if levels.instantiates(node):
                yield node.id
            case _:
                pass


def _may_be_last(node: Node) -> bool:
    handler = isinstance(node, BoundaryEvent) and OnCompensation() in node.triggers
    compensates = isinstance(node, Activity) and node.compensates
    return isinstance(node, EndEvent | EventSubProcess) or handler or compensates


def _heads(edges: Mapping[str, list[str]]) -> list[str]:
    """Where the paths of a graph begin, a circle that nothing leads to at its first node."""
    back = graph.reversed_(edges)
    heads = [node for node in edges if not back[node]]
    seen = graph.reached(edges, heads)
    rest = graph.among(edges, lambda node: node not in seen)
    return heads + [circle[0] for circle in graph.circles(rest)]


def _check_condition(draft: Draft, flow: Flow, told: set[str]) -> None:
    source = draft.nodes[flow.source]
    default = getattr(source, "default", None)
    if flow.condition is not None:
        if default == flow.id:
            _find(draft, "condition-on-default", flow)
        # BPMN has a parallel gateway ignore conditions: every flow is taken.
        if not isinstance(source, CHOOSING | Activity | ParallelGateway | ComplexGateway):
            _find(draft, "misplaced-condition", flow, tag=type(source).__name__)
        return
    needed = isinstance(source, CHOOSING) and len(source.outgoing) > 1
    if needed and default != flow.id and flow.id not in told:
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
