"""How points and intervals lie to each other.

An end is a value and a hair's breadth: an interval that excludes its start begins just behind it.
Two ends can then be put in order, and every relation is a comparison or two of ends.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from tongban.engines.feel.operations import equality, ordering
from tongban.engines.feel.signatures import Registry, define
from tongban.engines.feel.values import Range, Value

FUNCTIONS: Registry = {}
_define = partial(define, FUNCTIONS)


class _End(NamedTuple):
    value: Value  # None where the interval is open-ended
    side: int  # on which side of the value it lies, by a hair; of everything, if there is no value


Relation = Callable[[Value, Value], bool]

_POINTS = "point1: any, point2: any"
_POINT_RANGE = "point: any, range: range"
_RANGE_POINT = "range: range, point: any"
_RANGES = "range1: range, range2: range"


def _low(value: Value) -> _End:
    if not isinstance(value, Range):
        return _End(value, 0)
    if value.low is None:
        return _End(None, -1)
    return _End(value.low, 0 if value.low_included else 1)


def _high(value: Value) -> _End:
    if not isinstance(value, Range):
        return _End(value, 0)
    if value.high is None:
        return _End(None, 1)
    return _End(value.high, 0 if value.high_included else -1)


def _order(one: _End, other: _End) -> int:
    """Negative, zero or positive. Raises NoSuchOperation where the values have no order."""
    if one.value is None or other.value is None:
        sides = [end.side if end.value is None else 0 for end in (one, other)]
        return sides[0] - sides[1]
    if equality(one.value, other.value):
        return one.side - other.side
    return -1 if ordering("<", one.value, other.value) else 1


def _relation(name: str, *forms: str) -> Callable[[Relation], Relation]:
    """One relation, in every form that the standard gives it."""

    def declared(holds: Relation) -> Relation:
        for form in forms:
            _define(f"{name}({form}) -> boolean")(holds)
        return holds

    return declared


@_relation("before", _POINTS, _POINT_RANGE, _RANGE_POINT, _RANGES)
def before(one: Value, other: Value) -> bool:
    return _order(_high(one), _low(other)) < 0


@_relation("after", _POINTS, _POINT_RANGE, _RANGE_POINT, _RANGES)
def after(one: Value, other: Value) -> bool:
    return before(other, one)


@_relation("meets", _RANGES)
def meets(one: Value, other: Value) -> bool:
    end, start = _high(one), _low(other)
    return _order(end, start) == 0 and end.side == start.side == 0


@_relation("met by", _RANGES)
def met_by(one: Value, other: Value) -> bool:
    return meets(other, one)


@_relation("overlaps", _RANGES)
def overlaps(one: Value, other: Value) -> bool:
    return not before(one, other) and not before(other, one)


@_relation("overlaps before", _RANGES)
def overlaps_before(one: Value, other: Value) -> bool:
    return (
        _order(_low(one), _low(other)) < 0
        and not before(one, other)
        and _order(_high(one), _high(other)) <= 0
    )


@_relation("overlaps after", _RANGES)
def overlaps_after(one: Value, other: Value) -> bool:
    return overlaps_before(other, one)


@_relation("finishes", _POINT_RANGE, _RANGES)
def finishes(one: Value, other: Value) -> bool:
    return _order(_high(one), _high(other)) == 0 and _order(_low(one), _low(other)) >= 0


@_relation("finished by", _RANGE_POINT, _RANGES)
def finished_by(one: Value, other: Value) -> bool:
    return finishes(other, one)


@_relation("includes", _RANGE_POINT, _RANGES)
def includes(one: Value, other: Value) -> bool:
    return _order(_low(one), _low(other)) <= 0 and _order(_high(one), _high(other)) >= 0


@_relation("during", _POINT_RANGE, _RANGES)
def during(one: Value, other: Value) -> bool:
    return includes(other, one)


@_relation("starts", _POINT_RANGE, _RANGES)
def starts(one: Value, other: Value) -> bool:
    return _order(_low(one), _low(other)) == 0 and _order(_high(one), _high(other)) <= 0


@_relation("started by", _RANGE_POINT, _RANGES)
def started_by(one: Value, other: Value) -> bool:
    return starts(other, one)


@_relation("coincides", _POINTS, _RANGES)
def coincides(one: Value, other: Value) -> bool:
    return _order(_low(one), _low(other)) == 0 and _order(_high(one), _high(other)) == 0
