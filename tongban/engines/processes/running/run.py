"""One `advance` under way: a copy of the state that may change, and what has to be done about it.

Everything here is bookkeeping; what a node does is in the modules beside this one.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar

from tongban.engines.feel import types
from tongban.engines.feel.values import Value
from tongban.engines.processes import expressions
from tongban.engines.processes.effects import Effect
from tongban.engines.processes.expressions import Expression
from tongban.engines.processes.model import (
    CallActivity,
    Definition,
)
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.rows import (
    Counters,
    Scope,
    ScopeKind,
    Status,
    Task,
    TaskKind,
    Token,
)
from tongban.engines.processes.state import State

PROCESS = 1  # the id of the outermost scope
STEP_LIMIT = 10_000
NOTHING: Mapping[str, Value] = MappingProxyType({})
COUNTED = tuple(each.name for each in fields(Counters))


class TooManySteps(Refused):
    """The process took {limit} steps without coming to rest, last at {node}. Check its loops."""

    zh: ClassVar[str] = "流程连续执行 {limit} 步仍未停下，最后在 {node}。请检查其中的循环。"


class WrongType(Refused):
    """{name} is declared as {type}, and the value handed over is none."""

    zh: ClassVar[str] = "{name} 声明为 {type}，而传入的值不是该类型。"


class Run:
    """`ready` are the tokens that have just arrived at their node and still have to be let in,
    `ended` the instances of a loop whose work is done, `resumed` those that were waiting for a
    compensation. `changed`: a condition may have turned true. `announcing` is the activity of
    which one instance is throwing something.
    """

    def __init__(self, definition: Definition, state: State, at: datetime):
        self.definition = definition
        self.at = at
        self.status: Status = state.status
        self.outcome = state.outcome
        self.variables = dict(state.variables)
        self.scopes = dict(state.scopes)
        self.loops = dict(state.loops)
        self.tokens = dict(state.tokens)
        self.tasks = dict(state.tasks)
        self.timers = dict(state.timers)
        self.subscriptions = dict(state.subscriptions)
        self.done = dict(state.done)
        self.counters = {each: getattr(state.counters, each) for each in COUNTED}
        self.effects: list[Effect] = []
        self.ready: deque[Token] = deque()
        self.ended: deque[Token] = deque()
        self.resumed: deque[Token] = deque()
        self.changed = True  # the time has, at least
        self.announcing = 0
        self._steps = 0

    def freeze(self) -> State:
        return State(
            definition=self.definition.version,
            status=self.status,
            outcome=self.outcome,
            variables=MappingProxyType(self.variables),
            scopes=MappingProxyType(self.scopes),
            loops=MappingProxyType(self.loops),
            tokens=MappingProxyType(self.tokens),
            tasks=MappingProxyType(self.tasks),
            timers=MappingProxyType(self.timers),
            subscriptions=MappingProxyType(self.subscriptions),
            done=MappingProxyType(self.done),
            counters=Counters(**self.counters),
        )

    def count_step(self, node: str) -> None:
        self._steps += 1
        if self._steps > STEP_LIMIT:
            raise TooManySteps(limit=STEP_LIMIT, node=node)

    # -- variables

    def around(self, scope: int) -> Iterator[Scope]:
        """The scope and those around it, as far as the process reaches that it belongs to."""
        while scope:
            held = self.scopes[scope]
            yield held
            scope = 0 if held.kind == "call" else held.parent

    def local_to(self, scope: int) -> dict[str, Value]:
        """The variables that only this scope and those around it see; the inner hide the outer."""
        return self._local(scope)[0]

    def seen_from(self, scope: int) -> Mapping[str, Value]:
        local, called = self._local(scope)
        if called or not local:
            return local if called else self.variables
        return {**self.variables, **local}

    def _local(self, scope: int) -> tuple[dict[str, Value], bool]:
        """And whether they are those of a called process, which sees no others."""
        local: dict[str, Value] = {}
        called = False
        for each in self.around(scope):
            called = each.kind == "call"
            if each.variables:
                local = {**each.variables, **local}
        return local, called

    def evaluate(
        self, expression: Expression, scope: int, answer: Mapping[str, Value] | None = None
    ) -> Value:
        """`answer` holds what has just come in; it hides variables of the same name."""
        seen = self.seen_from(scope)
        return expressions.evaluate(expression, {**seen, **answer} if answer else seen, self.at)

    def evaluate_alone(self, expression: Expression, values: Mapping[str, Value]) -> Value:
        """Before there is a case."""
        return expressions.evaluate(expression, values, self.at)

    def write(self, scope: int, name: str, value: Value) -> None:
        """Set the variable where it lives, seen from the scope; a new one is the process's."""
        for each in self.around(scope):
            if each.kind == "call":
                self._check(self.definition.types[self._called(each)], name, value)
            if name in each.variables or each.kind == "call":
                self.write_local(each.id, {name: value})
                return
        self._check(self.definition.variables, name, value)
        self.variables[name] = value
        self.changed = True

    def write_local(self, scope: int, new: Mapping[str, Value]) -> None:
        held = self.scopes[scope]
        variables = MappingProxyType({**held.variables, **new})
        self.scopes[scope] = replace(held, variables=variables)
        self.changed = True

    def _check(self, types_: Mapping[str, types.Type], name: str, value: Value) -> None:
        declared = types_.get(name)
        if declared is not None and not types.fits(value, declared):
            raise WrongType(name=name, type=declared)

    def level_of(self, scope: Scope) -> str | None:
        """The level of the model that a process, a call or a sub-process opened."""
        match scope.kind:
            case "process":
                return None
            case "call":
                return self._called(scope)
            case _:
                return scope.node

    def _called(self, scope: Scope) -> str:
        node = self.definition.nodes[scope.node]
        assert isinstance(node, CallActivity)
        return node.called

    # -- tokens, scopes and what hangs on them

    def next_id(self, kind: str) -> int:
        self.counters[kind] += 1
        return self.counters[kind]

    def place(self, node: str, scope: int, via: str = "") -> Token:
        token = Token(self.next_id("token"), node, scope, via)
        self.tokens[token.id] = token
        return token

    def put(self, node: str, scope: int, via: str = "") -> None:
        """Place a token that the node still has to let in."""
        self.ready.append(self.place(node, scope, via))

    def release(self, token: Token) -> None:
        """A token that was held arrives at its node."""
        self.tokens[token.id] = token = replace(token, held=False)
        self.ready.append(token)

    def tokens_in(self, scope: int) -> list[Token]:
        return [token for token in self.tokens.values() if token.scope == scope]

    def open_scope(
        self,
        kind: ScopeKind,
        node: str = "",
        *,
        parent: int = 0,
        token: int = 0,
        turn: int = 0,
        variables: Mapping[str, Value] = NOTHING,
    ) -> Scope:
        variables = MappingProxyType(dict(variables))
        scope = Scope(self.next_id("scope"), kind, node, parent, token, turn, variables)
        self.scopes[scope.id] = scope
        return scope

    def open_task(self, token: Token, kind: TaskKind, beside: int | None = None) -> int:
        task = Task(self.next_id("task"), token.node, token.id, kind, beside)
        self.tasks[task.id] = task
        return task.id
