"""The calendar. Nothing here asks what day it is: `today()` is a name that a scope may have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from tongban.engines.feel import values
from tongban.engines.feel.proleptic import Day, twin
from tongban.engines.feel.refusals import Undefined
from tongban.engines.feel.signatures import Registry, define
from tongban.engines.feel.values import Months, Value, kind

FUNCTIONS: Registry = {}
_define = partial(define, FUNCTIONS)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


class NotADate(Undefined):
    """{function} takes a date or a date and time, not {found}."""

    zh = "{function} 只能用于日期或日期时间，不能是 {found}。"


def _of_day(name: str, result: str, find: Callable[[date], Value]) -> None:
    def found(day: Value) -> Value:
        return find(twin(_date(name, day)))

    _define(f"{name}(date: any) -> {result}")(found)


_of_day("day of year", "number", lambda day: Decimal(day.timetuple().tm_yday))
_of_day("day of week", "string", lambda day: _DAYS[day.weekday()])
_of_day("month of year", "string", lambda day: _MONTHS[day.month - 1])
_of_day("week of year", "number", lambda day: Decimal(day.isocalendar().week))


@_define("years and months duration(from: any, to: any) -> years and months duration")
def years_and_months_duration(start: Value, end: Value) -> Value:
    """Full months from one day to the other, negative when it lies before."""
    first = _date("years and months duration", start)
    last = _date("years and months duration", end)
    months = (last.year - first.year) * 12 + last.month - first.month
    if first <= last:
        return Months(months - (last.day < first.day))
    return Months(months + (last.day > first.day))


def _date(function: str, value: Any) -> Day:
    if kind(value) == values.DATE_TIME:
        return value.date()
    if kind(value) == values.DATE:
        return value
    raise NotADate(function=function, found=kind(value))
