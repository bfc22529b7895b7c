"""Blocks of the elements that reach beyond their own place in the drawing."""

from collections import Counter
from dataclasses import dataclass, field
from html import escape

from hypothesis import strategies as st

from tests.engines.processes.bpmn_blocks import Block, Drawing, Inside, Sequence, branches, leaves
from tests.engines.processes.bpmn_models import (
    association,
    boundary,
    extended,
    flow,
    handler,
    link,
    message,
    node,
    path,
    service,
    signal,
    start,
    sub,
    tb_input,
    thrown,
    timer,
    user,
    when,
)
from tests.engines.processes.bpmn_models import end as end_event

GUARDS = {
    "error": "<errorEventDefinition/>",
    "signal": signal("alarm"),
    "message": message("m"),
    "condition": when("x > 5"),
    "timer": timer("timeDuration", "P9D"),
}


@dataclass
class Signalled(Block):
    """One branch waits for a signal, the other sounds it behind the block."""

    block: Block

    def draw(self, on: Drawing) -> tuple[str, str]:
        split, join, hear, sound, name = (
            on.id(kind) for kind in ("split", "join", "hear", "sound", "signal")
        )
        on.beside.append(f'<signal id="{name}"/>')
        first, last = self.block.draw(on)
        on.add(
            node("parallelGateway", split),
            node("parallelGateway", join),
            node("intermediateCatchEvent", hear, signal(name)),
            node("intermediateThrowEvent", sound, signal(name)),
            path(split, hear, join),
            path(split, first),
            path(last, sound, join),
        )
        on.pairs.append((split, join))
        return split, join

    def ran(self) -> Counter[str]:
        return self.block.ran()


@dataclass
class Linked(Block):
    """The block, and behind it a jump by a link."""

    block: Block

    def draw(self, on: Drawing) -> tuple[str, str]:
        out, in_ = on.id("out"), on.id("in")
        first, last = self.block.draw(on)
        on.add(
            node("intermediateThrowEvent", out, link(out)),
            node("intermediateCatchEvent", in_, link(out)),
            flow(last, out),
        )
        return first, in_

    def ran(self) -> Counter[str]:
        return self.block.ran()


@dataclass
class Enough(Block):
    """Two blocks side by side, joined by a complex gateway that needs both."""

    blocks: list[Block]

    def draw(self, on: Drawing) -> tuple[str, str]:
        split, join = on.id("split"), on.id("join")
        condition = f"activationCount >= {len(self.blocks)}"
        inside = f"<activationCondition>{escape(condition)}</activationCondition>"
        on.add(node("parallelGateway", split), node("complexGateway", join, inside))
        for block in self.blocks:
            first, last = block.draw(on)
            on.add(flow(split, first), flow(last, join))
        on.pairs.append((split, join))
        return split, join

    def ran(self) -> Counter[str]:
        return sum((block.ran() for block in self.blocks), Counter())


@dataclass
class AdHoc(Block):
    """Each block in a sub-process of its own: an ad-hoc one holds no end events."""

    blocks: list[Block]
    ordering: str

    def draw(self, on: Drawing) -> tuple[str, str]:
        id, inner = on.id("adhoc"), on.inner()
        for block in self.blocks:
            Inside(block, 1).draw(inner)
        on.add(sub(*inner.parts, id=id, tag="adHocSubProcess", ordering=self.ordering))
        return id, id

    def ran(self) -> Counter[str]:
        return sum((block.ran() for block in self.blocks), Counter())


@dataclass
class Called(Block):
    """The block as a process of its own, which is handed the variables that it needs."""

    block: Block

    def draw(self, on: Drawing) -> tuple[str, str]:
        id, process, begin, last_ = (on.id(k) for k in ("call", "process", "begin", "end"))
        inner = on.apart()
        first, last = self.block.draw(inner)
        inner.add(start(begin), end_event(last_), flow(begin, first), flow(last, last_))
        on.beside.append(node("process", process, "".join(inner.parts)))
        handed = [tb_input(name, name) for name in inner.variables]
        on.variables.update(inner.variables)
        on.add(node("callActivity", id, extended(*handed), calledElement=process))
        return id, id

    def ran(self) -> Counter[str]:
        return self.block.ran()


