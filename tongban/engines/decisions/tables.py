"""Decision tables, compiled: the cells of a table share one frame and are run in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.engines.decisions.hits import AGGREGATIONS, Hit, Settle, in_every_world
from tongban.engines.decisions.index import line
from tongban.engines.decisions.refusals import Label
from tongban.engines.decisions.shapes import Shape
from tongban.engines.feel import Place, Undefined, Unknown, Value, tree
from tongban.engines.feel.frames import NOTES, Code, note
from tongban.engines.feel.values import Frame, names_missing

NO_PLACE = Place(0, 0)  # of what is no text: a table, a box


@dataclass(frozen=True, slots=True)
class Column:
    """An input: its expression is computed once, into `slot`, and its tests read it there."""

    label: Label
    text: str
    slot: int
    code: Code
    shape: Shape
    reads: frozenset[str]
    tree: tree.Node

    def fill(self, frame: Frame) -> None:
        value = self.code(frame)
        try:
            frame[self.slot] = self.shape.take(value)
        except Undefined as undefined:
            # A value that the column does not foresee is no ground for a refusal.
            note(frame, NO_PLACE, undefined)
            frame[self.slot] = Unknown(self.reads)


@dataclass(frozen=True, slots=True)
class Test:
    column: Column
    text: str
    words: Label
    code: Code
    tree: tree.Node


@dataclass(frozen=True, slots=True)
class Output:
    """One output of a rule. A constant was checked when it was loaded."""

    name: str
    code: Code
    shape: Shape
    constant: bool
    tree: tree.Node

    def value(self, frame: Frame) -> Value:
        if self.constant:
            return self.code(frame)
        try:
            return self.shape.take(self.code(frame))
        except Undefined as undefined:
            return note(frame, NO_PLACE, undefined)


@dataclass(frozen=True, slots=True)
class Rule:
    number: int
    tests: tuple[Test, ...]  # those that ask for anything
    outputs: tuple[Output, ...]
    law: Label

    def output(self, frame: Frame) -> Value:
        return output_value(self.outputs, frame)


def output_value(outputs: Sequence[Output], frame: Frame) -> Value:
    """The value of one output alone, else a context of all."""
    if len(outputs) == 1:
        return outputs[0].value(frame)
    return {output.name: output.value(frame) for output in outputs}


@dataclass(frozen=True, slots=True)
class Seen:
    """What one run of a table saw."""

    value: Value
    matched: tuple[Rule, ...] = ()
    by_default: bool = False


NOTHING = Seen(None)


@dataclass(frozen=True, slots=True)
class Expression:
    """The logic of a decision that is one expression, boxed or not."""

    code: Code
    tree: tree.Node

    def __call__(self, frame: Frame) -> Value:
        return self.code(frame)

    def look(self, frame: Frame) -> Seen:
        return Seen(self.code(frame))


class Table:
    def __init__(
        self,
        columns: Sequence[Column],
        rules: Sequence[Rule],
        settle: Settle,
        policy: str,
        default: Sequence[Output],
    ) -> None:
        self.columns, self.rules, self.default = tuple(columns), tuple(rules), tuple(default)
        self.policy, self._settle, self.stops_at_first = policy, settle, policy == "FIRST"
        self._lines = self._found_lines()
        known = (name for name, each in AGGREGATIONS.items() if each is settle)
        self.aggregation = next(known, "")
        on_lines = {slot for slot, _, _ in self._lines}
        self._all = [(rule, tuple(test.code for test in rule.tests)) for rule in rules]
        self._rest = [
            (rule, tuple(test.code for test in rule.tests if test.column.slot not in on_lines))
            for rule in rules
        ]

    def cells(self, column: Column) -> list[tree.Node | None]:
        """The tests of a column, rule by rule; None where a rule asks nothing of it."""
        return [
            next((test.tree for test in rule.tests if test.column is column), None)
            for rule in self.rules
        ]

    def _found_lines(self) -> list[tuple[int, type, Callable[[Any], int]]]:
        """The columns that have a line: their slot, the type of its points, the look-up."""
        found = [(column.slot, line(self.cells(column))) for column in self.columns]
        return [(slot, each.type, each.rules) for slot, each in found if each is not None]

    def __call__(self, frame: Frame) -> Value:
        return self.look(frame).value

    def look(self, frame: Frame) -> Seen:
        for column in self.columns:
            column.fill(frame)
        sure, open_ = self._scan(frame)
        if not open_:
            hits = [Hit(rule.number, rule.output(frame)) for rule in sure]
            by_default = not hits and bool(self.default)
            return Seen(self.settled(frame, hits), tuple(sure), by_default)
        return Seen(self._weighed(frame, sure, open_), tuple(sure))

    def _candidates(self, frame: Frame) -> Iterator[tuple[Rule, tuple[Code, ...]]]:
        """The rules that may hold, with what is still to be tested of them."""
        mask = -1
        for slot, type_, rules in self._lines:
            value = frame[slot]
            if type(value) is not type_:
                yield from self._all
                return
            mask &= rules(value)
        if mask == -1:
            yield from self._rest
            return
        while mask:
            lowest = mask & -mask
            yield self._rest[lowest.bit_length() - 1]
            mask ^= lowest

    def _scan(self, frame: Frame) -> tuple[list[Rule], list[Rule]]:
        """The rules that hold, and those of which nobody knows."""
        sure: list[Rule] = []
        open_: list[Rule] = []
        for rule, codes in self._candidates(frame):
            known = True
            for code in codes:
                truth = code(frame)
                if truth is True:
                    continue
                if type(truth) is not Unknown:
                    break
                known = False
            else:
                if not known:
                    open_.append(rule)
                    continue
                sure.append(rule)
                if self.stops_at_first:
                    break
        return sure, open_

    def settled(self, frame: Frame, hits: Sequence[Hit]) -> Value:
        if not hits:
            return output_value(self.default, frame) if self.default else None
        try:
            return self._settle(hits)
        except Undefined as undefined:
            return note(frame, NO_PLACE, undefined)

    def _weighed(self, frame: Frame, sure: Sequence[Rule], open_: Sequence[Rule]) -> Value:
        """The value that is the same whichever of the open rules hold, else unknown."""
        notes, frame[NOTES] = frame[NOTES], None  # what may happen is no reason for what happens
        output = {rule.number: Hit(rule.number, rule.output(frame)) for rule in (*sure, *open_)}
        base, matter = in_every_world(
            [output[rule.number] for rule in sure],
            [output[rule.number] for rule in open_],
            lambda hits: self.settled(frame, hits),
        )
        frame[NOTES] = notes
        if not matter:
            return base
        decisive = [rule for rule in open_ if rule.number in matter]
        truths = [test.code(frame) for rule in decisive for test in rule.tests]
        outputs = [output[rule.number].output for rule in decisive]
        return Unknown(names_missing(base, *truths, *outputs) or frozenset())
