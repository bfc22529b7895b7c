"""One `advance` under way: a copy of the state that may change, and what has to be done about it.

Everything here is bookkeeping; what a node does is in the modules beside this one.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar

from tongban.engines.feel import types
from tongban.engines.feel.values import Value
from tongban.engines.processes import expressions
from tongban.engines.processes.effects import CancelTask, CancelTimer, Effect, Left
from tongban.engines.processes.expressions import Expression
from tongban.engines.processes.model import Definition, InclusiveGateway, ParallelGateway
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.state import (
    Counters,
    Scope,
    ScopeKind,
    State,
    Status,
    Task,
    TaskKind,
    Token,
)

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
    """`ready` are the tokens that have just arrived at their node and still have to be let in."""

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
        self.counters = {each: getattr(state.counters, each) for each in COUNTED}
        self.effects: list[Effect] = []
        self.ready: deque[Token] = deque()
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
            counters=Counters(**self.counters),
        )

    def count_step(self, node: str) -> None:
        self._steps += 1
        if self._steps > STEP_LIMIT:
            raise TooManySteps(limit=STEP_LIMIT, node=node)

    # -- variables

    def local_to(self, scope: int) -> dict[str, Value]:
        """The variables that only this scope and those around it see; the inner hide the outer."""
        local: dict[str, Value] = {}
        while scope:
            local = {**self.scopes[scope].variables, **local}
            scope = self.scopes[scope].parent
        return local

    def seen_from(self, scope: int) -> Mapping[str, Value]:
        local = self.local_to(scope)
        return {**self.variables, **local} if local else self.variables

    def evaluate(
        self, expression: Expression, scope: int, answer: Mapping[str, Value] | None = None
    ) -> Value:
        """`answer` holds what has just come in; it hides variables of the same name."""
        seen = self.seen_from(scope)
        return expressions.evaluate(expression, {**seen, **answer} if answer else seen, self.at)

    def write(self, scope: int, name: str, value: Value) -> None:
        """Set the variable where it lives, seen from the scope; a new one belongs to the case."""
        here = scope
        while here:
            if name in self.scopes[here].variables:
                self.write_local(here, {name: value})
                return
            here = self.scopes[here].parent
        declared = self.definition.variables.get(name)
        if declared is not None and not types.fits(value, declared):
            raise WrongType(name=name, type=declared)
        self.variables[name] = value

    def write_local(self, scope: int, new: Mapping[str, Value]) -> None:
        held = self.scopes[scope]
        variables = MappingProxyType({**held.variables, **new})
        self.scopes[scope] = replace(held, variables=variables)

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

    def close_scope(self, scope: int) -> None:
        del self.scopes[scope]
        self.loops.pop(scope, None)

    def open_task(self, token: Token, kind: TaskKind) -> int:
        task = Task(self.next_id("task"), token.node, token.id, kind)
        self.tasks[task.id] = task
        return task.id

    def stop_waiting(self, token: Token) -> None:
        """End the timers and subscriptions of a token: its own and those of boundary events."""
        for timer in [each for each in self.timers.values() if each.token == token.id]:
            del self.timers[timer.id]
            self.effects.append(CancelTimer(timer.id))
        for each in [each for each in self.subscriptions.values() if each.token == token.id]:
            del self.subscriptions[each.id]

    def call_off(self, token: Token) -> None:
        """Take a token away with everything that hangs on it, from the outside inwards."""
        for task in [each for each in self.tasks.values() if each.token == token.id]:
            del self.tasks[task.id]
            self.effects.append(CancelTask(task.id))
        self.stop_waiting(token)
        for scope in [each for each in self.scopes.values() if each.token == token.id]:
            self.clear(scope.id)
            self.close_scope(scope.id)
        if self._has_entered(token):
            self.effects.append(Left(token.node, cancelled=True))
        del self.tokens[token.id]

    def clear(self, scope: int) -> None:
        """Call off everything inside a scope."""
        for token in self.tokens_in(scope):
            self.call_off(token)
        for turn in [each for each in self.scopes.values() if each.parent == scope]:
            self.clear(turn.id)
            self.close_scope(turn.id)

    def _has_entered(self, token: Token) -> bool:
        """A token that has just arrived, or that waits to be joined, has not; a turn never does."""
        waits = isinstance(self.definition.nodes[token.node], InclusiveGateway | ParallelGateway)
        turn = self.scopes[token.scope].kind == "turn"
        return not waits and not turn and token not in self.ready
