"""What a table reads: names and members of names, and which of these must be looked at together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tongban.engines.decisions.refusals import Label
from tongban.engines.decisions.shapes import Shape
from tongban.engines.decisions.steps import Key, Knowledge, Step
from tongban.engines.decisions.tables import Column, Seen, Table
from tongban.engines.decisions.verification import cuts
from tongban.engines.feel import TESTED, ContextOf, FeelError, Type, Unknown, Value, tree
from tongban.engines.feel.lexer import words
from tongban.engines.feel.types import is_open
from tongban.engines.feel.values import Frame

# A name, or with more parts a member of it: ("person", "age").
Source: TypeAlias = tuple[str, ...]
Assignment: TypeAlias = Mapping[Source, Value]


@dataclass(frozen=True, slots=True)
class Group:
    """Sources that cannot be varied apart from one another, with the columns that read them."""

    sources: tuple[Source, ...]
    columns: tuple[Column, ...]


class Reading:
    """A table in its step, to be run on what is put in place of its sources."""

    def __init__(
        self,
        step: Step,
        table: Table,
        shapes: Mapping[Key, Shape],
        functions: Mapping[Key, Value],
    ) -> None:
        self.step, self.table = step, table
        filled = {each.key: functions.get(each.key) for each in step.fillings}
        self._blank = step.frame(filled, None)
        self._slots = {each.name: each.slot for each in step.fillings if each.key in shapes}
        self.labels: Mapping[str, Label] = {each.name: each.label for each in step.fillings}
        self._shapes = {each.name: shapes[each.key] for each in step.fillings if each.key in shapes}
        self.plain = {id(each): self._plain(each) for each in table.columns}

    def is_readable(self) -> bool:
        """Of a table within a box, whether it reads nothing of the box's own."""
        known = {*self._slots, TESTED}
        tests = [test for rule in self.table.rules for test in rule.tests]
        if self.table.policy == "ANY" and not all(
            output.constant for rule in self.table.rules for output in rule.outputs
        ):
            return False
        return all(self.plain.values()) and all(
            {each.name for each in tree.reads(test.tree)} <= known for test in tests
        )

    def names(self, column: Column) -> set[str]:
        return set(column.reads) & self._slots.keys()

    def shape(self, source: Source) -> Shape:
        name, *members = source
        shape = self._shapes[name]
        for member in members:
            shape = _member(shape, member)
        return shape

    def type(self, source: Source, columns: Sequence[Column]) -> Type:
        """The declared type, or that of a column which shows the source as it is."""
        types = [self.shape(source).type]
        types += [each.shape.type for each in columns if self.plain[id(each)] == source]
        types += [
            each.type
            for rule in self.table.rules
            for test in rule.tests
            if test.column in columns and self.plain[id(test.column)] == source
            for each in tree.reads(test.tree)
            if each.name == TESTED
        ]
        return next((each for each in types if not is_open(each)), types[0])

    def run(self, assignment: Assignment) -> Seen:
        return self.table.look(self.frame(assignment))

    def frame(self, assignment: Assignment) -> Frame:
        frame = self._blank.copy()
        for name, value in self.values(assignment).items():
            frame[self._slots[name]] = value
        return frame

    def values(self, assignment: Assignment) -> dict[str, Value]:
        """The assignment by names; members that nobody asks for are null."""
        values: dict[str, Value] = {}
        for (name, *members), value in assignment.items():
            if not members:
                values[name] = value
                continue
            context = values.setdefault(name, _empty(self._shapes[name].type))
            for member in members[:-1]:
                assert isinstance(context, dict)
                context = context[member]
            assert isinstance(context, dict)
            context[members[-1]] = value
        return values

    def groups(self) -> list[Group]:
        """Every source is in one of them; a column that reads none is in one of its own."""
        read = [self._read(column) for column in self.table.columns]
        sets: list[set[Source]] = []
        for each in read:
            sets = _joined(sets, each)
        columns = list(zip(self.table.columns, read, strict=True))
        groups = [
            Group(
                tuple(sorted(_without_parts(each))),
                tuple(column for column, own in columns if own & each),
            )
            for each in sets
        ]
        return groups + [Group((), (column,)) for column, own in columns if not own]

    def _read(self, column: Column) -> set[Source]:
        """What a column reads, and the cells below it."""
        plain = self.plain[id(column)]
        read = {plain} if plain else {(name,) for name in self.names(column)}
        for rule in self.table.rules:
            for test in rule.tests:
                if test.column is column:
                    read |= {(name,) for name in cuts.names(test.tree, self._slots)}
        return read

    def rest(self) -> list[Source]:
        """What only results read."""
        read = {source[0] for group in self.groups() for source in group.sources}
        return [(name,) for name in self._slots if name not in read]

    def _plain(self, column: Column) -> Source | None:
        """The source that a column shows as it is; None for a column that computes."""
        try:
            text = words(column.text)
        except FeelError:
            return None
        for name in self.names(column):
            own = words(name)
            if text[: len(own)] == own and name in self._shapes:
                members = _members(self._shapes[name].type, text[len(own) :])
                if members is not None:
                    return (name, *members)
        return None


def functions(steps: Sequence[Step]) -> dict[Key, Value]:
    """The functions that decisions call, by the key of what makes them."""
    made: dict[Key, Value] = {}
    for step in steps:
        if isinstance(step.logic, Knowledge):
            unknown = {each.key: Unknown(frozenset({each.name})) for each in step.fillings}
            made[step.key] = step.value(step.frame({**unknown, **made}, None))
    return made


def _member(shape: Shape, name: str) -> Shape:
    assert shape.members is not None
    return shape.members[name]


def _members(type_: Type, text: tuple[str, ...]) -> tuple[str, ...] | None:
    """The members that `.age` or `.home.city` names; () for nothing, None where it is no path."""
    if not text:
        return ()
    for name, member in type_.members if isinstance(type_, ContextOf) else ():
        own = (".", *words(name))
        if text[: len(own)] == own:
            rest = _members(member, text[len(own) :])
            if rest is not None:
                return (name, *rest)
    return None


def _empty(type_: Type) -> dict[str, Value]:
    assert isinstance(type_, ContextOf)
    return {
        name: _empty(member) if isinstance(member, ContextOf) else None
        for name, member in type_.members
    }


def _joined(sets: Sequence[set[Source]], new: set[Source]) -> list[set[Source]]:
    """The sets with a new one, those united that share a source or a name with its member."""
    if not new:
        return list(sets)
    apart: list[set[Source]] = []
    for each in sets:
        if any(_touch(one, other) for one in each for other in new):
            new = new | each
        else:
            apart.append(each)
    return [*apart, new]


def _without_parts(sources: set[Source]) -> set[Source]:
    """Without the members of what is read as a whole too."""
    return {
        each
        for each in sources
        if not any(each[:length] in sources for length in range(1, len(each)))
    }


def _touch(one: Source, other: Source) -> bool:
    short = min(len(one), len(other))
    return one[:short] == other[:short]
