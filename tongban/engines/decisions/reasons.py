"""Makes reasons of what one run of a decision saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tongban.engines.decisions.outcomes import (
    DEFAULT,
    NOWHERE,
    About,
    Cell,
    Fact,
    Given,
    Made,
    Reason,
)
from tongban.engines.decisions.refusals import Label
from tongban.engines.decisions.steps import Filling, Input, Key, Knowledge, Look, Step
from tongban.engines.decisions.tables import Rule, Table, Test
from tongban.engines.feel import Unknown
from tongban.engines.feel.frames import again
from tongban.engines.feel.values import Function

_NOTHING = Label("", "")


@dataclass(frozen=True, slots=True)
class Told:
    """What was seen in a step: in its own logic, or in a table within its boxes."""

    step: Step
    look: Look
    inputs: Mapping[Key, Input]
    given: Mapping[str, Given]
    _seen_facts: dict[int, tuple[Fact, ...]] = field(default_factory=dict[int, tuple[Fact, ...]])

    def reasons(self) -> list[Reason]:
        logic = self.look.at if isinstance(self.look.at, Table) else self.step.logic
        if isinstance(logic, Knowledge):
            return []
        again(self.look.frame)
        if not isinstance(logic, Table):
            names = frozenset(filling.name for filling in self.step.fillings)
            cells = [_fact_cell(fact) for fact in self._facts(names)]
            return [self._reason("", True, cells, _NOTHING)]
        reasons = [self._of_rule(rule) for rule in logic.rules]
        found = [reason for reason in reasons if reason is not None]
        if self.look.seen.by_default:
            found.insert(0, self._reason(DEFAULT, True, [], _NOTHING))
        return found

    def _of_rule(self, rule: Rule) -> Reason | None:
        """The reason of a rule that holds, or that at most one cell keeps from holding."""
        matched = any(rule is held for held in self.look.seen.matched)
        results: list[tuple[Test, bool | Unknown]] = []
        failing = 0
        for test in rule.tests:
            truth = test.code(self.look.frame)
            if truth is not True and type(truth) is not Unknown:
                truth, failing = False, failing + 1
                if failing > 1 and not matched:
                    return None
            if matched or truth is not True:
                results.append((test, truth))
        if not matched and not results:
            return None
        cells = [self._cell(test, result) for test, result in results]
        return self._reason(str(rule.number), matched, cells, rule.law)

    def _cell(self, test: Test, result: bool | Unknown) -> Cell:
        column = test.column
        if column.slot not in self._seen_facts:
            self._seen_facts[column.slot] = self._facts(column.reads)
        facts = self._seen_facts[column.slot]
        return Cell(
            column.label.zh,
            test.text,
            self.look.frame[column.slot],
            result,
            _origin(facts),
            column.label,
            test.words,
            facts,
        )

    def _facts(self, names: frozenset[str]) -> tuple[Fact, ...]:
        read = [filling for filling in self.step.fillings if filling.name in names]
        facts = map(self._fact, read)
        return tuple(fact for fact in facts if not isinstance(fact.value, Function))

    def _fact(self, filling: Filling) -> Fact:
        value, source = self.look.known[filling.key], self.inputs.get(filling.key)
        # The result of another decision has no origin: it has reasons of its own.
        given = self.given.get(source.name) if source else None
        origin = given.origin if given else NOWHERE
        return Fact(filling.name, filling.label, value, origin)

    def _reason(self, rule: str, matched: bool, cells: Sequence[Cell], law: Label) -> Reason:
        step = self.step
        return Reason(About(step.id, rule, law, step.label), matched, Made(tuple(cells)))


def _fact_cell(fact: Fact) -> Cell:
    """An input of an expression, which tests nothing."""
    result = fact.value if isinstance(fact.value, Unknown) else True
    return Cell(fact.name, "", fact.value, result, fact.origin, fact.label, _NOTHING, (fact,))


def _origin(facts: Sequence[Fact]) -> Mapping[str, str]:
    """The origin that all facts share; none where they come from different places."""
    first = facts[0].origin if facts else NOWHERE
    return first if all(fact.origin == first for fact in facts) else NOWHERE
