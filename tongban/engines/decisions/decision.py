"""A decision with everything it requires, ready to be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tongban.engines.decisions.outcomes import Given, Outcome, Reason
from tongban.engines.decisions.reasons import Told
from tongban.engines.decisions.steps import Input, Key, Step
from tongban.engines.decisions.tables import NO_PLACE
from tongban.engines.feel import Note, Type, Undefined, Unknown, Value
from tongban.engines.feel.values import names_missing


class Decision:
    """What a service asks: `evaluate` for one case with reasons, `decide` for the value alone.

    A name that is not handed in is unknown, and so is a value that is not of the declared type or
    not allowed: a person has to look at it. Names that the decision does not read are passed over.
    """

    def __init__(
        self, steps: Sequence[Step], inputs: Sequence[Input], version: str, type_: Type
    ) -> None:
        own = steps[-1]
        self.id, self.name, self.label = own.id, own.name, own.label
        self.type, self.version = type_, version
        self.inputs: Mapping[str, Type] = {known.name: known.shape.type for known in inputs}
        self._steps, self._inputs = tuple(steps), tuple(inputs)
        self._by_key = {known.key: known for known in inputs}
        self._unknown = {known.name: Unknown(frozenset({known.name})) for known in inputs}

    def decide(self, inputs: Mapping[str, Value]) -> Value:
        """The value alone, as fast as it goes."""
        known = self._known(inputs, None)
        for step in self._steps:
            known[step.key] = step.value(step.frame(known, None))
        return known[self._steps[-1].key]

    def evaluate(self, inputs: Mapping[str, Given]) -> Outcome:
        """The value with its reasons, those of the decision itself before those it requires."""
        notes: list[Note] = []
        known = self._known({name: given.value for name, given in inputs.items()}, notes)
        reasons: list[Reason] = []
        for step in self._steps:
            frame = step.frame(known, notes)
            seen = step.look(frame)
            known[step.key] = seen.value
            told = Told(step, frame, seen, self._by_key, inputs, known)
            reasons = [*told.reasons(), *reasons]
        value = known[self._steps[-1].key]
        return Outcome(value, tuple(reasons), names_missing(value) or frozenset(), tuple(notes))

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
