"""True, false, and what is missing in between."""

from __future__ import annotations

from functools import partial

from tongban.engines.feel.operations import conjunction, disjunction, negation
from tongban.engines.feel.signatures import Registry, define_partial
from tongban.engines.feel.values import Unknown, Value

FUNCTIONS: Registry = {}
_define_partial = partial(define_partial, FUNCTIONS)


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
