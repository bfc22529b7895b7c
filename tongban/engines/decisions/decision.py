"""A decision with everything it requires, ready to be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongban.engines.decisions.outcomes import DEFAULT, NOWHERE, Cell, Fact, Given, Outcome, Reason
from tongban.engines.decisions.refusals import Label
from tongban.engines.decisions.shapes import Shape
from tongban.engines.decisions.tables import NO_PLACE, NOTHING, Expression, Rule, Seen, Table
from tongban.engines.feel import Note, Type, Undefined, Unknown, Value
from tongban.engines.feel.frames import NOTES, note
from tongban.engines.feel.program import CannotCompute
from tongban.engines.feel.values import Frame, names_missing

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
            return Seen(self.shape.take(seen.value), seen.matched)
        except _FAULTS as fault:
            return Seen(_null(frame, fault), seen.matched)


_FAULTS = (Undefined, RecursionError, ArithmeticError)


def _null(frame: Frame, fault: Exception) -> Value:
    return note(frame, NO_PLACE, fault if isinstance(fault, Undefined) else CannotCompute())


class Decision:
    """What a service asks: `evaluate` for one case with reasons, `decide` for the value alone."""

    def __init__(
        self, steps: Sequence[Step], inputs: Sequence[Input], version: str, type_: Type
    ) -> None:
        own = steps[-1]
        self.id, self.name, self.label = own.id, own.name, own.label
        self.type, self.version = type_, version
        self.inputs: Mapping[str, Type] = {known.name: known.shape.type for known in inputs}
        self._steps, self._inputs = tuple(steps), tuple(inputs)
        self._unknown = {known.name: Unknown(frozenset({known.name})) for known in inputs}

    def decide(self, inputs: Mapping[str, Value]) -> Value:
        """The value alone, as fast as it goes. A name that is not handed in is unknown."""
        known: dict[Key, Value] = {}
        for each in self._inputs:
            value = inputs.get(each.name, self._unknown[each.name])
            try:
                known[each.key] = each.shape.take(value)
            except Undefined:
                known[each.key] = self._unknown[each.name]
        for step in self._steps:
            known[step.key] = step.value(step.frame(known, None))
        return known[self._steps[-1].key]

    def evaluate(self, inputs: Mapping[str, Given]) -> Outcome:
        """The value with its reasons.

        A name that is not handed in is unknown, and so is a value that is not of the declared
        type or not allowed: a person has to look at it. Names that the decision does not read
        are passed over.
        """
        known, notes = self._taken(inputs)
        reasons: list[Reason] = []
        for step in self._steps:
            frame = step.frame(known, notes)
            seen = step.look(frame)
            known[step.key] = seen.value
            frame[NOTES] = None  # to look at cells once more is no evaluation
            told = _Teller(step, (frame, seen), self._inputs, inputs, known)
            reasons = [*told.reasons(), *reasons]  # the decision asked for comes first
        value = known[self._steps[-1].key]
        return Outcome(value, tuple(reasons), names_missing(value) or frozenset(), tuple(notes))

    def _taken(self, inputs: Mapping[str, Given]) -> tuple[dict[Key, Value], list[Note]]:
        known: dict[Key, Value] = {}
        notes: list[Note] = []
        for each in self._inputs:
            unknown = self._unknown[each.name]
            given = inputs.get(each.name)
            value = given.value if given else unknown
            try:
                known[each.key] = each.shape.take(value)
            except Undefined as undefined:
                notes.append(Note(NO_PLACE, undefined))
                known[each.key] = unknown
        return known, notes


class _Teller:
    """Makes reasons of what a step saw."""

    def __init__(
        self,
        step: Step,
        run: tuple[Frame, Seen],
        inputs: Sequence[Input],
        given: Mapping[str, Given],
        known: Mapping[Key, Value],
    ) -> None:
        self._step, self._given, self._known = step, given, known
        self._frame, self._seen = run
        self._inputs = {known.key: known for known in inputs}

    def reasons(self) -> list[Reason]:
        if isinstance(self._step.logic, Table):
            return self._of_table(self._step.logic)
        return [self._of_expression()]

    def _of_expression(self) -> Reason:
        cells = [
            Cell(
                fact.name,
                "",
                fact.value,
                fact.value if isinstance(fact.value, Unknown) else True,
                fact.origin,
                fact.label,
                Label("", ""),
                (fact,),
            )
            for fact in self._facts(frozenset(each.name for each in self._step.fillings))
        ]
        return self._reason("", True, cells, Label("", ""))

    def _of_table(self, table: Table) -> list[Reason]:
        reasons = [self._of_rule(table, rule) for rule in table.rules]
        found = [reason for reason in reasons if reason is not None]
        if not self._seen.matched and table.default and not isinstance(self._seen.value, Unknown):
            found.insert(0, self._reason(DEFAULT, True, [], Label("", "")))
        return found

    def _of_rule(self, table: Table, rule: Rule) -> Reason | None:
        """The reason of a rule that holds, or that at most one cell keeps from holding."""
        matched = any(rule is held for held in self._seen.matched)
        results = list(table.cells(self._frame, rule))
        against = [pair for pair in results if pair[1] is not True]
        if not matched and (not against or sum(result is False for _, result in against) > 1):
            return None
        cells = [
            Cell(
                test.column.label.zh,
                test.text,
                self._frame[test.column.slot],
                result,
                _origin(facts := self._facts(test.column.reads)),
                test.column.label,
                test.words,
                facts,
            )
            for test, result in (results if matched else against)
        ]
        return self._reason(str(rule.number), matched, cells, rule.law)

    def _facts(self, names: frozenset[str]) -> tuple[Fact, ...]:
        return tuple(
            self._fact(filling) for filling in self._step.fillings if filling.name in names
        )

    def _fact(self, filling: Filling) -> Fact:
        value = self._known[filling.key]
        known = self._inputs.get(filling.key)
        if known is None:  # the result of another decision, which has reasons of its own
            return Fact(filling.name, filling.label, value, NOWHERE)
        given = self._given.get(known.name)
        return Fact(filling.name, filling.label, value, given.origin if given else NOWHERE)

    def _reason(self, rule: str, matched: bool, cells: Sequence[Cell], law: Label) -> Reason:
        step = self._step
        return Reason(step.id, rule, matched, tuple(cells), law.zh, step.label, law)


def _origin(facts: Sequence[Fact]) -> Mapping[str, str]:
    """The origin that all facts share; none where they come from different places."""
    first = facts[0].origin if facts else NOWHERE
    return first if all(fact.origin == first for fact in facts) else NOWHERE
