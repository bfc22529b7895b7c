"""What a state consists of: plain rows, each with the id that others name it by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tongban.engines.feel.values import Value
from tongban.engines.processes.times import Duration

Status = Literal["new", "running", "finished", "failed"]
ScopeKind = Literal["process", "body", "call", "loop", "turn", "compensation", "restored"]
Awaited = Literal["message", "signal", "condition"]
TaskKind = Literal["user", "service", "decision"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where tokens live together.

    process: the case · body: the inside of a running sub-process · call: a process that is called;
    nothing inside sees what is outside · loop: an activity with several instances as a whole ·
    turn: one instance of it · compensation: where what was done is undone, one after the other ·
    restored: a sub-process that was over, so that its event sub-process can compensate it.

    `token` is the one outside that waits for this scope (a turn has none, its loop has); `turn`
    counts the turns of a loop from 1. 0 stands for none. `listening`: its event sub-processes may
    still begin.
    """

    id: int
    kind: ScopeKind
    node: str
    parent: int
    token: int
    turn: int
    variables: Mapping[str, Value]
    listening: bool = True


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
    """`via` is the flow it came by, if any: a joining gateway counts tokens by flow.

    One that is `held` stands at its node and is not in it: an activity waits for more tokens, an
    ad-hoc sub-process for its turn, a complex gateway for the end of its round.
    """

    id: int
    node: str
    scope: int
    via: str
    held: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """`beside` is the task that this one signs beside, if any; both hang on the same token."""

    id: int
    node: str
    token: int
    kind: TaskKind
    beside: int | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """`left` is how often it fires after this time, `None` for ever; `every` after how long.

    Either a token waits for it, or a scope listens, whose event sub-process it may begin.
    `trigger` is its number among the triggers of the node.
    """

    id: int
    node: str
    token: int
    due: datetime
    left: int | None
    every: Duration | None
    scope: int = 0
    trigger: int = 0


@dataclass(frozen=True, slots=True)
class Subscription:
    """`correlation` is `None` where any message of that name is taken.

    Either a token waits, or a scope listens, as with a timer. `met` is whether the condition was
    true when last looked at: it comes only when it turns true.
    """

    id: int
    node: str
    token: int
    name: str
    correlation: Value
    kind: Awaited = "message"
    scope: int = 0
    trigger: int = 0
    met: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """An activity that can be compensated. `scope` is where it was completed, as long as that is
    open; behind a sub-process that is over, `inside` names the row of the sub-process.

    `variables` are what a sub-process left behind for its handlers.
    """

    id: int
    node: str
    scope: int
    inside: int
    variables: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Counters:
    """The last id given of each kind: an id is never used twice, so a late answer is noticed."""

    scope: int = 0
    token: int = 0
    task: int = 0
    timer: int = 0
    subscription: int = 0
    done: int = 0
