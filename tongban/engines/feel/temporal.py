"""Dates, times and durations as FEEL writes them, and their parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tongban.engines.feel import values
from tongban.engines.feel.arithmetic import DAY, MICROSECOND
from tongban.engines.feel.proleptic import (
    Day,
    FarDateTime,
    FineTime,
    Moment,
    day_of,
    days_later,
    moment_of,
    nano_of,
    twin,
)
from tongban.engines.feel.refusals import Undefined
from tongban.engines.feel.values import Months, Value

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
_FARTHEST = timedelta(hours=18)

_DATE = re.compile(r"(-?(?:\d{4}|[1-9]\d{4,8}))-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:(Z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@(\S+))?", re.ASCII
)
_MONTHS = re.compile(r"(-)?P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?", re.ASCII)
_SPAN = re.compile(
    r"(-)?P(?=.*\d)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?", re.ASCII
)


class NotTemporal(Undefined):
    """“{text}” is not a {what}."""

    zh = "“{text}”不是 {what}。"


def parse(text: str) -> Day | time | Moment | timedelta | Months:
    """What `@"…"` means. Raises NotTemporal."""
    if text.startswith(("P", "-P")):
        return parse_duration(text)
    if ":" not in text:
        return parse_date(text)
    # Zones such as Etc/UTC have a T as well.
    return parse_date_time(text) if "T" in text.partition("@")[0] else parse_time(text)


def parse_date(text: str) -> Day:
    match = _DATE.fullmatch(text)
    if match is None:
        raise NotTemporal(text=text, what=values.DATE)
    try:
        return day_of(*map(int, match.groups()))
    except ValueError as error:
        raise NotTemporal(text=text, what=values.DATE) from error


def parse_time(text: str) -> time:
    moment, next_day = _clock(text, values.TIME, text)
    if next_day:
        raise NotTemporal(text=text, what=values.TIME)
    return moment


def parse_date_time(text: str) -> Moment:
    """A date alone is its midnight; 24:00:00 is midnight of the next day."""
    day, sign, clock = text.partition("T")
    on = parse_date(day)
    if not sign:
        return moment_of(on, time.min)
    moment, next_day = _clock(clock, values.DATE_TIME, text)
    try:
        return moment_of(days_later(on, 1) if next_day else on, moment)
    except OverflowError as error:
        raise NotTemporal(text=text, what=values.DATE_TIME) from error


def parse_duration(text: str) -> timedelta | Months:
    match = _MONTHS.fullmatch(text)
    if match:
        sign, years, months = match.groups()
        return Months((-1 if sign else 1) * (int(years or 0) * 12 + int(months or 0)))
    match = _SPAN.fullmatch(text)
    if match is None:
        raise NotTemporal(text=text, what="duration")
    sign, days, hours, minutes, seconds, fraction = match.groups()
    try:
        span = timedelta(
            days=int(days or 0),
            hours=int(hours or 0),
            minutes=int(minutes or 0),
            seconds=int(seconds or 0),
            microseconds=_micro(fraction),
        )
    except OverflowError as error:
        raise NotTemporal(text=text, what="duration") from error
    return -span if sign else span


def _clock(text: str, what: str, whole: str) -> tuple[time, bool]:
    """The time of day, and whether it is the 24:00:00 of the day before."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise NotTemporal(text=whole, what=what)
    hour, minute, second, fraction, utc, sign, *offset, zone = match.groups()
    next_day = (hour, minute, second, _micro(fraction)) == ("24", "00", "00", 0)
    try:
        moment = time(
            0 if next_day else int(hour),
            int(minute),
            int(second),
            _micro(fraction),
            tzinfo=UTC if utc else _zone(sign, offset, zone),
        )
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise NotTemporal(text=whole, what=what) from error
    return FineTime.of(moment, _digits(fraction, 6, 9)), next_day


def _zone(sign: str | None, offset: list[str | None], zone: str | None) -> tzinfo | None:
    if zone:
        return ZoneInfo(zone)
    if not sign:
        return None
    hours, minutes, seconds = (int(part or 0) for part in offset)
    if minutes > 59 or seconds > 59:
        raise ValueError("offset")
    return fixed_zone(
        (-1 if sign == "-" else 1) * timedelta(hours=hours, minutes=minutes, seconds=seconds)
    )


def fixed_zone(offset: timedelta) -> tzinfo:
    """Raises ValueError for more than 18 hours: no place is so far from Greenwich."""
    if abs(offset) > _FARTHEST:
        raise ValueError("offset")
    return timezone(offset) if offset else UTC


def _micro(fraction: str | None) -> int:
    return _digits(fraction, 0, 6)


def _digits(fraction: str | None, start: int, end: int) -> int:
    """Some digits of a fraction as a number; a duration has six of them, a time nine."""
    return int((fraction or "").ljust(end, "0")[start:end])


