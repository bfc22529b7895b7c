"""Whatever notice is loaded: the clocks see exactly the rows, and a year is whole or not there."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.base.audit.models import Event
from tongban.base.calendar import actions, queries
from tongban.base.calendar.models import CalendarDay

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 4, 4, tzinfo=UTC)
NEW_YEAR = date(2027, 1, 1)


def named(day: date, working: bool, **more: object) -> dict[str, object]:
    return {"day": day, "working": working, **more}


def notice(year: int, exceptions: dict[date, bool]) -> list[dict[str, object]]:
    needed = {date(year, 1, 1): False, date(year, 10, 1): False}
    return [named(day, works) for day, works in (exceptions | needed).items()]


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


EXCEPTIONS = st.dictionaries(
    st.integers(1, 364).map(lambda n: NEW_YEAR + timedelta(days=n)), st.booleans(), max_size=12
)


@given(EXCEPTIONS)
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_clocks_see_each_day_of_the_year_as_the_notice_has_it(exceptions):
    with transaction.atomic():
        assert actions.load_days(notice(2027, exceptions), by="t", at=NOON) == 365

        calendar = queries.current()
        rows = dict(CalendarDay.objects.values_list("day", "working"))
        transaction.set_rollback(True)

    assert list(rows) == days_of(2027)
    off = {date(2027, 1, 1), date(2027, 10, 1)}
    for day in rows:
        wanted = False if day in off else exceptions.get(day, day.weekday() < 5)
        assert rows[day] == calendar.is_working(day) == wanted
    assert calendar.announced_until == date(2027, 12, 31)
    assert calendar.working_days(date(2026, 12, 31), date(2027, 12, 31)) == sum(rows.values())


def test_a_leap_year_has_its_day():
    actions.load_days(notice(2028, {date(2028, 2, 29): False}), by="t", at=NOON)
    assert CalendarDay.objects.count() == 366
    assert not queries.current().is_working(date(2028, 2, 29))


def test_a_make_up_saturday_is_worked_and_a_bridge_day_is_not():
    actions.load_days(
        notice(2027, {date(2027, 2, 20): True, date(2027, 2, 8): False}), by="t", at=NOON
    )
    calendar = queries.current()
    assert date(2027, 2, 20).weekday() == 5
    assert (calendar.is_working(date(2027, 2, 20)), calendar.is_working(date(2027, 2, 21))) == (
        True,
        False,
    )
    assert (calendar.is_working(date(2027, 2, 8)), calendar.is_working(date(2027, 2, 9))) == (
        False,
        True,
    )


def test_a_later_notice_takes_back_what_an_earlier_one_named():
    actions.load_days(notice(2027, {date(2027, 5, 3): False}), by="t", at=NOON)
    actions.load_days(notice(2027, {date(2027, 5, 4): False}), by="t", at=NOON)
    calendar = queries.current()
    assert calendar.is_working(date(2027, 5, 3))
    assert not calendar.is_working(date(2027, 5, 4))
    assert [e.details for e in Event.objects.order_by("pk")] == [{"years": [2027], "days": 365}] * 2


def test_a_part_of_the_calendar_has_its_exceptions_and_no_others():
    actions.load_days(
        notice(2027, {date(2027, 5, 3): False, date(2027, 6, 9): False}), by="t", at=NOON
    )
    part = queries.calendar_between(date(2027, 5, 3), date(2027, 6, 8))
    assert not part.is_working(date(2027, 5, 3))
    assert part.is_working(date(2027, 6, 9))
    assert part.announced_until == date(2027, 12, 31)


def test_an_empty_calendar_follows_the_week_and_announces_nothing():
    calendar = queries.current()
    assert calendar.announced_until == date.min
    assert [calendar.is_working(date(2027, 1, n)) for n in (1, 2, 3, 4)] == [
        True,
        False,
        False,
        True,
    ]


def test_a_provisional_year_becomes_the_announced_one():
    assert actions.seed_year(2027, by="t", at=NOON) == 365
    assert queries.current().announced_until == date.min
    actions.load_days(notice(2027, {}), by="t", at=NOON)
    assert queries.current().announced_until == date(2027, 12, 31)
    assert actions.seed_year(2027, by="t", at=NOON) == 0
    assert [e.kind for e in Event.objects.order_by("pk")] == ["calendar.seeded", "calendar.loaded"]