@dataclass
class Undone(Block):
    """Two tasks that are done and then undone; the block in between is left as it is."""

    block: Block
    ids: list[str] = field(default_factory=list)

    def draw(self, on: Drawing) -> tuple[str, str]:
        one, other, back = on.id("user"), on.id("user"), on.id("back")
        self.ids = [one, other]
        for id in (one, other):
            undo = on.id("service")
            self.ids.append(undo)
            on.add(
                user(id),
                boundary(f"b_{id}", id, thrown("compensate")),
                service(undo, isForCompensation="true"),
                association(f"b_{id}", undo),
            )
        first, last = self.block.draw(on)
        on.add(
            node("intermediateThrowEvent", back, thrown("compensate")),
            path(one, first),
            path(last, other, back),
        )
        return one, back

    def ran(self) -> Counter[str]:
        return Counter(self.ids) + self.block.ran()


@dataclass
class Listening(Block):
    """A sub-process around the block, in which a timer may begin an event sub-process."""

    block: Block

    def draw(self, on: Drawing) -> tuple[str, str]:
        id, inner = on.id("sub"), on.inner()
        first, last = self.block.draw(inner)
        begin, end, by, help_, done = (on.id(k) for k in ("begin", "end", "by", "help", "helped"))
        inner.add(start(begin), end_event(end), flow(begin, first), flow(last, end))
        inner.add(
            handler(
                by,
                timer("timeDuration", "P1D"),
                node("userTask", help_),
                end_event(done),
                path(f"{by}_start", help_, done),
                interrupting=False,
            )
        )
        on.add(sub(*inner.parts, id=id))
        return id, id

    def ran(self) -> Counter[str]:
        return self.block.ran()


@dataclass
class Guarded(Block):
    """A sub-process around the block that may be called off: from inside by an event sub-process,
    from outside by a boundary event. What it then has run nobody can say."""

    block: Block
    inside: str
    outside: str
    interrupting: bool

    def draw(self, on: Drawing) -> tuple[str, str]:
        id, inner, merge = on.id("guarded"), on.inner(), on.id("merge")
        first, last = self.block.draw(inner)
        begin, end, by, done, out = (on.id(k) for k in ("begin", "end", "by", "done", "out"))
        inner.add(start(begin), end_event(end), flow(begin, first), flow(last, end))
        inner.add(
            handler(
                by,
                GUARDS[self.inside],
                end_event(done),
                flow(f"{by}_start", done),
                interrupting=self.interrupting or self.inside == "error",
            )
        )
        on.add(
            sub(*inner.parts, id=id),
            boundary(out, id, GUARDS[self.outside]),
            node("exclusiveGateway", merge),
            flow(id, merge),
            flow(out, merge),
        )
        return id, merge


@dataclass
class Cancelled(Block):
    """A transaction around the block, which is cancelled behind it where x is great enough."""

    block: Block

    def draw(self, on: Drawing) -> tuple[str, str]:
        id, inner, merge = on.id("transaction"), on.inner(), on.id("merge")
        first, last = self.block.draw(inner)
        begin, end, which, cancel, off = (
            on.id(k) for k in ("begin", "end", "which", "cancel", "off")
        )
        inner.add(
            start(begin),
            node("exclusiveGateway", which, default=f"{which}-{end}"),
            end_event(end),
            end_event(cancel, thrown("cancel")),
            path(begin, first),
            path(last, which, end),
            flow(which, cancel, "x > 5"),
        )
        on.add(
            sub(*inner.parts, id=id, tag="transaction"),
            boundary(off, id, thrown("cancel")),
            node("exclusiveGateway", merge),
            flow(id, merge),
            flow(off, merge),
        )
        return id, merge


# Besides those, blocks of the elements that reach beyond their own place in the drawing.
whole: st.SearchStrategy[Block] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Sequence, st.lists(inner, min_size=2, max_size=3)),
        branches(inner),
        st.builds(Signalled, inner),
        st.builds(Linked, inner),
        st.builds(Enough, st.lists(inner, min_size=2, max_size=3)),
        st.builds(
            AdHoc,
            st.lists(inner, min_size=1, max_size=3),
            st.sampled_from(["Parallel", "Sequential"]),
        ),
        st.builds(Called, inner),
        st.builds(Undone, inner),
        st.builds(Listening, inner),
        st.builds(Inside, inner, st.integers(1, 2)),
    ),
    max_leaves=6,
)
guards = st.sampled_from(sorted(GUARDS))
# And those that are called off somewhere in the middle.
wild: st.SearchStrategy[Block] = st.recursive(
    whole,
    lambda inner: st.one_of(
        st.builds(Guarded, inner, guards, guards, st.booleans()),
        st.builds(Cancelled, inner),
        st.builds(Undone, inner),
        st.builds(Called, inner),
        st.builds(Enough, st.lists(inner, min_size=2, max_size=2)),
    ),
    max_leaves=3,
)
