"""Office hours: 9 to 12 and 13:30 to 17 on working days of the calendar."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.commands.simulating.small import HOLIDAY, MADE_UP, ZONE, hours, terms

HOURS = hours(terms())
MOMENTS = st.integers(0, 50 * 24 * 60).map(
    lambda minute: datetime(2026, 9, 1, tzinfo=ZONE) + timedelta(minutes=minute)
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=ZONE)


def test_it_is_open_in_both_spans_and_not_at_their_ends():
    open_at = [at(21, 9), at(21, 11, 59), at(21, 13, 30), at(21, 16, 59)]
    closed_at = [at(21, 8, 59), at(21, 12), at(21, 13), at(21, 17), at(19, 10)]
    assert [HOURS.is_open(each) for each in open_at] == [True] * 4
    assert [HOURS.is_open(each) for each in closed_at] == [False] * 5


def test_a_holiday_is_closed_and_a_made_up_sunday_is_open():
    assert HOURS.next_open(at(HOLIDAY.day, 10)) == at(28, 9)
    assert HOURS.is_open(at(MADE_UP.day, 10))


def test_what_the_evening_breaks_off_goes_on_on_the_next_working_day():
    assert HOURS.after(at(24, 16, 50), 30) == at(28, 9, 20)
    assert HOURS.after(at(21, 11, 50), 20) == at(21, 13, 40)
    assert HOURS.after(at(21, 9), 180) == at(21, 12)


@given(MOMENTS, st.floats(0.1, 3_000))
def test_working_minutes_are_as_many_as_were_asked_for(begin, minutes):
    end = HOURS.after(begin, minutes)
    assert abs(HOURS.minutes_between(begin, end) - minutes) < 0.01
    assert end > begin
    assert HOURS.is_open(end - timedelta(microseconds=10))


@given(MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(moment):
    opens = HOURS.next_open(moment)
    assert HOURS.is_open(opens)
    assert HOURS.minutes_between(moment, opens) == 0
