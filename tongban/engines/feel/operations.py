"""What the operators mean, for values of every kind, null and unknown included.

Null in, null out, without a note: the note was made where the null arose. Kinds that do not go
together raise NoSuchOperation.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time
from typing import Any

from tongban.engines.feel import values
from tongban.engines.feel.proleptic import FarDateTime
from tongban.engines.feel.refusals import NoSuchOperation
from tongban.engines.feel.values import Range, Unknown, Value, kind

Truth = bool | None | Unknown
_CLOCKED = (datetime, time, FarDateTime)
_Clocked = datetime | time | FarDateTime

ORDERED = frozenset(
    {
        *(values.NUMBER, values.STRING, values.DATE, values.TIME, values.DATE_TIME),
        *(values.DAYS_TIME, values.YEARS_MONTHS),
    }
)
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def unknown_of(*parts: Value) -> Unknown:
    """Everything that would have to be learnt to know these."""
    return Unknown(frozenset[str]().union(*(p.names for p in parts if isinstance(p, Unknown))))


def conjunction(truths: Iterable[Value]) -> Truth:
    """`and`: one false decides; else one unknown keeps it open; else null unless all are true."""
    return _junction(truths, decides=False)


def disjunction(truths: Iterable[Value]) -> Truth:
    """`or`: one true decides; else one unknown keeps it open; else null unless all are false."""
    return _junction(truths, decides=True)


def _junction(truths: Iterable[Value], decides: bool) -> Truth:
    open_: list[Value] = []
    null = False
    for truth in truths:
        if truth is decides:
            return decides
        if isinstance(truth, Unknown):
            open_.append(truth)
        elif not isinstance(truth, bool):
            null = True
    if open_:
        return unknown_of(*open_)
    return None if null else not decides


def negation(truth: Value) -> Truth:
    if isinstance(truth, bool):
        return not truth
    return truth if isinstance(truth, Unknown) else None


def ordering(sign: str, left: Value, right: Value) -> Truth:
    """`<`, `<=`, `>` and `>=`."""
    if left is None or right is None:
        return None
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return unknown_of(left, right)
    which = kind(left)
    if which != kind(right) or which not in ORDERED:
        raise NoSuchOperation(operation=sign, left=which, right=kind(right))
    _check_zones(sign, left, right)
    return COMPARE[sign](left, right)


def _check_zones(sign: str, left: object, right: object) -> None:
    """A time with an offset and one without cannot be put in order."""
    if isinstance(left, _CLOCKED) and isinstance(right, _CLOCKED) and not _zoned_alike(left, right):
        raise NoSuchOperation(operation=sign, left=str(left), right=str(right))


def _zoned_alike(left: _Clocked, right: _Clocked) -> bool:
    """Python takes a time of day in Europe/Paris, whose offset nobody knows, for a local one."""
    here, there = left.utcoffset() is None, right.utcoffset() is None
    return here == there and (left.tzinfo is None) == (right.tzinfo is None)


def equality(left: Value, right: Value) -> Truth:
    """`=`: null equals null alone; kinds that differ cannot be compared."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return unknown_of(left, right)
    if left is None or right is None:
        return left is right
    which = kind(left)
    if which != kind(right):
        raise NoSuchOperation(operation="=", left=which, right=kind(right))
    if isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            return False
        return conjunction(map(_equality_of_parts, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        if left.keys() != right.keys():
            return False
        return conjunction(_equality_of_parts(left[name], right[name]) for name in left)
    if isinstance(left, Range) and isinstance(right, Range):
        return _same_range(left, right)
    if isinstance(left, time) and isinstance(right, time):
        return _zoned_alike(left, right) and left == right
    return left == right


def _same_range(left: Range, right: Range) -> Truth:
    closed = (left.low_included, left.high_included)
    if closed != (right.low_included, right.high_included):
        return False
    return conjunction(
        [_equality_of_parts(left.low, right.low), _equality_of_parts(left.high, right.high)]
    )


def _equality_of_parts(left: Value, right: Value) -> Truth:
    """Null instead of an exception: another part may still decide, whatever the order."""
    try:
        return equality(left, right)
    except NoSuchOperation:
        return None


def within(value: Value, range_: Range) -> Truth:
    """`in` for an interval."""
    above, below = ">=" if range_.low_included else ">", "<=" if range_.high_included else "<"
    tests: list[Value] = []
    if range_.low is not None:
        tests.append(ordering(above, value, range_.low))
    if range_.high is not None:
        tests.append(ordering(below, value, range_.high))
    return conjunction(tests)


def membership(value: Value, group: Value) -> Truth:
    """`in` for a group that only the run shows to be a list, an interval or a single value."""
    if not isinstance(group, list):
        return _belongs(value, group)
    # A list may be a member of the group or be the group.
    whole = [alike(value, group)] if isinstance(value, list) else []
    return disjunction([*whole, *(_belongs(value, member) for member in group)])


def _belongs(value: Value, member: Value) -> Truth:
    if isinstance(member, Range) and not isinstance(value, Range):
        return within(value, member)
    if isinstance(member, list) and not isinstance(value, list):
        return membership(value, member)
    return alike(value, member)


def alike(left: Value, right: Value) -> bool | Unknown:
    """Sameness for lists: a member of another kind is not the value, and null is itself."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return unknown_of(left, right)
    if kind(left) != kind(right):
        return False
    found = equality(left, right)
    return found if found is not None else False
