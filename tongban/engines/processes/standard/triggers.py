"""Events: which trigger is allowed where."""

from collections.abc import Iterator

from tongban.engines.processes.reading.document import Element, unprefixed
from tongban.engines.processes.standard.drawing import Drawing, is_true
from tongban.engines.processes.standard.kinds import SUB_PROCESSES, THROWING
from tongban.engines.processes.standard.rules import Rule

_STARTS = frozenset({"message", "timer", "conditional", "signal"})
_ENDS = frozenset({"message", "escalation", "error", "cancel", "compensate", "signal", "terminate"})
_CATCHES = frozenset({"message", "timer", "conditional", "link", "signal"})
_THROWS = frozenset({"message", "escalation", "compensate", "link", "signal"})
_ON_THE_BORDER = frozenset(
    {
        *("message", "timer", "escalation", "error", "cancel", "compensate"),
        *("conditional", "signal"),
    }
)
_ALWAYS_INTERRUPTS = frozenset({"error", "cancel", "compensate"})


def _process_starts_otherwise(drawing: Drawing) -> Iterator[Element]:
    for start in drawing.all("startEvent"):
        if drawing.parent(start).tag == "process" and not drawing.triggers(start) <= _STARTS:
            yield start


def _no_plain_start(drawing: Drawing) -> Iterator[Element]:
    """A process that another calls; without any start event it starts all the same."""
    called = {each.refers("calledElement") for each in drawing.all("callActivity")}
    for process in drawing.all("process"):
        starts = process.bpmn("startEvent")
        if process.id in called and starts and all(drawing.definitions(each) for each in starts):
            yield process


def _sub_process_starts_by_event(drawing: Drawing) -> Iterator[Element]:
    for start in drawing.all("startEvent"):
        around = drawing.parent(start)
        plain = around.tag in SUB_PROCESSES and not is_true(around, "triggeredByEvent")
        if plain and drawing.definitions(start):
            yield start


def _cancels_no_transaction(drawing: Drawing) -> Iterator[Element]:
    for end in drawing.all("endEvent"):
        inside = any(each.tag == "transaction" for each in drawing.around(end))
        if "cancel" in drawing.triggers(end) and not inside:
            yield end


def _wrong_on_the_border(drawing: Drawing) -> Iterator[Element]:
    for event in drawing.all("boundaryEvent"):
        allowed = _ON_THE_BORDER
        if not is_true(event, "cancelActivity", "true"):
            allowed -= _ALWAYS_INTERRUPTS
        triggers = drawing.triggers(event)
        if not triggers or not triggers <= allowed:
            yield event


def _cancel_on_no_transaction(drawing: Drawing) -> Iterator[Element]:
    for event in drawing.all("boundaryEvent"):
        host = drawing.refers(event, "attachedToRef")
        if "cancel" in drawing.triggers(event) and (host is None or host.tag != "transaction"):
            yield event


def _catches_compensation(drawing: Drawing) -> Iterator[Element]:
    for event in drawing.all("intermediateCatchEvent"):
        if "compensate" in drawing.triggers(event):
            yield event


def _ends_otherwise(drawing: Drawing) -> Iterator[Element]:
    return (each for each in drawing.all("endEvent") if not drawing.triggers(each) <= _ENDS)


def _catches_otherwise(drawing: Drawing) -> Iterator[Element]:
    for event in drawing.all("intermediateCatchEvent"):
        triggers = drawing.triggers(event)
        if not triggers or not triggers <= _CATCHES:
            yield event


def _throws_otherwise(drawing: Drawing) -> Iterator[Element]:
    for event in drawing.all("intermediateThrowEvent"):
        if not drawing.triggers(event) <= _THROWS:
            yield event


def _thrown_elsewhere(drawing: Drawing) -> Iterator[Element]:
    referred = {unprefixed(each.text) for each in drawing.all("eventDefinitionRef")}
    for event in drawing.all(*sorted(THROWING)):
        for definition in event.children:
            if definition.id in referred and definition.tag.endswith("EventDefinition"):
                yield definition


RULES = (
    Rule(
        ("EXT095",),
        _thrown_elsewhere,
        "It belongs to an event that throws, and another event refers to it.",
        "Give the other event a definition of its own.",
        "它属于抛出事件，却被其他事件引用。",
        "请为另一个事件单独定义。",
    ),
    Rule(
        ("EXT098",),
        _process_starts_otherwise,
        "A process cannot start by this trigger.",
        "Choose message, timer, condition or signal, or none.",
        "流程不能由这种触发器启动。",
        "请选择消息、定时器、条件或信号，或不设触发器。",
    ),
    Rule(
        ("EXT099",),
        _no_plain_start,
        "Another process calls it, and each of its start events waits for a trigger.",
        "Add a start event without a trigger.",
        "它被其他流程调用，而其开始事件都设有触发器。",
        "请添加一个无触发器的开始事件。",
    ),
    Rule(
        ("EXT100",),
        _sub_process_starts_by_event,
        "It starts a sub-process and has a trigger.",
        "Remove the trigger, or make the sub-process an event sub-process.",
        "它是子流程的开始事件，却设有触发器。",
        "请删除触发器，或将子流程改为事件子流程。",
    ),
    Rule(
        ("EXT106",),
        _cancels_no_transaction,
        "It cancels, and there is no transaction around it.",
        "Put it into a transaction, or choose another result.",
        "它要取消事务，而外层没有事务子流程。",
        "请将其放入事务子流程，或选择其他结果。",
    ),
    Rule(
        ("EXT110", "EXT147"),
        _wrong_on_the_border,
        "Its trigger is missing or not allowed on a border.",
        "Choose message, timer, escalation, condition or signal; error, cancel and compensation "
        "only where it interrupts.",
        "边界事件没有触发器，或触发器不允许用在边界上。",
        "请选择消息、定时器、升级、条件或信号；错误、取消和补偿仅限中断型。",
    ),
    Rule(
        ("EXT111", "EXT120"),
        _cancel_on_no_transaction,
        "It waits for a cancellation, and what it is attached to is no transaction.",
        "Attach it to a transaction, or choose another trigger.",
        "它等待取消，而所附着的不是事务子流程。",
        "请附着到事务子流程，或选择其他触发器。",
    ),
    Rule(
        ("EXT122",),
        _catches_compensation,
        "It waits for compensation in the normal flow.",
        "Attach it to the activity that is compensated.",
        "它在正常流程中等待补偿。",
        "请附着到要补偿的活动上。",
    ),
    Rule(
        ("EXT146",),
        _ends_otherwise,
        "An end event cannot have this result.",
        "Choose message, error, escalation, cancel, compensation, signal or terminate, or none.",
        "结束事件不能使用这种结果。",
        "请选择消息、错误、升级、取消、补偿、信号或终止，或不设结果。",
    ),
    Rule(
        ("EXT148",),
        _catches_otherwise,
        "Its trigger is missing or cannot be waited for in the flow.",
        "Choose message, timer, condition, link or signal.",
        "没有触发器，或不能在流程中等待这种触发器。",
        "请选择消息、定时器、条件、链接或信号。",
    ),
    Rule(
        ("EXT149",),
        _throws_otherwise,
        "It cannot throw this in the flow.",
        "Choose message, escalation, compensation, link or signal, or none.",
        "不能在流程中抛出这种事件。",
        "请选择消息、升级、补偿、链接或信号，或不设触发器。",
    ),
)
