"""What can be put in place of a table's sources, so that nothing the table asks is left out.

Where cells compare a source as it is with constants, or with another such source, the places that
are made stand for all values. Elsewhere they are samples.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from random import Random

from tongban.engines.decisions.loading import CLOCK
from tongban.engines.decisions.shapes import Shape
from tongban.engines.decisions.tables import Column, Test
from tongban.engines.decisions.verification import cuts
from tongban.engines.decisions.verification.lines import DENSE, standing
from tongban.engines.decisions.verification.reading import Assignment, Group, Reading, Source
from tongban.engines.feel import (
    ANY,
    NUMBER,
    TESTED,
    ContextOf,
    FeelError,
    ListOf,
    Program,
    Scope,
    Type,
    Undefined,
    Value,
    examine,
    tree,
)
from tongban.engines.feel.types import is_open, type_of

PLACES = 20_000  # of one group that stand for all of its values
SAMPLES = 500  # of one group where they do not
_PARTS = 4  # samples of a member or an item
_LONGEST = 100  # texts that are tried because something asks for so many characters


class Places:
    """The places of one group of sources, and whether they stand for all values."""

    def __init__(self, reading: Reading, group: Group, tests: Sequence[Test]) -> None:
        self._reading, self._group = reading, group
        self._types = {each: reading.type(each, group.columns) for each in group.sources}
        limits = [p for each in self._shapes() for p in each.allowed]
        asked = [cuts.cuts(each.tree) for each in (*tests, *limits)]
        self._constants: list[Value] = []
        for each in (*tests, *limits):
            self._constants += cuts.constants(each.tree)
        self.stand_for_all = not group.sources or (None not in asked and self._ordered())
        for each in asked:
            self._constants += each.constants if each else []
        if not self.stand_for_all:
            self._constants += _more(self._constants, group.columns)
        self.found = self._limited()

    def _shapes(self) -> Iterator[Shape]:
        yield from (self._reading.shape(source) for source in self._group.sources)
        yield from (column.shape for column in self._group.columns)

    def _ordered(self) -> bool:
        """Whether every column shows a source as it is, and the sources can be put in order."""
        if not all(self._reading.plain[id(column)] for column in self._group.columns):
            return False
        types = set(self._types.values())
        simple = all(standing(each, []) is not None or is_open(each) for each in types)
        single = len(self._types) == 1
        return simple and (single or len(types) == 1 and (len(self._types) == 2 or types <= DENSE))

    def _limited(self) -> list[Assignment]:
        most = PLACES if self.stand_for_all else SAMPLES
        found = list(islice(self._product(self._group.sources, {}), most + 1))
        if len(found) > most:
            self.stand_for_all = False
            chance = Random(0)
            found = [self._drawn(chance) for _ in range(SAMPLES)]
        return [each for each in found if self._allowed(each)]

    def _product(self, sources: Sequence[Source], chosen: Assignment) -> Iterator[Assignment]:
        if not sources:
            yield chosen
            return
        for value in self._values(sources[0], chosen):
            yield from self._product(sources[1:], {**chosen, sources[0]: value})

    def _drawn(self, chance: Random) -> Assignment:
        chosen: dict[Source, Value] = {}
        for source in self._group.sources:
            chosen[source] = chance.choice(self._values(source, chosen))
        return chosen

    def _values(self, source: Source, chosen: Assignment) -> list[Value]:
        """Null last: what is missing is told of after what is there."""
        constants = [*self._constants, *(each for each in chosen.values() if each is not None)]
        values = samples(self._types[source], constants)
        return values if source[0] in CLOCK else [*values, None]

    def _allowed(self, assignment: Assignment) -> bool:
        return all(
            allows(self._reading.shape(source), value) for source, value in assignment.items()
        )


def allows(shape: Shape, value: Value) -> bool:
    try:
        shape.take(value)
    except Undefined:
        return False
    return True


def samples(type_: Type, constants: Sequence[Value]) -> list[Value]:
    """Values of a type; those that stand for all of it where it has an order."""
    ordered = standing(type_, constants)
    if ordered is not None:
        return ordered
    if is_open(type_):
        kinds = list(dict.fromkeys(type_of(each) for each in constants if each is not None))
        return [value for kind in kinds or [NUMBER] for value in standing(kind, constants) or []]
    if isinstance(type_, ListOf):
        items = samples(type_.item, constants)
        return [[], *([item] for item in items[:_PARTS]), items]
    if isinstance(type_, ContextOf):
        return _contexts(type_, constants)
    return []


def _contexts(type_: ContextOf, constants: Sequence[Value]) -> list[Value]:
    members = {name: [*samples(member, constants), None] for name, member in type_.members}
    most = max(map(len, members.values()), default=1) * _PARTS
    chance = Random(0)
    return [{name: chance.choice(values) for name, values in members.items()} for _ in range(most)]


def _more(constants: Sequence[Value], columns: Sequence[Column]) -> list[Value]:
    """Beside what cells compare with: what columns mention, neighbours, and texts of a length."""
    more: list[Value] = [Decimal(0), Decimal(1)]
    for column in columns:
        more += _constants_of(column)
    numbers = [each for each in (*constants, *more) if isinstance(each, Decimal)]
    more += standing(NUMBER, numbers) or []
    lengths = [int(each) for each in numbers if 0 < each <= _LONGEST]
    return [*more, *("0" * each for each in lengths)]


def line_of(column: Column, tests: Sequence[Test]) -> list[Value] | None:
    """What stands for all values of a column, whatever computes them; None if there is no such.

    What cannot be cut of the values that the column allows is taken to allow everything.
    """
    limits = [each for each in column.shape.allowed if cuts.is_cut(each.tree)]
    asked = [cuts.cuts(each.tree) for each in (*tests, *limits)]
    constants: list[Value] = []
    for each in asked:
        if each is None or each.names:
            return None
        constants += each.constants
    types = {each.type for test in tests for each in _tested(test)}
    values = standing(next(iter(types)), constants) if len(types) == 1 else None
    if values is None:
        return None
    return [each for each in (*values, None) if allows(Shape(ANY, tuple(limits)), each)]


def _tested(test: Test) -> Iterator[tree.Name]:
    for each in tree.walk(test.tree):
        if isinstance(each, tree.Name) and each.variable.name == TESTED:
            yield each


def _constants_of(column: Column) -> Iterator[Value]:
    """What the text of a column mentions; it is read again, for a column keeps no tree."""
    names = dict.fromkeys(column.reads, ANY)
    try:
        program: Program = examine(column.text, Scope(names))[0]
    except FeelError:
        return
    yield from cuts.constants(program.tree)
