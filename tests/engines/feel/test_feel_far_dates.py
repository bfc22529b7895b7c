"""Dates before the year 1 and after 9999, which Python does not know and FEEL does."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.engines import feel
from tongban.engines.feel import DATE, DATE_TIME, Scope, proleptic
from tongban.engines.feel.operations import equality, ordering
from tongban.engines.feel.proleptic import FarDate, FarDateTime

YEARS = st.integers(-proleptic.LAST_YEAR, proleptic.LAST_YEAR)
NEAR_DAYS = st.dates(date(1, 1, 2), date(9999, 12, 30))
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"-2021-01-01"', FarDate(-2021, 1, 1)),
        ('date("-0001-12-31")', FarDate(-1, 12, 31)),
        ('date("0000-02-29")', FarDate(0, 2, 29)),
        ('date("10000-01-01")', FarDate(10_000, 1, 1)),
        ('date("999999999-12-31")', FarDate(999_999_999, 12, 31)),
        ('date("-999999999-01-01")', FarDate(-999_999_999, 1, 1)),
        ("date(-5, 6, 7)", FarDate(-5, 6, 7)),
        ("date(12000, 2, 29)", FarDate(12_000, 2, 29)),
        ('date(@"12000-02-29T10:00:00")', FarDate(12_000, 2, 29)),
        ('date(date("-0044-03-15"))', FarDate(-44, 3, 15)),
        ('date("0001-01-01")', date(1, 1, 1)),
        ('date("9999-12-31")', date(9999, 12, 31)),
        (
            '@"-2021-01-01T10:10:10+11:00"',
            FarDateTime(
                FarDate(-2021, 1, 1), time(10, 10, 10, tzinfo=timezone(timedelta(0, 39600)))
            ),
        ),
        ('date and time("12000-01-01")', FarDateTime(FarDate(12_000, 1, 1), time())),
        ('date and time(@"12000-01-01")', FarDateTime(FarDate(12_000, 1, 1), time())),
        (
            'date and time(@"12000-01-01", @"23:00:00Z")',
            FarDateTime(FarDate(12_000, 1, 1), time(23, tzinfo=UTC)),
        ),
        ('date and time("9999-12-31T24:00:00")', FarDateTime(FarDate(10_000, 1, 1), time())),
        ('date and time("-0001-12-31T24:00:00")', FarDateTime(FarDate(0, 1, 1), time())),
        ('time(@"12000-01-01T10:00:00")', time(10)),
        ('time(@"12000-01-01")', time(0, tzinfo=UTC)),
    ],
)
def test_far_days_are_written_and_made_like_near_ones(value, text, expected):
    found = value(text)
    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize(
    "text",
    [
        'date("1000000000-01-01")',
        'date("-1000000000-01-01")',
        "date(1000000000, 1, 1)",
        "date(1e30, 1, 1)",
        'date("01211-12-31")',
        'date("-00044-03-15")',
        'date("+2020-01-01")',
        'date("-044-03-15")',
        'date("10001-02-29")',
        'date("12000-13-01")',
        'date("-2021-04-31")',
        '@"--2021-01-01"',
        '@"-12:00:00"',
        '@"999999999-12-31" + @"P1D"',
        '@"-999999999-01-01" - @"P1D"',
        '@"999999999-12-31" + @"P1M"',
        '@"-999999999-01-01" - @"P1M"',
        '@"999999999-12-31T23:00:00" + @"PT1H"',
        'date and time("999999999-12-31T24:00:00")',
        '@"999999999-12-31" - @"-999999999-01-01"',
        '@"12000-01-01" < @"12000-01-01T00:00:00"',
        '@"12000-01-01T00:00:00" < @"12000-01-01T00:00:00Z"',
        '@"12000-01-01T00:00:00" - @"12000-01-01T00:00:00Z"',
        '-@"12000-01-01"',
    ],
)
def test_what_is_no_far_day_is_null(value, text):
    assert value(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "-2021-01-01",
        "0000-12-31",
        "-0044-03-15",
        "123456-07-08",
        "999999999-12-31",
        "-999999999-01-01",
        "-2021-01-01T10:10:10+11:00",
        "-2021-01-01T10:10:10.25Z",
        "12000-01-01T00:00:00@Australia/Melbourne",
        "12000-01-01T23:59:59",
    ],
)
def test_a_far_day_reads_back_what_it_writes(value, text):
    assert value(f'string(@"{text}")') == text
    assert value(f'string([@"{text}"])') == f"[{text}]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"9999-12-31" + @"P1D"', '@"10000-01-01"'),
        ('@"10000-01-01" - @"P1D"', '@"9999-12-31"'),
        ('@"0001-01-01" - @"PT1H"', '@"0000-12-31"'),
        ('@"0000-12-31" + @"P1D"', '@"0001-01-01"'),
        ('@"P1D" + @"0000-02-28"', '@"0000-02-29"'),
        ('@"-0001-02-28" + @"P1D"', '@"-0001-03-01"'),
        ('@"9999-12-31" + @"P2M"', '@"10000-02-29"'),
        ('@"P1Y" + @"12000-02-29"', '@"12001-02-28"'),
        ('@"0001-01-31" - @"P11M"', '@"0000-02-29"'),
        ('@"10000-01-01" - @"9999-01-01"', '@"P365D"'),
        ('@"-0001-01-01" - @"0001-01-01"', '@"-P731D"'),
        ('@"10000-01-01" - @"9999-12-31T12:00:00Z"', '@"PT12H"'),
        ('@"10000-01-01T12:00:00Z" - @"10000-01-01"', '@"PT12H"'),
        ('@"9999-12-31T23:00:00" + @"PT2H"', '@"10000-01-01T01:00:00"'),
        ('@"PT2H" + @"9999-12-31T23:00:00Z"', '@"10000-01-01T01:00:00Z"'),
        ('@"10000-01-01T01:00:00" - @"PT2H"', '@"9999-12-31T23:00:00"'),
        ('@"-2021-01-01T10:10:10+11:00" + @"P1M"', '@"-2021-02-01T10:10:10+11:00"'),
        ('@"P1Y" + @"-2021-01-01T10:10:10"', '@"-2020-01-01T10:10:10"'),
        ('@"-2021-01-01T10:10:10" - @"P1M"', '@"-2022-12-01T10:10:10"'),
        ('@"10000-01-01T00:00:00Z" - @"9999-12-31T23:00:00-02:00"', '@"-PT1H"'),
        ('@"12000-01-02T00:00:00" - @"12000-01-01T12:00:00"', '@"PT12H"'),
        (
            '@"9999-12-31T23:30:00@Australia/Melbourne" + @"PT1H"',
            '@"10000-01-01T00:30:00@Australia/Melbourne"',
        ),
    ],
)
def test_arithmetic_goes_on_beyond_the_calendar(value, text, expected):
    assert value(f"string({text})") == value(f"string({expected})")
    assert value(f"{text} = {expected}") is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"-2021-03-04".year', -2021),
        ('@"-2021-03-04".month', 3),
        ('@"-2021-03-04".day', 4),
        ('@"10000-01-01".weekday', 6),
        ('@"-2021-03-04T05:06:07.5".hour', 5),
        ('@"-2021-03-04T05:06:07.5".minute', 6),
        ('@"-2021-03-04T05:06:07.5".second', D("7.5")),
        ('@"-2021-03-04T05:06:07.5".year', -2021),
        ('@"10000-01-01T05:06:07".weekday', 6),
        ('@"-2021-03-04T05:06:07+08:00".time offset', timedelta(hours=8)),
        ('@"-2021-03-04T05:06:07".time offset', None),
        ('@"-2021-03-04T05:06:07@Asia/Shanghai".timezone', "Asia/Shanghai"),
        ('@"-2021-03-04T05:06:07Z".timezone', None),
        ('@"12021-01-04T05:06:07@Asia/Shanghai".time offset', timedelta(hours=8)),
        ('day of week(@"10000-01-01")', "Saturday"),
        ('day of year(@"0000-12-31")', 366),
        ('day of year(@"-0001-12-31T10:00:00")', 365),
        ('month of year(@"99999-02-01")', "February"),
        ('week of year(@"10000-01-01")', 52),
        ('week of year(@"10000-01-03")', 1),
    ],
)
def test_parts_of_far_days(value, text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("-2016-01-30T09:05:00", "-2017-02-28T02:02:02", "-P11M"),
        ("2014-12-31T23:59:59", "-2019-10-01T12:32:59", "-P4033Y2M"),
        ("-0001-01-01", "0001-01-01", "P2Y"),
        ("9999-12-31", "10000-01-30", "P0M"),
        ("9999-12-31", "10000-01-31", "P1M"),
        ("10000-03-31", "10000-02-29", "-P1M"),
    ],
)
def test_months_between_far_days(value, start, end, expected):
    text = f'years and months duration(date and time("{start}"), date and time("{end}"))'
    assert value(f"string({text})") == expected


@pytest.mark.parametrize(
    "text",
    [
        '@"10000-01-01" > @"9999-12-31"',
        '@"9999-12-31" < @"10000-01-01"',
        '@"9999-12-31" <= @"10000-01-01"',
        '@"-0002-01-01" < @"-0001-01-01"',
        '@"-0001-01-01" < @"0001-01-01"',
        '@"-0001-01-01" >= @"-0001-01-01"',
        '@"12000-01-01" in [@"11999-01-01"..@"12001-01-01"]',
        '@"-2021-06-01" between @"-2021-01-01" and @"2021-01-01"',
        '@"10000-01-01T00:00:00Z" = @"10000-01-01T01:00:00+01:00"',
        '@"10000-01-01T00:00:00Z" = @"9999-12-31T23:00:00-01:00"',
        '@"9999-12-31T23:00:00-01:00" = @"10000-01-01T00:00:00Z"',
        '@"10000-01-01T00:00:00Z" != @"10000-01-01T01:00:00Z"',
        'not(@"10000-01-01T00:00:00Z" = @"10000-01-01T00:00:00")',
        'not(@"10000-01-01" = @"9999-12-31")',
        '@"10000-01-01T00:00:00Z" > @"9999-12-31T23:59:59Z"',
        '@"9999-12-31T23:59:59Z" < @"10000-01-01T00:00:00Z"',
        '@"10000-01-01T00:00:00" >= @"9999-12-31T23:59:59"',
        '@"12000-01-01" instance of date',
        '@"12000-01-01T00:00:00" instance of date and time',
        'not(@"12000-01-01T00:00:00" instance of date)',
        'is(@"12000-01-01", @"12000-01-01")',
        'not(is(@"12000-01-01T00:00:00Z", @"12000-01-01T01:00:00+01:00"))',
        'max([@"2020-01-01", @"12000-01-01", @"-2020-01-01"]) = @"12000-01-01"',
        'min([@"2020-01-01", @"12000-01-01", @"-2020-01-01"]) = @"-2020-01-01"',
        'before(@"-0044-03-15", @"0001-01-01")',
        '[@"12000-01-01", @"-2020-01-01"][1] = @"12000-01-01"',
        'list contains([@"12000-01-01"], @"12000-01-01")',
    ],
)
def test_far_and_near_days_are_of_one_kind_and_order(value, text):
    assert value(text) is True


def test_sorting_puts_far_days_where_they_belong(value):
    days = '[@"12000-01-01", @"2020-01-01", @"-2020-01-01"]'
    text = f"string(sort({days}, function(one, other) one < other))"
    assert value(text) == "[-2020-01-01, 2020-01-01, 12000-01-01]"


def test_loops_count_across_the_borders(value):
    text = 'string(for day in @"9999-12-30"..@"10000-01-02" return day)'
    assert value(text) == "[9999-12-30, 9999-12-31, 10000-01-01, 10000-01-02]"
    text = 'string(for day in @"0001-01-02"..@"0000-12-31" return day)'
    assert value(text) == "[0001-01-02, 0001-01-01, 0000-12-31]"


def test_a_zone_of_long_ago_has_the_time_of_its_meridian(value):
    assert value('string(@"-2021-01-01T10:10:10@Australia/Melbourne".time offset)') == "PT9H39M52S"


def test_a_program_takes_far_days_from_outside():
    program = feel.compile("born < until.date", Scope({"born": DATE, "until": feel.ANY}))
    assert program({"born": FarDate(-1, 1, 1), "until": {"date": date(1, 1, 1)}}) is True
    late = feel.compile("moment.year > 9999", Scope({"moment": DATE_TIME}))
    assert late({"moment": FarDateTime(FarDate(10_000, 1, 1), time())}) is True


@given(st.integers(-365 * proleptic.LAST_YEAR, 365 * proleptic.LAST_YEAR))
def test_every_number_is_the_number_of_its_day(ordinal):
    day = proleptic.day_at(ordinal)
    assert day.toordinal() == ordinal
    assert proleptic.day_at(ordinal + 7 * 146_097).toordinal() == ordinal + 7 * 146_097


@given(NEAR_DAYS, st.integers(-60_000, 60_000))
def test_near_days_are_those_of_python(day, months):
    assert proleptic.day_at(day.toordinal()) == day
    later = proleptic.months_later(day, months)
    there = divmod(day.year * 12 + day.month - 1 + months, 12)
    assert (later.year, later.month) == (there[0], there[1] + 1)
    assert later.day == day.day or (later.day < day.day and _is_last(later))


def _is_last(day):
    return proleptic.days_later(day, 1).day == 1


@given(YEARS, st.integers(1, 12), st.integers(1, 28), st.integers(-(10**6), 10**6))
def test_days_that_are_added_can_be_taken_away_again(year, month, day, days):
    start = proleptic.day_of(year, month, day)
    try:
        there = proleptic.days_later(start, days)
    except OverflowError:
        assert abs(year) > proleptic.LAST_YEAR - 3_000
        return
    assert proleptic.days_later(there, -days) == start
    assert ordering("<", start, there) is (days > 0)
    assert equality(start, there) is (days == 0)


@given(YEARS, st.integers(1, 12))
def test_a_far_day_has_the_weekday_of_its_twin(year, month):
    day = proleptic.day_of(year, month, 1)
    assert proleptic.twin(day).isoweekday() == (day.toordinal() - 1) % 7 + 1
    assert proleptic.twin(day).month == month


@given(MOMENTS, st.timedeltas(timedelta(days=-300), timedelta(days=300)))
def test_wall_clocks_run_as_those_of_python(moment, span):
    assert proleptic.later(moment, span) == moment + span
    aware = moment.replace(tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert proleptic.microseconds(aware) == proleptic.microseconds(moment) - 19_800_000_000


@pytest.mark.parametrize(
    "text",
    [
        "10:00:00.123456789",
        "10:00:00.000000001Z",
        "10:00:00.1234567+08:00",
        "2026-01-01T10:00:00.123456789",
        "2026-01-01T10:00:00.123456789@Europe/Paris",
        "999999999-12-31T23:59:59.999999999@Europe/Paris",
        "-999999999-01-01T00:00:00.000000001+02:00",
    ],
)
def test_billionths_of_a_second_are_kept(value, text):
    assert value(f'string(@"{text}")') == text
    assert value(f'@"{text}" = @"{text}"') is True
    assert value(f'@"{text}" < @"{text}"') is False


def test_what_is_finer_than_a_billionth_is_cut_off(value):
    assert value('string(@"10:00:00.1234567891")') == "10:00:00.123456789"
    assert value('@"10:00:00.123456000" instance of time') is True
    assert type(value('@"10:00:00.123456000"')) is time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"10:00:00.123456789".second', D("0.123456789")),
        ('@"10:00:01.5".second', D("1.5")),
        ('@"2026-01-01T10:00:01.000000001".second', D("1.000000001")),
        ('@"2026-01-01T10:00:00.123456789".year', 2026),
        ('@"2026-01-01T10:00:00.123456789".weekday', 4),
        ('@"2026-01-01T10:00:00.123456789".hour', 10),
        ('date(@"2026-01-01T10:00:00.123456789") = @"2026-01-01"', True),
        ('string(time(@"2026-01-01T10:00:00.123456789Z"))', "10:00:00.123456789Z"),
        ("string(time(10, 0, 0.123456789))", "10:00:00.123456789"),
        ('string(time(10, 0, 0.5, @"PT1H"))', "10:00:00.5+01:00"),
        ('string(@"10:00:00.123456789" + @"PT15H")', "01:00:00.123456789"),
        ('string(@"10:00:00.123456789Z" - @"PT1S")', "09:59:59.123456789Z"),
        ('string(@"2026-01-01T23:00:00.123456789" + @"PT2H")', "2026-01-02T01:00:00.123456789"),
        ('string(@"2026-01-31T23:00:00.123456789" + @"P1M")', "2026-02-28T23:00:00.123456789"),
        ('@"10:00:00.123456789" - @"09:00:00.123456789"', timedelta(hours=1)),
        (
            'string(date and time(@"2026-01-01", @"10:00:00.123456789"))',
            "2026-01-01T10:00:00.123456789",
        ),
    ],
)
def test_billionths_go_through_arithmetic_and_parts(value, text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("10:00:00.000000001", "10:00:00.000000002"),
        ("10:00:00", "10:00:00.000000001"),
        ("10:00:00.000000009", "10:00:00.000001"),
        ("10:00:00.000000009Z", "11:00:00Z"),
        ("2026-01-01T10:00:00", "2026-01-01T10:00:00.000000001"),
        ("2026-01-01T10:00:00.000000001", "2026-01-01T10:00:00.000001"),
        ("2026-01-01T10:00:00.000000001Z", "2026-01-01T10:00:00.000000002Z"),
        ("2026-01-01T10:00:00.000000002+01:00", "2026-01-01T10:00:00.000000001Z"),
    ],
)
def test_billionths_count_in_the_order(value, less, more):
    signs = {"<": True, "<=": True, ">": False, ">=": False, "=": False, "!=": True}
    for sign, holds in signs.items():
        assert value(f'@"{less}" {sign} @"{more}"') is holds, sign
        turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(sign, sign)
        assert value(f'@"{more}" {turned} @"{less}"') is holds, turned


@pytest.mark.parametrize(
    "text",
    [
        'time("10:00:00+18:01")',
        'time("10:00:00-18:00:01")',
        'time("10:00:00+10:60")',
        'time("10:00:00+10:00:60")',
        'time(10, 0, 0, @"PT18H1S")',
        'time(10, 0, 0, @"-P1D")',
        '@"2026-01-01T10:00:00+19:00"',
    ],
)
def test_an_offset_that_no_place_has_is_refused(value, text):
    assert value(text) is None


def test_the_farthest_offsets(value):
    assert value('string(@"10:00:00+18:00")') == "10:00:00+18:00"
    assert value('string(time(10, 0, 0, @"-PT18H"))') == "10:00:00-18:00"


def test_where_a_moment_is_asked_for_a_day_is_its_midnight(value):
    ask = "(function(at: date and time) string(at))"
    assert value(f'{ask}(@"2026-01-01")') == "2026-01-01T00:00:00Z"
    assert value(f'{ask}([@"2026-01-01"])') is None
    assert value(f'{ask}(@"12026-01-01")') == "12026-01-01T00:00:00Z"
    assert value(f'{ask}(@"2026-01-01T10:00:00")') == "2026-01-01T10:00:00"
    assert value('(function(on: date) string(on))(@"2026-01-01T10:00:00")') is None
