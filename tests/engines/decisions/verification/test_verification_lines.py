"""The values that stand for all: no comparison with constants tells another from all of them."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.engines.decisions.verification.lines import standing
from tongban.engines.feel import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NUMBER,
    STRING,
    TIME,
    YEARS_MONTHS,
    ListOf,
    Months,
)
from tongban.engines.feel.proleptic import FarDate
from tongban.engines.feel.temporal import parse

NOON, LAST = time(12), time(23, 59, 59, 999999)
MIDDLE = time(11, 59, 59, 999999)
SPANS = [timedelta(days=1), *(timedelta(microseconds=each) for each in (1, 2, 0))]
CST = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("type_", "constants", "found"),
    [
        (NUMBER, [], [1]),
        (NUMBER, [5, 6], [4, 5, D("5.5"), 6, 7]),
        (NUMBER, [D("1.0"), D(1), D(9)], [0, 1, 2, 9, 10]),
        (NUMBER, [D("1E+6000")], [D("-1E+6000") * 2, D("1E+6000"), D("2E+6000")]),
        (NUMBER, [D("9E+6144")], [D("9E+6144")]),
        (STRING, [], ["其他"]),
        (STRING, ["x", "y"], ["其他", "0", "x", "x其他", "y"]),
        (STRING, ["x", "x\0"], ["其他", "0", "x", "x\0"]),
        (STRING, ["", "其他"], ["其他", "", "0", "其他其他"]),
        (BOOLEAN, [], [False, True]),
        (BOOLEAN, [True], [False, True]),
        (YEARS_MONTHS, [Months(3)], [Months(n) for n in (2, 1, 3, 4, 5)]),
        (
            TIME,
            [time(0), LAST],
            [time(0), time(1), time(0, 0, 0, 1), MIDDLE, time(23, 59, 59, 999998), LAST],
        ),
        (
            DATE,
            [date(1, 1, 1)],
            [*(FarDate(0, 12, n) for n in (31, 30)), *(date(1, 1, n) for n in (1, 2, 3))],
        ),
        (DATE, ["2026-01-01"], [date(2000, 1, 1)]),
        (DAYS_TIME, [], [timedelta(days=1)]),
        (DAYS_TIME, [timedelta.max], [timedelta.max - each for each in SPANS]),
    ],
)
def test_points_and_gaps_have_one_that_stands_for_them(type_, constants, found):
    exact = [D(each) if isinstance(each, int) and type_ == NUMBER else each for each in constants]
    known = standing(type_, exact)
    assert known == found


def test_a_gap_of_days_has_a_first_a_last_and_one_between():
    assert standing(DATE, [date(2026, 3, 1), date(2026, 3, 5)]) == [
        *(date(2026, 2, 28), date(2026, 2, 27)),
        date(2026, 3, 1),
        *(date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)),
        date(2026, 3, 5),
        *(date(2026, 3, 6), date(2026, 3, 7)),
    ]
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    noon = datetime.combine(date(2026, 3, 1), NOON)
    found = standing(DATE_TIME, [noon, noon + hour])
    assert found is not None
    assert noon + 30 * minute in found
    assert noon + timedelta(microseconds=1) in found
    assert noon + hour - timedelta(microseconds=1) in found


@pytest.mark.parametrize(
    ("type_", "constants"),
    [
        (ANY, []),
        (ListOf(NUMBER), []),
        (TIME, [NOON.replace(tzinfo=UTC)]),
        (TIME, [NOON, NOON.replace(tzinfo=UTC)]),
        (DATE_TIME, [parse("2026-01-01T00:00:00"), parse("2026-01-01T00:00:00Z")]),
    ],
)
def test_what_has_no_one_order_has_no_values_that_stand_for_it(type_, constants):
    assert standing(type_, constants) is None


def test_moments_with_an_offset_stand_among_moments_with_an_offset():
    midnight = datetime(2026, 1, 1, tzinfo=CST)
    assert standing(DATE_TIME, [midnight]) == [
        datetime(2025, 12, 30, 16, tzinfo=UTC),
        datetime(2025, 12, 31, 15, 59, 59, 999999, tzinfo=UTC),
        datetime(2025, 12, 31, 15, 59, 59, 999998, tzinfo=UTC),
        midnight,
        datetime(2026, 1, 1, 16, tzinfo=UTC),
        datetime(2025, 12, 31, 16, 0, 0, 1, tzinfo=UTC),
        datetime(2025, 12, 31, 16, 0, 0, 2, tzinfo=UTC),
    ]


def test_a_far_moment_has_neighbours():
    far = parse("12026-01-01T00:00:00")
    found = standing(DATE_TIME, [far])
    assert found is not None
    assert [str(each)[:12] for each in found] == [
        *["12025-12-31T"] * 3,
        "12026-01-01T",
        *["12026-01-02T", "12026-01-01T", "12026-01-01T"],
    ]


DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 12))
VALUES = {
    NUMBER: st.decimals(-3, 3, places=1),
    STRING: st.text("ab0\0其", max_size=3),
    DATE: DAYS,
    DATE_TIME: st.builds(datetime.combine, DAYS, st.sampled_from([time(0), NOON, LAST])),
    TIME: st.sampled_from([time(0), time(0, 0, 0, 1), NOON, time(12, 30), LAST]),
    DAYS_TIME: st.timedeltas(timedelta(0), timedelta(days=2)),
    YEARS_MONTHS: st.integers(-3, 3).map(Months),
}


def signs(value, constants):
    return [(value > each) - (value < each) for each in constants]


@settings(max_examples=250, deadline=None)
@given(
    st.sampled_from(list(VALUES)).flatmap(
        lambda type_: st.tuples(st.just(type_), st.lists(VALUES[type_], max_size=4), VALUES[type_])
    )
)
def test_every_value_compares_with_the_constants_like_one_that_stands_for_it(drawn):
    type_, constants, value = drawn
    found = standing(type_, constants)
    assert found is not None
    assert signs(value, constants) in [signs(each, constants) for each in found]


@settings(max_examples=150, deadline=None)
@given(st.lists(DAYS, max_size=3), DAYS, DAYS)
def test_two_days_compare_with_each_other_and_the_constants_like_two_that_stand(known, one, two):
    """What is put in place of a second source is chosen after the first, and finds room."""
    pairs = [
        (signs(first, known), signs(second, [*known, first]))
        for first in standing(DATE, known) or []
        for second in standing(DATE, [*known, first]) or []
    ]
    assert (signs(one, known), signs(two, [*known, one])) in pairs
