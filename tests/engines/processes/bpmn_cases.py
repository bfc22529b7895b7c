"""Drives a case through a model the way a caller does: store the state, do what the effects say."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from tongban.engines.processes import (
    CallService,
    DataChanged,
    Decide,
    Definition,
    Effect,
    Entered,
    Event,
    Left,
    Message,
    OpenTask,
    ServiceDone,
    ServiceFailed,
    Signal,
    Start,
    State,
    TaskDone,
    TimerDue,
    advance,
    load,
)

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
WORK = (OpenTask, CallService, Decide)
Told = TypeVar("Told")


class Case:
    """After each step the state goes through JSON, as it does between two requests."""

    def __init__(self, xml: bytes, *others: bytes, **variables: object):
        self._stand_still(load(xml, *others))
        self.tell(Start(variables, self.at))

    def _stand_still(self, definition: Definition) -> None:
        self.definition = definition
        self.at = MONDAY
        self.state = State()
        self.told: list[Event] = []
        self.effects: list[Effect] = []
        self.last: tuple[Effect, ...] = ()

    @classmethod
    def not_begun(cls, xml: bytes, *others: bytes, process: str | None = None) -> "Case":
        case = cls.__new__(cls)
        case._stand_still(load(xml, *others, process=process))
        return case

    def tell(self, event: Event) -> tuple[Effect, ...]:
        state, self.last = advance(self.definition, self.state, event)
        self.state = State.from_json(state.to_json())
        assert self.state == state
        self.told.append(event)
        self.effects += self.last
        return self.last

    def later(self, **passed: float) -> datetime:
        self.at += timedelta(**passed)
        return self.at

    def work(self) -> dict[int, OpenTask | CallService | Decide]:
        """What is open now, by task."""
        asked = {effect.task: effect for effect in self.effects if isinstance(effect, WORK)}
        return {task: asked[task] for task in self.state.tasks}

    def open(self) -> list[str]:
        return [effect.node for effect in self.work().values()]

    def task(self, node: str) -> int:
        """The oldest open task of that node."""
        return next(task for task, effect in self.work().items() if effect.node == node)

    def do(self, node: str, **outputs: object) -> tuple[Effect, ...]:
        """A person completes the task, or the service answers."""
        return self.tell_task(self.task(node), **outputs)

    def tell_task(self, task: int, **outputs: object) -> tuple[Effect, ...]:
        if self.state.tasks[task].kind == "user":
            return self.tell(TaskDone(task, outputs, "officer", self.at))
        return self.tell(ServiceDone(task, outputs, self.at))

    def fail(self, node: str, error: str) -> tuple[Effect, ...]:
        return self.tell(ServiceFailed(self.task(node), error, self.at))

    def timer(self, node: str) -> int:
        return next(each.id for each in self.state.timers.values() if each.node == node)

    def ring(self, node: str) -> tuple[Effect, ...]:
        """The timer of that node is due; the clock goes on to then."""
        timer = self.state.timers[self.timer(node)]
        self.at = max(self.at, timer.due)
        return self.tell(TimerDue(timer.id, self.at))

    def say(
        self, name: str, correlation: object = None, payload: Mapping[str, object] | None = None
    ) -> tuple[Effect, ...]:
        return self.tell(Message(name, correlation, payload or {}, self.at))

    def signal(self, name: str, **payload: object) -> tuple[Effect, ...]:
        return self.tell(Signal(name, payload, self.at))

    def change(self, **variables: object) -> tuple[Effect, ...]:
        return self.tell(DataChanged(variables, self.at))

    def begin_at(self, node: str, **variables: object) -> tuple[Effect, ...]:
        return self.tell(Start(variables, self.at, node))

    def effects_of(self, kind: type[Told]) -> list[Told]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def trace(self) -> list[str]:
        """The nodes that were entered so far, in order."""
        return [effect.node for effect in self.effects if isinstance(effect, Entered)]

    def called_off(self) -> list[str]:
        return [each.node for each in self.effects if isinstance(each, Left) and each.cancelled]

    @property
    def over(self) -> tuple[str, str | None]:
        return self.state.status, self.state.outcome
