"""When a time limit ends, and how much of it is used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from tongban.engines.clocks.calendar import Calendar
from tongban.engines.clocks.grounds import ground
from tongban.errors import Refusal

Unit = Literal["working", "calendar"]
Stops = list[tuple[date, date]]  # first and last day, in order, without overlap
TEN_YEARS = 3660
ONE_DAY = timedelta(days=1)


class LimitOutOfRange(Refusal):
    """A time limit has 0 to {most} days, not {days}."""

    zh = "时限应为 0 至 {most} 日，不能是 {days} 日。"


class UnknownUnit(Refusal):
    """A time limit counts "working" or "calendar" days, not "{unit}"."""

    zh = "时限单位只能是 working（工作日）或 calendar（日），不能是“{unit}”。"


class EndsBeforeItBegins(Refusal):
    """The clock cannot start again on {last} when it stopped on {first}."""

    zh = "计时自 {first} 停止，不能在 {last} 之前恢复。"


class LastsTooLong(Refusal):
    """The clock cannot stand from {first} to {last}: that is more than ten years."""

    zh = "计时不能自 {first} 停至 {last}：超过十年。"


@dataclass(frozen=True, slots=True)
class Limit:
    """0 days means at once: due on the day it starts. `extended` are working days that were added
    afterwards; they are counted from the end of what was there before, whatever its unit."""

    days: int
    unit: Unit
    extended: int = 0

    def __post_init__(self) -> None:
        for days in (self.days, self.extended):
            if not 0 <= days <= TEN_YEARS:
                raise LimitOutOfRange(days=days, most=TEN_YEARS)
        if self.unit not in get_args(Unit):
            raise UnknownUnit(unit=self.unit)

    @property
    def whole(self) -> int:
        return self.days + self.extended


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands from `first` to `last`, both days included; still standing where `last` is
    None. Raises NotAGround where the law names no such ground."""

    first: date
    last: date | None
    ground: str

    def __post_init__(self) -> None:
        ground(self.ground)
        if self.last is not None and self.last < self.first:
            raise EndsBeforeItBegins(first=self.first, last=self.last)
        if self.last is not None and (self.last - self.first).days > TEN_YEARS:
            raise LastsTooLong(first=self.first, last=self.last)

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Due:
    """`provisional`: the day may still move, because the calendar is not announced that far or
    because the clock has not started again."""

    on: date
    provisional: bool


def due(start: date, limit: Limit, calendar: Calendar, pauses: Sequence[Pause] = ()) -> Due:
    """The last day of the limit.

    While a pause is open nobody can know it: then this is the earliest day that is possible (the
    pause lasting one day), marked provisional.
    """
    stops = _stops(pauses, open_until=date.min)
    day = _end(start, limit.days, limit.unit, calendar, stops)
    last = _end(day, limit.extended, "working", calendar, stops)
    counts_work = limit.unit == "working" or limit.extended > 0
    unannounced = counts_work and last > max(start, calendar.announced_until)
    return Due(last, provisional=unannounced or any(pause.last is None for pause in pauses))


def used(
    start: date, until: date, limit: Limit, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> int:
    """Days counted after `start` up to and including `until`; more than the limit once overdue."""
    stops = _stops(pauses, open_until=until)
    if limit.extended:
        first_end = _end(start, limit.days, limit.unit, calendar, stops)
        if until > first_end:
            return limit.days + _counted(first_end, until, "working", calendar, stops)
    return _counted(start, until, limit.unit, calendar, stops)


def remaining(
    start: date, until: date, limit: Limit, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> int:
    """Days of the limit that are left after `until`; negative once overdue."""
    return limit.whole - used(start, until, limit, calendar, pauses)


def _end(start: date, days: int, unit: Unit, calendar: Calendar, stops: Stops) -> date:
    day, missing = start, days
    while missing > 0:
        # A day counts once at most, so the end is at least that many days away.
        day += timedelta(days=missing)
        missing = days - _counted(start, day, unit, calendar, stops)
    return day


def _counted(after: date, until: date, unit: Unit, calendar: Calendar, stops: Stops) -> int:
    standing = sum(
        _span(max(after, first - ONE_DAY), min(until, last), unit, calendar)
        for first, last in stops
    )
    return _span(after, until, unit, calendar) - standing


def _span(after: date, until: date, unit: Unit, calendar: Calendar) -> int:
    if unit == "working":
        return calendar.working_days(after, until)
    return max(0, (until - after).days)


def _stops(pauses: Sequence[Pause], *, open_until: date) -> Stops:
    """Pauses put together where they overlap; one that is open ends on `open_until`."""
    stops: Stops = []
    for pause in sorted(pauses, key=lambda pause: pause.first):
        last = max(pause.first, open_until) if pause.last is None else pause.last
        if stops and pause.first <= stops[-1][1]:
            stops[-1] = (stops[-1][0], max(stops[-1][1], last))
        else:
            stops.append((pause.first, last))
    return stops
