"""The engine leaps; here every day is looked at one after the other."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.engines.clocks import Calendar, Due, Ground, Limit, Pause, due, used

DAY = timedelta(days=1)
FIRST = date(2026, 1, 1)
near = st.integers(0, 80).map(lambda n: FIRST + n * DAY)
limits = st.builds(
    Limit, st.integers(0, 45), st.sampled_from(["working", "calendar"]), st.sampled_from([0, 0, 10])
)
calendars = st.builds(
    Calendar, st.dictionaries(near, st.booleans(), max_size=30), announced_until=near
)


@st.composite
def pauses(draw):
    first, length = draw(near), draw(st.none() | st.integers(0, 15))
    last = None if length is None else first + length * DAY
    return Pause(first, last, draw(st.sampled_from(Ground)))


def counts(day, unit, calendar, stops):
    stands = any(pause.first <= day <= (pause.last or date.max) for pause in stops)
    works = calendar.days.get(day, day.weekday() < 5) or unit == "calendar"
    return works and not stands


def slowly_used(start, until, limit, calendar, stops):
    """Once the limit itself is used up, the days that were added to it are working days."""
    used, day = 0, start
    while day < until:
        day += DAY
        unit = limit.unit if used < limit.days or not limit.extended else "working"
        used += counts(day, unit, calendar, stops)
    return used


def slowly_due(start, limit, calendar, stops):
    shut = [Pause(p.first, p.last or p.first, p.ground) for p in stops]
    day, told = start, True
    for left, unit in ((limit.days, limit.unit), (limit.extended, "working")):
        while left:
            day += DAY
            left -= counts(day, unit, calendar, shut)
            told = told and day <= calendar.announced_until
    known = told or (limit.unit == "calendar" and not limit.extended)
    return Due(day, provisional=not known or None in [p.last for p in stops])


LENGTHS = [(0, 0), (1, 0), (2, 0), (5, 0), (5, 10), (10, 0), (15, 10), (20, 0), (45, 0)]


@settings(max_examples=250, deadline=None)
@given(calendars, st.lists(pauses(), max_size=3), st.sampled_from(["working", "calendar"]), near)
def test_leaping_and_walking_agree(calendar, stops, unit, until):
    """250 calendars and suspensions, from 7 days, for 9 limits: 15,750 cases."""
    for start in (FIRST + n * DAY for n in range(0, 84, 12)):
        for limit in (Limit(length, unit, extended) for length, extended in LENGTHS):
            assert due(start, limit, calendar, stops) == slowly_due(start, limit, calendar, stops)
        assert used(start, until, limit, calendar, stops) == slowly_used(
            start, until, limit, calendar, stops
        )


@settings(max_examples=200, deadline=None)
@given(near, limits, calendars, st.lists(pauses().filter(lambda p: p.last), max_size=3))
def test_on_the_last_day_the_limit_is_used_up_and_on_the_day_before_it_is_not(
    start, limit, calendar, stops
):
    end = due(start, limit, calendar, stops).on

    assert used(start, end, limit, calendar, stops) == limit.whole
    if limit.whole:
        assert used(start, end - DAY, limit, calendar, stops) == limit.whole - 1
