"""Hit policies: what a table answers when certain rules hold, and when some may.

Where nobody knows whether a rule holds, the table still has a value if that value would be the
same in every world: with none of these rules, with each of them, and with any two of them. More
than two at once never make a difference that two do not, under any hit policy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from itertools import combinations
from typing import Any, TypeAlias

from tongban.engines.feel import Undefined, Unknown, Value
from tongban.engines.feel.builtins import BUILTINS
from tongban.engines.feel.operations import alike
from tongban.engines.feel.values import names_missing

PAIRS_LIMIT = 40  # open rules; beyond it every one of them is taken to matter


class SeveralRules(Undefined):
    """Rules {rules} hold at once, but only one may (hit policy UNIQUE)."""

    zh = "第 {rules} 条规则同时成立，而命中策略“唯一”只允许一条。"


class DifferentAnswers(Undefined):
    """Rules {rules} hold at once with different results (hit policy ANY)."""

    zh = "第 {rules} 条规则同时成立但结果不同，而命中策略“任意”要求一致。"


class NoAggregate(Undefined):
    """The results of rules {rules} cannot be aggregated."""

    zh = "第 {rules} 条规则的结果不能汇总。"


@dataclass(frozen=True, slots=True)
class Hit:
    rule: int  # its number, from 1
    output: Value


Settle: TypeAlias = Callable[[Sequence[Hit]], Value]


def first(hits: Sequence[Hit]) -> Value:
    return hits[0].output


def unique(hits: Sequence[Hit]) -> Value:
    if len(hits) > 1:
        raise SeveralRules(rules=_numbers(hits))
    return hits[0].output


def any_(hits: Sequence[Hit]) -> Value:
    unknown = _unknown_in(hits)
    if unknown is not None:
        return unknown
    if any(not same(hit.output, hits[0].output) for hit in hits[1:]):
        raise DifferentAnswers(rules=_numbers(hits))
    return hits[0].output


def listed(hits: Sequence[Hit]) -> Value:
    return [hit.output for hit in hits]


def priority(rank: Callable[[Value], Any]) -> Settle:
    """The output that comes first among the output values."""

    def settle(hits: Sequence[Hit]) -> Value:
        unknown = _unknown_in(hits)
        if unknown is not None:
            return unknown
        return min(hits, key=lambda hit: rank(hit.output)).output

    return settle


def output_order(rank: Callable[[Value], Any]) -> Settle:
    def settle(hits: Sequence[Hit]) -> Value:
        unknown = _unknown_in(hits)
        if unknown is not None:
            return unknown
        return [hit.output for hit in sorted(hits, key=lambda hit: rank(hit.output))]

    return settle


def count(hits: Sequence[Hit]) -> Value:
    return Decimal(len(hits))


def aggregated(function: str) -> Settle:
    """SUM, MIN and MAX mean what FEEL's functions mean."""
    compute = BUILTINS[function][0].compute

    def settle(hits: Sequence[Hit]) -> Value:
        unknown = _unknown_in(hits)
        if unknown is not None:
            return unknown
        try:
            return compute([hit.output for hit in hits])
        except (Undefined, TypeError, DecimalException) as error:
            raise NoAggregate(rules=_numbers(hits)) from error

    return settle


AGGREGATIONS: Mapping[str, Settle] = {
    "": listed,
    "SUM": aggregated("sum"),
    "MIN": aggregated("min"),
    "MAX": aggregated("max"),
    "COUNT": count,
}


def same(left: Value, right: Value) -> bool:
    """Whether two outcomes are known to be one."""
    return alike(left, right) is True


def in_every_world(
    sure: Sequence[Hit], open_: Sequence[Hit], settle: Callable[[Sequence[Hit]], Value]
) -> tuple[Value, set[int]]:
    """The value without the open rules, and the numbers of those that could change it."""

    def outcome(*more: Hit) -> Value:
        return settle(sorted((*sure, *more), key=lambda hit: hit.rule))

    base = outcome()
    alone = {hit.rule: outcome(hit) for hit in open_}
    matter = {rule for rule, value in alone.items() if not same(base, value)}
    if len(open_) > PAIRS_LIMIT:
        return base, {hit.rule for hit in open_}
    for one, other in combinations(open_, 2):
        both = outcome(one, other)
        if not same(both, alone[one.rule]):
            matter.add(other.rule)
        if not same(both, alone[other.rule]):
            matter.add(one.rule)
    return base, matter


def _unknown_in(hits: Sequence[Hit]) -> Unknown | None:
    missing = names_missing(*(hit.output for hit in hits))
    return None if missing is None else Unknown(missing)


def _numbers(hits: Sequence[Hit]) -> str:
    return ", ".join(str(hit.rule) for hit in hits)
