"""Activities with several instances: how many turns there are, who is next, when it is enough.

The loop is a scope that the activity's token waits for; each turn is a scope inside it with a token
at the same node.
"""

from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar

from tongban.engines.feel.values import Value
from tongban.engines.processes import values
from tongban.engines.processes.model import Activity
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.repeating import MultiInstance, StandardLoop
from tongban.engines.processes.rows import Loop, Scope, Token
from tongban.engines.processes.running import calling_off, keeping
from tongban.engines.processes.running.run import STEP_LIMIT, Run, TooManySteps


class NoCount(Refused):
    """{name} ({node}) cannot tell how often to run: neither a whole number from 0 on, nor a list,
    but {value}. Correct the data that its loopCardinality or tb:collection reads."""

    zh: ClassVar[str] = (
        "{name}（{node}）无法确定执行次数：既不是非负整数，也不是列表，而是 {value}。"
        "请更正其 loopCardinality 或 tb:collection 读取的数据。"
    )


class NegativeMaximum(Refused):
    """{name} ({node}) may run {maximum} times at most, which is less than none. Correct its
    loopMaximum."""

    zh: ClassVar[str] = "{name}（{node}）最多执行 {maximum} 次，小于零。请更正其 loopMaximum。"


def begin(run: Run, node: Activity, loop: MultiInstance | StandardLoop, token: Token) -> bool:
    """Begin the first turn, or all of them. True where there is none, so that all is done."""
    if isinstance(loop, StandardLoop):
        return _begin_standard(run, node, loop, token)
    items = _items(run, node, loop, token)
    total = _count(run, node, loop, token) if items is None else len(items)
    scope = _open(run, node, token, total, items)
    for _ in range(min(total, 1) if loop.sequential else total):
        _begin_turn(run, node, scope.id)
    if total == 0:
        _close(run, loop, scope)
    return total == 0


def _begin_standard(run: Run, node: Activity, loop: StandardLoop, token: Token) -> bool:
    if loop.maximum is not None and loop.maximum < 0:
        raise NegativeMaximum(name=node.name, node=node.id, maximum=loop.maximum)
    if loop.maximum == 0 or (loop.before and not _goes_on(run, loop, token.scope, 0)):
        return True
    _begin_turn(run, node, _open(run, node, token, loop.maximum or 0, None).id)
    return False


def _goes_on(run: Run, loop: StandardLoop, scope: int, completed: int) -> bool:
    if loop.condition is None:
        return True
    counted: dict[str, Value] = {"loopCounter": Decimal(completed)}
    return run.evaluate(loop.condition, scope, counted) is True


def _open(
    run: Run, node: Activity, token: Token, total: int, items: tuple[Value, ...] | None
) -> Scope:
    scope = run.open_scope("loop", node.id, parent=token.scope, token=token.id)
    run.loops[scope.id] = Loop(scope.id, total, 0, 0, items, MappingProxyType({}))
    return scope


def collects(node: Activity) -> bool:
    return isinstance(node.loop, MultiInstance) and node.loop.collected is not None


def end_turn(
    run: Run, node: Activity, loop: MultiInstance | StandardLoop, token: Token
) -> Token | None:
    """One turn is done. The activity's own token, once no turn is left to wait for."""
    turn = run.scopes[token.scope]
    around = run.scopes[turn.parent]
    state = _counted(run, loop, turn)
    over = _is_over(run, loop, state, turn.id)
    del run.tokens[token.id]
    calling_off.close_scope(run, turn.id)
    if over:
        calling_off.clear(run, around.id)
        _close(run, loop, around)
        return run.tokens[around.token]
    if isinstance(loop, StandardLoop) or loop.sequential:
        _begin_turn(run, node, around.id)
    return None


def _is_over(run: Run, loop: MultiInstance | StandardLoop, state: Loop, turn: int) -> bool:
    if isinstance(loop, StandardLoop):
        goes_on = _goes_on(run, loop, turn, state.completed)
        return state.completed == loop.maximum or not goes_on
    enough = _is_enough(run, loop, state, turn)
    return enough or state.completed == state.total


def _items(run: Run, node: Activity, loop: MultiInstance, token: Token) -> tuple[Value, ...] | None:
    if loop.collection is None:
        return None
    value = run.evaluate(loop.collection, token.scope)
    if not isinstance(value, list):
        raise NoCount(name=node.name, node=node.id, value=values.described(value))
    return tuple(value)


def _count(run: Run, node: Activity, loop: MultiInstance, token: Token) -> int:
    value = run.evaluate(loop.count, token.scope) if loop.count is not None else None
    if not isinstance(value, Decimal) or value < 0 or value != value.to_integral_value():
        raise NoCount(name=node.name, node=node.id, value=values.described(value))
    if value > STEP_LIMIT:  # 1E+999999999 is quickly written
        raise TooManySteps(limit=STEP_LIMIT, node=node.id)
    return int(value)


def _begin_turn(run: Run, node: Activity, scope: int) -> None:
    run.count_step(node.id)
    loop = node.loop
    state = run.loops[scope]
    number = state.begun + 1
    run.loops[scope] = replace(state, begun=number)
    variables: dict[str, Value] = {"loopCounter": Decimal(number)}
    if isinstance(loop, MultiInstance) and loop.element and state.items is not None:
        variables[loop.element] = state.items[number - 1]
    turn = run.open_scope("turn", node.id, parent=scope, turn=number, variables=variables)
    run.put(node.id, turn.id)


def _counted(run: Run, loop: MultiInstance | StandardLoop, turn: Scope) -> Loop:
    state = run.loops[turn.parent]
    results = state.results
    if isinstance(loop, MultiInstance) and loop.collected is not None:
        result = run.evaluate(loop.collected.element, turn.id)
        results = MappingProxyType({**results, turn.turn: result})
    counted = replace(state, completed=state.completed + 1, results=results)
    run.loops[turn.parent] = counted
    return counted


def _is_enough(run: Run, loop: MultiInstance, state: Loop, turn: int) -> bool:
    if loop.until is None:
        return False
    values = counts(state) | _collected(loop, state)
    return run.evaluate(loop.until, turn, values) is True


def counts(state: Loop) -> dict[str, Value]:
    """What conditions about the instances may read."""
    return {
        "numberOfInstances": Decimal(state.total),
        "numberOfActiveInstances": Decimal(state.begun - state.completed),
        "numberOfCompletedInstances": Decimal(state.completed),
    }


def _collected(loop: MultiInstance, state: Loop) -> dict[str, Value]:
    if loop.collected is None:
        return {}
    return {loop.collected.target: [state.results[turn] for turn in sorted(state.results)]}


def _close(run: Run, loop: MultiInstance | StandardLoop, around: Scope) -> None:
    if isinstance(loop, MultiInstance):
        for name, value in _collected(loop, run.loops[around.id]).items():
            run.write(around.parent, name, value)
    keeping.hand_over(run, around.id, around.parent)
    calling_off.close_scope(run, around.id)
