"""Dates, times and durations; the engine itself never asks for the time."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal as D
from zoneinfo import ZoneInfo

import pytest

from tongban.engines import feel
from tongban.engines.feel import DATE, DATE_TIME, Months, Scope

LOCAL = None  # a FEEL time without a zone
EAST = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"2026-09-23"', date(2026, 9, 23)),
        ('@ "2026-09-23"', date(2026, 9, 23)),
        ('date("2024-02-29")', date(2024, 2, 29)),
        ('date(@"2024-02-29")', date(2024, 2, 29)),
        ("date(2024, 2, 29)", date(2024, 2, 29)),
        ('date(date and time("2024-02-29T10:00:00"))', date(2024, 2, 29)),
        ("date(day: 1, month: 2, year: 2024)", date(2024, 2, 1)),
        ('time("10:20:30")', time(10, 20, 30)),
        ('@"10:20:30.5Z"', time(10, 20, 30, 500_000, UTC)),
        ('time("10:20:30-00:00")', time(10, 20, 30, tzinfo=UTC)),
        ('time("10:20:30@Asia/Shanghai")', time(10, 20, 30, tzinfo=ZoneInfo("Asia/Shanghai"))),
        ("time(10, 20, 30.25)", time(10, 20, 30, 250_000)),
        ('time(10, 20, 30, duration("PT8H"))', time(10, 20, 30, tzinfo=EAST)),
        ("time(10, 20, 30, null)", time(10, 20, 30)),
        ('time(date and time("2024-02-29T10:00:00"))', time(10)),
        ('time(time("10:00:00"))', time(10)),
        ('time(date("2024-02-29"))', time(0, tzinfo=UTC)),
        ('@"2026-09-23T10:20:30+08:00"', datetime(2026, 9, 23, 10, 20, 30, tzinfo=EAST)),
        ('date and time("2026-09-23")', datetime(2026, 9, 23, tzinfo=LOCAL)),
        ('date and time("2026-09-23T24:00:00")', datetime(2026, 9, 24, tzinfo=LOCAL)),
        ('date and time(@"2026-09-23")', datetime(2026, 9, 23, tzinfo=LOCAL)),
        ('date and time(@"2026-09-23T01:00:00")', datetime(2026, 9, 23, 1, tzinfo=LOCAL)),
        ('date and time(@"2026-09-23", @"01:00:00")', datetime(2026, 9, 23, 1, tzinfo=LOCAL)),
        ('duration("P1Y2M")', Months(14)),
        ('@"-P2M"', Months(-2)),
        ('duration("P1DT2H3M4.5S")', timedelta(1, 7384, 500_000)),
        ('@"-PT36H"', timedelta(hours=-36)),
        ('duration(@"P1D")', timedelta(1)),
    ],
)
def test_literals_and_constructors(value, text, expected):
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "text",
    [
        'date("2023-02-29")',
        'date("23-02-01")',
        "date(2023, 2, 29)",
        "date(1)",
        'time("25:00:00")',
        'time("24:00:00")',
        'time("10:00:00+19:00")',
        'time("10:00:00@Nowhere/At_All")',
        "time(25, 0, 0)",
        "time(1)",
        'date and time("2026-09-23T10")',
        'date and time("999999999-12-31T24:00:00")',
        "date and time(1)",
        'date and time(1, @"01:00:00")',
        'duration("P")',
        'duration("1D")',
        'duration("P9999999999D")',
        "duration(1)",
        '@"2026-13-01"',
        '@"tomorrow"',
        'day of week("2026-09-23")',
        'years and months duration(@"2026-01-01", 1)',
    ],
)
def test_what_is_no_time_is_null(value, text):
    assert value(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"2024-02-29" + @"P1Y"', '@"2025-02-28"'),
        ('@"P1M" + @"2024-01-31"', '@"2024-02-29"'),
        ('@"2024-03-31" - @"P1M"', '@"2024-02-29"'),
        ('@"2024-01-01" - @"PT1H"', '@"2023-12-31"'),
        ('@"2024-01-01" + @"PT36H"', '@"2024-01-02"'),
        ('@"P1D" + @"2024-01-01"', '@"2024-01-02"'),
        ('@"2024-03-01" - @"2024-02-01"', '@"P29D"'),
        ('@"2024-01-02T00:00:00Z" - @"2024-01-01"', '@"P1D"'),
        ('@"2024-01-02" - @"2024-01-01T12:00:00Z"', '@"PT12H"'),
        ('@"2024-01-02T10:00:00" + @"P1M"', '@"2024-02-02T10:00:00"'),
        ('@"P1M" + @"2024-01-02T10:00:00"', '@"2024-02-02T10:00:00"'),
        ('@"2024-02-02T10:00:00" - @"P1M"', '@"2024-01-02T10:00:00"'),
        ('@"2024-01-02T10:00:00" + @"PT1H"', '@"2024-01-02T11:00:00"'),
        ('@"PT1H" + @"2024-01-02T10:00:00"', '@"2024-01-02T11:00:00"'),
        ('@"2024-01-02T10:00:00" - @"PT1H"', '@"2024-01-02T09:00:00"'),
        ('@"2024-01-02T10:00:00+08:00" - @"2024-01-02T00:00:00Z"', '@"PT2H"'),
        ('@"2024-01-02T10:00:00" - @"2024-01-01T10:00:00"', '@"P1D"'),
        ('@"23:00:00" + @"PT2H"', '@"01:00:00"'),
        ('@"PT2H" + @"23:00:00"', '@"01:00:00"'),
        ('@"01:00:00" - @"PT2H"', '@"23:00:00"'),
        ('@"10:00:00" - @"12:00:00"', '@"-PT2H"'),
        ('@"10:00:00Z" - @"12:00:00+08:00"', '@"PT6H"'),
        ('@"P1Y" + @"P2M"', '@"P14M"'),
        ('@"P1Y" - @"P2M"', '@"P10M"'),
        ('@"P1Y" * 1.5', '@"P18M"'),
        ('1.5 * @"P1Y"', '@"P18M"'),
        ('@"P1Y" / 5', '@"P2M"'),
        ('@"P1D" + @"PT1H"', '@"PT25H"'),
        ('@"P1D" - @"PT1H"', '@"PT23H"'),
        ('@"P1D" * 1.5', '@"PT36H"'),
        ('1.5 * @"P1D"', '@"PT36H"'),
        ('@"P10D" / 3', '@"P3DT8H"'),
        ('-@"P1D"', '@"-P1D"'),
        ('-@"P1M"', '@"-P1M"'),
    ],
)
def test_arithmetic(value, text, expected):
    assert value(f"{text} = {expected}") is True


def test_durations_divide_to_numbers(value):
    assert value('@"P1Y" / @"P6M"') == D(2)
    assert value('@"P1D" / @"PT6H"') == D(4)
    assert value('@"P1D" / @"PT0S"') is None


def test_times_with_and_without_a_zone_do_not_meet(value):
    assert value('@"2024-01-02T10:00:00Z" - @"2024-01-02T10:00:00"') is None
    assert value('@"2024-01-02T10:00:00Z" < @"2024-01-02T10:00:00"') is None
    assert value('max(@"10:00:00Z", @"10:00:00")') is None


def test_a_zone_with_summer_time_is_counted_in_real_hours(value):
    text = '@"2024-03-31T12:00:00@Europe/Paris" - @"2024-03-30T12:00:00@Europe/Paris"'
    assert value(text) == timedelta(hours=23)
    text = 'string(@"2024-03-30T12:00:00@Europe/Paris" + @"P1D")'
    assert value(text) == "2024-03-31T13:00:00@Europe/Paris"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"2026-09-23".year', 2026),
        ('@"2026-09-23".month', 9),
        ('@"2026-09-23".day', 23),
        ('@"2026-09-23".weekday', 3),
        ('@"2026-09-23T10:20:30".hour', 10),
        ('@"10:20:30".minute', 20),
        ('@"10:20:30.5".second', D("30.5")),
        ('@"10:20:30+08:00".time offset', timedelta(hours=8)),
        ('@"10:20:30@Asia/Shanghai".timezone', "Asia/Shanghai"),
        ('@"10:20:30".timezone', None),
        ('@"P1Y2M".years', 1),
        ('@"-P1Y2M".months', -2),
        ('@"P1DT2H3M4S".days', 1),
        ('@"P1DT2H3M4S".hours', 2),
        ('@"P1DT2H3M4S".minutes', 3),
        ('@"-PT4S".seconds', -4),
        ('@"P1M".days', None),
        ("[1..2).start", 1),
        ("[1..2).end", 2),
        ("[1..2).start included", True),
        ("[1..2).end included", False),
        ("(< 2).start included", False),
        ('day of year(@"2024-03-01")', 61),
        ('day of week(@"2026-09-23")', "Wednesday"),
        ('month of year(@"2026-09-23T10:00:00")', "September"),
        ('week of year(@"2003-12-29")', 1),
        ('years and months duration(@"2020-01-31", @"2021-03-30")', Months(13)),
        ('years and months duration(@"2021-03-30", @"2020-01-31")', Months(-13)),
        ('years and months duration(@"2020-01-01", @"2020-02-01T10:00:00")', Months(1)),
    ],
)
def test_parts(value, text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"10:20:30.500Z"', "10:20:30.5Z"),
        ('@"10:20:30-05:30"', "10:20:30-05:30"),
        ('@"10:20:30+05:30:15"', "10:20:30+05:30:15"),
        ('@"2026-09-23T10:20:30@Asia/Shanghai"', "2026-09-23T10:20:30@Asia/Shanghai"),
        ('@"2026-09-23T10:20:30"', "2026-09-23T10:20:30"),
        ('@"P1Y2M"', "P1Y2M"),
        ('@"-P2M"', "-P2M"),
        ('@"P0M"', "P0M"),
        ('@"P1DT2H"', "P1DT2H"),
        ('@"-PT3M4.5S"', "-PT3M4.5S"),
        ('@"PT0S"', "PT0S"),
        ('@"PT24H"', "P1D"),
    ],
)
def test_written_as_text(value, text, expected):
    assert value(f"string({text})") == expected


def test_order(decide):
    decide("""
        d             | d <= @"2026-01-01"
        --------------+-------------------
        @"2025-12-31" | T
        @"2026-01-02" | F
                      |
        ?             | ? d
    """)


def test_today_exists_where_it_is_handed_in():
    scope = Scope({"today()": DATE, "now()": DATE_TIME, "born": DATE})
    program = feel.compile("years and months duration(born, today()).years >= 60", scope)

    assert program.reads == {"today()", "born"}
    assert program({"today()": date(2026, 9, 23), "born": date(1966, 9, 23)}) is True
    assert program({"today()": date(2026, 9, 22), "born": date(1966, 9, 23)}) is False


def test_without_it_there_is_no_today():
    with_error = "Line 1, column 1: There is no function “today”."
    with pytest.raises(feel.FeelError) as caught:
        feel.compile("today()", Scope({}))
    assert caught.value.message == with_error
