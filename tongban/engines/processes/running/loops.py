"""Multi-instance activities: how many turns there are, who is next, when it is enough.

The loop is a scope that the activity's token waits for; each turn is a scope inside it with a token
at the same node.
"""

from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar

from tongban.engines.feel.values import Value
from tongban.engines.processes import values
from tongban.engines.processes.model import Activity, MultiInstance
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.running.run import Run
from tongban.engines.processes.state import Loop, Scope, Token


class NoCount(Refused):
    """{name} ({node}) cannot tell how often to run: neither a whole number from 0 on, nor a list,
    but {value}. Correct the data that its loopCardinality or tb:collection reads."""

    zh: ClassVar[str] = (
        "{name}（{node}）无法确定执行次数：既不是非负整数，也不是列表，而是 {value}。"
        "请更正其 loopCardinality 或 tb:collection 读取的数据。"
    )


def begin(run: Run, node: Activity, loop: MultiInstance, token: Token) -> bool:
    """Begin the first turn, or all of them. True where there is none, so that all is done."""
    items = _items(run, node, loop, token)
    total = _count(run, node, loop, token) if items is None else len(items)
    scope = run.open_scope("loop", node.id, parent=token.scope, token=token.id)
    run.loops[scope.id] = Loop(scope.id, total, 0, 0, items, MappingProxyType({}))
    for _ in range(min(total, 1) if loop.sequential else total):
        _begin_turn(run, node, loop, scope.id)
    if total == 0:
        _close(run, loop, scope)
    return total == 0


def end_turn(run: Run, node: Activity, loop: MultiInstance, token: Token) -> Token | None:
    """One turn is done. The activity's own token, once no turn is left to wait for."""
    turn = run.scopes[token.scope]
    around = run.scopes[turn.parent]
    state = _counted(run, loop, turn)
    enough = _is_enough(run, loop, state, turn.id)
    del run.tokens[token.id]
    run.close_scope(turn.id)
    if enough or state.completed == state.total:
        run.clear(around.id)
        _close(run, loop, around)
        return run.tokens[around.token]
    if loop.sequential:
        _begin_turn(run, node, loop, around.id)
    return None


def _items(run: Run, node: Activity, loop: MultiInstance, token: Token) -> tuple[Value, ...] | None:
    if loop.collection is None:
        return None
    value = run.evaluate(loop.collection, token.scope)
    if not isinstance(value, list):
        raise NoCount(name=node.name, node=node.id, value=values.described(value))
    return tuple(value)


def _count(run: Run, node: Activity, loop: MultiInstance, token: Token) -> int:
    value = run.evaluate(loop.count, token.scope) if loop.count is not None else None
    if not isinstance(value, Decimal) or value < 0 or value != int(value):
        raise NoCount(name=node.name, node=node.id, value=values.described(value))
    return int(value)


def _begin_turn(run: Run, node: Activity, loop: MultiInstance, scope: int) -> None:
    run.count_step(node.id)
    state = run.loops[scope]
    number = state.begun + 1
    run.loops[scope] = replace(state, begun=number)
    variables: dict[str, Value] = {"loopCounter": Decimal(number)}
    if loop.element is not None and state.items is not None:
        variables[loop.element] = state.items[number - 1]
    turn = run.open_scope("turn", node.id, parent=scope, turn=number, variables=variables)
    run.put(node.id, turn.id)


def _counted(run: Run, loop: MultiInstance, turn: Scope) -> Loop:
    state = run.loops[turn.parent]
    results = state.results
    if loop.collected is not None:
        result = run.evaluate(loop.collected.element, turn.id)
        results = MappingProxyType({**results, turn.turn: result})
    counted = replace(state, completed=state.completed + 1, results=results)
    run.loops[turn.parent] = counted
    return counted


def _is_enough(run: Run, loop: MultiInstance, state: Loop, turn: int) -> bool:
    if loop.until is None:
        return False
    counts: dict[str, Value] = {
        "numberOfInstances": Decimal(state.total),
        "numberOfActiveInstances": Decimal(state.begun - state.completed),
        "numberOfCompletedInstances": Decimal(state.completed),
    }
    return run.evaluate(loop.until, turn, counts | _collected(loop, state)) is True


def _collected(loop: MultiInstance, state: Loop) -> dict[str, Value]:
    if loop.collected is None:
        return {}
    return {loop.collected.target: [state.results[turn] for turn in sorted(state.results)]}


def _close(run: Run, loop: MultiInstance, around: Scope) -> None:
    for name, value in _collected(loop, run.loops[around.id]).items():
        run.write(around.parent, name, value)
    run.close_scope(around.id)
