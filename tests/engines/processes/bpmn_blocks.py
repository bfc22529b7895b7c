"""Random well-formed models: blocks inside blocks, each with one way in and one way out.

A block knows how to draw itself and which of its tasks must have run once the case is over.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

from hypothesis import strategies as st

from tests.engines.processes.bpmn_models import (
    boundary,
    flow,
    message,
    model,
    node,
    path,
    script,
    service,
    several,
    start,
    timer,
    user,
    when,
)
from tests.engines.processes.bpmn_models import end as end_event

PAID = '<message id="m" name="paid"/>'
LOOP_TWICE = '<standardLoopCharacteristics loopMaximum="2"/>'
ALARM = '<signal id="alarm"/>'


@dataclass
class Drawing:
    """`beside` stands next to the process: signals, and processes that are called."""

    parts: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))
    beside: list[str] = field(default_factory=list)

    def id(self, kind: str) -> str:
        return f"{kind}{next(self.numbers)}"

    def add(self, *parts: str) -> None:
        self.parts += parts

    def inner(self) -> "Drawing":
        """The drawing of a sub-process: parts of its own, everything else shared."""
        return Drawing([], self.variables, self.pairs, self.numbers, self.beside)

    def apart(self) -> "Drawing":
        """The drawing of a called process, which has variables of its own."""
        return Drawing([], {}, self.pairs, self.numbers, self.beside)


class Block(Protocol):
    def draw(self, on: Drawing) -> tuple[str, str]:
        """The ids of the first and the last node."""
        ...

    def ran(self) -> Counter[str]:
        """How often each task of the block must have been entered, whoever was first."""
        return Counter()


@dataclass
class Single(Block):
    kind: str
    id: str = ""

    def draw(self, on: Drawing) -> tuple[str, str]:
        self.id = on.id(self.kind)
        drawn = {
            "user": lambda: user(self.id),
            "service": lambda: service(self.id),
            "script": lambda: script(self.id, "1 + 1", tb_result=f"r_{self.id}"),
            "many": lambda: user(self.id, several(count="3")),
            "turns": lambda: user(self.id, several(sequential=True, count="2")),
            "pause": lambda: node("intermediateCatchEvent", self.id, timer("timeDuration", "PT1H")),
            "message": lambda: node("intermediateCatchEvent", self.id, message("m")),
            "looped": lambda: user(self.id, LOOP_TWICE),
            "met": lambda: node("intermediateCatchEvent", self.id, when("1 + 1 = 2")),
            "both": lambda: node(
                "intermediateCatchEvent",
                self.id,
                message("m") + timer("timeDuration", "PT3H"),
                parallelMultiple="true",
            ),
        }
        on.add(drawn[self.kind]())
        return self.id, self.id

    def ran(self) -> Counter[str]:
        return Counter({self.id: 1})


@dataclass
class Sequence(Block):
    blocks: list[Block]

    def draw(self, on: Drawing) -> tuple[str, str]:
        drawn = [block.draw(on) for block in self.blocks]
        for (_, before), (after, _) in zip(drawn, drawn[1:], strict=False):
            on.add(flow(before, after))
        return drawn[0][0], drawn[-1][1]

    def ran(self) -> Counter[str]:
        return sum((block.ran() for block in self.blocks), Counter())


@dataclass
class Branches(Block):
    """`taken` are the branches that must run: one of an exclusive gateway, all of a parallel one.

    The first branch is the default; it is not among `taken` of an inclusive gateway unless alone.
    """

    gateway: str
    blocks: list[Block]
    taken: list[int]

    def draw(self, on: Drawing) -> tuple[str, str]:
        split, join = on.id("split"), on.id("join")
        default = {} if self.gateway == "parallelGateway" else {"default": f"{split}-0"}
        on.add(node(self.gateway, split, **default), node(self.gateway, join))
        for number, block in enumerate(self.blocks):
            first, last = block.draw(on)
            on.add(self._into(on, split, first, number), flow(last, join))
        on.pairs.append((split, join))
        return split, join

    def _into(self, on: Drawing, split: str, first: str, number: int) -> str:
        name = f"{split}_{number}"
        if number == 0 or self.gateway == "parallelGateway":
            return flow(split, first, id=f"{split}-{number}")
        on.variables[name] = number in self.taken
        return flow(split, first, f"{name} = true", id=f"{split}-{number}")

    def ran(self) -> Counter[str]:
        return sum((self.blocks[number].ran() for number in self.taken), Counter())


@dataclass
class Repeated(Block):
    """Do the block, with an officer's task in it, until it has been done `times` times."""

    block: Block
    times: int

    def draw(self, on: Drawing) -> tuple[str, str]:
        reset, merge, step, again = (on.id(kind) for kind in ("reset", "merge", "step", "again"))
        inside = Sequence([Single("user"), self.block])
        first, last = inside.draw(on)
        self.block = inside
        on.add(
            script(reset, "0", tb_result=f"n_{again}"),
            node("exclusiveGateway", merge),
            script(step, f"n_{again} + 1", tb_result=f"n_{again}"),
            node("exclusiveGateway", again, default=f"{again}-{merge}"),
            path(reset, merge, first),
            path(last, step, again, merge),
        )
        out = on.id("out")
        on.add(node("task", out), flow(again, out, f"n_{again} >= {self.times}"))
        return reset, out

    def ran(self) -> Counter[str]:
        return Counter({task: n * self.times for task, n in self.block.ran().items()})


