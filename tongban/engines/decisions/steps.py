"""One decision's own logic, and what it reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tongban.engines.decisions.refusals import Label
from tongban.engines.decisions.shapes import Shape
from tongban.engines.decisions.tables import NO_PLACE, NOTHING, Expression, Seen, Table
from tongban.engines.feel import Note, Undefined, Value
from tongban.engines.feel.frames import NOTES, note
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


@dataclass(frozen=True, slots=True)
class Step:
    """One decision's own logic."""

    key: Key
    id: str
    name: str
    label: Label
    logic: Table | Expression
    shape: Shape
    fillings: tuple[Filling, ...]
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
