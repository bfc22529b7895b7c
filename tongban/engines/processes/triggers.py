"""What an event waits for, and what an event throws."""

from dataclasses import dataclass
from typing import Literal

from tongban.engines.processes.expressions import Expression
from tongban.engines.processes.times import Cycle, Duration, Moment


@dataclass(frozen=True, slots=True)
class OnTimer:
    """A point in time: written down (`fixed`), or computed when the token arrives (`computed`)."""

    kind: Literal["duration", "date", "cycle"]
    fixed: Duration | Moment | Cycle | None
    computed: Expression | None


@dataclass(frozen=True, slots=True)
class OnMessage:
    name: str
    correlation: Expression | None


@dataclass(frozen=True, slots=True)
class OnSignal:
    name: str


@dataclass(frozen=True, slots=True)
class OnCondition:
    """Comes when the condition turns true, not as long as it is true."""

    condition: Expression


@dataclass(frozen=True, slots=True)
class OnError:
    """`code` is `None` where any error is caught."""

    code: str | None


@dataclass(frozen=True, slots=True)
class OnEscalation:
    """`code` is `None` where any escalation is caught."""

    code: str | None


@dataclass(frozen=True, slots=True)
class OnCompensation:
    pass


@dataclass(frozen=True, slots=True)
class OnCancel:
    pass


# The first four are waited for; the others are looked for when something is thrown.
Trigger = (
    OnTimer
    | OnMessage
    | OnSignal
    | OnCondition
    | OnError
    | OnEscalation
    | OnCompensation
    | OnCancel
)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where a message flow ends: a process, and the node of it unless the pool as a whole is
    meant."""

    process: str
    node: str | None


@dataclass(frozen=True, slots=True)
class SignalThrow:
    name: str


@dataclass(frozen=True, slots=True)
class MessageThrow:
    name: str
    correlation: Expression | None
    to: Receiver | None


@dataclass(frozen=True, slots=True)
class EscalationThrow:
    code: str


@dataclass(frozen=True, slots=True)
class ErrorThrow:
    code: str


@dataclass(frozen=True, slots=True)
class CompensationThrow:
    """`activity` is `None` where everything of the scope is to be compensated."""

    activity: str | None
    waits: bool


@dataclass(frozen=True, slots=True)
class CancelThrow:
    pass


@dataclass(frozen=True, slots=True)
class TerminateThrow:
    pass


Throw = (
    SignalThrow
    | MessageThrow
    | EscalationThrow
    | ErrorThrow
    | CompensationThrow
    | CancelThrow
    | TerminateThrow
)
