"""The processes of one file, run together, with a clock that the test moves.

Whatever a case asks for is answered at once, save services that take time. When nothing is left to
answer, the clock goes on to the next timer or answer, until nothing is left to wait for.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from conformance.bpmn.words import FAILS, RAN, TAKES_TIME
from tongban.engines.feel import Value
from tongban.engines.processes import (
    CallService,
    DataChanged,
    Decide,
    Definition,
    Event,
    Message,
    OpenTask,
    Refused,
    SendMessage,
    ServiceDone,
    ServiceFailed,
    Signal,
    Start,
    State,
    TaskDone,
    ThrowSignal,
    TimerDue,
    advance,
    due,
)
from tongban.engines.processes.running.answers import NobodyHears, NobodyWaits
from tongban.engines.processes.running.starting import NotStarted

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
AS_LONG = timedelta(seconds=10)
MOST_EVENTS = 1_000
NOT_WAITED_FOR = (NobodyWaits, NobodyHears, NotStarted)


class NoEnd(Exception):
    """The cases went on and on."""


@dataclass(eq=False)
class Running:
    """One case, and the answers that it is owed: when, and what."""

    process: str
    definition: Definition
    state: State = field(default_factory=State)
    owed: list[tuple[datetime, Event]] = field(default_factory=list)

    @property
    def ran(self) -> Counter[str]:
        noted = self.state.variables.get(RAN)
        return Counter(map(str, noted) if isinstance(noted, list) else ())


class World:
    """`error` tells how a case failed without anybody catching it; `together` is how many services
    that take time were under way at once."""

    def __init__(self, definitions: Mapping[str, Definition], variables: Mapping[str, Value]):
        self.definitions = definitions
        self.variables = variables
        self.at = BEGIN
        self.cases: list[Running] = []
        self.letters: list[tuple[Running, SendMessage | ThrowSignal]] = []
        self.error = ""
        self.together = 0

    def start(self, process: str) -> None:
        """By hand where the process can be, else by the time that begins it, else by the data that
        the case gives. What it throws is delivered once everything has begun."""
        definition = self.definitions[process]
        times = due(definition, self.at)
        if definition.begins[None]:
            self._begin(process, Start(self.variables, self.at))
        elif times:
            self.at = min(times.values())
            self._begin(process, TimerDue(0, self.at))
        else:
            self._begin(process, DataChanged(self.variables, self.at))

    def run(self) -> None:
        """Raises `NoEnd`."""
        for _ in range(MOST_EVENTS):
            if self.error or not (self._deliver() or self._go_on()):
                return
        raise NoEnd

    @property
    def ran(self) -> Counter[str]:
        return sum((case.ran for case in self.cases), Counter())

    def _deliver(self) -> bool:
        """A message stays with its sender until somebody takes it."""
        for letter in self.letters:
            sender, sent = letter
            if isinstance(sent, ThrowSignal):
                self._spread(sender, sent)
            elif not self._taken(sender, sent):
                continue
            self.letters.remove(letter)
            return True
        return False

    def _taken(self, sender: Running, sent: SendMessage) -> bool:
        """By a case that waits for it, else by one that begins with it."""
        event = Message(sent.name, sent.correlation, sent.payload, self.at)
        beginning = replace(event, payload={**self.variables, **sent.payload})
        others = [case for case in self._others(sender) if _is_for(sent, case.process)]
        return any(self._tell(case, event) for case in others) or any(
            self._begin(process, beginning)
            for process in self.definitions
            if process != sender.process and _is_for(sent, process)
        )

    def _spread(self, thrower: Running, thrown: ThrowSignal) -> None:
        event = Signal(thrown.name, thrown.payload, self.at)
        for case in self._others(thrower):
            self._tell(case, event)
        beginning = replace(event, payload={**self.variables, **thrown.payload})
        for process in self.definitions:
            self._begin(process, beginning)

    def _others(self, case: Running) -> list[Running]:
        return [each for each in self.cases if each is not case and each.state.status == "running"]

    def _begin(self, process: str, event: Event) -> bool:
        case = Running(process, self.definitions[process])
        begun = self._tell(case, event)
        if begun:
            self.cases.append(case)
        return begun

    def _go_on(self) -> bool:
        waits = [(when, place) for place, case in enumerate(self.cases) for when in _dues(case)]
        if not waits:
            return False
        when, place = min(waits)
        self.at = max(self.at, when)
        case = self.cases[place]
        for timer in case.state.timers.values():
            if timer.due == when:
                return self._tell(case, TimerDue(timer.id, self.at))
        owed = min(case.owed, key=lambda each: each[0])
        case.owed.remove(owed)
        return self._tell(case, owed[1])

    def _tell(self, case: Running, event: Event) -> bool:
        """Whether the case had waited for it."""
        try:
            case.state, effects = advance(case.definition, case.state, event)
        except NOT_WAITED_FOR:
            return False
        except Refused as error:
            self.error = error.told("en")
            return True
        if case.state.status == "failed":
            self.error = f"failed: {case.state.outcome}"
        for effect in effects:
            match effect:
                case OpenTask() | Decide() | CallService():
                    case.owed.append(self._answer(effect))
                case SendMessage() | ThrowSignal():
                    self.letters.append((case, effect))
                case _:
                    pass
        case.owed = [each for each in case.owed if each[1].task in case.state.tasks]
        self.together = max(self.together, sum(when > self.at for when, _ in case.owed))
        return True

    def _answer(self, asked: OpenTask | Decide | CallService) -> tuple[datetime, Event]:
        match asked:
            case OpenTask():
                return self.at, TaskDone(asked.task, {}, "kit", self.at)
            case Decide():
                return self.at, ServiceDone(asked.task, {"result": None}, self.at)
            case CallService(operation=operation) if operation.startswith(FAILS):
                error = operation.removeprefix(FAILS).strip()
                return self.at, ServiceFailed(asked.task, error, self.at)
            case CallService(operation=operation) if operation == TAKES_TIME:
                when = self.at + AS_LONG
                return when, ServiceDone(asked.task, {}, when)
            case CallService():
                return self.at, ServiceDone(asked.task, {}, self.at)


def _is_for(sent: SendMessage, process: str) -> bool:
    return sent.to is None or sent.to.process == process


def _dues(case: Running) -> list[datetime]:
    return [timer.due for timer in case.state.timers.values()] + [when for when, _ in case.owed]
