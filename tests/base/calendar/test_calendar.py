"""The calendar as rows: loading a year's notice, seeding a year, reading it for the clocks."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tongban.base.audit.models import Event
from tongban.base.calendar import actions, queries
from tongban.base.calendar.models import CalendarDay
from tongban.engines.clocks import Due, Limit, due

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 4, 4, tzinfo=UTC)
PUBLISHED = Path(__file__).parents[3].parent / "shared" / "data" / "calendar"
NEW_YEAR, NATIONAL_DAY = date(2027, 1, 1), date(2027, 10, 1)
MADE_UP = date(2027, 10, 9)
NOTICE = [
    {"day": NEW_YEAR, "working": False, "note_zh": "元旦"},
    {"day": NATIONAL_DAY, "working": False, "note_zh": "国庆节"},
    {"day": MADE_UP, "working": True, "note_zh": "国庆节调休上班"},
]


def seed(*years):
    return [actions.seed_year(year, by="setup", at=NOON) for year in years]


def load(rows):
    return actions.load_days(rows, by="steward", at=NOON)


def rows():
    return list(CalendarDay.objects.values_list("day", "working", "note_zh", "announced"))


def test_a_seeded_year_is_whole_announced_and_named():
    assert seed(2026) == [365]

    assert CalendarDay.objects.filter(working=True).count() == 248
    assert not CalendarDay.objects.filter(announced=False).exists()
    assert CalendarDay.objects.get(day=date(2026, 10, 1)).note_en == "National Day"
    made_up = CalendarDay.objects.get(day=date(2026, 10, 10))
    assert str(made_up) == "2026-10-10 工作日"
    assert made_up.note_zh == "国庆节调休上班"
    assert made_up.note_en == "Working day made up for National Day"
    event = Event.objects.get()
    assert (event.kind, event.actor) == ("calendar.seeded", "setup")
    assert event.details == {"years": [2026], "days": 365, "announced": True}


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_seed_agrees_with_the_published_notice(year):
    path = PUBLISHED / f"holidays_{year}.json"
    if not path.exists():
        pytest.skip(f"NOT CHECKED: the published notice of {year} is not at {path}")
    notice = {date.fromisoformat(d["date"]): not d["isOffDay"] for d in _read(path)["days"]}

    assert {
        row.day: row.working
        for row in actions.published_year(year)
        if row.working != notice.get(row.day, row.day.weekday() < 5)
    } == {}


def _read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_beyond_what_is_published_a_year_follows_the_week_and_is_provisional():
    after = actions.LAST_PUBLISHED_YEAR + 1
    seed(actions.LAST_PUBLISHED_YEAR, after)

    assert CalendarDay.objects.get(day=date(after, 1, 1)).announced is False
    assert not CalendarDay.objects.filter(day__year=after, day__week_day__in=[1, 7], working=True)
    assert queries.current().announced_until == date(actions.LAST_PUBLISHED_YEAR, 12, 31)


def test_a_case_accepted_before_new_year_gets_a_provisional_day_and_then_the_real_one():
    seed(2026, 2027)
    accepted, limit = date(2026, 12, 30), Limit(3, "working")
    assert due(accepted, limit, queries.current()) == Due(date(2027, 1, 4), True)

    assert load([*NOTICE, {"day": date(2027, 1, 4), "working": False, "note_zh": "元旦"}]) == 365

    assert due(accepted, limit, queries.current()) == Due(date(2027, 1, 6), False)


def test_loading_replaces_the_whole_years_it_names_and_no_other():
    seed(2026, 2027)
    before = rows()[:365]

    load(NOTICE)

    assert rows()[:365] == before
    assert CalendarDay.objects.filter(day__year=2027, announced=True).count() == 365
    assert (MADE_UP, True, "国庆节调休上班", True) in rows()

    load([row for row in NOTICE if row["day"] != MADE_UP])
    assert (MADE_UP, False, "", True) in rows()
    assert Event.objects.filter(kind="calendar.loaded").last().details == {
        "years": [2027],
        "days": 365,
    }


def test_seeding_never_overwrites_what_a_city_announced():
    load(NOTICE)
    before = rows()

    assert seed(2027) == [0]
    assert rows() == before
    assert not Event.objects.filter(kind="calendar.seeded").exists()


def test_a_city_may_mark_its_own_guess_as_not_announced():
    load([{"day": NEW_YEAR, "working": False, "announced": False}])

    assert (NEW_YEAR, False, "", False) in rows()
    assert queries.current().announced_until == date.min


@pytest.mark.parametrize(
    ("notice", "refusal", "zh"),
    [
        ([], actions.NoDays, "没有收到任何日期，无法更新日历。"),
        ([*NOTICE, NOTICE[0]], actions.DayTwice, "2027-01-01 出现了两次，请只保留一行。"),
        (
            [*NOTICE, {"day": date(2027, 5, 1), "working": False, "announced": False}],
            actions.HalfAnnounced,
            "2027 年一部分标为已公布、一部分标为未公布；一年的安排应整体公布。",
        ),
        (
            [*NOTICE, {"day": date(2026, 12, 31), "working": False}],
            actions.NotAWholeYear,
            "2026 年的数据没有把 2026-01-01 列为放假，不是完整的年度放假安排；"
            "请提供全年的放假和调休日期。",
        ),
        (
            [NOTICE[0], {"day": NATIONAL_DAY, "working": True}],
            actions.NotAWholeYear,
            "2027 年的数据没有把 2027-10-01 列为放假，不是完整的年度放假安排；"
            "请提供全年的放假和调休日期。",
        ),
    ],
)
def test_a_notice_that_cannot_be_right_is_refused_and_nothing_changes(notice, refusal, zh):
    seed(2026)
    before = rows()

    with pytest.raises(refusal) as told:
        load(notice)
    assert told.value.told("zh") == zh
    assert rows() == before
    assert not Event.objects.filter(kind="calendar.loaded").exists()


def test_the_announced_end_is_before_the_first_gap():
    assert queries.current().announced_until == date.min
    seed(2023, 2024, 2026)

    assert queries.current().announced_until == date(2024, 12, 31)


def test_reading_the_calendar_is_one_query_and_brings_the_exceptions(django_assert_num_queries):
    seed(2025, 2026)
    with django_assert_num_queries(1):
        everything = queries.current()
    with django_assert_num_queries(1):
        autumn = queries.calendar_between(date(2026, 9, 1), date(2026, 10, 31))

    assert everything.announced_until == autumn.announced_until == date(2026, 12, 31)
    assert everything.working_days(date(2025, 12, 31), date(2026, 12, 31)) == 248
    for n in range(61):
        day = date(2026, 9, 1) + timedelta(days=n)
        assert autumn.is_working(day) == CalendarDay.objects.get(day=day).working
    assert date(2026, 5, 1) in everything.days
    assert date(2026, 5, 1) not in autumn.days