@dataclass
class Inside(Block):
    """A sub-process around the block, done `times` times one after the other."""

    block: Block
    times: int

    def draw(self, on: Drawing) -> tuple[str, str]:
        sub, inner = on.id("sub"), on.inner()
        first, last = self.block.draw(inner)
        begin, end = on.id("begin"), on.id("end")
        inner.add(start(begin), end_event(end), flow(begin, first), flow(last, end))
        loop = several(sequential=True, count=str(self.times)) if self.times > 1 else ""
        on.add(node("subProcess", sub, loop + "".join(inner.parts)))
        return sub, sub

    def ran(self) -> Counter[str]:
        return Counter({task: n * self.times for task, n in self.block.ran().items()})


@dataclass
class Watched(Block):
    """An officer's task with a boundary timer that calls a service."""

    interrupting: bool
    id: str = ""

    def draw(self, on: Drawing) -> tuple[str, str]:
        self.id, late, remind, merge = (on.id(k) for k in ("user", "late", "remind", "merge"))
        on.add(
            user(self.id),
            boundary(
                late,
                self.id,
                timer("timeDuration", "P1D"),
                cancelActivity=str(self.interrupting).lower(),
            ),
            service(remind),
            node("exclusiveGateway", merge),
            path(self.id, merge),
            flow(late, remind),
        )
        if self.interrupting:
            on.add(flow(remind, merge))
        else:
            stop = on.id("reminded")
            on.add(end_event(stop), flow(remind, stop))
        return self.id, merge

    def ran(self) -> Counter[str]:
        return Counter({self.id: 1})


@dataclass
class Race(Block):
    """An event-based gateway between a timer and a message."""

    def draw(self, on: Drawing) -> tuple[str, str]:
        gate, late, paid, merge = (on.id(k) for k in ("race", "pause", "message", "merge"))
        on.add(
            node("eventBasedGateway", gate),
            node("intermediateCatchEvent", late, timer("timeDuration", "PT2H")),
            node("intermediateCatchEvent", paid, message("m")),
            node("exclusiveGateway", merge),
            path(gate, late, merge),
            path(gate, paid, merge),
        )
        return gate, merge

    def ran(self) -> Counter[str]:
        return Counter()


def branches(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    @st.composite
    def drawn(draw: st.DrawFn) -> Block:
        blocks = draw(st.lists(inner, min_size=2, max_size=3))
        everything = range(len(blocks))
        gateway = draw(st.sampled_from(["exclusiveGateway", "parallelGateway", "inclusiveGateway"]))
        if gateway == "parallelGateway":
            taken = list(everything)
        elif gateway == "exclusiveGateway":
            taken = [draw(st.sampled_from(everything))]
        else:
            taken = draw(st.lists(st.sampled_from(everything[1:]), unique=True)) or [0]
        return Branches(gateway, blocks, taken)

    return drawn()


singles = st.sampled_from(
    [
        *("user", "service", "script", "many", "turns", "pause", "message"),
        *("looped", "met", "both"),
    ]
)
leaves: st.SearchStrategy[Block] = st.one_of(
    st.builds(Single, singles), st.builds(Watched, st.booleans()), st.builds(Race)
)
blocks: st.SearchStrategy[Block] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Sequence, st.lists(inner, min_size=2, max_size=3)),
        branches(inner),
        st.builds(Repeated, inner, st.integers(1, 3)),
        st.builds(Inside, inner, st.integers(1, 2)),
    ),
    max_leaves=8,
)


def drawn(block: Block) -> tuple[bytes, Drawing]:
    on = Drawing()
    first, last = block.draw(on)
    on.add(start(), end_event(tb_outcome="done"), flow("start", first), flow(last, "end"))
    return model(*on.parts, beside=PAID + ALARM + "".join(on.beside)), on
