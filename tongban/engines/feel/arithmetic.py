"""`+ - * / **` and the minus sign, by the kinds of their operands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal, DecimalException
from typing import Any
from zoneinfo import ZoneInfo

from tongban.engines.feel import types, values
from tongban.engines.feel.lexer import DECIMAL
from tongban.engines.feel.operations import unknown_of
from tongban.engines.feel.proleptic import (
    Day,
    Moment,
    days_later,
    later,
    microseconds,
    moment_of,
    months_later,
)
from tongban.engines.feel.refusals import LENGTH_LIMIT, NoSuchOperation, OutOfRange
from tongban.engines.feel.types import Type
from tongban.engines.feel.values import Months, Unknown, Value, kind

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)
_SOME_DAY = date(2000, 1, 2)  # its neighbours are no different


def arithmetic(sign: str, left: Value, right: Value) -> Value:
    """The result; null for null. Raises NoSuchOperation and OutOfRange."""
    if left is None or right is None:
        return None
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return unknown_of(left, right)
    rule = _RULES.get((sign, kind(left), kind(right)))
    if rule is None:
        raise NoSuchOperation(operation=sign, left=kind(left), right=kind(right))
    try:
        return rule(left, right)
    except (DecimalException, OverflowError, ZeroDivisionError, ValueError) as error:
        raise OutOfRange(operation=f"{kind(left)} {sign} {kind(right)}") from error


def negated(value: Value) -> Value:
    if value is None or isinstance(value, Unknown):
        return value
    if kind(value) == values.NUMBER:
        return DECIMAL.minus(value)  # type: ignore[arg-type]
    if isinstance(value, timedelta):
        return -value
    if isinstance(value, Months):
        return Months(-value.months)
    raise NoSuchOperation(operation="-", left="0", right=kind(value))


def result_type(sign: str, left: Type, right: Type) -> Type | None:
    """What the operator yields for two types, or None if it never yields anything."""
    results = {
        _RESULTS.get(rule, rule[1])
        for rule in _RULES
        if rule[0] == sign and _may_be(left, rule[1]) and _may_be(right, rule[2])
    }
    if len(results) > 1:
        return types.ANY
    return types.NAMED[results.pop()] if results else None


def _may_be(type_: Type, name: str) -> bool:
    return types.is_open(type_) or str(type_) == name


def _power(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        return Decimal(1)  # of 0 as well, where Decimal refuses
    result = DECIMAL.power(left, right)
    if not result.is_finite():
        raise OverflowError("power")
    return result


def _text_plus(left: str, right: str) -> str:
    if len(left) + len(right) > LENGTH_LIMIT:
        raise OverflowError("text")
    return left + right


def _date_plus(day: Day, span: timedelta) -> Day:
    """The day on which the moment lies that is so much later than the day's midnight."""
    return days_later(day, span.days)


def _moment_plus(moment: Moment, span: timedelta) -> Moment:
    if isinstance(moment, datetime):
        try:
            return _near_plus(moment, span)
        except OverflowError:
            pass  # Python's calendar ends there, FEEL's does not
    return later(moment, span)


def _near_plus(moment: datetime, span: timedelta) -> datetime:
    if isinstance(moment.tzinfo, ZoneInfo):
        # Across an hour change the clock on the wall does not show how much time has passed.
        return (moment.astimezone(UTC) + span).astimezone(moment.tzinfo)
    return moment + span


def _moment_after_months(moment: Moment, months: int) -> Moment:
    return moment_of(months_later(moment.date(), months), moment.timetz())


def _time_plus(moment: time, span: timedelta) -> time:
    return later(moment_of(_SOME_DAY, moment), span % DAY).timetz()


def _between_times(left: time, right: time) -> timedelta:
    return _between(moment_of(_SOME_DAY, left), moment_of(_SOME_DAY, right))


def _between(left: Moment, right: Moment) -> timedelta:
    if (left.utcoffset() is None) != (right.utcoffset() is None):
        raise NoSuchOperation(operation="-", left=str(left), right=str(right))
    return timedelta(microseconds=microseconds(left) - microseconds(right))


def _utc(day: Day) -> Moment:
    return moment_of(day, time(tzinfo=UTC))


