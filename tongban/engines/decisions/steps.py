"""One decision's own logic, and what it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tongban.engines.decisions.refusals import Label
from tongban.engines.decisions.shapes import Shape
from tongban.engines.decisions.tables import NO_PLACE, NOTHING, Expression, Seen, Table
from tongban.engines.feel import Note, Undefined, Value
from tongban.engines.feel.frames import NOTES, Code, note
from tongban.engines.feel.program import CannotCompute
from tongban.engines.feel.values import Frame

Key = str  # of an element, unique among all models that were loaded together


@dataclass(frozen=True, slots=True)
class Input:
    """Input data, or `today()` and `now()`, which are handed in like everything else."""

    key: Key
    name: str
    label: Label
    shape: Shape


@dataclass(frozen=True, slots=True)
class Filling:
    """A name that a decision's texts read: where it comes from and where the frame has it."""

    name: str
    label: Label
    key: Key
    slot: int


class Trace(list[Note]):
    """The notes of one evaluation, and what was seen where no caller looks: within a box, a
    knowledge model or a service."""

    LIMIT = 100  # a table in a loop runs often, and says the same again and again

    def __init__(self, known: Mapping[Key, Value]) -> None:
        super().__init__()
        self.known = known  # what the step under way reads
        self.looks: list[Look] = []

    def add(self, look: Look) -> None:
        if len(self.looks) < self.LIMIT:
            self.looks.append(look)

    def seen(self, table: Table, frame: Frame, seen: Seen) -> None:
        self.add(Look(table, frame.copy(), seen, self.known))


@dataclass(frozen=True, slots=True)
class Look:
    """A table, or a step of a service, that was run on a frame."""

    at: Table | Step
    frame: Frame
    seen: Seen
    known: Mapping[Key, Value]


def traced(table: Table) -> Code:
    """A table within a box: who asks for reasons learns what it saw."""

    def run(frame: Frame) -> Value:
        seen = table.look(frame)
        if isinstance(frame[NOTES], Trace):
            frame[NOTES].seen(table, frame, seen)
        return seen.value

    return run


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A function that decisions call: a business knowledge model, or a decision service."""

    make: Callable[[Frame], Value]
    within: tuple[Step, ...] = ()  # those that only it runs

    def __call__(self, frame: Frame) -> Value:
        return self.make(frame)

    def look(self, frame: Frame) -> Seen:
        return Seen(self.make(frame))


@dataclass(frozen=True, slots=True)
class Step:
    """One decision's own logic, or the function that one of them calls."""

    key: Key
    id: str
    name: str
    label: Label
    logic: Table | Expression | Knowledge
    shape: Shape
    fillings: tuple[Filling, ...]
    tables: tuple[Table, ...]  # within boxes
    blank: Frame

    def frame(self, known: Mapping[Key, Value], notes: list[Note] | None) -> Frame:
        frame = self.blank.copy()
        frame[NOTES] = notes
        for filling in self.fillings:
            frame[filling.slot] = known[filling.key]
        return frame

    def value(self, frame: Frame) -> Value:
        try:
            return self.shape.take(self.logic(frame))
        except _FAULTS as fault:
            return _null(frame, fault)

    def look(self, frame: Frame) -> Seen:
        """The value, and for a table the rules that hold."""
        seen = NOTHING
        try:
            seen = self.logic.look(frame)
            return replace(seen, value=self.shape.take(seen.value))
        except _FAULTS as fault:
            return replace(seen, value=_null(frame, fault))


_FAULTS = (Undefined, RecursionError, ArithmeticError)


def _null(frame: Frame, fault: Exception) -> Value:
    return note(frame, NO_PLACE, fault if isinstance(fault, Undefined) else CannotCompute())
