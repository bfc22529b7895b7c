"""The process of a file, level by level."""

from collections.abc import Callable, Iterator
from types import MappingProxyType

from tongban.engines.feel.types import ANY, ANY_CONTEXT, ANY_LIST, BOOLEAN, NAMED, NULL, Type
from tongban.engines.processes.model import Flow, Lane, Node
from tongban.engines.processes.reading import activities, events, gateways, nodes
from tongban.engines.processes.reading.document import Element, unprefixed
from tongban.engines.processes.reading.draft import Draft, Level
from tongban.engines.processes.reading.findings import Finding
from tongban.engines.processes.reading.vocabulary import DOCUMENTARY, NODES, TB

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
}

BESIDE_NODES = DOCUMENTARY | {"sequenceFlow", "laneSet"}
VARIABLE_TYPES: dict[str, Type] = {
    **{name: type_ for name, type_ in NAMED.items() if type_ != NULL},
    "list": ANY_LIST,
    "context": ANY_CONTEXT,
}


def choose(root: Element) -> Element | Finding:
    """The process that runs: the only one, or the only one that says it is executable."""
    processes = root.bpmn("process")
    if not processes:
        return Finding("no-process", "", root.line)
    runnable = [each for each in processes if each.get("isExecutable") in ("true", "1")]
    if len(processes) == 1:
        return processes[0]
    if len(runnable) == 1:
        return runnable[0]
    facts = {"count": len(runnable) or len(processes)}
    return Finding("several-processes", processes[1].id, processes[1].line, facts)


def start(root: Element, process: Element) -> Draft:
    """A draft that knows what stands beside the process, and which variables there are."""
    draft = Draft(
        messages={each.id: each.get("name") or each.id for each in root.bpmn("message")},
        errors={each.id: each.get("errorCode") or each.id for each in root.bpmn("error")},
        declared={},
        written=frozenset(filter(nodes.is_name, _written(process))),
    )
    draft.declared = MappingProxyType(_declared(draft, process))
    return draft


def read(draft: Draft, process: Element) -> None:
    _read_lanes(draft, process)
    _read_level(draft, process, _level(process, None, frozenset()))


def _written(process: Element) -> Iterator[str]:
    for element in process.walk():
        if element.namespace == TB and element.tag == "output":
            yield element.attributes.get("target", "")
        yield element.tb("result") or ""
        yield element.tb("outputCollection") or ""


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


def _level(element: Element, id: str | None, local: frozenset[str]) -> Level:
    incoming: dict[str, tuple[str, ...]] = {}
    outgoing: dict[str, tuple[str, ...]] = {}
    for flow in element.bpmn("sequenceFlow"):
        source, target = flow.refers("sourceRef"), flow.refers("targetRef")
        outgoing[source] = (*outgoing.get(source, ()), flow.id)
        incoming[target] = (*incoming.get(target, ()), flow.id)
    boundary: dict[str, tuple[str, ...]] = {}
    for event in element.bpmn("boundaryEvent"):
        host = event.refers("attachedToRef")
        boundary[host] = (*boundary.get(host, ()), event.id)
    return Level(id, incoming, outgoing, boundary, local)


def _read_level(draft: Draft, element: Element, level: Level) -> None:
    # What is not supported has its own finding: a flow may still lead there.
    there = {each.id for each in element.children if each.tag not in BESIDE_NODES}
    for flow in element.bpmn("sequenceFlow"):
        _read_flow(draft, level, flow, there)
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
    if element.tag != "subProcess":
        return PARSERS[element.tag](draft, level, element)
    own = {each.attributes.get("target", "") for each in element.extensions("input")}
    local = activities.inside(level, element).local | {each for each in own if nodes.is_name(each)}
    inner = _level(element, element.id, local)
    node = activities.sub_process(draft, level, inner, element)
    draft.nodes[node.id] = node
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
