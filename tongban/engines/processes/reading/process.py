"""The process of a file, level by level."""

from collections.abc import Callable, Iterator
from types import MappingProxyType

from tongban.engines.feel.types import ANY, ANY_CONTEXT, ANY_LIST, BOOLEAN, NAMED, NULL, Type
from tongban.engines.processes.model import Flow, Lane, Node
from tongban.engines.processes.reading import (
    activities,
    administering,
    calls,
    data,
    events,
    gateways,
    grammar,
    links,
    loops,
    nodes,
)
from tongban.engines.processes.reading.beside import Beside
from tongban.engines.processes.reading.document import Element, unprefixed
from tongban.engines.processes.reading.draft import Draft, Level
from tongban.engines.processes.reading.vocabulary import DATA, DOCUMENTARY, NODES, SUB_PROCESSES, TB

Parser = Callable[[Draft, Level, Element], Node | None]

PARSERS: dict[str, Parser] = {
    "startEvent": events.start_event,
    "endEvent": events.end_event,
    "intermediateCatchEvent": events.catch_event,
    "intermediateThrowEvent": events.throw_event,
    "boundaryEvent": events.boundary_event,
    "task": activities.task,
    "userTask": activities.user_task,
    "manualTask": activities.manual_task,
    "serviceTask": activities.service_task,
    "sendTask": activities.send_task,
    "receiveTask": activities.receive_task,
    "scriptTask": activities.script_task,
    "businessRuleTask": activities.decision_task,
    "exclusiveGateway": gateways.exclusive,
    "inclusiveGateway": gateways.inclusive,
    "parallelGateway": gateways.parallel,
    "eventBasedGateway": gateways.event_based,
    "complexGateway": gateways.complex_,
    "callActivity": calls.process,
}

BESIDE_NODES = DOCUMENTARY | DATA | {"sequenceFlow", "laneSet", "ioSpecification"}
VARIABLE_TYPES: dict[str, Type] = {
    **{name: type_ for name, type_ in NAMED.items() if type_ != NULL},
    "list": ANY_LIST,
    "context": ANY_CONTEXT,
}


def start(
    process: Element,
    beside: Beside,
    called: Callable[[str], Element | None],
    top: str | None,
) -> Draft:
    """A draft that knows what stands beside the process, and which variables there are."""
    items = data.names(process)
    draft = Draft(
        top=top,
        beside=beside,
        called=called,
        items=MappingProxyType(items),
        declared={},
        written=frozenset(filter(nodes.is_name, [*_written(process), *items.values()])),
    )
    draft.declared = MappingProxyType(_declared(draft, process))
    return draft


def read(draft: Draft, process: Element) -> None:
    _read_lanes(draft, process)
    draft.data[draft.top] = data.of_level(draft, process)
    _read_level(draft, process, _level(draft, process, draft.top, frozenset()))
    administering.check_correction(draft, process)


def _written(process: Element) -> Iterator[str]:
    for element in process.walk():
        if element.namespace == TB and element.tag == "output":
            yield element.attributes.get("target", "")
        yield element.tb("result") or ""
        yield element.tb("outputCollection") or ""
        yield element.tb("signatures") or ""


def _declared(draft: Draft, process: Element) -> dict[str, Type]:
    declared: dict[str, Type] = {}
    for each in process.extensions("variable"):
        name, written = each.get("name"), each.get("type") or "Any"
        if name is None:
            draft.find("missing-attribute", process, tag="tb:variable", attribute="name")
            continue
        if written not in VARIABLE_TYPES:
            draft.find("wrong-type", process, type=written, allowed=", ".join(VARIABLE_TYPES))
        if nodes.checked_name(draft, process, name):
            declared[name] = VARIABLE_TYPES.get(written, ANY)
    return declared


def _read_lanes(draft: Draft, process: Element) -> None:
    inside = list(process.walk(without=DOCUMENTARY))
    known = {each.id for each in inside if each.tag in NODES}
    for lane_set in inside:
        if lane_set.tag == "laneSet":
            _read_lane_set(draft, lane_set, known, ())


