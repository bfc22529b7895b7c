"""Dates, moments and durations: a duration is a whole number, of months or of microseconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from sqlglot import exp

from tongban.engines.decisions.sql import clauses as sql
from tongban.engines.decisions.sql.clauses import Sql
from tongban.engines.decisions.sql.dialects import Dialect
from tongban.engines.decisions.sql.kinds import (
    DAY,
    MOMENT,
    REACH,
    TEXT,
    Day,
    Duration,
    Kind,
    Number,
    lasting,
    whole,
)
from tongban.engines.decisions.sql.numbers import long
from tongban.engines.decisions.sql.refusals import Unfit
from tongban.engines.decisions.sql.terms import Strict, Term

D, DT, SPAN, MONTHS, N = "date", "date and time", "span", "months", "number"
Rule: TypeAlias = Callable[[Term, Term, Dialect], Term]
_HOUR, _MINUTE, _SECOND = 3_600_000_000, 60_000_000, 1_000_000
_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_YEAR = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def arithmetic(sign: str, left: Term, right: Term, dialect: Dialect) -> Term | None:
    """None where FEEL has no such operation."""
    one, other = _name(left.kind), _name(right.kind)
    if sign in ("+", "*") and (one, other) not in _PAIRS and (other, one) in _PAIRS:
        left, right, one, other = right, left, other, one
    rule = _RULES.get((sign, one, other))
    return rule(left, right, dialect) if rule else None


def _name(kind: Kind) -> str:
    if isinstance(kind, Duration):
        return MONTHS if kind.months else SPAN
    return kind.word


def duration(term: Term) -> Duration:
    assert isinstance(term.kind, Duration)
    return term.kind


def _sum(sign: int) -> Rule:
    def rule(left: Term, right: Term, dialect: Dialect) -> Term:
        one, other = duration(left), duration(right)
        ends = sorted(a + sign * b for a in (one.low, one.high) for b in (other.low, other.high))
        kind = lasting(one.months, ends[0], ends[-1])
        operator = exp.Add if sign > 0 else exp.Sub
        first, second = dialect.integer(left.value), dialect.integer(right.value)
        return Strict([left, right]).of(kind, sql.binary(operator, first, second))

    return rule


def _times(left: Term, right: Term, dialect: Dialect) -> Term:
    one, number = duration(left), right.kind
    assert isinstance(number, Number)
    if not number.is_long():
        raise Unfit("时长乘以不是整数的数", "A duration times what is no whole number")
    ends = sorted(a * int(b) for a in (one.low, one.high) for b in (number.low, number.high))
    kind = lasting(one.months, ends[0], ends[-1])
    product = sql.binary(exp.Mul, dialect.integer(left.value), long(right))
    return Strict([left, right]).of(kind, product)


def _shared(left: Term, right: Term, dialect: Dialect) -> Term:
    """FEEL cuts off what is less than a month or a microsecond."""
    one, by = duration(left), right.constant
    if by is None or by != int(by) or not by:
        raise Unfit("时长除以不是整数常数的数", "A duration divided by what is no whole constant")
    most = max(abs(one.low), abs(one.high)) // int(abs(by))
    value = dialect.quotient(dialect.integer(left.value), sql.number(by))
    return Strict([left, right]).of(lasting(one.months, -most, most), value)


def _reaching(left: Term, right: Term) -> Day:
    assert isinstance(left.kind, Day)
    reach = left.kind.reach + duration(right).years()
    if reach > REACH:
        raise Unfit(f"可能离现在 {REACH} 年以上的日期", f"A date that may lie {REACH} years away")
    return Day(reach)


def _signed(sign: int, span: Sql) -> Sql:
    return sql.tight(span) if sign > 0 else sql.binary(exp.Sub, sql.number(0), span)


def _day_and_months(sign: int) -> Rule:
    def rule(left: Term, right: Term, dialect: Dialect) -> Term:
        kind = _reaching(left, right)
        later = dialect.months_later(left.value, _signed(sign, right.value))
        return Strict([left, right]).of(kind, sql.cast(later, "DATE"))

    return rule


def _day_and_span(sign: int) -> Rule:
    def rule(left: Term, right: Term, dialect: Dialect) -> Term:
        kind = _reaching(left, right)
        days = _floored(_signed(sign, dialect.integer(right.value)), dialect)
        if right.constant is not None:
            one = duration(right).low
            days = sql.number(sign * one // DAY)
        return Strict([left, right]).of(kind, dialect.days_later(left.value, days))

    return rule


def _floored(span: Sql, dialect: Dialect) -> Sql:
    """The whole days of a duration, rounded down as FEEL's date arithmetic does."""
    day = sql.number(DAY)
    rest = sql.binary(exp.Mod, sql.binary(exp.Add, sql.binary(exp.Mod, span, day), day), day)
    return dialect.quotient(sql.binary(exp.Sub, span, rest), day)


