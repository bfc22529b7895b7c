"""Sequence flows: where they may begin and end, and which nodes cannot do without them."""

from collections.abc import Iterator

from tongban.engines.processes.reading.document import Element, unprefixed
from tongban.engines.processes.standard.drawing import Drawing, is_true
from tongban.engines.processes.standard.kinds import ACTIVITIES, FLOW_NODES, GATEWAYS
from tongban.engines.processes.standard.rules import At, Check, Rule

# Rules of their own say what flows these need.
_HAVE_THEIR_OWN = ("startEvent", "boundaryEvent", "endEvent")


def _at_an_event_sub_process(attribute: str) -> Check:
    def check(drawing: Drawing) -> Iterator[At]:
        for flow in drawing.all("sequenceFlow"):
            end = drawing.refers(flow, attribute)
            if end is not None and end.tag == "subProcess" and is_true(end, "triggeredByEvent"):
                yield At(flow, {"node": end.get("name") or end.id})

    return check


def _not_listed(drawing: Drawing) -> Iterator[At]:
    """Only where nodes of the file list flows at all: many files leave the lists out."""
    if not drawing.lists_flows:
        return
    listed = {
        tag: {(id(drawing.parent(each)), unprefixed(each.text)) for each in drawing.all(tag)}
        for tag in ("incoming", "outgoing")
    }
    for flow in drawing.all("sequenceFlow"):
        for attribute, tag in (("targetRef", "incoming"), ("sourceRef", "outgoing")):
            end = drawing.refers(flow, attribute)
            if end is not None and (id(end), flow.id) not in listed[tag]:
                yield At(flow, {"node": end.id, "list": tag})


def _not_immediate(drawing: Drawing) -> Iterator[Element]:
    for flow in drawing.all("sequenceFlow"):
        if drawing.runs(flow) and not is_true(flow, "isImmediate", "true"):
            yield flow


def _condition_on_the_only_way(drawing: Drawing) -> Iterator[Element]:
    for flow in drawing.all("sequenceFlow"):
        source = drawing.refers(flow, "sourceRef")
        if source is None or source.tag not in ACTIVITIES:
            continue
        if flow.only("conditionExpression") is not None and len(drawing.ways_out(source)) == 1:
            yield flow


def _default_of_another(drawing: Drawing) -> Iterator[At]:
    for node in drawing.all(*sorted(ACTIVITIES | GATEWAYS)):
        flow = drawing.refers(node, "default")
        if flow is not None and flow.tag == "sequenceFlow" and flow.refers("sourceRef") != node.id:
            yield At(node, {"flow": flow.id})


def _between_pools(drawing: Drawing) -> Iterator[Element]:
    for flow, ends in _crossing(drawing):
        if drawing.process(ends[0]) is not drawing.process(ends[1]):
            yield flow


def _between_levels(drawing: Drawing) -> Iterator[Element]:
    for flow, ends in _crossing(drawing):
        if drawing.process(ends[0]) is drawing.process(ends[1]):
            yield flow


def _crossing(drawing: Drawing) -> Iterator[tuple[Element, tuple[Element, Element]]]:
    for flow in drawing.all("sequenceFlow"):
        source, target = drawing.refers(flow, "sourceRef"), drawing.refers(flow, "targetRef")
        if source is None or target is None:
            continue
        if drawing.container(source) is not drawing.container(target):
            yield flow, (source, target)


def _without_a_way_in(drawing: Drawing) -> Iterator[Element]:
    for node in _in_the_flow(drawing, "startEvent"):
        begins = node.tag in _HAVE_THEIR_OWN or is_true(node, "instantiate")
        begins = begins or _is_link(drawing, node, "intermediateCatchEvent")
        if not begins and drawing.is_cut_off(node, "incoming"):
            yield node


def _without_a_way_out(drawing: Drawing) -> Iterator[Element]:
    for node in _in_the_flow(drawing, "endEvent"):
        ends = node.tag in _HAVE_THEIR_OWN or _is_link(drawing, node, "intermediateThrowEvent")
        if not ends and drawing.is_cut_off(node, "outgoing"):
            yield node


def _in_the_flow(drawing: Drawing, beside: str) -> Iterator[Element]:
    """The nodes that stand beside such an event and are not set apart from the flow."""
    levels = {id(drawing.parent(each)) for each in drawing.all(beside)}
    for node in drawing.all(*sorted(FLOW_NODES)):
        apart = is_true(node, "isForCompensation") or is_true(node, "triggeredByEvent")
        if id(drawing.parent(node)) in levels and not apart:
            yield node


def _is_link(drawing: Drawing, node: Element, tag: str) -> bool:
    return node.tag == tag and "link" in drawing.triggers(node)


RULES = (
    Rule(
        ("EXT021",),
        _at_an_event_sub_process("sourceRef"),
        "It comes from the event sub-process {node}, which has no flows.",
        "Lead it from an activity, an event or a gateway.",
        "该线从事件子流程 {node} 引出，而事件子流程没有连线。",
        "请改从活动、事件或网关引出。",
    ),
    Rule(
        ("EXT022",),
        _at_an_event_sub_process("targetRef"),
        "It leads to the event sub-process {node}, which has no flows.",
        "Lead it to an activity, an event or a gateway.",
        "该线指向事件子流程 {node}，而事件子流程没有连线。",
        "请改接到活动、事件或网关。",
    ),
    Rule(
        ("EXT023",),
        _not_listed,
        "The node {node} does not list it under <{list}>.",
        "Draw the flow again, or add the line to the node.",
        "节点 {node} 的 <{list}> 中没有列出该线。",
        "请重新连线，或在节点中补上这一行。",
    ),
    Rule(
        ("EXT024",),
        _not_immediate,
        "isImmediate is false, which a process that runs does not allow.",
        "Remove the attribute.",
        "isImmediate 为 false，可执行流程不允许。",
        "请删除该属性。",
    ),
    Rule(
        ("EXT025",),
        _condition_on_the_only_way,
        "It has a condition, and it is the only way out of its activity.",
        "Remove the condition, or draw a second way out.",
        "该线带有条件，而它是该活动唯一的出线。",
        "请删除条件，或再画一条出线。",
    ),
    Rule(
        ("EXT026",),
        _default_of_another,
        "Its default flow {flow} does not leave it.",
        "Choose one of its own outgoing flows.",
        "其默认连线 {flow} 不是从它引出的。",
        "请选择它自己的一条出线。",
    ),
    Rule(
        ("EXT028",),
        _between_pools,
        "It leads from one pool into another.",
        "Between pools draw a message flow.",
        "该线从一个泳池连到了另一个泳池。",
        "泳池之间请使用消息流。",
    ),
    Rule(
        ("EXT152",),
        _between_levels,
        "It crosses the border of a sub-process.",
        "Lead it to the sub-process itself, and on from a start event inside.",
        "该线跨越了子流程的边界。",
        "请连到子流程本身，再从其内部的开始事件继续。",
    ),
    Rule(
        ("EXT150",),
        _without_a_way_in,
        "There is a start event here, and no sequence flow leads to this node.",
        "Connect the node or remove it.",
        "本层有开始事件，却没有顺序流进入该节点。",
        "请连接该节点，或将其删除。",
    ),
    Rule(
        ("EXT151",),
        _without_a_way_out,
        "There is an end event here, and no sequence flow leaves this node.",
        "Lead a flow from it to the next node or to an end event.",
        "本层有结束事件，却没有顺序流离开该节点。",
        "请将它连到下一个节点或结束事件。",
    ),
)