def written(value: Day | time | Moment | timedelta | Months) -> str:
    """As `string()` writes it."""
    if isinstance(value, Months):
        return _months(value.months)
    if isinstance(value, timedelta):
        return _span(value)
    if isinstance(value, time):
        return _clock_written(value, value.utcoffset())
    if isinstance(value, (datetime, FarDateTime)):
        return f"{value.date()}T{_clock_written(value.timetz(), value.utcoffset())}"
    return str(value)


def _clock_written(value: time, offset: timedelta | None) -> str:
    text = f"{value.hour:02}:{value.minute:02}:{value.second:02}"
    if value.microsecond or nano_of(value):
        text += f".{value.microsecond:06}{nano_of(value):03}".rstrip("0")
    if isinstance(value.tzinfo, ZoneInfo):
        return f"{text}@{value.tzinfo.key}"
    if offset is None:
        return text
    if not offset:
        return f"{text}Z"
    sign, rest = ("-", -offset) if offset < timedelta(0) else ("+", offset)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds = rest // SECOND
    return f"{text}{sign}{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")


def _months(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    parts = (f"{years}Y" if years else "") + (f"{rest}M" if rest else "")
    return ("-" if months < 0 else "") + "P" + (parts or "0M")


def _span(span: timedelta) -> str:
    sign, span = ("-", -span) if span < timedelta(0) else ("", span)
    clock = ""
    for length, letter in ((HOUR, "H"), (MINUTE, "M")):
        count = (span % DAY if letter == "H" else span % HOUR) // length
        clock += f"{count}{letter}" if count else ""
    seconds = Decimal((span % MINUTE) // MICROSECOND) / 1_000_000
    clock += f"{seconds.normalize():f}S" if seconds else ""
    days = f"{span.days}D" if span.days else ""
    return sign + "P" + (days + (f"T{clock}" if clock else "") or "T0S")


def _offset(value: time | Moment) -> Value:
    return value.utcoffset()


def _timezone(value: time | Moment) -> Value:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _part(find: Callable[[Any], int]) -> Callable[[Any], Value]:
    return lambda value: Decimal(find(value))


def _second(moment: time) -> Value:
    billionths = moment.microsecond * 1000 + nano_of(moment)
    return Decimal(moment.second) + Decimal(billionths).scaleb(-9).normalize()


_DAY_PARTS: Mapping[str, Callable[[Any], Value]] = {
    "year": _part(lambda day: day.year),
    "month": _part(lambda day: day.month),
    "day": _part(lambda day: day.day),
    "weekday": _part(lambda day: twin(day).isoweekday()),
}
_CLOCK_PARTS: Mapping[str, Callable[[Any], Value]] = {
    "hour": _part(lambda moment: moment.hour),
    "minute": _part(lambda moment: moment.minute),
    "second": _second,
}


_ZONE_PARTS: Mapping[str, Callable[[Any], Value]] = {"time offset": _offset, "timezone": _timezone}


def _of_the(half: str, part: Callable[[Any], Value]) -> Callable[[Any], Value]:
    """A part of a moment's day or clock."""
    return lambda moment: part(getattr(moment, half)())


def _towards_zero(length: timedelta, within: timedelta | None) -> Callable[[Any], Value]:
    def part(span: timedelta) -> int:
        size = abs(span)
        return _signed(span.days, (size % within if within else size) // length)

    return _part(part)


def _signed(of: int, size: int) -> int:
    return -size if of < 0 else size


PARTS: Mapping[str, Mapping[str, Callable[[Any], Value]]] = {
    values.DATE: _DAY_PARTS,
    values.TIME: {**_CLOCK_PARTS, **_ZONE_PARTS},
    values.DATE_TIME: {
        **{name: _of_the("date", part) for name, part in _DAY_PARTS.items()},
        **{name: _of_the("timetz", part) for name, part in _CLOCK_PARTS.items()},
        **_ZONE_PARTS,
    },
    values.YEARS_MONTHS: {
        "years": _part(lambda span: _signed(span.months, abs(span.months) // 12)),
        "months": _part(lambda span: _signed(span.months, abs(span.months) % 12)),
    },
    values.DAYS_TIME: {
        "days": _towards_zero(DAY, None),
        "hours": _towards_zero(HOUR, DAY),
        "minutes": _towards_zero(MINUTE, HOUR),
        "seconds": _towards_zero(SECOND, MINUTE),
    },
    values.RANGE: {
        "start": lambda range_: range_.low,
        "end": lambda range_: range_.high,
        "start included": lambda range_: range_.low is not None and range_.low_included,
        "end included": lambda range_: range_.high is not None and range_.high_included,
    },
}
