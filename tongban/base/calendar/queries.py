"""The calendar that the clocks count by."""

from datetime import date

from tongban import sql
from tongban.engines.clocks import Calendar

# What the engine cannot know from the week itself, and one day of each year, which tells whether
# the year is announced.
DAYS = """
    SELECT coalesce(json_agg(json_build_array(day, working, announced) ORDER BY day), '[]')
    FROM calendar_calendarday
    WHERE working = (extract(isodow FROM day) > 5) AND day BETWEEN $1 AND $2
        OR extract(month FROM day) = 12 AND extract(day FROM day) = 31
"""
ALWAYS = "-infinity", "infinity"


def current() -> Calendar:
    """Everything that is known; one query."""
    return _calendar(*ALWAYS)


def calendar_between(first: date, last: date) -> Calendar:
    """The exceptions from `first` to `last`, both included; one query."""
    return _calendar(first.isoformat(), last.isoformat())


def _calendar(first: str, last: str) -> Calendar:
    found = sql.prepared(DAYS, first, last)
    rows = [(date.fromisoformat(day), working, announced) for day, working, announced in found]
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
