"""Pools, the messages between them, and where choreography may stand."""

from collections.abc import Iterator

from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.standard.drawing import Drawing, is_true, whole
from tongban.engines.processes.standard.kinds import (
    ARTIFACTS,
    CHOREOGRAPHY_ACTIVITIES,
    SUB_PROCESSES,
)
from tongban.engines.processes.standard.rules import At, Rule

_NOT_IN_A_GLOBAL_CONVERSATION = ARTIFACTS | {
    *("conversation", "subConversation", "callConversation", "participantAssociation"),
    *("messageFlowAssociation", "conversationAssociation"),
}


def _choreography_of_choreography(drawing: Drawing) -> Iterator[Element]:
    for each in drawing.all("choreography", "globalConversation"):
        if each.only("choreographyRef") is not None:
            yield each


def _whole(element: Element, attribute: str, otherwise: int) -> int:
    written = whole(element, attribute)
    return otherwise if written is None else written


def _fewer_than_none(drawing: Drawing) -> Iterator[At]:
    for each in drawing.all("participantMultiplicity"):
        minimum = _whole(each, "minimum", 0)
        if minimum < 0:
            yield At(each, {"minimum": minimum})


def _fewer_than_the_minimum(drawing: Drawing) -> Iterator[At]:
    for each in drawing.all("participantMultiplicity"):
        minimum, maximum = _whole(each, "minimum", 0), _whole(each, "maximum", 1)
        if maximum < max(1, minimum):
            yield At(each, {"minimum": minimum, "maximum": maximum})


def _within_one_pool(drawing: Drawing) -> Iterator[Element]:
    for flow in drawing.all("messageFlow"):
        source, target = drawing.refers(flow, "sourceRef"), drawing.refers(flow, "targetRef")
        # What leads to an artifact has a rule of its own.
        if source is None or target is None or {source.tag, target.tag} & ARTIFACTS:
            continue
        if source is target or _pool(drawing, source) == _pool(drawing, target) != "":
            yield flow


def _pool(drawing: Drawing, end: Element) -> str:
    """What tells pools apart: the process behind it, and the pool itself where it is closed."""
    if end.tag == "participant":
        return end.refers("processRef") or end.id
    process = drawing.process(end)
    return process.id if process is not None else ""


def _more_than_global(drawing: Drawing) -> Iterator[At]:
    for each in drawing.all("globalConversation"):
        for inside in each.children:
            if inside.tag in _NOT_IN_A_GLOBAL_CONVERSATION:
                yield At(each, {"tag": inside.tag})


def _otherwise_closed(drawing: Drawing) -> Iterator[At]:
    for each in drawing.all("collaboration"):
        for choreography in drawing.named(each, "choreographyRef"):
            if is_true(each, "isClosed") is not is_true(choreography, "isClosed"):
                yield At(each, {"choreography": choreography.get("name") or choreography.id})


def _public_and_executable(drawing: Drawing) -> Iterator[Element]:
    for process in drawing.all("process"):
        if process.get("processType") == "Public" and is_true(process, "isExecutable"):
            yield process


def _choreography_in_a_process(drawing: Drawing) -> Iterator[Element]:
    for each in drawing.all(*sorted(CHOREOGRAPHY_ACTIVITIES)):
        if drawing.parent(each).tag == "process":
            yield each


def _choreography_in_a_sub_process(drawing: Drawing) -> Iterator[Element]:
    for each in drawing.all(*sorted(CHOREOGRAPHY_ACTIVITIES)):
        if drawing.parent(each).tag in SUB_PROCESSES:
            yield each


_ELSEWHERE = (
    "It stands in a process.",
    "Use a task here, or move it into a choreography.",
    "它放在了流程中。",
    "请在此改用任务，或将其移到编排中。",
)

RULES = (
    Rule(
        ("EXT027",),
        _choreography_of_choreography,
        "It refers to a choreography, which only a collaboration may do.",
        "Remove choreographyRef.",
        "它引用了编排，而只有协作可以引用编排。",
        "请删除 choreographyRef。",
    ),
    Rule(
        ("EXT029",),
        _fewer_than_none,
        "The minimum number of participants is {minimum}.",
        "Write 0 or more.",
        "参与者的最小数目为 {minimum}。",
        "请写成 0 或更大的数。",
    ),
    Rule(
        ("EXT030",),
        _fewer_than_the_minimum,
        "The maximum number of participants is {maximum}, the minimum {minimum}.",
        "The maximum is at least 1 and at least the minimum.",
        "参与者的最大数目为 {maximum}，最小数目为 {minimum}。",
        "最大数目至少为 1，且不小于最小数目。",
    ),
    Rule(
        ("EXT031",),
        _within_one_pool,
        "It stays within one pool.",
        "Within a pool draw a sequence flow; a message goes to another pool.",
        "该消息流没有离开同一个泳池。",
        "泳池内部请使用顺序流；消息只发往另一个泳池。",
    ),
    Rule(
        ("EXT032",),
        _more_than_global,
        "It holds <{tag}>, which a global conversation may not.",
        "Move that into the collaboration that calls it.",
        "全局会话中不能有 <{tag}>。",
        "请将其移到调用它的协作中。",
    ),
    Rule(
        ("EXT033",),
        _otherwise_closed,
        "isClosed is not the same here and in the choreography {choreography}.",
        "Give both the same value.",
        "此处的 isClosed 与编排 {choreography} 的不一致。",
        "请使两者相同。",
    ),
    Rule(
        ("EXT035",),
        _public_and_executable,
        "It is public and marked as executable.",
        'Make it private, or write isExecutable="false".',
        "公开流程标为了可执行。",
        '请改为私有流程，或写 isExecutable="false"。',
    ),
    Rule(("EXT036",), _choreography_in_a_process, *_ELSEWHERE),
    Rule(("EXT056",), _choreography_in_a_sub_process, *_ELSEWHERE),
)