def _read_lane_set(
    draft: Draft, lane_set: Element, known: set[str], around: tuple[str, ...]
) -> None:
    """`around` are the lanes that hold this set: an inner lane takes a node over from them."""
    for lane in lane_set.bpmn("lane"):
        if not lane.id:
            draft.find("missing-attribute", lane, tag="lane", attribute="id")
        named = nodes.named(lane)
        draft.lanes[lane.id] = Lane(**named, post=lane.tb("post") or named["name"])
        for ref in lane.bpmn("flowNodeRef"):
            node = unprefixed(ref.text)
            before = draft.lane_of.get(node)
            if node not in known:
                facts = {"attribute": "flowNodeRef", "what": "node", "what_zh": "节点"}
                draft.find("wrong-reference", lane, target=node, **facts)
            elif before is not None and before not in around:
                draft.find("lane-twice", lane, first=before, second=lane.id)
            draft.lane_of[node] = lane.id
        for inner in lane.bpmn("childLaneSet"):
            _read_lane_set(draft, inner, known, (*around, lane.id))


def _level(draft: Draft, element: Element, id: str | None, local: frozenset[str]) -> Level:
    incoming: dict[str, tuple[str, ...]] = {}
    outgoing: dict[str, tuple[str, ...]] = {}
    joined = links.flows(draft, element)
    written = [
        (flow.id, flow.refers("sourceRef"), flow.refers("targetRef"))
        for flow in element.bpmn("sequenceFlow")
    ]
    for flow, source, target in written + [(link.id, link.source, link.target) for link in joined]:
        outgoing[source] = (*outgoing.get(source, ()), flow)
        incoming[target] = (*incoming.get(target, ()), flow)
    boundary: dict[str, tuple[str, ...]] = {}
    for event in element.bpmn("boundaryEvent"):
        host = event.refers("attachedToRef")
        boundary[host] = (*boundary.get(host, ()), event.id)
    return Level(id, incoming, outgoing, boundary, local, _handlers(element), joined)


def _handlers(level: Element) -> dict[str, str]:
    """The compensating activity of each boundary event that an association leads from to one."""
    compensating = {
        each.id for each in level.children if each.get("isForCompensation") in ("true", "1")
    }
    ends = [
        (each.refers("sourceRef"), each.refers("targetRef")) for each in level.bpmn("association")
    ]
    return {source: target for source, target in ends if target in compensating}


def _read_level(draft: Draft, element: Element, level: Level) -> None:
    # What is not supported has its own finding: a flow may still lead there.
    there = {each.id for each in element.children if each.tag not in BESIDE_NODES}
    joins = {each.id for each in element.bpmn("complexGateway")}
    for flow in element.bpmn("sequenceFlow"):
        behind = flow.refers("sourceRef") in joins
        _read_flow(draft, level.with_local("waitingForStart") if behind else level, flow, there)
    draft.flows |= {link.id: link for link in level.links}
    for each in element.bpmn(*NODES):
        if not each.id:
            draft.find("missing-attribute", each, tag=each.tag, attribute="id")
            continue
        node = _read_node(draft, level, each)
        if node is None:
            draft.whole = False
        else:
            draft.nodes[node.id] = node


def _read_node(draft: Draft, level: Level, element: Element) -> Node | None:
    if element.tag == "callActivity":
        task = calls.task(draft, element)
        if task is not None:
            grammar.check_process(draft, task)
            element = task
    if element.tag not in SUB_PROCESSES:
        return PARSERS[element.tag](draft, level, element)
    own = {each.attributes.get("target", "") for each in element.extensions("input")}
    local = loops.inside(level, element).local | {each for each in own if nodes.is_name(each)}
    inner = _level(draft, element, element.id, local)
    node = activities.sub_process(draft, level, inner, element)
    draft.nodes[node.id] = node
    draft.data[node.id] = data.of_level(draft, element)
    _read_level(draft, element, inner)
    return node


def _read_flow(draft: Draft, level: Level, element: Element, there: set[str]) -> None:
    if not element.id:
        draft.find("missing-attribute", element, tag="sequenceFlow", attribute="id")
    ends = {each: element.refers(each) for each in ("sourceRef", "targetRef")}
    for attribute, node in ends.items():
        if node not in there:
            draft.find("flow-to-nowhere", element, attribute=attribute, target=node or "–")
    holder = element.only("conditionExpression")
    condition = None
    if holder is not None and holder.text:
        condition = nodes.written_in(draft, holder, element, level, BOOLEAN)
    draft.flows[element.id] = Flow(
        **nodes.named(element),
        source=ends["sourceRef"],
        target=ends["targetRef"],
        condition=condition,
    )