def _days_apart(left: Term, right: Term, dialect: Dialect) -> Term:
    assert isinstance(left.kind, Day) and isinstance(right.kind, Day)
    years = 10_000 + left.kind.reach + right.kind.reach
    most = years * 366 * DAY
    days = dialect.days_between(left.value, right.value)
    span = sql.binary(exp.Mul, days, sql.number(DAY))
    return Strict([left, right]).of(lasting(False, -most, most), span)


def _moment_and_span(sign: int) -> Rule:
    def rule(left: Term, right: Term, dialect: Dialect) -> Term:
        if duration(right).years() > REACH:
            raise Unfit("可能过长的时长", "A duration that may be too long")
        span = _signed(sign, dialect.integer(right.value))
        return Strict([left, right]).of(MOMENT, dialect.moment_later(left.value, span))

    return rule


def _moments_apart(left: Term, right: Term, dialect: Dialect) -> Term:
    most = (10_000 + 2 * REACH) * 366 * DAY
    first, second = dialect.microseconds(left.value), dialect.microseconds(right.value)
    span = sql.binary(exp.Sub, first, second)
    return Strict([left, right]).of(lasting(False, -most, most), span)


_RULES: Mapping[tuple[str, str, str], Rule] = {
    ("+", SPAN, SPAN): _sum(1),
    ("-", SPAN, SPAN): _sum(-1),
    ("+", MONTHS, MONTHS): _sum(1),
    ("-", MONTHS, MONTHS): _sum(-1),
    ("*", SPAN, N): _times,
    ("*", MONTHS, N): _times,
    ("/", SPAN, N): _shared,
    ("/", MONTHS, N): _shared,
    ("+", D, MONTHS): _day_and_months(1),
    ("-", D, MONTHS): _day_and_months(-1),
    ("+", D, SPAN): _day_and_span(1),
    ("-", D, SPAN): _day_and_span(-1),
    ("-", D, D): _days_apart,
    ("+", DT, SPAN): _moment_and_span(1),
    ("-", DT, SPAN): _moment_and_span(-1),
    ("-", DT, DT): _moments_apart,
}
_PAIRS = {(one, other) for _, one, other in _RULES}
_REFUSED = {
    *(("+", DT, MONTHS), ("-", DT, MONTHS), ("+", MONTHS, DT)),
    *(("-", D, DT), ("-", DT, D), ("/", SPAN, SPAN), ("/", MONTHS, MONTHS)),
}  # FEEL has these, SQL has not


def is_refused(sign: str, left: Kind, right: Kind) -> bool:
    return (sign, _name(left), _name(right)) in _REFUSED


def negated(term: Term, dialect: Dialect) -> Term:
    kind = duration(term)
    value = sql.binary(exp.Sub, sql.number(0), dialect.integer(term.value))
    return Strict([term]).of(lasting(kind.months, -kind.high, -kind.low), value)


