"""Everything that changes the calendar: a year's notice is loaded, or a year is seeded."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import chinese_calendar
from django.db import transaction

from tongban.base.audit import actions as audit
from tongban.base.calendar.models import CalendarDay
from tongban.errors import Refusal

LAST_PUBLISHED_YEAR = max(chinese_calendar.holidays).year
FIRST_PUBLISHED_YEAR = min(chinese_calendar.holidays).year


class NoDays(Refusal):
    """No day was handed in, so no year can be replaced."""

    zh = "没有收到任何日期，无法更新日历。"


class DayTwice(Refusal):
    """{day} is there twice; keep one row for it."""

    zh = "{day} 出现了两次，请只保留一行。"


class HalfAnnounced(Refusal):
    """{year} is partly announced and partly not; a year is announced as a whole."""

    zh = "{year} 年一部分标为已公布、一部分标为未公布；一年的安排应整体公布。"


class NotAWholeYear(Refusal):
    """The rows of {year} do not name {day} as a day off, so they are not that year's whole notice;
    hand in all of its holidays and make-up days."""

    zh = (
        "{year} 年的数据没有把 {day} 列为放假，不是完整的年度放假安排；请提供全年的放假和调休日期。"
    )


@transaction.atomic
def load_days(rows: Iterable[Mapping[str, Any]], *, by: str, at: datetime) -> int:
    """Replace every year that the rows name; returns how many days were written.

    `rows` have the field names of CalendarDay; `announced` is true and notes are empty where
    they do not say. Days that are not named follow the week: the exceptions of a year are enough.
    """
    years: dict[int, dict[date, CalendarDay]] = defaultdict(dict)
    for row in rows:
        day: date = row["day"]
        if day in years[day.year]:
            raise DayTwice(day=day)
        years[day.year][day] = CalendarDay(**{"announced": True, **row})
    if not years:
        raise NoDays
    # In order, so that two loads cannot wait for each other.
    days = [day for year in sorted(years) for day in _whole_year(year, years[year])]
    _write(days)
    audit.record(
        "calendar.loaded",
        ("calendar", "all"),
        actor=by,
        at=at,
        details={"years": sorted(years), "days": len(days)},
    )
    return len(days)


@transaction.atomic
def seed_year(year: int, *, by: str, at: datetime) -> int:
    """Write a year as the package `chinesecalendar` knows it; beyond its range the year follows
    the week and is provisional. A year that is already announced stays as it is: returns 0."""
    if CalendarDay.objects.filter(day=date(year, 1, 1), announced=True).exists():
        return 0
    days = published_year(year) or _plain_year(year)
    _write(days)
    audit.record(
        "calendar.seeded",
        ("calendar", "all"),
        actor=by,
        at=at,
        details={"years": [year], "days": len(days), "announced": days[0].announced},
    )
    return len(days)


def published_year(year: int) -> list[CalendarDay]:
    """Every day of the year as published; empty outside the package's range, where it would
    raise."""
    if not FIRST_PUBLISHED_YEAR <= year <= LAST_PUBLISHED_YEAR:
        return []
    return [_published(day) for day in _days_of(year)]


def _published(day: date) -> CalendarDay:
    is_off, name = chinese_calendar.get_holiday_detail(day)
    zh, en = (chinese_calendar.Holiday(name).chinese, name) if name else ("", "")  # pyright: ignore
    if name and not is_off:
        zh, en = f"{zh}调休上班", f"Working day made up for {en}"
    return CalendarDay(day=day, working=not is_off, note_zh=zh, note_en=en, announced=True)


def _plain_year(year: int) -> list[CalendarDay]:
    return [_plain(day, announced=False) for day in _days_of(year)]


def _plain(day: date, *, announced: bool) -> CalendarDay:
    return CalendarDay(day=day, working=day.weekday() < 5, announced=announced)


def _whole_year(year: int, named: Mapping[date, CalendarDay]) -> list[CalendarDay]:
    announced = {day.announced for day in named.values()}
    if len(announced) > 1:
        raise HalfAnnounced(year=year)
    if announced == {True}:
        _check_is_whole(year, named)
    return [named.get(day) or _plain(day, announced=announced == {True}) for day in _days_of(year)]


def _check_is_whole(year: int, named: Mapping[date, CalendarDay]) -> None:
    """Every notice names these two; one that was cut off, or a neighbour year's file that reaches
    over New Year, must not wipe out a year."""
    for day in (date(year, 1, 1), date(year, 10, 1)):
        if day not in named or named[day].working:
            raise NotAWholeYear(year=year, day=day)


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def _write(days: list[CalendarDay]) -> None:
    # Years are whole, so writing over them replaces them, also beside another transaction.
    CalendarDay.objects.bulk_create(
        days,
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["working", "note_zh", "note_en", "announced"],
    )
