"""Events that a token passes or waits at, and what happens when what it waits for has come."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tongban.engines.feel.values import Value
from tongban.engines.processes.effects import Entered, Left
from tongban.engines.processes.model import (
    Activity,
    BoundaryEvent,
    CatchEvent,
    Mapped,
    Node,
    OnError,
    ReceiveTask,
    StartEvent,
    ThrowEvent,
)
from tongban.engines.processes.running import activities, leaving, waiting
from tongban.engines.processes.running.run import NOTHING, Run
from tongban.engines.processes.state import Timer, Token


def pass_through(run: Run, node: StartEvent | ThrowEvent, token: Token) -> None:
    run.effects.append(Entered(node.id))
    leaving.go(run, node, token, node.outgoing)


def enter(run: Run, node: CatchEvent, token: Token) -> None:
    run.effects.append(Entered(node.id))
    waiting.wait(run, node, token)


def trigger(run: Run, id: str, token: Token, payload: Mapping[str, Value] = NOTHING) -> None:
    """What node `id` waits for has come. The token stands there, at the event-based gateway before
    it, or at the activity whose boundary event it is."""
    node = run.definition.nodes[id]
    TRIGGERED[type(node)](run, node, token, payload)


def time_has_come(run: Run, timer: Timer) -> None:
    """Trigger what the timer stands for, and start it again where it repeats."""
    node = run.definition.nodes[timer.node]
    token = run.tokens[timer.token]
    if isinstance(node, BoundaryEvent):
        if not node.interrupting:
            waiting.restart(run, timer)
    elif token.node == node.id and waiting.restart(run, timer):
        for flow in node.outgoing:
            run.put(run.definition.flows[flow].target, token.scope, via=flow)
        return
    trigger(run, timer.node, token)


def catcher(run: Run, token: Token, error: str) -> tuple[BoundaryEvent, Token] | None:
    """The boundary event that catches an error thrown at the token, and the token it interrupts.

    The innermost activity comes first; on one activity, an event for that very error does.
    """
    while True:
        scope = run.scopes[token.scope]
        if scope.kind != "turn":
            event = _for_error(run, token, error)
            if event is not None:
                return event, token
        while not scope.token and scope.parent:
            scope = run.scopes[scope.parent]
        if not scope.token:
            return None
        token = run.tokens[scope.token]


def _for_error(run: Run, token: Token, error: str) -> BoundaryEvent | None:
    node = run.definition.nodes[token.node]
    found: dict[str | None, BoundaryEvent] = {}
    for id in node.boundary if isinstance(node, Activity) else ():
        event = run.definition.nodes[id]
        if isinstance(event, BoundaryEvent) and isinstance(event.trigger, OnError):
            found.setdefault(event.trigger.code, event)
    return found.get(error) or found.get(None)


def leave_activity(
    run: Run, node: BoundaryEvent, host: Token, payload: Mapping[str, Value] = NOTHING
) -> None:
    """Go on behind a boundary event; an interrupting one calls off what the activity was doing."""
    if node.interrupting:
        run.call_off(host)
    run.effects.append(Entered(node.id))
    _take_over(run, node.outputs, host.scope, payload)
    leaving.go(run, node, run.place(node.id, host.scope), node.outgoing)


def _go_on(run: Run, node: CatchEvent, token: Token, payload: Mapping[str, Value]) -> None:
    token = _past_gateway(run, node, token)
    run.stop_waiting(token)
    _take_over(run, node.outputs, token.scope, payload)
    leaving.go(run, node, token, node.outgoing)


def _receive(run: Run, node: ReceiveTask, token: Token, payload: Mapping[str, Value]) -> None:
    activities.answered(run, node, _past_gateway(run, node, token), payload)


def _past_gateway(run: Run, node: Node, token: Token) -> Token:
    """The token at the node itself; the other events of an event-based gateway are over."""
    if token.node == node.id:
        return token
    run.stop_waiting(token)
    run.effects += [Left(token.node), Entered(node.id)]
    moved = replace(token, node=node.id)
    run.tokens[token.id] = moved
    return moved


def _take_over(
    run: Run, outputs: tuple[Mapped, ...], scope: int, payload: Mapping[str, Value]
) -> None:
    new = {each.target: run.evaluate(each.source, scope, payload) for each in outputs}
    for name, value in (new or payload).items():
        run.write(scope, name, value)


TRIGGERED: dict[type[Node], Callable[[Run, Any, Token, Mapping[str, Value]], None]] = {
    BoundaryEvent: leave_activity,
    CatchEvent: _go_on,
    ReceiveTask: _receive,
}
