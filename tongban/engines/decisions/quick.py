"""A table of constants over plain inputs, answered from bit masks alone.

Each input has a line (index.py); what it finds there is a mask of the rules that accept the value.
Everything else, such as a null, an unknown or a value that is not allowed, is left to the table.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, TypeAlias

from tongban.engines.decisions.hits import Hit
from tongban.engines.decisions.index import Line, line
from tongban.engines.decisions.outcomes import (
    DEFAULT,
    About,
    Cell,
    Fact,
    Given,
    Outcome,
    Reason,
)
from tongban.engines.decisions.refusals import Label
from tongban.engines.decisions.shapes import Shape
from tongban.engines.decisions.steps import Filling, Input, Step
from tongban.engines.decisions.tables import Column, Table, Test
from tongban.engines.feel import Undefined, Unknown, Value, tree

Find: TypeAlias = Callable[[Any], Any]
ANSWERS_LIMIT = 10_000  # distinct sets of rules that are remembered
# All numbers that can be computed lie between these; what is beyond is no number for a table.
_LEAST, _MOST = Decimal("-9e6144"), Decimal("9e6144")
# What the look-up of a value raises that has no place on its line.
_ELSEWHERE = (KeyError, TypeError, InvalidOperation)
_MISSING = object()
_NONE: frozenset[str] = frozenset()
ASK = Unknown(_NONE)  # the answer of this way where the table has to be asked itself


class Asked(NamedTuple):
    """An input of the table: how its values are found, and what reasons say of it."""

    name: str
    type: type
    find: Find
    column: Column
    filling: Filling


class Seen(NamedTuple):
    """The values of one evaluation; the cells of a reason are made for whoever looks at them."""

    asked: Sequence[Asked]
    given: Sequence[Given]
    masks: Sequence[int]
    tests: Mapping[str, Sequence[tuple[int, Test]]]  # of each rule, with the number of the input

    def cells(self, rule: str, matched: bool) -> tuple[Cell, ...]:
        """All cells of a rule that holds, of another only those that keep it from holding."""
        if rule == DEFAULT:
            return ()
        bit = 1 << int(rule) - 1
        return tuple(
            [
                self._cell(at, test, self.masks[at] & bit != 0)
                for at, test in self.tests[rule]
                if matched or not self.masks[at] & bit
            ]
        )

    def _cell(self, at: int, test: Test, result: bool) -> Cell:
        given, filling, label = self.given[at], self.asked[at].filling, test.column.label
        value, origin = given.value, given.origin
        facts = (Fact(filling.name, filling.label, value, origin),)
        return Cell(label.zh, test.text, value, result, origin, label, test.words, facts)


class Quick:
    def __init__(self, step: Step, table: Table, asked: Sequence[Asked]) -> None:
        self._step, self._table, self._asked = step, table, tuple(asked)
        self._finds = tuple((each.name, each.type, each.find) for each in asked)
        self._full = (1 << len(table.rules)) - 1
        self._answers: dict[int, Value] = {}
        self._told: dict[tuple[int, int], list[tuple[About, bool]]] = {}
        slots = {each.column.slot: at for at, each in enumerate(asked)}
        self._tests = {
            str(rule.number): [(slots[test.column.slot], test) for test in rule.tests]
            for rule in table.rules
        }
        self._about = [
            About(step.id, str(rule.number), rule.law, step.label) for rule in table.rules
        ]
        self._default = About(step.id, DEFAULT, Label("", ""), step.label)

    def decide(self, inputs: Mapping[str, Value]) -> Value:
        """The value; ASK where the table has to be asked itself."""
        mask = self._full
        try:
            for name, type_, find in self._finds:
                value = inputs[name]
                if type(value) is not type_:
                    return ASK
                mask &= find(value)
        except _ELSEWHERE:
            return ASK
        answer = self._answers.get(mask, _MISSING)
        return self._answer(mask) if answer is _MISSING else answer  # type: ignore[return-value]

    def evaluate(self, inputs: Mapping[str, Given]) -> Outcome | None:
        """The value with its reasons; None where the table has to be asked itself."""
        full = self._full
        once = twice = 0  # the rules that one input, or more than one, keeps from holding
        given: list[Given] = []
        masks: list[int] = []
        try:
            for name, type_, find in self._finds:
                one = inputs[name]
                if type(one.value) is not type_:
                    return None
                mask = find(one.value)
                failing = full & ~mask
                twice |= once & failing
                once |= failing
                given.append(one)
                masks.append(mask)
        except _ELSEWHERE:
            return None
        matched = full & ~once
        value = self._answers.get(matched, _MISSING)
        if value is _MISSING:
            value = self._answer(matched)
        if value is None and matched:
            return None  # a note says why
        if self._table.stops_at_first:
            matched &= -matched
        seen = Seen(self._asked, given, masks, self._tests)
        return Outcome(value, self._reasons(matched, once & ~twice, seen), _NONE)  # type: ignore[arg-type]

    def _reasons(self, matched: int, nearly: int, seen: Seen) -> tuple[Reason, ...]:
        told = self._told.get((matched, nearly))
        if told is None:
            told = self._tell(matched, nearly)
        return tuple([Reason(about, holds, seen) for about, holds in told])

    def _tell(self, matched: int, nearly: int) -> list[tuple[About, bool]]:
        """The rules that hold or nearly do, in their order, after the default output."""
        told = [(self._default, True)] if not matched and self._table.default else []
        told += [
            (about, bool(matched >> at & 1))
            for at, about in enumerate(self._about)
            if (matched | nearly) >> at & 1
        ]
        if len(self._told) < ANSWERS_LIMIT:
            self._told[matched, nearly] = told
        return told

    def _answer(self, mask: int) -> Value:
        """What the table answers where exactly these rules hold."""
        hits = [
            Hit(rule.number, rule.output(self._step.blank))
            for at, rule in enumerate(self._table.rules)
            if mask >> at & 1
        ]
        if self._table.stops_at_first:
            del hits[1:]
        try:
            value = self._step.shape.take(self._table.settled(self._step.blank.copy(), hits))
        except Undefined:
            return ASK
        if isinstance(value, (list, dict)):
            return deepcopy(value)  # whoever receives it may change it
        if len(self._answers) < ANSWERS_LIMIT:
            self._answers[mask] = value
        return value


def quick(steps: Sequence[Step], inputs: Sequence[Input]) -> Quick | None:
    """The short way of a decision that is one such table and nothing else."""
    if len(steps) != 1 or not isinstance(steps[0].logic, Table):
        return None
    step, table = steps[0], steps[0].logic
    outputs = [*table.default, *(output for rule in table.rules for output in rule.outputs)]
    if not all(output.constant for output in outputs):
        return None
    asked = [_asked(step, table, column, inputs) for column in table.columns]
    known = [each for each in asked if each is not None]
    return Quick(step, table, known) if known and len(known) == len(asked) else None


def _asked(step: Step, table: Table, column: Column, inputs: Sequence[Input]) -> Asked | None:
    if not isinstance(column.tree, tree.Name):
        return None
    name = column.tree.variable.name
    filling = next((each for each in step.fillings if each.name == name), None)
    given = next((each for each in inputs if filling and each.key == filling.key), None)
    found = line(table.cells(column))
    if filling is None or given is None or found is None:
        return None
    find = _find(found, (given.shape, column.shape))
    return Asked(given.name, found.type, find, column, filling) if find else None


def _find(found: Line, shapes: Sequence[Shape]) -> Find | None:
    free = all(shape.admits_all(found.type) for shape in shapes)
    if found.type is Decimal:
        return _find_number(found) if free else None
    if found.exact is None:
        return found.rules if free else None
    allowed = {value: mask for value, mask in found.exact.items() if _admitted(value, shapes)}
    if not free:
        return allowed.__getitem__
    other = found.other
    return lambda value: allowed.get(value, other)


def _admitted(value: Value, shapes: Sequence[Shape]) -> bool:
    try:
        return all(shape.take(value) is value for shape in shapes)
    except Undefined:
        return False


def _find_number(found: Line) -> Find:
    """One search where no point differs from the gap beside it, else two."""
    points = (_LEAST, *found.points, _MOST)
    gaps, on = found.masks[::2], found.masks[1::2]
    at_edges = (None, *gaps, None)
    if on == gaps[1:]:
        return lambda value: at_edges[bisect_right(points, value)]
    if on == gaps[:-1]:
        return lambda value: at_edges[bisect_left(points, value)]
    masks = (None, None, *found.masks, None, None)
    return lambda value: masks[bisect_left(points, value) + bisect_right(points, value)]