def _times(span: timedelta, factor: Decimal) -> timedelta:
    return timedelta(microseconds=int(DECIMAL.multiply(span // MICROSECOND, factor)))


def _shared(span: timedelta, parts: Decimal) -> timedelta:
    return timedelta(microseconds=int(DECIMAL.divide(span // MICROSECOND, parts)))


def _whole(months: Decimal) -> Months:
    return Months(int(months.to_integral_value(ROUND_DOWN)))


N, S, D, T, DT = values.NUMBER, values.STRING, values.DATE, values.TIME, values.DATE_TIME
SPAN, MONTHS = values.DAYS_TIME, values.YEARS_MONTHS

_RULES: Mapping[tuple[str, str, str], Callable[[Any, Any], Value]] = {
    ("+", N, N): DECIMAL.add,
    ("-", N, N): DECIMAL.subtract,
    ("*", N, N): DECIMAL.multiply,
    ("/", N, N): DECIMAL.divide,
    ("**", N, N): _power,
    ("+", S, S): _text_plus,
    ("+", SPAN, SPAN): lambda left, right: left + right,
    ("-", SPAN, SPAN): lambda left, right: left - right,
    ("*", SPAN, N): _times,
    ("*", N, SPAN): lambda left, right: _times(right, left),
    ("/", SPAN, N): _shared,
    ("/", SPAN, SPAN): lambda left, right: DECIMAL.divide(
        left // MICROSECOND, right // MICROSECOND
    ),
    ("+", MONTHS, MONTHS): lambda left, right: Months(left.months + right.months),
    ("-", MONTHS, MONTHS): lambda left, right: Months(left.months - right.months),
    ("*", MONTHS, N): lambda left, right: _whole(DECIMAL.multiply(left.months, right)),
    ("*", N, MONTHS): lambda left, right: _whole(DECIMAL.multiply(right.months, left)),
    ("/", MONTHS, N): lambda left, right: _whole(DECIMAL.divide(left.months, right)),
    ("/", MONTHS, MONTHS): lambda left, right: DECIMAL.divide(left.months, right.months),
    ("+", D, SPAN): _date_plus,
    ("+", SPAN, D): lambda left, right: _date_plus(right, left),
    ("-", D, SPAN): lambda left, right: _date_plus(left, -right),
    ("+", D, MONTHS): lambda left, right: months_later(left, right.months),
    ("+", MONTHS, D): lambda left, right: months_later(right, left.months),
    ("-", D, MONTHS): lambda left, right: months_later(left, -right.months),
    ("-", D, D): lambda left, right: timedelta(left.toordinal() - right.toordinal()),
    ("-", D, DT): lambda left, right: _between(_utc(left), right),
    ("-", DT, D): lambda left, right: _between(left, _utc(right)),
    ("+", DT, SPAN): _moment_plus,
    ("+", SPAN, DT): lambda left, right: _moment_plus(right, left),
    ("-", DT, SPAN): lambda left, right: _moment_plus(left, -right),
    ("+", DT, MONTHS): lambda left, right: _moment_after_months(left, right.months),
    ("+", MONTHS, DT): lambda left, right: _moment_after_months(right, left.months),
    ("-", DT, MONTHS): lambda left, right: _moment_after_months(left, -right.months),
    ("-", DT, DT): _between,
    ("+", T, SPAN): _time_plus,
    ("+", SPAN, T): lambda left, right: _time_plus(right, left),
    ("-", T, SPAN): lambda left, right: _time_plus(left, -right),
    ("-", T, T): _between_times,
}
# Where the result is not of the left operand's kind.
_RESULTS: Mapping[tuple[str, str, str], str] = {
    ("*", N, SPAN): SPAN,
    ("*", N, MONTHS): MONTHS,
    ("/", SPAN, SPAN): N,
    ("/", MONTHS, MONTHS): N,
    ("+", SPAN, D): D,
    ("+", MONTHS, D): D,
    ("+", SPAN, DT): DT,
    ("+", MONTHS, DT): DT,
    ("+", SPAN, T): T,
    ("-", D, D): SPAN,
    ("-", D, DT): SPAN,
    ("-", DT, D): SPAN,
    ("-", DT, DT): SPAN,
    ("-", T, T): SPAN,
}
