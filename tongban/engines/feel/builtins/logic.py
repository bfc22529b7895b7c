"""True, false, and what is missing in between."""

from __future__ import annotations

from datetime import datetime, time
from functools import partial

from tongban.engines.feel.operations import (
    alike,
    conjunction,
    disjunction,
    negation,
    unknown_of,
)
from tongban.engines.feel.proleptic import FarDateTime
from tongban.engines.feel.signatures import Registry, define_partial
from tongban.engines.feel.values import Unknown, Value, kind
from tongban.engines.feel.written import written

FUNCTIONS: Registry = {}
_define_partial = partial(define_partial, FUNCTIONS)
_CLOCKED = (datetime, time, FarDateTime)


# The checker makes a node of its own of it; it is declared like any other function.
_define_partial("not(negand: boolean) -> boolean")(negation)


@_define_partial("all(list...: list) -> boolean")
def all_(truths: Value) -> Value:
    return conjunction(truths) if isinstance(truths, list) else truths


@_define_partial("any(list...: list) -> boolean")
def any_(truths: Value) -> Value:
    return disjunction(truths) if isinstance(truths, list) else truths


@_define_partial("is defined(value: any?) -> boolean")
def is_defined(value: Value) -> Value:
    return value if isinstance(value, Unknown) else value is not None


@_define_partial("is(value1: any?, value2: any?) -> boolean")
def is_(one: Value, other: Value) -> Value:
    """Whether the two are one value, written alike: `10:00:00Z` is not `18:00:00+08:00`."""
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return unknown_of(one, other)
    if kind(one) != kind(other):
        return False
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and conjunction(map(is_, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        same = (is_(one[name], other[name]) for name in one if name in other)
        return one.keys() == other.keys() and conjunction(same)
    if isinstance(one, _CLOCKED):
        return written(one) == written(other)
    return alike(one, other)
