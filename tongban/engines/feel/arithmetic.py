"""`+ - * / **` and the minus sign, by the kinds of their operands."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal, DecimalException
from typing import Any

from tongban.engines.feel import types, values
from tongban.engines.feel.lexer import DECIMAL
from tongban.engines.feel.operations import midnight, unknown_of
from tongban.engines.feel.refusals import LENGTH_LIMIT, NoSuchOperation, OutOfRange
from tongban.engines.feel.types import Type
from tongban.engines.feel.values import Months, Unknown, Value, kind

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)


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


def add_months(day: date, months: int) -> Any:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("year")
    last = monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def _power(left: Decimal, right: Decimal) -> Decimal:
    result = DECIMAL.power(left, right)
    if not result.is_finite():
        raise OverflowError("power")
    return result


def _text_plus(left: str, right: str) -> str:
    if len(left) + len(right) > LENGTH_LIMIT:
        raise OverflowError("text")
    return left + right


def _date_plus(day: date, span: timedelta) -> date:
    return (midnight(day) + span).date()


def _time_plus(moment: time, span: timedelta) -> time:
    on_some_day = datetime.combine(date(2000, 1, 2), moment.replace(tzinfo=None))
    return (on_some_day + span % DAY).time().replace(tzinfo=moment.tzinfo)


def _between_times(left: time, right: time) -> timedelta:
    day = date(2000, 1, 2)
    return _between(datetime.combine(day, left), datetime.combine(day, right))


def _between(left: datetime, right: datetime) -> timedelta:
    if (left.utcoffset() is None) != (right.utcoffset() is None):
        raise NoSuchOperation(operation="-", left=str(left), right=str(right))
    if left.tzinfo is not None:
        # Python subtracts two times of one zone by their clocks; an hour change lies between.
        return left.astimezone(UTC) - right.astimezone(UTC)
    return left - right


def _utc(day: date) -> datetime:
    return midnight(day).replace(tzinfo=UTC)


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
    ("+", D, MONTHS): lambda left, right: add_months(left, right.months),
    ("+", MONTHS, D): lambda left, right: add_months(right, left.months),
    ("-", D, MONTHS): lambda left, right: add_months(left, -right.months),
    ("-", D, D): lambda left, right: left - right,
    ("-", D, DT): lambda left, right: _between(_utc(left), right),
    ("-", DT, D): lambda left, right: _between(left, _utc(right)),
    ("+", DT, SPAN): lambda left, right: left + right,
    ("+", SPAN, DT): lambda left, right: right + left,
    ("-", DT, SPAN): lambda left, right: left - right,
    ("+", DT, MONTHS): lambda left, right: add_months(left, right.months),
    ("+", MONTHS, DT): lambda left, right: add_months(right, left.months),
    ("-", DT, MONTHS): lambda left, right: add_months(left, -right.months),
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
