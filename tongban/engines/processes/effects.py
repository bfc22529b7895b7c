"""What the caller has to do, in this order, once the new state is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from tongban.engines.feel.values import Value
from tongban.engines.processes.triggers import Receiver


def _nothing() -> Mapping[str, Value]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class OpenTask:
    """`lane` is the post that does it: of the task, else of its lane.

    `inputs` is what `tb:input` gives; without any, what is local to the node: the entry of a
    multi-instance activity, the variables of a sub-process. `beside` is the task that this one
    signs beside, if any.
    """

    task: int
    node: str
    name: str
    lane: str | None
    form: str | None
    inputs: Mapping[str, Value] = field(default_factory=_nothing)
    beside: int | None = None


@dataclass(frozen=True, slots=True)
class TaskChanged:
    """An open task is another one since the case was migrated; who does it goes on doing it."""

    task: int
    node: str
    name: str
    lane: str | None
    form: str | None


@dataclass(frozen=True, slots=True)
class CallService:
    """`inputs` is what `tb:input` gives; without any, all variables that the node sees."""

    task: int
    node: str
    operation: str
    inputs: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Decide:
    """Answered with `ServiceDone`; the decision's value is its output `result`."""

    task: int
    node: str
    decision: str
    inputs: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class StartTimer:
    timer: int
    due: datetime


@dataclass(frozen=True, slots=True)
class CancelTask:
    task: int


@dataclass(frozen=True, slots=True)
class CancelTimer:
    timer: int


@dataclass(frozen=True, slots=True)
class Entered:
    node: str


@dataclass(frozen=True, slots=True)
class Left:
    """Every `Entered` is followed by one `Left`; `cancelled` where the work was called off."""

    node: str
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class SendMessage:
    """For another process or somebody outside; `to` is where a message flow leads it."""

    node: str
    name: str
    correlation: Value
    payload: Mapping[str, Value]
    to: Receiver | None


@dataclass(frozen=True, slots=True)
class ThrowSignal:
    """For other cases: whoever waits for it in this one has heard it already."""

    node: str
    name: str
    payload: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Finished:
    """`outcome` as in `State.outcome`; the state's status tells an end from a failure."""

    outcome: str


Effect = (
    OpenTask
    | TaskChanged
    | CallService
    | Decide
    | StartTimer
    | CancelTask
    | CancelTimer
    | Entered
    | Left
    | SendMessage
    | ThrowSignal
    | Finished
)
