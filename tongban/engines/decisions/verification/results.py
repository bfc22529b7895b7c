"""What rules answer, held against each other."""

from __future__ import annotations

from collections.abc import Sequence

from tongban.engines.decisions.hits import same
from tongban.engines.decisions.tables import Output, Rule
from tongban.engines.decisions.verification.places import allows, samples
from tongban.engines.decisions.verification.reading import Assignment, Reading, Source
from tongban.engines.feel import Value
from tongban.engines.feel.values import names_missing

_VARIANTS = 3  # of what only results read


class Results:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._kinds: dict[int, int] = {}
        self._known: list[Value] = []
        self._orders: dict[int, list[Value]] = {}
        self._variants = self._varied()
        self.idle = self._variants[0]  # a value for everything that only results read
        self.not_compared: set[int] = set()

    def are_constant(self, *rules: Rule) -> bool:
        return all(output.constant for rule in rules for output in rule.outputs)

    def may_differ(self, one: Rule, other: Rule) -> bool:
        """Whether the results are computed, or are two constants."""
        return not self.are_constant(one, other) or self._kind(one) != self._kind(other)

    def rank(self, rule: Rule) -> tuple[list[int], int]:
        """Where a constant result stands among the output values, and then the rule."""
        frame = self._reading.frame({})
        return [self._place(output, output.value(frame)) for output in rule.outputs], rule.number

    def differing(self, one: Rule, other: Rule, cases: Sequence[Assignment]) -> Assignment | None:
        """The first case in which the two results are known to differ."""
        for variant in self._variants:
            for case in cases:
                frame = self._reading.frame({**variant, **case})
                self._reading.table.look(frame)
                results = one.output(frame), other.output(frame)
                if names_missing(*results) is None and not same(*results):
                    return {**variant, **case}
        self.not_compared |= {one.number, other.number}
        return None

    def _kind(self, rule: Rule) -> int:
        """The number of a constant result among those that differ."""
        if rule.number not in self._kinds:
            value = rule.output(self._reading.frame({}))
            kind = next((at for at, known in enumerate(self._known) if same(known, value)), None)
            if kind is None:
                kind = len(self._known)
                self._known.append(value)
            self._kinds[rule.number] = kind
        return self._kinds[rule.number]

    def _place(self, output: Output, value: Value) -> int:
        order = self._orders.setdefault(id(output.shape), output.shape.listed())
        return next((at for at, known in enumerate(order) if same(known, value)), len(order))

    def _varied(self) -> list[dict[Source, Value]]:
        values: dict[Source, list[Value]] = {}
        for source in self._reading.rest():
            shape = self._reading.shape(source)
            known = samples(shape.type, shape.listed())
            found = [each for each in samples(shape.type, known) if allows(shape, each)]
            values[source] = found or [None]
        return [
            {source: found[at % len(found)] for source, found in values.items()}
            for at in range(_VARIANTS)
        ]
