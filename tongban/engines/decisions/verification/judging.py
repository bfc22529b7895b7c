"""Judges one decision table: gaps, contradictions, and rules that never count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from tongban.engines.decisions.refusals import Address
from tongban.engines.decisions.tables import Rule
from tongban.engines.decisions.verification import findings
from tongban.engines.decisions.verification.boxes import (
    Box,
    Budget,
    Exhausted,
    common,
    free,
    free_beside,
    meeting,
    near,
    widened,
)
from tongban.engines.decisions.verification.findings import Example, Finding
from tongban.engines.decisions.verification.literals import literal
from tongban.engines.decisions.verification.reading import Assignment, Reading, Source
from tongban.engines.decisions.verification.results import Results
from tongban.engines.decisions.verification.spaces import Dimension, spaces

GAPS = 10  # that are told of one table
PAIRS = 20
STEPS = 10_000_000  # sides of boxes that are looked at for one question
_TEXTS = 3  # of samples that are named
_POINTS = 20  # of the common ground of two rules, where computed results are compared

_WHAT: Mapping[str, tuple[str, str]] = {
    "never": ("whether every rule can hold", "每条规则是否可能成立"),
    "pairs": ("whether rules contradict each other", "规则之间是否矛盾"),
    "decides": ("whether every rule can decide", "每条规则是否起作用"),
    "gaps": ("whether some rule always holds", "是否总有规则成立"),
}


class Judge:
    def __init__(self, reading: Reading, address: Address) -> None:
        self._reading, self._table, self._address = reading, reading.table, address
        self._spaces = spaces(reading)
        self._cases, self._whole = self._spaces.cases, self._spaces.whole
        self._rules = self._table.rules
        self._boxes = [self._cases.holds(at) for at in range(len(self._rules))]
        self._covers = [self._whole.covers(at) for at in range(len(self._rules))]
        self._are_apart = next(meeting(self._boxes), None) is None
        self._results = Results(reading)
        self._open: set[str] = set()  # what only the cases were asked

    def findings(self) -> Iterator[Finding]:
        policy = self._table.policy
        yield from self._never()
        if policy in ("UNIQUE", "ANY"):
            yield from self._limited("pairs", self._contradictions())
        if policy in ("FIRST", "PRIORITY"):
            yield from self._limited("decides", self._hidden())
        if policy in ("UNIQUE", "ANY", "FIRST", "PRIORITY") and not self._table.default:
            yield from self._limited("gaps", self._gaps())
        yield from self._unproven()

    def _limited(self, question: str, found: Iterable[Finding]) -> Iterator[Finding]:
        try:
            yield from found
        except Exhausted:
            what, what_zh = _WHAT[question]
            yield findings.TooIntricate(self._address, limit=STEPS, what=what, what_zh=what_zh)

    def _unproven(self) -> Iterator[Finding]:
        sampled = self._spaces.sampled
        rules = sorted({number for each in sampled for number in each.rules})
        texts = list(dict.fromkeys(f"“{each.text}”" for each in sampled))[:_TEXTS]
        asked = [words for question, words in _WHAT.items() if question in self._open]
        if asked:
            what = ", ".join(words for words, _ in asked)
            what_zh = "、".join(words for _, words in asked)
            facts: Any = {"what": what, "what_zh": what_zh, "texts": ", ".join(texts)}
            yield findings.NotProven(self._address, rules, **facts)

    # Rules that never hold --------------------------------------------------------------------

    def _never(self) -> Iterator[Finding]:
        for at, rule in enumerate(self._rules):
            empty = [each for each in self._whole.dimensions if not each.holds[at]]
            if empty:
                tests = _tests(rule, empty)
                yield findings.NeverHolds(self._at(rule), [rule.number], tests=tests)
            elif not all(self._boxes[at]):
                self._open.add("never")

    # Rules that contradict each other ---------------------------------------------------------

    def _contradictions(self) -> Iterator[Finding]:
        is_any, budget, further = self._table.policy == "ANY", Budget(STEPS), 0
        kind = findings.ResultsDiffer if is_any else findings.SeveralRulesHold
        told = 0
        for one, other in self._conflicting(self._boxes):
            case = self._differing(one, other, budget) if is_any else self._meeting(one, other)
            if case is None:
                continue
            if told == PAIRS:
                further += 1
                continue
            told += 1
            numbers = self._rules[one].number, self._rules[other].number
            example = self._shown(case, numbers)
            yield kind(self._address, numbers, example, one=numbers[0], other=numbers[1])
        if further:
            yield findings.MorePairs(self._address, count=further)
        if is_any:
            yield from self._computed("pairs", self._results.not_compared)
        if not self._spaces.are_one:
            self._doubt_pairs()

    def _meeting(self, one: int, other: int) -> Assignment:
        shared = common(self._boxes[one], self._boxes[other])
        assert shared is not None
        return self._cases.case(shared)

    def _conflicting(self, boxes: Sequence[Box]) -> Iterator[tuple[int, int]]:
        """Pairs of rules that must not hold at once, and do."""
        is_any = self._table.policy == "ANY"
        for one, box in enumerate(boxes):
            among: Sequence[int] = range(one + 1, len(boxes))
            if is_any:
                rule = self._rules[one]
                among = [at for at in among if self._results.may_differ(rule, self._rules[at])]
            for other in near(box, boxes, among):
                yield one, other

    def _differing(self, one: int, other: int, budget: Budget) -> Assignment | None:
        """A case in which both hold with different results."""
        pair = self._rules[one], self._rules[other]
        if self._results.are_constant(*pair):
            return self._meeting(one, other)
        shared = common(self._boxes[one], self._boxes[other])
        assert shared is not None
        budget.spend(_POINTS)
        points = islice(self._cases.points(shared), _POINTS)
        return self._results.differing(*pair, [{**self._spaces.idle, **each} for each in points])

    def _doubt_pairs(self) -> None:
        """Rules that might hold at once, though no case showed it."""
        whole = [self._whole.holds(at) for at in range(len(self._rules))]
        for one, other in self._conflicting(whole):
            if common(self._boxes[one], self._boxes[other]) is None:
                self._open.add("pairs")
                return

    # Rules that never decide ------------------------------------------------------------------

    def _hidden(self) -> Iterator[Finding]:
        budget = Budget(STEPS)
        order = list(range(len(self._rules)))
        if self._table.policy == "PRIORITY":
            ranked = [at for at in order if self._results.are_constant(self._rules[at])]
            yield from self._computed("decides", {each + 1 for each in {*order} - {*ranked}})
            order = sorted(ranked, key=lambda at: self._results.rank(self._rules[at]))
        for place, at in enumerate(order):
            if all(self._boxes[at]) and self._is_hidden(at, order[:place], budget):
                rule = self._rules[at]
                case = self._cases.case(self._boxes[at])
                winner = self._winner(case, rule)
                example = self._shown(case, (winner,))
                yield findings.NeverDecides(self._at(rule), [rule.number], example, winner=winner)

    def _is_hidden(self, at: int, before: Sequence[int], budget: Budget) -> bool:
        if self._fill(self._whole.holds(at), self._covers, before, budget):
            return True
        if not self._spaces.are_one and self._fill(self._boxes[at], self._boxes, before, budget):
            self._open.add("decides")
        return False

    def _fill(self, box: Box, boxes: Sequence[Box], among: Sequence[int], budget: Budget) -> bool:
        return free(box, [boxes[each] for each in near(box, boxes, among)], budget) is None

    def _winner(self, case: Assignment, hidden: Rule) -> int:
        matched = self._reading.run({**self._rest(), **case}).matched
        if self._table.policy == "FIRST":
            winner = matched[0]
        else:
            ranked = [each for each in matched if self._results.are_constant(each)]
            winner = min(ranked, key=self._results.rank)
        assert winner is not hidden, "a rule that was said never to decide does"
        return winner.number

    # Cases without a rule ---------------------------------------------------------------------

    def _gaps(self) -> Iterator[Finding]:
        budget, present = Budget(STEPS), self._cases.present
        gaps: list[Box] = []
        search = free_beside if self._are_apart else free
        while (gap := search(present, [*self._boxes, *gaps], budget)) is not None:
            if len(gaps) == GAPS:
                yield findings.MoreGaps(self._address, limit=GAPS)
                break
            gaps.append(widened(gap, present, [*self._boxes, *gaps]))
            yield findings.NoRule(self._address, (), self._shown(self._cases.case(gaps[-1]), ()))
        missing = list(self._missing(gaps, budget))
        yield from missing
        if not (gaps or self._spaces.are_one):
            whole = self._whole.present if missing else self._whole.all
            if free(whole, self._covers, budget) is not None:
                self._open.add("gaps")

    def _missing(self, gaps: Sequence[Box], budget: Budget) -> Iterator[Finding]:
        """Told of each source by itself where it can be: of several that are missing last."""
        for at, dimension in enumerate(self._cases.dimensions):
            # Where no rule holds whatever a source is, its absence is nothing to be told.
            anyway = [
                (*gap[:at], dimension.all, *gap[at + 1 :])
                for gap in gaps
                if gap[at] == dimension.present
            ]
            for source in dimension.sources:
                gap = self._without(at, source, [*self._boxes, *anyway], budget)
                if gap is not None:
                    example = self._shown(self._cases.case(gap), ())
                    name = ".".join(source)
                    yield findings.NothingForMissing(self._address, (), example, source=name)

    def _without(self, at: int, source: Source, boxes: Sequence[Box], budget: Budget) -> Box | None:
        apart = self._are_apart and len(boxes) == len(self._boxes)
        search = free_beside if apart else free
        for others, alone in ((self._cases.present, True), (self._cases.all, False)):
            places = self._cases.dimensions[at].missing(source, alone)
            gap = search((*others[:at], places, *others[at + 1 :]), boxes, budget)
            if gap is not None:
                return gap
        return None

    # What is told -----------------------------------------------------------------------------

    def _computed(self, question: str, numbers: Iterable[int]) -> Iterator[Finding]:
        rules, (what, what_zh) = sorted(numbers), _WHAT[question]
        if rules:
            facts: Any = {"numbers": ", ".join(map(str, rules)), "what": what, "what_zh": what_zh}
            yield findings.ResultsComputed(self._address, rules, **facts)

    def _shown(self, case: Assignment, rules: Sequence[int]) -> Example:
        """The case as it is told, after the table was run on it; without rules none may hold."""
        told = {**self._spaces.idle, **case}
        whole = {**self._rest(), **told}
        seen = self._reading.run(whole)
        held = {each.number for each in seen.matched}
        assert held >= set(rules) and bool(held) >= bool(rules) and not seen.by_default
        assert rules or not held, "a case that was said to be without a rule has one"
        text = ", ".join(f"{'.'.join(source)} = {literal(value)}" for source, value in told.items())
        return Example(self._reading.values(whole), text or "-")

    def _rest(self) -> Assignment:
        return {**self._results.idle, **self._spaces.idle}

    def _at(self, rule: Rule) -> Address:
        return self._address.at(f"第 {rule.number} 条规则", f"rule {rule.number}")


def _tests(rule: Rule, dimensions: Sequence[Dimension]) -> str:
    columns = frozenset[int]().union(*(each.columns for each in dimensions))
    asked = [test for test in rule.tests if id(test.column) in columns]
    return ", ".join(f"“{test.column.text}” “{test.text}”" for test in asked)
