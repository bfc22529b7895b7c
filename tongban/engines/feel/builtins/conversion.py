"""From one kind of value to another."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, Overflow
from functools import partial
from typing import Any

from tongban.engines.feel import temporal, values
from tongban.engines.feel.lexer import DECIMAL
from tongban.engines.feel.proleptic import Day, FarDate, FarDateTime, FineTime, day_of, moment_of
from tongban.engines.feel.refusals import Undefined
from tongban.engines.feel.signatures import Registry, define
from tongban.engines.feel.values import Value, kind
from tongban.engines.feel.written import written

FUNCTIONS: Registry = {}
_define = partial(define, FUNCTIONS)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_MOMENTS, _DAYS = (datetime, FarDateTime), (date, FarDate)
_SEPARATORS = {" ", ",", ".", None}


class CannotConvert(Undefined):
    """{text} is not a {what}."""

    zh = "{text} 不是 {what}。"


@_define("string(from: any) -> string")
def string(value: Value) -> Value:
    return written(value)


@_define("number(from: string) -> number")
def number(text: str) -> Value:
    if not _NUMBER.fullmatch(text):
        raise CannotConvert(text=text, what=values.NUMBER)
    try:
        return DECIMAL.create_decimal(text)
    except Overflow as error:
        raise CannotConvert(text=text, what=values.NUMBER) from error


@_define("number(from: string, grouping separator: string?, decimal separator: string?) -> number")
def number_with_separators(text: str, group: str | None, point: str | None) -> Value:
    if group not in _SEPARATORS or point not in (".", ",", None) or (group and group == point):
        raise CannotConvert(text=f"{group} {point}", what="separator")
    plain = text.replace(group, "") if group else text
    return number(plain.replace(point, ".") if point else plain)


@_define("boolean(from: any) -> boolean")
def boolean(value: Value) -> Value:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise CannotConvert(text=written(value), what=values.BOOLEAN)


@_define("list(from: any) -> list")
def list_(value: Value) -> Value:
    return value if isinstance(value, list) else [value]


@_define("date(from: any) -> date")
def date_(value: Value) -> Value:
    return temporal.parse_date(value) if isinstance(value, str) else _day(value)


@_define("date(year: number, month: number, day: number) -> date")
def date_of_parts(year: Decimal, month: Decimal, day: Decimal) -> Value:
    try:
        return day_of(int(year), int(month), int(day))
    except (ValueError, OverflowError) as error:
        raise CannotConvert(text=f"{year}-{month}-{day}", what=values.DATE) from error


@_define("date and time(from: any) -> date and time")
def date_and_time(value: Value) -> Value:
    if isinstance(value, str):
        return temporal.parse_date_time(value)
    return value if kind(value) == values.DATE_TIME else moment_of(_day(value), time.min)


@_define("date and time(date: any, time: time) -> date and time")
def date_and_time_of_parts(day: Value, moment: time) -> Value:
    return moment_of(_day(day), moment)


def _day(value: Value) -> Day:
    if isinstance(value, _MOMENTS):
        return value.date()
    if isinstance(value, _DAYS):
        return value
    raise CannotConvert(text=written(value), what=values.DATE)


@_define("time(from: any) -> time")
def time_(value: Value) -> Value:
    if isinstance(value, str):
        return temporal.parse_time(value)
    if isinstance(value, _MOMENTS):
        return value.timetz()
    if isinstance(value, time):
        return value
    if isinstance(value, _DAYS):
        return time(0, tzinfo=UTC)
    raise CannotConvert(text=written(value), what=values.TIME)


@_define(
    "time(hour: number, minute: number, second: number, offset?: days and time duration?) -> time"
)
def time_of_parts(
    hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None
) -> Value:
    try:
        whole = int(second)
        micro, nano = divmod(int((second - whole).scaleb(9)), 1000)
        zone = None if offset is None else temporal.fixed_zone(offset)
        return FineTime.of(time(int(hour), int(minute), whole, micro, tzinfo=zone), nano)
    except (ValueError, OverflowError) as error:
        raise CannotConvert(text=f"{hour}:{minute}:{second}", what=values.TIME) from error


@_define("duration(from: any) -> any")
def duration(value: Any) -> Value:
    if isinstance(value, str):
        return temporal.parse_duration(value)
    if kind(value) in (values.DAYS_TIME, values.YEARS_MONTHS):
        return value
    raise CannotConvert(text=written(value), what="duration")
