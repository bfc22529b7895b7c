"""The lamp of a case against one that walks day by day, and what no day may break."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.engines.clocks import (
    Calendar,
    Clock,
    Clocks,
    Ground,
    Light,
    LightRules,
    Limit,
    Pause,
    due,
    light,
    remaining,
    used,
)

DAY = timedelta(days=1)
FIRST = date(2026, 1, 1)
near = st.integers(0, 40).map(lambda n: FIRST + n * DAY)
calendars = st.builds(
    Calendar, st.dictionaries(near, st.booleans(), max_size=15), announced_until=near
)
limits = st.builds(Limit, st.integers(0, 20), st.sampled_from(["working", "calendar"]))
rules = st.builds(
    LightRules,
    st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1)]),
    st.integers(0, 3),
)


@st.composite
def pauses(draw: st.DrawFn) -> Pause:
    first, length = draw(near), draw(st.none() | st.integers(0, 8))
    last = None if length is None else first + length * DAY
    return Pause(first, last, draw(st.sampled_from(Ground)))


clocks = st.builds(Clock, near, limits, st.lists(pauses(), max_size=2).map(tuple))
cases = st.builds(Clocks, st.none() | clocks, st.none() | clocks, st.lists(clocks, max_size=2))


def stands(clock: Clock, day: date, today: date) -> bool:
    """A pause that is open lasts until today, and one day at least."""
    return any(
        p.first <= day <= (max(p.first, today) if p.last is None else p.last) for p in clock.pauses
    )


def works(calendar: Calendar, day: date) -> bool:
    return calendar.days.get(day, day.weekday() < 5)


def counts(clock: Clock, day: date, calendar: Calendar, today: date) -> bool:
    counted = clock.limit.unit == "calendar" or works(calendar, day)
    return counted and not stands(clock, day, today)


def last_day(clock: Clock, calendar: Calendar, today: date) -> date:
    day, left = clock.start, clock.limit.days
    while left:
        day += DAY
        left -= counts(clock, day, calendar, today)
    return day


def left_of(clock: Clock, calendar: Calendar, today: date) -> int:
    days = [clock.start + n * DAY for n in range(1, (today - clock.start).days + 1)]
    return clock.limit.days - sum(counts(clock, day, calendar, today) for day in days)


def working_days_until(end: date, calendar: Calendar, today: date) -> int:
    days = [today + n * DAY for n in range(1, (end - today).days + 1)]
    return sum(works(calendar, day) for day in days)


def slowly(case: Clocks, today: date, calendar: Calendar, rules: LightRules) -> Light:
    def over(clock: Clock) -> bool:
        return last_day(clock, calendar, today) < today

    whole = [clock for clock in (case.promised, case.statutory) if clock is not None]
    lit = {
        Light.PURPLE: case.statutory is not None and over(case.statutory),
        Light.RED: case.promised is not None and over(case.promised),
        Light.YELLOW: any(map(over, case.steps)),
    }
    for lamp, is_lit in lit.items():
        if is_lit:
            return lamp
    for clock in whole:
        if any(p.first <= today and (p.last is None or today <= p.last) for p in clock.pauses):
            return Light.PAUSED
    for clock in whole:
        end = last_day(clock, calendar, today)
        if working_days_until(end, calendar, today) <= rules.yellow_working_days:
            return Light.YELLOW
    for clock in whole:
        if left_of(clock, calendar, today) <= rules.blue_share * clock.limit.days:
            return Light.BLUE
    return Light.NONE


@settings(max_examples=40, deadline=None)
@given(cases, calendars, rules)
def test_the_lamp_is_that_of_one_who_walks_day_by_day(case, calendar, rules):
    for n in range(0, 56, 7):
        today = FIRST + n * DAY
        assert light(case, today, calendar, rules) is slowly(case, today, calendar, rules)


GRAVITY = [Light.NONE, Light.BLUE, Light.YELLOW, Light.RED, Light.PURPLE]
running = st.builds(Clock, near, limits)


@settings(max_examples=15, deadline=None)
@given(st.builds(Clocks, running, running, st.lists(running, max_size=2)), calendars, rules)
def test_where_no_clock_is_stopped_the_lamp_only_grows_graver(case, calendar, rules):
    lamps = [light(case, FIRST + n * DAY, calendar, rules) for n in range(90)]
    gravity = [GRAVITY.index(lamp) for lamp in lamps]
    assert gravity == sorted(gravity)


@settings(max_examples=40, deadline=None)
@given(clocks, calendars, near)
def test_what_is_used_and_what_remains_are_the_limit_and_go_by_single_days(clock, calendar, day):
    read = (clock.limit, calendar, clock.pauses)
    assert used(clock.start, day, *read) + remaining(clock.start, day, *read) == clock.limit.days
    shut = [Pause(p.first, p.last or p.first, p.ground) for p in clock.pauses]
    for _ in range(20):
        step = used(clock.start, day + DAY, clock.limit, calendar, shut) - used(
            clock.start, day, clock.limit, calendar, shut
        )
        assert step in (0, 1)
        day += DAY


@settings(max_examples=40, deadline=None)
@given(near, limits, calendars, st.lists(pauses(), max_size=2), pauses())
def test_a_longer_limit_a_later_start_and_another_pause_never_end_earlier(
    start, limit, calendar, stops, another
):
    end = due(start, limit, calendar, stops).on
    assert due(start, Limit(limit.days + 1, limit.unit), calendar, stops).on > end
    assert due(start, limit, calendar, [*stops, another]).on >= end
    assert due(start + DAY, limit, calendar, stops).on >= end


@settings(max_examples=40, deadline=None)
@given(calendars, near, near, near)
def test_working_days_add_up_over_any_day_between(calendar, one, two, three):
    one, two, three = sorted([one, two, three])
    whole = calendar.working_days(one, three)
    assert calendar.working_days(one, two) + calendar.working_days(two, three) == whole
    assert whole == sum(
        calendar.is_working(one + n * DAY) for n in range(1, (three - one).days + 1)
    )
    assert calendar.working_days(three, one) == 0
