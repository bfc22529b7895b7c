"""The calendar that the clocks count by."""

from datetime import date

from django.db.models import Q, QuerySet

from tongban.base.calendar.models import CalendarDay
from tongban.engines.clocks import Calendar

# What the engine cannot know from the week itself …
DAYS_OFF = Q(working=False, day__iso_week_day__lte=5)
MADE_UP = Q(working=True, day__iso_week_day__gte=6)
EXCEPTIONS = Q(DAYS_OFF, MADE_UP, _connector=Q.OR)
# … and one day of each year, which tells whether the year is announced.
NEW_YEARS_EVE = Q(day__month=12, day__day=31)


def current() -> Calendar:
    """Everything that is known; one query."""
    return _calendar(CalendarDay.objects.filter(EXCEPTIONS | NEW_YEARS_EVE))


def calendar_between(first: date, last: date) -> Calendar:
    """The exceptions from `first` to `last`, both included; one query."""
    within = Q(EXCEPTIONS, day__range=(first, last))
    return _calendar(CalendarDay.objects.filter(within | NEW_YEARS_EVE))


def _calendar(days: QuerySet[CalendarDay]) -> Calendar:
    rows = list(days.order_by("day").values_list("day", "working", "announced"))
    ends = [(day, announced) for day, _, announced in rows if (day.month, day.day) == (12, 31)]
    return Calendar({day: working for day, working, _ in rows}, _announced_until(ends))


def _announced_until(ends: list[tuple[date, bool]]) -> date:
    """The end of the last announced year before the first gap."""
    until = date.min
    for day, announced in ends:
        if not announced or (until > date.min and day.year != until.year + 1):
            break
        until = day
    return until
