"""Events and compensation: which of them flows may reach or leave, and by which flow."""

from collections.abc import Callable, Iterator

from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.standard.drawing import Drawing, is_true
from tongban.engines.processes.standard.kinds import ACTIVITIES
from tongban.engines.processes.standard.rules import Check, Rule

Choice = Callable[[Drawing, Element], bool]


def _flowing(*tags: str, where: Choice) -> Check:
    """The elements of these kinds that the choice holds for."""

    def check(drawing: Drawing) -> Iterator[Element]:
        return (each for each in drawing.all(*tags) if where(drawing, each))

    return check


def _is_link(drawing: Drawing, event: Element) -> bool:
    return "link" in drawing.triggers(event)


def _is_compensation(drawing: Drawing, event: Element) -> bool:
    return "compensate" in drawing.triggers(event)


def _entered(drawing: Drawing, node: Element) -> bool:
    return drawing.is_connected(node, "incoming")


def _left(drawing: Drawing, node: Element) -> bool:
    return drawing.is_connected(node, "outgoing")


def _never_entered(drawing: Drawing, node: Element) -> bool:
    return drawing.is_cut_off(node, "incoming")


def _never_left(drawing: Drawing, node: Element) -> bool:
    return drawing.is_cut_off(node, "outgoing")


def _alone(tag: str, other: str) -> Check:
    """Events of one kind on levels that have none of the other kind.

    What instantiates a process stands for its start event.
    """

    def check(drawing: Drawing) -> Iterator[Element]:
        begun = drawing.all("receiveTask", "eventBasedGateway") if other == "startEvent" else ()
        levels = {id(drawing.parent(each)) for each in drawing.all(other)}
        levels |= {id(drawing.parent(each)) for each in begun if is_true(each, "instantiate")}
        for event in drawing.all(tag):
            around = drawing.parent(event)
            if around.tag != "adHocSubProcess" and id(around) not in levels:
                yield event

    return check


def _never_reached(drawing: Drawing) -> Iterator[Element]:
    for event in _in_the_flow(drawing):
        caught = event.tag == "intermediateCatchEvent" and _is_link(drawing, event)
        if not caught and _never_entered(drawing, event):
            yield event


def _leads_nowhere(drawing: Drawing) -> Iterator[Element]:
    for event in _in_the_flow(drawing):
        thrown = event.tag == "intermediateThrowEvent" and _is_link(drawing, event)
        if not thrown and _never_left(drawing, event):
            yield event


def _in_the_flow(drawing: Drawing) -> Iterator[Element]:
    """Intermediate events; what is done ad hoc needs no order, and so no flows."""
    for event in drawing.all("intermediateThrowEvent", "intermediateCatchEvent"):
        if drawing.parent(event).tag != "adHocSubProcess":
            yield event


def _link_in_the_middle(drawing: Drawing) -> Iterator[Element]:
    for event in drawing.all("intermediateThrowEvent", "intermediateCatchEvent"):
        other = _left if event.tag == "intermediateThrowEvent" else _entered
        if _is_link(drawing, event) and other(drawing, event):
            yield event


def _message_end(
    attribute: str, *tags: str, unless: str = ""
) -> Callable[[Drawing], Iterator[Element]]:
    """Message flows whose end is an event of that kind; `unless` it has that trigger."""

    def check(drawing: Drawing) -> Iterator[Element]:
        for flow in drawing.all("messageFlow"):
            event = drawing.refers(flow, attribute)
            if event is None or event.tag not in tags:
                continue
            if not unless or unless not in drawing.triggers(event):
                yield flow

    return check


def _wrong_side_of_a_message(drawing: Drawing) -> Iterator[Element]:
    yield from _message_end("targetRef", "intermediateThrowEvent")(drawing)
    yield from _message_end("sourceRef", "intermediateCatchEvent")(drawing)


def _compensates(drawing: Drawing) -> Iterator[tuple[Element, list[Element]]]:
    """Each compensation event on a border with the activities that it is associated with."""
    tied: dict[str, list[Element]] = {}
    for association in drawing.all("association"):
        for one, other in (("sourceRef", "targetRef"), ("targetRef", "sourceRef")):
            end = drawing.refers(association, other)
            if end is not None and end.tag in ACTIVITIES:
                tied.setdefault(association.refers(one), []).append(end)
    for event in drawing.all("boundaryEvent"):
        if _is_compensation(drawing, event):
            yield event, tied.get(event.id, [])


def _without_handler(drawing: Drawing) -> Iterator[Element]:
    return (event for event, handlers in _compensates(drawing) if not handlers)


def _handler_in_the_flow(drawing: Drawing) -> Iterator[Element]:
    for _, handlers in _compensates(drawing):
        for handler in handlers:
            compensates = is_true(handler, "isForCompensation")
            if not compensates or handler.tag == "callActivity":
                yield handler


