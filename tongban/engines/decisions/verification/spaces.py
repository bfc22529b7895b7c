"""A table's rules as boxes: in the space of what was put in place, and in one that holds all.

In the first every point is a case that can be told and run. The second may hold points that no
case reaches; what is true of all of it is true of every case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from tongban.engines.decisions.tables import Column, Table, Test
from tongban.engines.decisions.verification.boxes import Box, first
from tongban.engines.decisions.verification.cuts import is_cut
from tongban.engines.decisions.verification.places import Places, line_of
from tongban.engines.decisions.verification.reading import Assignment, Group, Reading, Source
from tongban.engines.feel import Unknown, Value
from tongban.engines.feel.frames import STEPS
from tongban.engines.feel.values import Frame


@dataclass(frozen=True, slots=True)
class Dimension:
    """`holds` has the places that a rule accepts, or may accept; `covers` those it surely does."""

    columns: frozenset[int]
    sources: tuple[Source, ...]
    places: tuple[Assignment, ...]
    count: int
    present: int  # the places where nothing is null
    holds: tuple[int, ...]
    covers: tuple[int, ...]

    @property
    def all(self) -> int:
        return (1 << self.count) - 1

    def missing(self, source: Source, alone: bool) -> int:
        """The places where a source is null, with others or alone."""
        return _mask(
            each[source] is None and not (alone and list(each.values()).count(None) > 1)
            for each in self.places
        )


@dataclass(frozen=True, slots=True)
class Space:
    dimensions: tuple[Dimension, ...]

    @property
    def all(self) -> Box:
        return tuple(each.all for each in self.dimensions)

    @property
    def present(self) -> Box:
        return tuple(each.present for each in self.dimensions)

    def holds(self, rule: int) -> Box:
        return tuple(each.holds[rule] for each in self.dimensions)

    def covers(self, rule: int) -> Box:
        return tuple(each.covers[rule] for each in self.dimensions)

    def case(self, box: Box) -> Assignment:
        """A point of the box, with as little missing as there can be."""
        present = tuple(
            places & each.present or places
            for places, each in zip(box, self.dimensions, strict=True)
        )
        chosen = zip(first(present), self.dimensions, strict=True)
        return {key: value for at, each in chosen for key, value in each.places[at].items()}

    def points(self, box: Box) -> Iterator[Assignment]:
        """All of the box."""
        kept = [
            [case for at, case in enumerate(each.places) if places >> at & 1]
            for places, each in zip(box, self.dimensions, strict=True)
        ]
        for chosen in product(*kept):
            yield {key: value for case in chosen for key, value in case.items()}


@dataclass(frozen=True, slots=True)
class Sampled:
    """A test, or the text of a column, whose values are not all foreseen."""

    text: str
    rules: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Spaces:
    cases: Space
    whole: Space
    idle: Assignment  # sources that no rule asks for
    sampled: tuple[Sampled, ...]  # why the two are not one

    @property
    def are_one(self) -> bool:
        """Whether every value is like one of the cases."""
        return self.cases is self.whole


def spaces(reading: Reading) -> Spaces:
    cases: list[Dimension] = []
    whole: list[Dimension] = []
    idle: dict[Source, Value] = {}
    sampled: list[Sampled] = []
    for group in reading.groups():
        asked = _Asked.of(reading.table, group.columns)
        places = Places(reading, group, asked.different)
        if not asked.different:
            idle |= places.found[0] if places.found else {}
            continue
        dimension = _dimension(reading, group, places, asked)
        cases.append(dimension)
        if places.stand_for_all:
            whole.append(dimension)
            continue
        for column in group.columns:
            own = _Asked.of(reading.table, [column])
            if own.different:
                whole.append(_line(reading, column, own) or _anywhere(column, own))
        sampled += _sampled(reading, group)
    space = Space(tuple(cases))
    return Spaces(space, Space(tuple(whole)) if sampled else space, idle, tuple(sampled))


def _sampled(reading: Reading, group: Group) -> list[Sampled]:
    """The tests and columns that compute; all columns of a group that is otherwise at fault."""
    tests = [(rule, test) for rule in reading.table.rules for test in rule.tests]
    own = {id(each): each for each in group.columns}
    found = [
        Sampled(test.text, (rule.number,))
        for rule, test in tests
        if id(test.column) in own and not is_cut(test.tree)
    ]
    computed = {key for key, column in own.items() if not reading.plain[id(column)]}
    for key in computed if found or computed else own:
        rules = (rule.number for rule, test in tests if id(test.column) == key)
        found.append(Sampled(own[key].text, tuple(rules)))
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """The tests of some columns: by rule, and each different one once."""

    columns: frozenset[int]
    by_rule: tuple[tuple[int, ...], ...]  # numbers of different tests
    different: tuple[Test, ...]

    @classmethod
    def of(cls, table: Table, columns: Sequence[Column]) -> _Asked:
        asked = {id(each) for each in columns}
        known: dict[tuple[int, str], int] = {}
        different: list[Test] = []
        by_rule: list[tuple[int, ...]] = []
        for rule in table.rules:
            numbers: list[int] = []
            for test in rule.tests:
                if id(test.column) in asked:
                    key = (id(test.column), test.text)
                    if key not in known:
                        known[key] = len(different)
                        different.append(test)
                    numbers.append(known[key])
            by_rule.append(tuple(numbers))
        return cls(frozenset(asked), tuple(by_rule), tuple(different))

    def boxes(self, accepted: Sequence[int], all_: int) -> tuple[int, ...]:
        """The places that each rule accepts, from those that each different test does."""
        found: list[int] = []
        for numbers in self.by_rule:
            places = all_
            for number in numbers:
                places &= accepted[number]
            found.append(places)
        return tuple(found)


def _dimension(reading: Reading, group: Group, places: Places, asked: _Asked) -> Dimension:
    kept: list[Assignment] = []
    frames: list[Frame] = []
    for assignment in places.found:
        frame = reading.frame(assignment)
        for column in group.columns:
            column.fill(frame)
        if not any(isinstance(frame[column.slot], Unknown) for column in group.columns):
            kept.append(assignment)
            frames.append(frame)
    return _filled(kept, [None not in each.values() for each in kept], frames, asked)


def _line(reading: Reading, column: Column, asked: _Asked) -> Dimension | None:
    values = line_of(column, asked.different)
    if values is None:
        return None
    frames: list[Frame] = []
    for value in values:
        frame = reading.frame({})
        frame[column.slot] = value
        frames.append(frame)
    return _filled([], [value is not None for value in values], frames, asked)


def _filled(
    places: Sequence[Assignment], present: Sequence[bool], frames: Sequence[Frame], asked: _Asked
) -> Dimension:
    accepted = [_mask(_truths(test, frames)) for test in asked.different]
    boxes = asked.boxes(accepted, (1 << len(frames)) - 1)
    sources = tuple(places[0]) if places else ()
    return Dimension(
        asked.columns, sources, tuple(places), len(frames), _mask(present), boxes, boxes
    )


def _truths(test: Test, frames: Sequence[Frame]) -> Iterator[bool]:
    for frame in frames:
        frame[STEPS] = 0
        yield test.code(frame) is True


def _mask(truths: Iterable[bool]) -> int:
    return int("".join("1" if each else "0" for each in truths)[::-1] or "0", 2)


def _anywhere(column: Column, asked: _Asked) -> Dimension:
    """One place for all values: a rule that asks may accept some, and covers not all."""
    covers = tuple(0 if numbers else 1 for numbers in asked.by_rule)
    return Dimension(frozenset({id(column)}), (), (), 1, 1, (1,) * len(covers), covers)
