"""How a token begins to wait for what triggers a node, how a scope begins to listen for it, and how
a time is worked out."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import ClassVar

from tongban.engines.feel.values import Months, Unknown, Value
from tongban.engines.processes import times, values
from tongban.engines.processes.effects import StartTimer
from tongban.engines.processes.model import Catching, Node, ReceiveTask
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.rows import Awaited, Scope, Subscription, Timer, Token
from tongban.engines.processes.running.run import Run
from tongban.engines.processes.triggers import (
    OnCondition,
    OnMessage,
    OnSignal,
    OnTimer,
    Trigger,
)

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


def triggers(node: Node) -> tuple[Trigger, ...]:
    return node.triggers if isinstance(node, Catching | ReceiveTask) else ()


def wait(run: Run, node: Node, token: Token, but: int | None = None) -> None:
    """Have the token wait for what triggers the node, which may be a boundary event of its own.

    `but` is the number of a trigger that has come already.
    """
    for number, trigger in enumerate(triggers(node)):
        if number != but:
            arm(run, node, trigger, Place(token.id, 0, number, token.scope))


def listen(run: Run, scope: Scope) -> None:
    """Have the scope listen for what begins its event sub-processes."""
    for start in run.definition.handlers.get(run.level_of(scope), ()):
        listen_for(run, run.definition.nodes[start], scope)


def listen_for(run: Run, start: Node, scope: Scope) -> None:
    for number, trigger in enumerate(triggers(start)):
        arm(run, start, trigger, Place(0, scope.id, number, scope.id))


@dataclass(frozen=True, slots=True)
class Place:
    """Who waits, a token or a scope; for which trigger of the node; what it sees from there."""

    token: int
    scope: int
    trigger: int
    sees: int


def arm(run: Run, node: Node, trigger: Trigger, place: Place) -> None:
    match trigger:
        case OnTimer():
            _start_timer(run, node, trigger, place)
        case OnMessage(name=name):
            _subscribe(run, node, "message", name, place, _correlation(run, node, trigger, place))
        case OnSignal(name=name):
            _subscribe(run, node, "signal", name, place)
        case OnCondition():
            _subscribe(run, node, "condition", "", place)
            run.changed = True
        case _:
            pass  # looked for when it is thrown


def restart(run: Run, timer: Timer) -> bool:
    """Start the next turn of a timer that repeats, counted from when it was due, not from now."""
    if timer.every is None or timer.left == 0:
        return False
    left = None if timer.left is None else timer.left - 1
    _start(run, replace(timer, due=timer.every.after(timer.due), left=left))
    return True


def _subscribe(
    run: Run, node: Node, kind: Awaited, name: str, place: Place, correlation: Value = None
) -> None:
    id = run.next_id("subscription")
    run.subscriptions[id] = Subscription(
        id, node.id, place.token, name, correlation, kind, place.scope, place.trigger
    )


def _correlation(run: Run, node: Node, trigger: OnMessage, place: Place) -> Value:
    if trigger.correlation is None:
        return None
    return known(node, run.evaluate(trigger.correlation, place.sees))


def known(node: Node, correlation: Value) -> Value:
    if correlation is None or isinstance(correlation, Unknown):
        value = values.described(correlation)
        raise NoCorrelation(name=node.name, node=node.id, value=value)
    return correlation


def _start_timer(run: Run, node: Node, trigger: OnTimer, place: Place) -> None:
    time, left, every = due(run, node, trigger, place.sees)
    timer = Timer(0, node.id, place.token, time, left, every, place.scope, place.trigger)
    _start(run, timer)


def due(
    run: Run, node: Node, trigger: OnTimer, sees: int
) -> tuple[datetime, int | None, times.Duration | None]:
    """When the timer is due first, how often afterwards, and at what interval."""
    fixed, value = trigger.fixed, None
    if trigger.computed is not None:
        value = run.evaluate(trigger.computed, sees)
        fixed = _computed(trigger.kind, value)
    try:
        return _first(fixed, run.at)
    except (ValueError, OverflowError) as error:
        kind, kind_zh = KINDS[trigger.kind]
        facts = {"name": node.name, "node": node.id, "value": values.described(value)}
        raise NoTime(**facts, kind=kind, kind_zh=kind_zh) from error


def _start(run: Run, timer: Timer) -> None:
    id = run.next_id("timer")
    run.timers[id] = replace(timer, id=id)
    run.effects.append(StartTimer(id, timer.due))


def _first(fixed: Fixed | None, at: datetime) -> tuple[datetime, int | None, times.Duration | None]:
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
