"""Events that a token passes or waits at, and what happens when what it waits for has come."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tongban.engines.feel.values import Value
from tongban.engines.processes.effects import Entered, Left
from tongban.engines.processes.model import (
    BoundaryEvent,
    CatchEvent,
    Catching,
    LinkCatch,
    Node,
    ReceiveTask,
    StartEvent,
)
from tongban.engines.processes.rows import Subscription, Timer, Token
from tongban.engines.processes.running import (
    activities,
    calling_off,
    handlers,
    leaving,
    mapping,
    waiting,
)
from tongban.engines.processes.running.run import NOTHING, Run

Awaited = Timer | Subscription


def pass_through(run: Run, node: StartEvent | LinkCatch, token: Token) -> None:
    run.effects.append(Entered(node.id))
    leaving.go(run, node, token, node.outgoing)


def enter(run: Run, node: CatchEvent, token: Token) -> None:
    run.effects.append(Entered(node.id))
    waiting.wait(run, node, token)


def happened(run: Run, what: Awaited, payload: Mapping[str, Value] = NOTHING) -> None:
    """Something that a node waits for has come. It stands at the node, at the event-based gateway
    before it, or at the activity whose boundary event it is; or a scope listens."""
    node = run.definition.nodes[what.node]
    needs_all = isinstance(node, Catching) and node.parallel
    keeps = _keeps_listening(what, node, run.announcing)
    if isinstance(what, Subscription):
        if needs_all or not keeps:
            del run.subscriptions[what.id]
    elif not needs_all and _has_passed(run, what, node, keeps):
        return
    if needs_all and _more_is_needed(run, what):
        _take_part(run, node, what, payload)
        return
    if needs_all and keeps:
        _arm_again(run, node, what)
    TRIGGERED[type(node)](run, node, what, payload)


def _keeps_listening(what: Awaited, node: Node, announcing: int) -> bool:
    match node:
        case BoundaryEvent():
            return not node.interrupting or what.token == announcing
        case StartEvent():
            return not node.interrupting
        case _:
            return False


def _has_passed(run: Run, timer: Timer, node: Node, keeps: bool) -> bool:
    """Start a timer again that repeats. True where it was a catch event's: each time lets one token
    pass, and only the last takes the one along that waits."""
    if keeps:
        waiting.restart(run, timer)
        return False
    at_event = timer.token and run.tokens[timer.token].node == node.id
    if not (isinstance(node, CatchEvent) and at_event and waiting.restart(run, timer)):
        return False
    for flow in node.outgoing:
        target = run.definition.flows[flow].target
        run.put(target, run.tokens[timer.token].scope, via=flow)
    return True


def _more_is_needed(run: Run, what: Awaited) -> bool:
    others = [*run.timers.values(), *run.subscriptions.values()]
    place = (what.node, what.token, what.scope)
    return any((each.node, each.token, each.scope) == place for each in others)


def _take_part(run: Run, node: Node, what: Awaited, payload: Mapping[str, Value]) -> None:
    """Of several things that must all come, the payload of one that is not the last."""
    assert isinstance(node, Catching)
    scope = run.tokens[what.token].scope if what.token else what.scope
    fitting = tuple(each for each in node.outputs if each.source.reads & payload.keys())
    if fitting or not node.outputs:
        mapping.take_over(run, fitting, scope, payload)


def _arm_again(run: Run, node: Node, what: Awaited) -> None:
    if what.token:
        waiting.wait(run, node, run.tokens[what.token])
    else:
        waiting.listen_for(run, node, run.scopes[what.scope])


def leave_activity(
    run: Run, node: BoundaryEvent, host: Token, payload: Mapping[str, Value] = NOTHING
) -> None:
    """Go on behind a boundary event; an interrupting one calls off what the activity was doing."""
    if node.interrupting and host.id != run.announcing:
        calling_off.call_off(run, host)
    run.effects.append(Entered(node.id))
    mapping.take_over(run, node.outputs, host.scope, payload)
    leaving.go(run, node, run.place(node.id, host.scope), node.outgoing)


def _on_boundary(
    run: Run, node: BoundaryEvent, what: Awaited, payload: Mapping[str, Value]
) -> None:
    leave_activity(run, node, run.tokens[what.token], payload)


def _begin(run: Run, node: StartEvent, what: Awaited, payload: Mapping[str, Value]) -> None:
    """An event sub-process, or a case that needs more than one thing to begin."""
    if what.scope:
        handlers.begin(run, node, what.scope, payload)
    else:
        _go_on(run, node, what, payload)


def _go_on(
    run: Run, node: CatchEvent | StartEvent, what: Awaited, payload: Mapping[str, Value]
) -> None:
    token = _past_gateway(run, node, run.tokens[what.token])
    calling_off.stop_waiting(run, token)
    mapping.take_over(run, node.outputs, token.scope, payload)
    leaving.go(run, node, token, node.outgoing)


def _receive(run: Run, node: ReceiveTask, what: Awaited, payload: Mapping[str, Value]) -> None:
    token = _past_gateway(run, node, run.tokens[what.token])
    activities.answered(run, node, token, payload)


def _past_gateway(run: Run, node: Node, token: Token) -> Token:
    """The token at the node itself; the other events of an event-based gateway are over."""
    if token.node == node.id:
        return token
    calling_off.stop_waiting(run, token)
    run.effects += [Left(token.node), Entered(node.id)]
    moved = replace(token, node=node.id)
    run.tokens[token.id] = moved
    return moved


TRIGGERED: dict[type[Node], Callable[[Run, Any, Awaited, Mapping[str, Value]], None]] = {
    BoundaryEvent: _on_boundary,
    CatchEvent: _go_on,
    StartEvent: _begin,
    ReceiveTask: _receive,
}
