"""A decision with everything it requires, ready to be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from tongban.engines.decisions.outcomes import Given, Outcome, Reason
from tongban.engines.decisions.quick import ASK, quick
from tongban.engines.decisions.reasons import Told
from tongban.engines.decisions.refusals import Label
from tongban.engines.decisions.services import Outputs
from tongban.engines.decisions.shapes import ANYTHING
from tongban.engines.decisions.sql import Relation, query
from tongban.engines.decisions.steps import Input, Key, Knowledge, Look, Step, Trace
from tongban.engines.decisions.tables import NO_PLACE, Table
from tongban.engines.feel import Note, Type, Undefined, Unknown, Value
from tongban.engines.feel.values import names_missing


class Head(NamedTuple):
    id: str
    name: str
    label: Label


class Decision:
    """What a service asks: `evaluate` for one case with reasons, `decide` for the value alone.

    A name that is not handed in is unknown, and so is a value that is not of the declared type or
    not allowed: a person has to look at it. Names that the decision does not read are passed over.
    """

    def __init__(
        self,
        head: Head,
        steps: Sequence[Step],
        inputs: Sequence[Input],
        version: str,
        type_: Type,
        outputs: Outputs,
    ) -> None:
        self.id, self.name, self.label = head
        self.type, self.version = type_, version
        self.inputs: Mapping[str, Type] = {known.name: known.shape.type for known in inputs}
        self.steps, self._inputs, self._outputs = tuple(steps), tuple(inputs), outputs
        whole = len(outputs.keys) == 1 and outputs.shape == ANYTHING
        self.shortcut = quick(self.steps, self._inputs) if whole else None
        self._owners = {id(table): step for step in _all(steps) for table in step.tables}
        self.sources: Mapping[Key, Input] = {known.key: known for known in inputs}
        self._unknown = {known.name: Unknown(frozenset({known.name})) for known in inputs}

    def decide(self, inputs: Mapping[str, Value]) -> Value:
        """The value alone, as fast as it goes."""
        if self.shortcut is not None:
            value = self.shortcut.decide(inputs)
            if value is not ASK:
                return value
        known = self._known(inputs, None)
        for step in self.steps:
            known[step.key] = step.value(step.frame(known, None))
        return self._answer(known, None)

    def evaluate(self, inputs: Mapping[str, Given]) -> Outcome:
        """The value with its reasons, those of the decision itself before those it requires."""
        outcome = self.shortcut.evaluate(inputs) if self.shortcut is not None else None
        return outcome or self.by_steps(inputs)

    def by_steps(self, inputs: Mapping[str, Given]) -> Outcome:
        """As `evaluate`, without a short way."""
        notes: list[Note] = []
        known = self._known({name: given.value for name, given in inputs.items()}, notes)
        trace = Trace(known)
        trace += notes
        reasons: list[Reason] = []
        for step in self.steps:
            frame, before = step.frame(known, trace), len(trace.looks)
            seen = step.look(frame)
            known[step.key] = seen.value
            look = Look(step, frame, seen, known)
            looks = [look, *trace.looks[before:]]
            told = [Told(self._owner(each), each, self.sources, inputs) for each in looks]
            reasons = [*(reason for each in told for reason in each.reasons()), *reasons]
        value = self._answer(known, trace)
        return Outcome(value, tuple(reasons), names_missing(value) or frozenset(), tuple(trace))

    def sql(self, dialect: str, relation: Relation) -> str:
        """One SELECT that answers as `decide` for every row. Raises NotInSubset, NotInRelation."""
        return query(self.steps, self._inputs, self._outputs, dialect, relation)

    def _owner(self, look: Look) -> Step:
        return self._owners[id(look.at)] if isinstance(look.at, Table) else look.at

    def _answer(self, known: Mapping[Key, Value], notes: list[Note] | None) -> Value:
        try:
            return self._outputs.of(known)
        except Undefined as undefined:
            if notes is not None:
                notes.append(Note(NO_PLACE, undefined))
            return None

    def _known(self, inputs: Mapping[str, Value], notes: list[Note] | None) -> dict[Key, Value]:
        known: dict[Key, Value] = {}
        for each in self._inputs:
            unknown = self._unknown[each.name]
            value = inputs.get(each.name, unknown)
            try:
                known[each.key] = unknown if isinstance(value, Unknown) else each.shape.take(value)
            except Undefined as undefined:
                known[each.key] = unknown
                if notes is not None:
                    notes.append(Note(NO_PLACE, undefined))
        return known


def _all(steps: Sequence[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        if isinstance(step.logic, Knowledge):
            yield from _all(step.logic.within)
