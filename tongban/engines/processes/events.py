"""What can happen to a case. Every event carries its time: the engine has no clock.

`at` comes in the zone of the city: `today()` is its day there, months are counted there, and a
moment without an offset is one of that zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tongban.engines.feel.values import Value


@dataclass(frozen=True, slots=True)
class Start:
    """Begins by hand at `node`, which may have a trigger; without one, at the start event that has
    none."""

    variables: Mapping[str, Value]
    at: datetime
    node: str | None = None


@dataclass(frozen=True, slots=True)
class TaskDone:
    """A person finished an open task."""

    task: int
    outputs: Mapping[str, Value]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Skip:
    """Somebody with authority lets an open task be, where the model allows it."""

    task: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AddSigner:
    """One more person does the task beside the one who has it, and before that one is done."""

    task: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Return:
    """From an open task back to the activity `to`, which comes before it; without a task, from
    everything that is open on the level of the process itself."""

    task: int | None
    to: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ServiceDone:
    """A called service, or a decision, gave its answer."""

    task: int
    outputs: Mapping[str, Value]
    at: datetime


@dataclass(frozen=True, slots=True)
class ServiceFailed:
    """`error` is the code that a boundary error event may catch."""

    task: int
    error: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TimerDue:
    """With a case that has not begun, `timer` is 0: the time of its start event has come."""

    timer: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """May begin a case, as a signal may."""

    name: str
    correlation: Value
    payload: Mapping[str, Value]
    at: datetime


@dataclass(frozen=True, slots=True)
class Signal:
    """From another case or from outside: everybody in this case who waits for it hears it."""

    name: str
    payload: Mapping[str, Value]
    at: datetime


@dataclass(frozen=True, slots=True)
class DataChanged:
    """Something that conditional events read has changed outside; it may begin a case."""

    variables: Mapping[str, Value]
    at: datetime


Event = (
    Start
    | TaskDone
    | Skip
    | AddSigner
    | Return
    | ServiceDone
    | ServiceFailed
    | TimerDue
    | Message
    | Signal
    | DataChanged
)
