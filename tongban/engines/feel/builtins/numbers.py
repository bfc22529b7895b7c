"""Arithmetic beyond the operators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    DecimalException,
)
from functools import partial

from tongban.engines.feel.arithmetic import negated
from tongban.engines.feel.lexer import DECIMAL
from tongban.engines.feel.refusals import OutOfRange, Undefined
from tongban.engines.feel.signatures import Registry, define
from tongban.engines.feel.values import Months, Value, kind

FUNCTIONS: Registry = {}
_define = partial(define, FUNCTIONS)
_SCALES = range(-6111, 6177)  # of a 34 digit decimal number


class NoAbsolute(Undefined):
    """abs takes a number or a duration, not {found}."""

    zh = "abs 只能用于数字或时长，不能是 {found}。"


def _rounding(mode: str) -> Callable[..., Value]:
    def rounded(value: Decimal, scale: Decimal | None = None) -> Value:
        places = 0 if scale is None else int(scale)
        if places not in _SCALES:
            raise OutOfRange(operation=f"{mode}({value}, {places})")
        if value and value.adjusted() + places >= DECIMAL.prec:
            return value  # it has no digit behind that place
        unit = Decimal(1).scaleb(-places, DECIMAL)
        return DECIMAL.plus(value.quantize(unit, mode, DECIMAL))

    return rounded


for _name, _mode in {
    "floor(n: number, scale?: number) -> number": ROUND_FLOOR,
    "ceiling(n: number, scale?: number) -> number": ROUND_CEILING,
    "decimal(n: number, scale: number) -> number": ROUND_HALF_EVEN,
    "round up(n: number, scale: number) -> number": ROUND_UP,
    "round down(n: number, scale: number) -> number": ROUND_DOWN,
    "round half up(n: number, scale: number) -> number": ROUND_HALF_UP,
    "round half down(n: number, scale: number) -> number": ROUND_HALF_DOWN,
}.items():
    _define(_name)(_rounding(_mode))


@_define("abs(n: any) -> any")
def abs_(value: Value) -> Value:
    if kind(value) == "number":
        return DECIMAL.abs(value)  # type: ignore[arg-type]
    if isinstance(value, timedelta):
        return abs(value)
    if isinstance(value, Months):
        return negated(value) if value.months < 0 else value
    raise NoAbsolute(found=kind(value))


@_define("modulo(dividend: number, divisor: number) -> number")
def modulo(dividend: Decimal, divisor: Decimal) -> Value:
    """With the sign of the divisor, unlike Decimal's own remainder."""
    try:
        rest = DECIMAL.remainder(dividend, divisor)
    except DecimalException as error:
        raise OutOfRange(operation=f"modulo({dividend}, {divisor})") from error
    return DECIMAL.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


@_define("sqrt(number: number) -> number")
def sqrt(value: Decimal) -> Value:
    return _computed("sqrt", DECIMAL.sqrt, value)


@_define("exp(number: number) -> number")
def exp(value: Decimal) -> Value:
    return _computed("exp", DECIMAL.exp, value)


@_define("log(number: number) -> number")
def log(value: Decimal) -> Value:
    return _computed("log", DECIMAL.ln, value)


@_define("odd(number: number) -> boolean")
def odd(value: Decimal) -> Value:
    return modulo(value, Decimal(2)) == 1


@_define("even(number: number) -> boolean")
def even(value: Decimal) -> Value:
    return modulo(value, Decimal(2)) == 0


def _computed(name: str, compute: Callable[[Decimal], Decimal], value: Decimal) -> Value:
    try:
        result = compute(value)
    except DecimalException as error:
        raise OutOfRange(operation=f"{name}({value})") from error
    if not result.is_finite():
        raise OutOfRange(operation=f"{name}({value})")
    return result
