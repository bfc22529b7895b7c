"""Gateways: how many ways lead in and out, and what an event-based gateway may wait for."""

from collections.abc import Callable, Iterator

from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.standard.drawing import Drawing, is_true
from tongban.engines.processes.standard.kinds import GATEWAYS
from tongban.engines.processes.standard.rules import At, Check, Rule

_RACED = frozenset({"message", "signal", "timer", "conditional"})


def _directed(direction: str, wrong: Callable[[int, int], bool]) -> Check:
    def check(drawing: Drawing) -> Iterator[At]:
        for gateway in drawing.all(*sorted(GATEWAYS)):
            ways_in, ways_out = len(drawing.ways_in(gateway)), len(drawing.ways_out(gateway))
            if gateway.get("gatewayDirection") == direction and wrong(ways_in, ways_out):
                yield At(gateway, {"ways_in": ways_in, "ways_out": ways_out})

    return check


def _neither_splits_nor_joins(drawing: Drawing) -> Iterator[Element]:
    for gateway in drawing.all(*sorted(GATEWAYS - {"eventBasedGateway"})):
        if len(drawing.ways_in(gateway)) < 2 and len(drawing.ways_out(gateway)) < 2:
            yield gateway


def _one_event_only(drawing: Drawing) -> Iterator[Element]:
    for gateway in drawing.all("eventBasedGateway"):
        if len(drawing.ways_out(gateway)) < 2:
            yield gateway


def _condition_on_a_race(drawing: Drawing) -> Iterator[Element]:
    for gateway in drawing.all("eventBasedGateway"):
        for flow in drawing.ways_out(gateway):
            if flow.only("conditionExpression") is not None:
                yield flow


def _raced(drawing: Drawing, gateway: Element) -> Iterator[Element]:
    """What the gateway leads to."""
    for flow in drawing.ways_out(gateway):
        target = drawing.refers(flow, "targetRef")
        if target is not None:
            yield target


def _not_to_be_raced(drawing: Drawing) -> Iterator[At]:
    for gateway in drawing.all("eventBasedGateway"):
        for target in _raced(drawing, gateway):
            triggers = drawing.triggers(target)
            waits = target.tag == "intermediateCatchEvent" and triggers and triggers <= _RACED
            if target.tag != "receiveTask" and not waits:
                yield At(gateway, {"node": target.get("name") or target.id})


def _messages_and_receivers(drawing: Drawing) -> Iterator[Element]:
    for gateway in drawing.all("eventBasedGateway"):
        targets = list(_raced(drawing, gateway))
        receives = any(each.tag == "receiveTask" for each in targets)
        if receives and any("message" in drawing.triggers(each) for each in targets):
            yield gateway


def _raced_task_with_a_boundary(drawing: Drawing) -> Iterator[Element]:
    hosts = {each.refers("attachedToRef") for each in drawing.all("boundaryEvent")}
    for gateway in drawing.all("eventBasedGateway"):
        for target in _raced(drawing, gateway):
            if target.tag == "receiveTask" and target.id in hosts:
                yield target


def _raced_from_elsewhere(drawing: Drawing) -> Iterator[Element]:
    for gateway in drawing.all("eventBasedGateway"):
        for target in _raced(drawing, gateway):
            if len(drawing.ways_in(target)) > 1:
                yield target


def _instantiates_late(drawing: Drawing) -> Iterator[Element]:
    for gateway in drawing.all("eventBasedGateway"):
        if is_true(gateway, "instantiate") and drawing.ways_in(gateway):
            yield gateway


RULES = (
    Rule(
        ("EXT017",),
        _directed("Converging", lambda ways_in, ways_out: ways_out > 1),
        "It is marked as converging and has {ways_out} outgoing flows.",
        "Leave one, or change its direction.",
        "标为汇聚，却有 {ways_out} 条出线。",
        "请只保留一条出线，或更改其方向。",
    ),
    Rule(
        ("EXT018",),
        _directed("Diverging", lambda ways_in, ways_out: ways_in > 1),
        "It is marked as diverging and has {ways_in} incoming flows.",
        "Leave one, or change its direction.",
        "标为分支，却有 {ways_in} 条入线。",
        "请只保留一条入线，或更改其方向。",
    ),
    Rule(
        ("EXT019",),
        _directed("Mixed", lambda ways_in, ways_out: ways_in < 2 or ways_out < 2),
        "It is marked as mixed and has {ways_in} incoming and {ways_out} outgoing flows.",
        "Draw at least two of each, or change its direction.",
        "标为混合，却只有 {ways_in} 条入线、{ways_out} 条出线。",
        "入线和出线都至少要有两条，或更改其方向。",
    ),
    Rule(
        ("EXT135",),
        _neither_splits_nor_joins,
        "It neither splits nor joins: it has fewer than two incoming and two outgoing flows.",
        "Draw a second flow, or remove the gateway.",
        "既不分支也不汇聚：入线和出线都不到两条。",
        "请再画一条连线，或删除该网关。",
    ),
    Rule(
        ("EXT136",),
        _one_event_only,
        "It has fewer than two outgoing flows.",
        "Lead it to at least two events.",
        "出线不到两条。",
        "请至少引向两个事件。",
    ),
    Rule(
        ("EXT137",),
        _condition_on_a_race,
        "It leaves an event-based gateway and has a condition.",
        "Remove the condition: the first event decides.",
        "该线从事件网关引出，却带有条件。",
        "请删除条件：由最先发生的事件决定走向。",
    ),
    Rule(
        ("EXT138",),
        _not_to_be_raced,
        "It leads to {node}, which waits for no message, signal, timer or condition.",
        "Put such an event or a receive task there.",
        "它引向 {node}，而后者并不等待消息、信号、定时器或条件。",
        "请在该处放置这样的事件，或接收任务。",
    ),
    Rule(
        ("EXT139",),
        _messages_and_receivers,
        "It leads to message events and to receive tasks.",
        "Use one kind of the two.",
        "它既引向消息事件，又引向接收任务。",
        "请只使用其中一种。",
    ),
    Rule(
        ("EXT140",),
        _raced_task_with_a_boundary,
        "It stands behind an event-based gateway and has a boundary event.",
        "Remove the boundary event, or draw the event behind the gateway.",
        "它位于事件网关之后，却附有边界事件。",
        "请删除边界事件，或将该事件画在网关之后。",
    ),
    Rule(
        ("EXT141",),
        _raced_from_elsewhere,
        "It stands behind an event-based gateway and has another incoming flow.",
        "Lead the other flow elsewhere.",
        "它位于事件网关之后，却另有入线。",
        "请将其他入线改接到别处。",
    ),
    Rule(
        ("EXT142",),
        _instantiates_late,
        "It starts the process and has an incoming flow.",
        "Remove the flow, or instantiate.",
        "它用于启动流程，却有入线。",
        "请删除入线，或取消 instantiate。",
    ),
)
