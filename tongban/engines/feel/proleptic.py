"""Days before the year 1 and after 9999, and billionths of a second: what Python cannot hold.

The Gregorian calendar, continued both ways with a year 0, repeats after 400 years: a far day has
the month, the weekday and the week of its twin in a year that Python knows.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

CYCLE_YEARS, CYCLE_DAYS = 400, 146_097
LAST_YEAR = 999_999_999
_LAST_NEAR = date.max.toordinal()
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1) // _MICROSECOND


@functools.total_ordering
@dataclass(frozen=True, slots=True)
class FarDate:
    """As `datetime.date`, for the years that it has not."""

    year: int
    month: int
    day: int

    @property
    def twin(self) -> date:
        """The same day of a near year; for a zone, of its earliest or its latest rules."""
        return date(_near(self.year), self.month, self.day)

    def toordinal(self) -> int:
        cycles = (self.year - _near(self.year)) // CYCLE_YEARS
        return self.twin.toordinal() + cycles * CYCLE_DAYS

    def __lt__(self, other: FarDate | date) -> bool:
        return self.toordinal() < other.toordinal()

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04}-{self.month:02}-{self.day:02}"


class FineTime(time):
    """A time with billionths of a second, beyond the millionths that Python counts."""

    __slots__ = ("nano",)
    nano: int  # 1 to 999

    @classmethod
    def of(cls, clock: time, nano: int) -> time:
        if not nano:
            return clock
        parts = (clock.hour, clock.minute, clock.second, clock.microsecond, clock.tzinfo)
        fine = cls(*parts)
        fine.nano = nano
        return fine

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) and self.nano == nano_of(other)

    def __lt__(self, other: time) -> bool:
        return self.nano < nano_of(other) if super().__eq__(other) else super().__lt__(other)

    def __gt__(self, other: time) -> bool:
        return self.nano > nano_of(other) if super().__eq__(other) else super().__gt__(other)

    def __le__(self, other: time) -> bool:
        return not self > other

    def __ge__(self, other: time) -> bool:
        return not self < other

    __hash__ = time.__hash__


def nano_of(clock: object) -> int:
    return clock.nano if isinstance(clock, FineTime) else 0


@functools.total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class FarDateTime:
    """As `datetime.datetime`, for the years and the fractions of a second that it has not."""

    on: Day
    clock: time

    @property
    def tzinfo(self) -> tzinfo | None:
        return self.clock.tzinfo

    def date(self) -> Day:
        return self.on

    def timetz(self) -> time:
        return self.clock

    def __str__(self) -> str:
        return f"{self.on}T{self.clock}"

    def utcoffset(self) -> timedelta | None:
        return datetime.combine(twin(self.on), self.clock).utcoffset()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (FarDateTime, datetime)) or _is_local(self) != _is_local(other):
            return False
        return _place(self) == _place(other)

    def __lt__(self, other: Moment) -> bool:
        return _place(self) < _place(other)


Day = date | FarDate
Moment = datetime | FarDateTime


def _near(year: int) -> int:
    return year % CYCLE_YEARS + (CYCLE_YEARS if year < 1 else 9_600)


def _place(moment: Moment) -> tuple[int, int]:
    return microseconds(moment), nano_of(moment.timetz())


def _is_local(moment: Moment) -> bool:
    return moment.utcoffset() is None


def twin(day: Day) -> date:
    """A day that Python knows, of the same month and weekday in a year of the same shape."""
    return day.twin if isinstance(day, FarDate) else day


def day_of(year: int, month: int, day: int) -> Day:
    """Raises ValueError where there is no such day, or the year has more than nine digits."""
    if 1 <= year <= 9999:
        return date(year, month, day)
    if abs(year) > LAST_YEAR:
        raise ValueError("year")
    date(_near(year), month, day)
    return FarDate(year, month, day)


def day_at(ordinal: int) -> Day:
    """The day that so many days lie before or behind 0000-12-31. Raises OverflowError."""
    if 1 <= ordinal <= _LAST_NEAR:
        return date.fromordinal(ordinal)
    cycles, rest = divmod(ordinal - 1, CYCLE_DAYS)
    first = date.fromordinal(rest + 1)
    try:
        return day_of(first.year + cycles * CYCLE_YEARS, first.month, first.day)
    except ValueError as error:
        raise OverflowError("year") from error


def moment_of(day: Day, clock: time) -> Moment:
    if isinstance(day, FarDate) or isinstance(clock, FineTime):
        return FarDateTime(day, clock)
    return datetime.combine(day, clock)


def days_later(day: Day, days: int) -> Day:
    """Raises OverflowError."""
    return day_at(day.toordinal() + days)


def months_later(day: Day, months: int) -> Day:
    """The same day of a later month, or that month's last day. Raises OverflowError."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return day_of(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise OverflowError("year")


def later(moment: Moment, span: timedelta) -> Moment:
    """So much time later by the clock on the wall. Raises OverflowError."""
    total = _on_the_wall(moment) + span // _MICROSECOND
    days, rest = divmod(total, _DAY)
    minutes, rest = divmod(rest, 60_000_000)
    clock = time(*divmod(minutes, 60), *divmod(rest, 1_000_000), tzinfo=moment.tzinfo)
    return moment_of(day_at(days), FineTime.of(clock, nano_of(moment.timetz())))


def microseconds(moment: Moment) -> int:
    """Since the day before 0001-01-01, in UTC where the moment has an offset."""
    offset = moment.utcoffset() or timedelta(0)
    return _on_the_wall(moment) - offset // _MICROSECOND


def _on_the_wall(moment: Moment) -> int:
    clock: Any = moment.timetz()
    passed = timedelta(
        hours=clock.hour,
        minutes=clock.minute,
        seconds=clock.second,
        microseconds=clock.microsecond,
    )
    return moment.date().toordinal() * _DAY + passed // _MICROSECOND
