"""Time limits: the vectors that the domain gives, the edges, the refusals."""

from datetime import date

import pytest

from tongban.engines.clocks import (
    Calendar,
    Due,
    EndsBeforeItBegins,
    LastsTooLong,
    Limit,
    LimitOutOfRange,
    Pause,
    UnknownUnit,
    due,
    remaining,
    used,
)


def days(*texts):
    return [date.fromisoformat(text) for text in texts]


def each(first, last):
    low, high = days(first, last)
    return [date.fromordinal(n) for n in range(low.toordinal(), high.toordinal() + 1)]


OFF = [
    *each("2025-01-28", "2025-02-04"),
    *each("2026-01-01", "2026-01-03"),
    *each("2026-02-15", "2026-02-23"),
    *each("2026-04-04", "2026-04-06"),
    *each("2026-05-01", "2026-05-05"),
    *each("2026-06-19", "2026-06-21"),
    *each("2026-09-25", "2026-09-27"),
    *each("2026-10-01", "2026-10-07"),
]
MADE_UP = days(
    *("2025-01-26", "2025-02-08"),
    *("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
)
CHINA = Calendar(
    {**dict.fromkeys(OFF, False), **dict.fromkeys(MADE_UP, True)},
    announced_until=date(2026, 12, 31),
)
TESTING = Pause(date(2026, 3, 5), date(2026, 3, 11), "testing")


def working(n):
    return Limit(n, "working")


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2026-09-18", 20, "2026-10-22"),
        ("2026-09-28", 5, "2026-10-10"),
        ("2026-02-12", 7, "2026-02-28"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-04-30", 5, "2026-05-11"),
        ("2025-01-24", 20, "2025-02-27"),
        ("2026-03-02", 10, "2026-03-16"),
    ],
)
def test_working_days_skip_holidays_and_count_make_up_days(start, n, end):
    start, end = days(start, end)

    assert due(start, working(n), CHINA) == Due(end, provisional=False)
    assert used(start, end, working(n), CHINA) == n
    assert remaining(start, end, working(n), CHINA) == 0


def test_2026_has_248_working_days():
    assert CHINA.working_days(date(2025, 12, 31), date(2026, 12, 31)) == 248


def test_a_named_day_is_what_the_calendar_says_and_any_other_follows_the_week():
    assert [CHINA.is_working(day) for day in days("2026-10-10", "2026-10-01")] == [True, False]
    assert [CHINA.is_working(day) for day in days("2026-10-09", "2026-10-11")] == [True, False]


def test_a_special_procedure_is_not_counted():
    start = date(2026, 3, 2)

    assert due(start, working(10), CHINA, [TESTING]) == Due(date(2026, 3, 23), False)
    assert used(start, date(2026, 3, 11), working(10), CHINA, [TESTING]) == 2


def test_suspensions_that_overlap_or_nest_are_not_counted_twice():
    start = date(2026, 3, 2)
    hearing = Pause(date(2026, 3, 6), date(2026, 3, 12), "hearing")
    review = Pause(date(2026, 3, 9), date(2026, 3, 10), "expert_review")

    pauses = [hearing, TESTING, review]
    assert due(start, working(10), CHINA, pauses) == Due(date(2026, 3, 24), False)
    assert used(start, date(2026, 3, 13), working(10), CHINA, pauses) == 3


def test_a_suspension_before_the_start_changes_nothing():
    old = Pause(date(2026, 2, 2), date(2026, 3, 2), "hearing")

    assert due(date(2026, 3, 2), working(10), CHINA, [old]) == Due(date(2026, 3, 16), False)


def test_while_the_clock_stands_the_end_is_the_earliest_possible_and_provisional():
    standing = Pause(date(2026, 3, 5), None, "testing")
    start = date(2026, 3, 2)

    assert due(start, working(10), CHINA, [standing]) == Due(date(2026, 3, 17), True)
    assert used(start, date(2026, 3, 31), working(10), CHINA, [standing]) == 2
    assert remaining(start, date(2026, 3, 31), working(10), CHINA, [standing]) == 8


