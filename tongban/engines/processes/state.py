"""Where a case stands: everything `advance` needs besides the definition, and nothing else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from tongban.engines.feel.values import Value
from tongban.engines.processes import times, values
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.times import Duration

Status = Literal["new", "running", "finished", "failed"]
ScopeKind = Literal["process", "body", "loop", "turn"]
TaskKind = Literal["user", "service", "decision"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where tokens live together.

    process: the case · body: the inside of a running sub-process · loop: a multi-instance activity
    as a whole · turn: one instance of it. `token` is the one outside that waits for this scope
    (a turn has none, its loop has); `turn` counts the turns of a loop from 1. 0 stands for none.
    """

    id: int
    kind: ScopeKind
    node: str
    parent: int
    token: int
    turn: int
    variables: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Loop:
    """`items` is the collection as it was when the activity began; `results` go by turn."""

    scope: int
    total: int
    begun: int
    completed: int
    items: tuple[Value, ...] | None
    results: Mapping[int, Value]


@dataclass(frozen=True, slots=True)
class Token:
    """`via` is the flow it came by, if any: a joining gateway counts tokens by flow."""

    id: int
    node: str
    scope: int
    via: str


@dataclass(frozen=True, slots=True)
class Task:
    id: int
    node: str
    token: int
    kind: TaskKind


@dataclass(frozen=True, slots=True)
class Timer:
    """`left` is how often it fires after this time, `None` for ever; `every` after how long."""

    id: int
    node: str
    token: int
    due: datetime
    left: int | None
    every: Duration | None


@dataclass(frozen=True, slots=True)
class Subscription:
    """`correlation` is `None` where any message of that name is taken."""

    id: int
    node: str
    token: int
    message: str
    correlation: Value


@dataclass(frozen=True, slots=True)
class Counters:
    """The last id given of each kind: an id is never used twice, so a late answer is noticed."""

    scope: int = 0
    token: int = 0
    task: int = 0
    timer: int = 0
    subscription: int = 0


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
    counters: Counters = field(default_factory=Counters)

    def to_json(self) -> str:
        """Text that `from_json` turns into an equal state; the same state gives the same text."""
        written = {
            "definition": self.definition,
            "status": self.status,
            "outcome": self.outcome,
            "variables": _dump_variables(self.variables),
            "scopes": [
                [*_row(scope)[:6], _dump_variables(scope.variables)]
                for scope in self.scopes.values()
            ],
            "loops": [_dump_loop(loop) for loop in self.loops.values()],
            "tokens": [_row(token) for token in self.tokens.values()],
            "tasks": [_row(task) for task in self.tasks.values()],
            "timers": [_dump_timer(timer) for timer in self.timers.values()],
            "subscriptions": [
                [*_row(each)[:4], values.dump(each.correlation)]
                for each in self.subscriptions.values()
            ],
            "counters": _row(self.counters),
        }
        return json.dumps(written, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "State":
        try:
            return _read_state(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
            raise BrokenState(problem=f"{type(error).__name__}: {error}") from error


def _row(thing: Any) -> list[Any]:
    return [getattr(thing, each.name) for each in fields(thing)]


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
    id, kind, node, parent, token, turn, variables = written
    return Scope(id, kind, node, parent, token, turn, _load_variables(variables))


def _dump_timer(timer: Timer) -> list[Any]:
    every = timer.every and timer.every.iso()
    return [*_row(timer)[:3], values.dump_moment(timer.due), timer.left, every]


def _load_timer(written: list[Any]) -> Timer:
    id, node, token, due, left, every = written
    return Timer(id, node, token, values.load_moment(due), left, every and times.duration(every))


def _load_subscription(written: list[Any]) -> Subscription:
    id, node, token, message, correlation = written
    return Subscription(id, node, token, message, values.load(correlation))


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
        counters=Counters(*written["counters"]),
    )
