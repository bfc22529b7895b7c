"""Whether a case can be moved to another version of its process: what speaks against it."""

from collections.abc import Iterator, Mapping
from itertools import chain

from tongban.engines.feel import types
from tongban.engines.feel.types import Type
from tongban.engines.feel.values import Value
from tongban.engines.processes.finishing import Drawn
from tongban.engines.processes.migrating import obstacles
from tongban.engines.processes.migrating.move import LEVELS, Move
from tongban.engines.processes.migrating.obstacles import Obstacle
from tongban.engines.processes.model import Activity, CallActivity, Node
from tongban.engines.processes.repeating import MultiInstance, StandardLoop
from tongban.engines.processes.running.waiting import triggers


def check(move: Move) -> tuple[Obstacle, ...]:
    """Of each thing only the first obstacle; whether the case could end is asked once everything
    has its place."""
    unknown = list(_unknown(move))
    found = unknown or [*_of_nodes(move), *_values(move)]
    found = found or [*_branches(move), *_waits(move)]
    found = found or list(_standstills(move))
    return tuple({each.element: each for each in reversed(found)}.values())[::-1]


def _unknown(move: Move) -> Iterator[Obstacle]:
    for node, to in move.mapping.items():
        if node not in move.old.nodes or to not in move.new.nodes:
            yield obstacles.about("no-such-step", node, to=to)


def _of_nodes(move: Move) -> Iterator[Obstacle]:
    state = move.state
    rows = chain(state.tokens.values(), state.scopes.values(), state.done.values())
    own = chain(state.timers.values(), state.subscriptions.values())
    standing = [each.node for each in rows if each.node]
    standing += [each.node for each in own if move.is_own(each)]
    for node in dict.fromkeys(standing):
        old, new = move.old.nodes[node], move.new.nodes.get(move.to(node))
        rule = "gone" if new is None else _difference(move, old, new)
        if rule is not None:
            yield obstacles.at(old, rule, new)


def _difference(move: Move, old: Node, new: Node) -> str | None:
    if type(new) is not type(old):
        return "other-kind"
    if new.level != move.level(old.level):
        return "other-level"
    if isinstance(old, CallActivity) and isinstance(new, CallActivity):
        return "other-call" if new.called != move.to(old.called) else None
    return "other-repetition" if _repetition(old) != _repetition(new) else None


def _repetition(node: Node) -> tuple[object, ...]:
    """How it is counted what the instances do, once they have begun."""
    match node:
        case Activity(loop=MultiInstance(sequential=sequential, collected=collected)):
            return MultiInstance, sequential, collected is not None
        case Activity(loop=StandardLoop()):
            return (StandardLoop,)
        case _:
            return ()


def _values(move: Move) -> Iterator[Obstacle]:
    yield from _of_types(move.new.variables, move.state.variables)
    for scope in move.state.scopes.values():
        if scope.kind == "call" and move.to(scope.node) in move.new.nodes:
            yield from _of_types(
                move.new.types.get(move.opened(scope)[1] or "", {}), scope.variables
            )


def _of_types(declared: Mapping[str, Type], values: Mapping[str, Value]) -> Iterator[Obstacle]:
    for name, value in values.items():
        if name in declared and not types.fits(value, declared[name]):
            yield obstacles.about("wrong-value", name, type=declared[name])


def _branches(move: Move) -> Iterator[Obstacle]:
    for token in move.state.tokens.values():
        if move.via(token) is None:
            yield obstacles.at(move.old.nodes[token.node], "no-such-branch")


def _waits(move: Move) -> Iterator[Obstacle]:
    """What a token stands still for must be waited for at the same place and in the same way."""
    for row in chain(move.state.timers.values(), move.state.subscriptions.values()):
        if move.is_own(row):
            before = triggers(move.old.nodes[row.node])
            now = triggers(move.new.nodes[move.to(row.node)])
            if len(now) <= row.trigger or type(now[row.trigger]) is not type(before[row.trigger]):
                yield obstacles.at(move.old.nodes[row.node], "other-wait")


def _standstills(move: Move) -> Iterator[Obstacle]:
    """Where the ways of a level are drawn as before, it can end as well as before."""
    moved = move.moved()
    for scope in move.state.scopes.values():
        if scope.kind in LEVELS:
            before, now = move.opened(scope)
            drawn = Drawn(move.new, now)
            if _ways(Drawn(move.old, before), move) != _ways(drawn):
                inside = [each for each in moved.tokens.values() if each.scope == scope.id]
                for join in drawn.waits_for_ever(inside):
                    yield obstacles.at(move.new.nodes[join], "waits-for-ever")


def _ways(drawn: Drawn, move: Move | None = None) -> Mapping[str, tuple[object, ...]]:
    """What leads where, and which of that only on a condition."""

    def name(node: str) -> str:
        return move.to(node) if move else node

    return {
        name(id): (type(node), [name(each) for each in drawn.edges[id]], drawn.asks(node))
        for id, node in drawn.nodes.items()
    }