RULES = (
    Rule(
        ("EXT096",),
        _flowing("startEvent", where=_entered),
        "A sequence flow leads into it.",
        "Lead the flow to the node behind the start.",
        "有顺序流进入开始事件。",
        "请将该线改接到开始事件之后的节点。",
    ),
    Rule(
        ("EXT097",),
        _alone("endEvent", "startEvent"),
        "There is an end event here and no start event.",
        "Add a start event to the same level.",
        "本层有结束事件，却没有开始事件。",
        "请在同一层添加开始事件。",
    ),
    Rule(
        ("EXT101",),
        _flowing("startEvent", where=_never_left),
        "No sequence flow leaves it.",
        "Lead a flow from it to the first step.",
        "没有顺序流离开开始事件。",
        "请从它引一条线到第一个步骤。",
    ),
    Rule(
        ("EXT102",),
        _message_end("sourceRef", "startEvent"),
        "It comes from a start event, which sends no message.",
        "Lead it from an activity, a throwing event or a pool.",
        "该线从开始事件引出，而开始事件不发送消息。",
        "请改从活动、抛出事件或泳池引出。",
    ),
    Rule(
        ("EXT103",),
        _message_end("targetRef", "startEvent", unless="message"),
        "It leads to a start event that waits for no message.",
        "Give the start event a message.",
        "该线指向的开始事件并不等待消息。",
        "请将该开始事件改为消息开始事件。",
    ),
    Rule(
        ("EXT104",),
        _flowing("endEvent", where=_left),
        "A sequence flow leaves it.",
        "Lead the flow from the node before the end.",
        "有顺序流离开结束事件。",
        "请改从结束事件之前的节点引出。",
    ),
    Rule(
        ("EXT105",),
        _alone("startEvent", "endEvent"),
        "There is a start event here and no end event.",
        "Add an end event to the same level.",
        "本层有开始事件，却没有结束事件。",
        "请在同一层添加结束事件。",
    ),
    Rule(
        ("EXT107",),
        _flowing("endEvent", where=_never_entered),
        "No sequence flow leads into it.",
        "Lead the last step to it, or remove it.",
        "没有顺序流进入结束事件。",
        "请将最后一个步骤连到它，或将其删除。",
    ),
    Rule(
        ("EXT108",),
        _message_end("targetRef", "endEvent"),
        "It leads to an end event, which takes no message.",
        "Lead it to an activity, a catching event or a pool.",
        "该线指向结束事件，而结束事件不接收消息。",
        "请改接到活动、捕获事件或泳池。",
    ),
    Rule(
        ("EXT109",),
        _message_end("sourceRef", "endEvent", unless="message"),
        "It comes from an end event that sends no message.",
        "Give the end event a message.",
        "该线从并不发送消息的结束事件引出。",
        "请将该结束事件改为消息结束事件。",
    ),
    Rule(
        ("EXT112",),
        _flowing("boundaryEvent", where=_entered),
        "A sequence flow leads into it.",
        "Lead the flow to the node behind it: only its activity triggers it.",
        "有顺序流进入边界事件。",
        "请改接到其后的节点：边界事件只由其活动触发。",
    ),
    Rule(
        ("EXT113",),
        _flowing(
            "boundaryEvent",
            where=lambda drawing, each: (
                not _left(drawing, each) and not _is_compensation(drawing, each)
            ),
        ),
        "No sequence flow leaves it.",
        "Lead a flow from it to what happens then.",
        "没有顺序流离开边界事件。",
        "请从它引一条线到后续步骤。",
    ),
    Rule(
        ("EXT114",),
        _flowing(
            "boundaryEvent",
            where=lambda drawing, each: _left(drawing, each) and _is_compensation(drawing, each),
        ),
        "It waits for compensation, and a sequence flow leaves it.",
        "Connect it with its compensation activity by an association.",
        "补偿边界事件引出了顺序流。",
        "请用关联线连接其补偿活动。",
    ),
    Rule(
        ("EXT115",),
        _never_reached,
        "No sequence flow leads into it.",
        "Connect it or remove it.",
        "没有顺序流进入中间事件。",
        "请连接该事件，或将其删除。",
    ),
    Rule(
        ("EXT116",),
        _leads_nowhere,
        "No sequence flow leaves it.",
        "Lead a flow from it to the next step.",
        "没有顺序流离开中间事件。",
        "请从它引一条线到下一步骤。",
    ),
    Rule(
        ("EXT117",),
        _link_in_the_middle,
        "It is a link, and flows lead both in and out.",
        "A link is a target or a source: remove the flow on its other side.",
        "链接事件同时有入线和出线。",
        "链接只能是起点或终点：请删除另一侧的连线。",
    ),
    Rule(
        ("EXT119",),
        _wrong_side_of_a_message,
        "It leads to an event that throws, or comes from one that catches.",
        "Turn the flow around, or choose the other kind of event.",
        "该线指向抛出事件，或从捕获事件引出。",
        "请调转方向，或换用另一种事件。",
    ),
    Rule(
        ("EXT143",),
        _without_handler,
        "It waits for compensation, and no activity is associated with it.",
        "Connect it with its compensation activity by an association.",
        "补偿边界事件没有关联补偿活动。",
        "请用关联线连接其补偿活动。",
    ),
    Rule(
        ("EXT144",),
        _handler_in_the_flow,
        "It is associated with a compensation event and not marked as for compensation.",
        "Mark the task or sub-process with isForCompensation.",
        "它与补偿事件相关联，却没有标为补偿活动。",
        "请将该任务或子流程标为 isForCompensation。",
    ),
)
