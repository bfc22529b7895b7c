"""Where a case stands: everything `advance` needs besides the definition, and nothing else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar

from tongban.engines.feel.values import Value
from tongban.engines.processes import times, values
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.rows import (
    Counters,
    Done,
    Loop,
    Scope,
    Status,
    Subscription,
    Task,
    Timer,
    Token,
)


def _nothing() -> Mapping[Any, Any]:
    return MappingProxyType({})


class BrokenState(Refused):
    """The stored state cannot be read: {problem}. Restore the case from its last good state."""

    zh: ClassVar[str] = "无法读取已存储的流程状态：{problem}。请用该办件最近一次正确的状态恢复。"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A new case is `State()`. `definition` is the version that the case began with.

    `outcome` is the name of the end it has reached so far, or of the error it failed with.
    """

    definition: str = ""
    status: Status = "new"
    outcome: str | None = None
    variables: Mapping[str, Value] = field(default_factory=_nothing)
    scopes: Mapping[int, Scope] = field(default_factory=_nothing)
    loops: Mapping[int, Loop] = field(default_factory=_nothing)
    tokens: Mapping[int, Token] = field(default_factory=_nothing)
    tasks: Mapping[int, Task] = field(default_factory=_nothing)
    timers: Mapping[int, Timer] = field(default_factory=_nothing)
    subscriptions: Mapping[int, Subscription] = field(default_factory=_nothing)
    done: Mapping[int, Done] = field(default_factory=_nothing)
    counters: Counters = field(default_factory=Counters)

    def to_json(self) -> str:
        """Text that `from_json` turns into an equal state; the same state gives the same text."""
        written = {
            "definition": self.definition,
            "status": self.status,
            "outcome": self.outcome,
            "variables": _dump_variables(self.variables),
            "scopes": [
                [*_row(scope)[:6], _dump_variables(scope.variables), scope.listening]
                for scope in self.scopes.values()
            ],
            "loops": [_dump_loop(loop) for loop in self.loops.values()],
            "tokens": [_row(token) for token in self.tokens.values()],
            "tasks": [_row(task) for task in self.tasks.values()],
            "timers": [_dump_timer(timer) for timer in self.timers.values()],
            "subscriptions": [
                [*_row(each)[:4], values.dump(each.correlation), *_row(each)[5:]]
                for each in self.subscriptions.values()
            ],
            "done": [
                [*_row(each)[:4], _dump_variables(each.variables)] for each in self.done.values()
            ],
            "counters": _row(self.counters),
        }
        return json.dumps(written, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "State":
        try:
            # What was stored by an earlier version has shorter rows: what came later has defaults.
            return _read_state(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
            raise BrokenState(problem=f"{type(error).__name__}: {error}") from error


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


def _row(thing: object) -> list[Any]:
    return [getattr(thing, name) for name in _names(type(thing))]


def _dump_variables(variables: Mapping[str, Value]) -> dict[str, Any]:
    return {name: values.dump(value) for name, value in variables.items()}


def _load_variables(written: Mapping[str, Any]) -> Mapping[str, Value]:
    return MappingProxyType({name: values.load(value) for name, value in written.items()})


def _dump_loop(loop: Loop) -> list[Any]:
    items = None if loop.items is None else [values.dump(item) for item in loop.items]
    results = [[turn, values.dump(value)] for turn, value in loop.results.items()]
    return [*_row(loop)[:4], items, results]


def _load_loop(written: list[Any]) -> Loop:
    scope, total, begun, completed, items, results = written
    return Loop(
        scope,
        total,
        begun,
        completed,
        None if items is None else tuple(values.load(item) for item in items),
        MappingProxyType({turn: values.load(value) for turn, value in results}),
    )


def _load_scope(written: list[Any]) -> Scope:
    id, kind, node, parent, token, turn, variables, *later = written
    return Scope(id, kind, node, parent, token, turn, _load_variables(variables), *later)


def _dump_timer(timer: Timer) -> list[Any]:
    every = timer.every and timer.every.iso()
    due = values.dump_moment(timer.due)
    return [*_row(timer)[:3], due, timer.left, every, timer.scope, timer.trigger]


def _load_timer(written: list[Any]) -> Timer:
    id, node, token, due, left, every, *later = written
    interval = every and times.duration(every)
    return Timer(id, node, token, values.load_moment(due), left, interval, *later)


def _load_subscription(written: list[Any]) -> Subscription:
    id, node, token, name, correlation, *later = written
    return Subscription(id, node, token, name, values.load(correlation), *later)


def _load_done(written: list[Any]) -> Done:
    id, node, scope, inside, variables = written
    return Done(id, node, scope, inside, _load_variables(variables))


def _by_id(things: list[Any]) -> Mapping[int, Any]:
    return MappingProxyType({thing.id: thing for thing in things})


def _read_state(written: dict[str, Any]) -> State:
    return State(
        definition=written["definition"],
        status=written["status"],
        outcome=written["outcome"],
        variables=_load_variables(written["variables"]),
        scopes=_by_id([_load_scope(row) for row in written["scopes"]]),
        loops=MappingProxyType({row[0]: _load_loop(row) for row in written["loops"]}),
        tokens=_by_id([Token(*row) for row in written["tokens"]]),
        tasks=_by_id([Task(*row) for row in written["tasks"]]),
        timers=_by_id([_load_timer(row) for row in written["timers"]]),
        subscriptions=_by_id([_load_subscription(row) for row in written["subscriptions"]]),
        done=_by_id([_load_done(row) for row in written.get("done", ())]),
        counters=Counters(*written["counters"]),
    )