@pytest.mark.parametrize(
    ("start", "first", "last", "end"),
    [
        (
            "2026-09-18",
            "2026-10-01",
            "2026-10-07",
            "2026-10-22",
        ),  # over holidays: nothing is gained
        ("2026-09-18", "2026-09-25", "2026-09-28", "2026-10-23"),  # begins on a holiday
        ("2026-09-18", "2026-09-23", "2026-09-27", "2026-10-26"),  # ends on a holiday
        ("2026-09-28", "2026-10-10", "2026-10-10", "2026-10-12"),  # a day that was made up
        ("2026-09-18", "2026-10-22", "2026-10-22", "2026-10-23"),  # the last day itself
        ("2026-09-18", "2026-10-23", "2026-10-30", "2026-10-22"),  # after the end
        ("2026-09-18", "2026-09-01", "2026-09-17", "2026-10-22"),  # ended before the start
    ],
)
def test_suspensions_at_the_edges(start, first, last, end):
    start, first, last, end = days(start, first, last, end)
    limit = working(5) if start == date(2026, 9, 28) else working(20)

    assert due(start, limit, CHINA, [Pause(first, last, "testing")]) == Due(end, False)


def test_a_suspension_that_leads_beyond_the_announced_calendar_makes_the_end_provisional():
    pause = Pause(date(2026, 12, 28), date(2026, 12, 31), "hearing")

    assert due(date(2026, 12, 21), working(5), CHINA, [pause]) == Due(date(2027, 1, 1), True)
    assert due(date(2026, 12, 21), working(4), CHINA, [pause]) == Due(date(2026, 12, 25), False)


def test_what_is_added_to_a_limit_are_working_days_from_its_end():
    start = date(2026, 9, 21)

    assert due(start, Limit(5, "working", 10), CHINA) == due(start, working(15), CHINA)
    # 15 calendar days end on 10-06; ten working days later, the made-up 10-10 among them.
    extended = Limit(15, "calendar", 10)
    assert due(start, extended, CHINA) == Due(date(2026, 10, 20), False)
    assert used(start, date(2026, 10, 6), extended, CHINA) == 15
    assert used(start, date(2026, 10, 7), extended, CHINA) == 15
    assert remaining(start, date(2026, 10, 8), extended, CHINA) == 9
    assert due(date(2026, 12, 10), extended, CHINA) == Due(date(2027, 1, 8), True)


def test_calendar_days_count_every_day_and_need_no_announcement():
    limit = Limit(30, "calendar")

    assert due(date(2026, 9, 18), limit, CHINA) == Due(date(2026, 10, 18), False)
    assert due(date(2028, 1, 31), limit, CHINA) == Due(date(2028, 3, 1), False)
    assert due(date(2026, 3, 2), limit, CHINA, [TESTING]) == Due(date(2026, 4, 8), False)
    assert used(date(2026, 3, 2), date(2026, 3, 12), limit, CHINA, [TESTING]) == 3


def test_beyond_what_is_announced_the_week_is_followed_provisionally():
    assert due(date(2026, 12, 30), working(1), CHINA) == Due(date(2026, 12, 31), False)
    assert due(date(2026, 12, 30), working(3), CHINA) == Due(date(2027, 1, 4), True)


def test_at_once_is_due_on_the_day_itself_whatever_day_it_is():
    assert due(date(2026, 10, 1), working(0), CHINA) == Due(date(2026, 10, 1), False)
    assert due(date(2027, 10, 1), working(0), CHINA) == Due(date(2027, 10, 1), False)


def test_nothing_is_used_before_the_start_and_more_than_the_limit_once_overdue():
    start = date(2026, 3, 2)

    assert used(start, date(2026, 2, 2), working(10), CHINA) == 0
    assert used(start, date(2026, 2, 2), Limit(10, "calendar"), CHINA) == 0
    assert remaining(start, date(2026, 3, 18), working(10), CHINA) == -2


@pytest.mark.parametrize("n", [-1, 3661])
def test_a_limit_is_between_nothing_and_ten_years(n):
    with pytest.raises(LimitOutOfRange, match=f"A time limit has 0 to 3660 days, not {n}."):
        working(n)


def test_nor_are_less_than_no_days_added_to_it():
    with pytest.raises(LimitOutOfRange, match="A time limit has 0 to 3660 days, not -1."):
        Limit(5, "working", -1)


def test_a_limit_counts_working_or_calendar_days():
    with pytest.raises(UnknownUnit) as refusal:
        Limit(5, "weeks")
    assert (
        refusal.value.told("zh")
        == "时限单位只能是 working（工作日）或 calendar（日），不能是“weeks”。"
    )


def test_a_suspension_does_not_end_before_it_begins():
    with pytest.raises(EndsBeforeItBegins, match="on 2026-03-04 when it stopped on 2026-03-05"):
        Pause(date(2026, 3, 5), date(2026, 3, 4), "hearing")


def test_a_suspension_does_not_last_for_ever():
    with pytest.raises(LastsTooLong, match="from 2026-03-05 to 9999-12-31"):
        Pause(date(2026, 3, 5), date(9999, 12, 31), "hearing")
