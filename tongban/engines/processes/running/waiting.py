"""Waiting for a time or a message: how a token begins to, and how the time is worked out."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from tongban.engines.feel.values import Months, Unknown, Value
from tongban.engines.processes import times, values
from tongban.engines.processes.effects import StartTimer
from tongban.engines.processes.model import (
    BoundaryEvent,
    CatchEvent,
    Node,
    OnMessage,
    OnTimer,
    ReceiveTask,
)
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.running.run import Run
from tongban.engines.processes.state import Subscription, Timer, Token

Fixed = times.Duration | times.Moment | times.Cycle
KINDS = {
    "duration": ("duration", "时长"),
    "date": ("date and time", "日期时间"),
    "cycle": ("repeating interval", "重复周期"),
}


class NoTime(Refused):
    """The timer {name} ({node}) computes a value that is no {kind}: {value}. Correct the data that
    it reads."""

    zh: ClassVar[str] = (
        "定时器 {name}（{node}）算出的值不是有效的{kind_zh}：{value}。请更正其读取的数据。"
    )


class NoCorrelation(Refused):
    """The correlation of {name} ({node}) is not known: {value}. Complete the data it reads."""

    zh: ClassVar[str] = "{name}（{node}）的关联值未知：{value}。请补全其读取的数据。"


def wait(run: Run, node: Node, token: Token) -> None:
    """Have the token wait for what triggers the node, which may be a boundary event of its own."""
    trigger = node.trigger if isinstance(node, CatchEvent | BoundaryEvent | ReceiveTask) else None
    if isinstance(trigger, OnTimer):
        _start_timer(run, node, trigger, token)
    elif isinstance(trigger, OnMessage):
        _subscribe(run, node, trigger, token)


def restart(run: Run, timer: Timer) -> bool:
    """Start the next turn of a timer that repeats, counted from when it was due, not from now."""
    if timer.every is None or timer.left == 0:
        return False
    left = None if timer.left is None else timer.left - 1
    _start(run, timer.node, timer.token, timer.every.after(timer.due), left, timer.every)
    return True


def _subscribe(run: Run, node: Node, trigger: OnMessage, token: Token) -> None:
    correlation: Value = None
    if trigger.correlation is not None:
        correlation = run.evaluate(trigger.correlation, token.scope)
        if correlation is None or isinstance(correlation, Unknown):
            value = values.described(correlation)
            raise NoCorrelation(name=node.name, node=node.id, value=value)
    id = run.next_id("subscription")
    run.subscriptions[id] = Subscription(id, node.id, token.id, trigger.name, correlation)


def _start_timer(run: Run, node: Node, trigger: OnTimer, token: Token) -> None:
    fixed, value = trigger.fixed, None
    if trigger.computed is not None:
        value = run.evaluate(trigger.computed, token.scope)
        fixed = _computed(trigger.kind, value)
    try:
        due, left, every = _first(fixed, run.at)
    except (ValueError, OverflowError) as error:
        kind, kind_zh = KINDS[trigger.kind]
        facts = {"name": node.name, "node": node.id, "value": values.described(value)}
        raise NoTime(**facts, kind=kind, kind_zh=kind_zh) from error
    _start(run, node.id, token.id, due, left, every)


def _start(
    run: Run, node: str, token: int, due: datetime, left: int | None, every: times.Duration | None
) -> None:
    id = run.next_id("timer")
    run.timers[id] = Timer(id, node, token, due, left, every)
    run.effects.append(StartTimer(id, due))


def _first(fixed: Fixed | None, at: datetime) -> tuple[datetime, int | None, times.Duration | None]:
    """When the timer is due first, how often afterwards, and at what interval."""
    match fixed:
        case times.Duration():
            return fixed.after(at), 0, None
        case times.Moment():
            return fixed.local_to(at), 0, None
        case times.Cycle():
            start = fixed.start.local_to(at) if fixed.start else fixed.every.after(at)
            left = None if fixed.repeats is None else fixed.repeats - 1
            return start, left, fixed.every
        case None:
            raise ValueError("no time")


def _computed(kind: str, value: Value) -> Fixed | None:
    match kind, value:
        case "duration", timedelta() if value >= timedelta(0):
            return times.Duration(0, value)
        case "duration", Months() if value.months >= 0:
            return times.Duration(value.months, timedelta(0))
        case "duration", str():
            return times.duration(value)
        case "date", datetime():
            return times.Moment(value)
        case "date", date():
            return times.first_instant(value)
        case "date", str():
            return times.moment(value)
        case "cycle", str():
            return times.cycle(value)
        case _:
            return None
