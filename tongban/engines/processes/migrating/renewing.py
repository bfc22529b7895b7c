"""What a moved case waits for: what the new version adds is begun, what it lacks is called off.

What both wait for in the same way stays as it is: a deadline that runs goes on running, and what
came already does not come again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tongban.engines.processes.effects import CancelTimer, TaskChanged
from tongban.engines.processes.migrating.move import Move
from tongban.engines.processes.model import (
    Activity,
    CatchEvent,
    Definition,
    EventGateway,
    Node,
    ReceiveTask,
    StartEvent,
    UserTask,
)
from tongban.engines.processes.rows import Scope, Subscription, Timer, Token
from tongban.engines.processes.running import signing, waiting
from tongban.engines.processes.running.run import PROCESS, Run
from tongban.engines.processes.triggers import OnMessage, OnSignal, Trigger

Pair = tuple[Node | None, Node | None]


def renew(run: Run, move: Move) -> None:
    for scope in list(run.scopes.values()):
        if scope.kind in ("process", "call", "body"):
            _data(run, scope)
            if scope.listening:
                for pair in _handlers(move, move.state.scopes[scope.id]):
                    _renew(run, pair, Who(0, scope.id, scope.id))
    for token in list(run.tokens.values()):
        if not token.held:
            for pair in _awaited(run, move, move.state.tokens[token.id]):
                _renew(run, pair, Who(token.id, 0, token.scope))
            _signatures(run, move, token)
    for task in run.tasks.values():
        _task(run, move, task.id)


@dataclass(frozen=True, slots=True)
class Who:
    """A token that waits or a scope that listens, and the scope it sees from there."""

    token: int
    scope: int
    sees: int

    def has(self, row: Timer | Subscription, node: str, trigger: int) -> bool:
        place = (row.token, row.scope, row.node, row.trigger)
        return place == (self.token, self.scope, node, trigger)


def _handlers(move: Move, scope: Scope) -> Iterator[Pair]:
    before, now = move.opened(scope)
    old, new = move.old.handlers.get(before, ()), move.new.handlers.get(now, ())
    yield from _pairs(move, old, new)


def _awaited(run: Run, move: Move, token: Token) -> Iterator[Pair]:
    """The node itself, the events behind a gateway, the events on the border of an activity."""
    old, new = move.old.nodes[token.node], move.new.nodes[move.to(token.node)]
    turn = run.scopes[token.scope].kind == "turn"
    match old, new:
        case EventGateway(), EventGateway():
            yield from _pairs(move, _behind(move.old, old), _behind(move.new, new))
        case (CatchEvent() | StartEvent(), _):
            yield old, new
        case Activity(), Activity():
            if isinstance(old, ReceiveTask) and (turn or old.loop is None):
                yield old, new
            if not turn:
                yield from _pairs(move, old.boundary, new.boundary)
        case _:
            pass


def _behind(definition: Definition, gateway: EventGateway) -> list[str]:
    return [definition.flows[flow].target for flow in gateway.outgoing]


def _pairs(move: Move, old: Iterable[str], new: Iterable[str]) -> Iterator[Pair]:
    """Each old one with what takes its place, if anything does; then those that are new."""
    fresh = dict.fromkeys(new)
    for node in old:
        to = move.to(node)
        stays = to in fresh
        fresh.pop(to, None)
        yield move.old.nodes[node], move.new.nodes[to] if stays else None
    for node in fresh:
        yield None, move.new.nodes[node]


def _renew(run: Run, pair: Pair, who: Who) -> None:
    old, new = pair
    before = waiting.triggers(old) if old is not None else ()
    now = waiting.triggers(new) if new is not None else ()
    for number in range(max(len(before), len(now))):
        was = before[number] if number < len(before) else None
        is_ = now[number] if number < len(now) else None
        if old is not None and new is not None and _is_same(was, is_):
            _rename(run, who, old.id, number, new.id)
            continue
        if old is not None:
            _drop(run, who, old.id, number)
        if new is not None and is_ is not None:
            waiting.arm(run, new, is_, waiting.Place(who.token, who.scope, number, who.sees))


def _is_same(was: Trigger | None, is_: Trigger | None) -> bool:
    match was, is_:
        case (OnMessage(name=before), OnMessage(name=now)):
            return before == now
        case (OnSignal(name=before), OnSignal(name=now)):
            return before == now
        case _:
            return type(was) is type(is_)


def _rename(run: Run, who: Who, node: str, number: int, to: str) -> None:
    for timer in [each for each in run.timers.values() if who.has(each, node, number)]:
        run.timers[timer.id] = replace(timer, node=to)
    for each in [each for each in run.subscriptions.values() if who.has(each, node, number)]:
        run.subscriptions[each.id] = replace(each, node=to)


def _drop(run: Run, who: Who, node: str, number: int) -> None:
    for timer in [each for each in run.timers.values() if who.has(each, node, number)]:
        del run.timers[timer.id]
        run.effects.append(CancelTimer(timer.id))
    for each in [each for each in run.subscriptions.values() if who.has(each, node, number)]:
        del run.subscriptions[each.id]


def _data(run: Run, scope: Scope) -> None:
    """Data objects that the new version adds to a level begin empty, as they do in a new case."""
    held = run.variables if scope.id == PROCESS else scope.variables
    added = [name for name in run.definition.data.get(run.level_of(scope), ()) if name not in held]
    if added and scope.id == PROCESS:
        run.variables |= dict.fromkeys(added)
    elif added:
        run.write_local(scope.id, dict.fromkeys(added))


def _signatures(run: Run, move: Move, token: Token) -> None:
    """Nobody has signed for a list that is new."""
    old, new = move.old.nodes[move.state.tokens[token.id].node], run.definition.nodes[token.node]
    if isinstance(old, UserTask) and isinstance(new, UserTask) and old.signatures != new.signatures:
        signing.begin(run, new, token)


def _task(run: Run, move: Move, id: int) -> None:
    old = move.old.nodes[move.state.tasks[id].node]
    new = run.definition.nodes[run.tasks[id].node]
    if isinstance(old, UserTask) and isinstance(new, UserTask) and _told(old) != _told(new):
        run.effects.append(TaskChanged(id, new.id, new.name, new.post, new.form))


def _told(node: UserTask) -> tuple[str | None, ...]:
    return node.id, node.name, node.name_en, node.post, node.form