def absolute(term: Term, dialect: Dialect) -> Term:
    kind = duration(term)
    most = max(abs(kind.low), abs(kind.high))
    value = exp.Abs(this=dialect.integer(term.value))
    return Strict([term]).of(lasting(kind.months, 0, most), value)


_DAY_PARTS: Mapping[str, tuple[str, int, int]] = {
    "month": ("MONTH", 1, 12),
    "day": ("DAY", 1, 31),
    "weekday": ("ISODOW", 1, 7),
}
_CLOCK_PARTS: Mapping[str, tuple[str, int, int]] = {
    "hour": ("HOUR", 0, 23),
    "minute": ("MINUTE", 0, 59),
}
# The length of the part and of what it is a part of.
_DURATION_PARTS: Mapping[str, tuple[bool, int, int]] = {
    "years": (True, 12, 0),
    "months": (True, 1, 12),
    "days": (False, DAY, 0),
    "hours": (False, _HOUR, DAY),
    "minutes": (False, _MINUTE, _HOUR),
    "seconds": (False, _SECOND, _MINUTE),
}


def part(name: str, of: Term, dialect: Dialect) -> Term | None:
    """`date.year` and its like; None where there is no such part."""
    if isinstance(of.kind, Duration):
        return _duration_part(name, of, dialect)
    if name == "year" and isinstance(of.kind, Day):
        reach = of.kind.reach
        return Strict([of]).of(whole(-reach, 10_000 + reach), dialect.year(of.value, reach))
    known = {**_DAY_PARTS} if isinstance(of.kind, Day) else {}
    if of.kind == MOMENT:
        known = {"year": ("YEAR", 0, 10_000), **_DAY_PARTS, **_CLOCK_PARTS}
    if name not in known:
        return None
    field, low, high = known[name]
    return Strict([of]).of(whole(low, high), dialect.part(field, of.value))


def _duration_part(name: str, of: Term, dialect: Dialect) -> Term | None:
    kind = duration(of)
    months, length, within = _DURATION_PARTS.get(name, (None, 1, 0))
    if months != kind.months:
        return None
    value = dialect.integer(of.value)
    most = max(abs(kind.low), abs(kind.high))
    if within:
        value, most = sql.binary(exp.Mod, value, sql.number(within)), within
    if length > 1:
        value = dialect.quotient(value, sql.number(length))
    return Strict([of]).of(whole(-most, most), value)


def named_day(function: str, of: Term, dialect: Dialect) -> Term:
    """`day of week` and `month of year`, in English as FEEL has them."""
    field, names = ("ISODOW", _WEEK) if function == "day of week" else ("MONTH", _YEAR)
    at = dialect.part(field, of.value)
    return Strict([of]).of(TEXT, dialect.pick([sql.text(name) for name in names], at))


def months_between(start: Term, end: Term, dialect: Dialect) -> Term:
    """Full months from one day to the other, negative when it lies before."""
    months = sql.binary(exp.Sub, _month_number(end, dialect), _month_number(start, dialect))
    first, last = dialect.part("DAY", start.value), dialect.part("DAY", end.value)
    forth = sql.binary(exp.LTE, start.value, end.value)
    short = sql.case(
        [
            (sql.all_of([forth, sql.binary(exp.LT, last, first)]), sql.number(-1)),
            (
                sql.all_of(
                    [sql.binary(exp.GT, start.value, end.value), sql.binary(exp.GT, last, first)]
                ),
                sql.number(1),
            ),
        ],
        sql.number(0),
    )
    most = 12 * (10_000 + 2 * REACH)
    kind = lasting(True, -most, most)
    return Strict([start, end]).of(kind, sql.binary(exp.Add, months, short))


def _month_number(term: Term, dialect: Dialect) -> Sql:
    reach = term.kind.reach if isinstance(term.kind, Day) else 0
    year = dialect.year(term.value, reach)
    years = sql.binary(exp.Mul, year, sql.number(12))
    return sql.binary(exp.Add, years, dialect.part("MONTH", term.value))
