"""How points and intervals lie to each other, and intervals made from texts."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.engines import feel
from tongban.engines.feel import NUMBER, Range, RangeOf, Scope
from tongban.engines.feel.operations import within

TRUE = """
before(1, 10)
before(1, [2..10])
before(1, (1..10])
before([1..5], 6)
before([1..5), 5)
before([1..5], [6..10])
before([1..5), [5..10])
before([1..5], (5..10])
before(1, (> 1))
before((< 1), 1)
before("a", "b")
before(@"2026-01-01", @"2026-01-02")
before(@"PT1H", @"P1D")
after(10, 1)
after(11, [1..10])
after(10, [1..10))
after([5..10], 4)
after((5..10], 5)
after([6..10], [1..5])
after((5..10], [1..5])
after([5..10], [1..5))
meets([1..5], [5..10])
meets((< 1) , [0..1]) = false
met by([5..10], [1..5])
overlaps([1..5], [3..8])
overlaps([3..8], [1..5])
overlaps([1..8], [3..5])
overlaps([3..5], [1..8])
overlaps([1..5], [5..8])
overlaps((< 5), (> 3))
overlaps([1..2], (>= 2))
overlaps before([1..5], [3..8])
overlaps before([1..5], [5..8])
overlaps before([1..5), (1..5))
overlaps before([1..5], (1..5])
overlaps after([3..8], [1..5])
overlaps after([5..8], [1..5])
overlaps after((1..5], [1..5])
finishes(10, [1..10])
finishes([5..10], [1..10])
finishes([1..10], [1..10])
finishes((5..10), (1..10))
finishes((> 5), (> 1))
finished by([1..10], 10)
finished by([1..10], [5..10])
includes([1..10], 5)
includes([1..10], 1)
includes([1..10], 10)
includes((1..10), 2)
includes([1..10], [4..6])
includes([1..10], [1..10])
includes([1..10], (1..10))
includes((< 10), [1..9])
includes((> 0), (> 1))
during(5, [1..10])
during([4..6], [1..10])
during((1..10), [1..10])
starts(1, [1..10])
starts([1..5], [1..10])
starts((1..5], (1..10])
starts([1..10), [1..10])
started by([1..10], 1)
started by([1..10], [1..5])
coincides(5, 5)
coincides([1..5], [1..5])
coincides((< 5), (< 5))
coincides("a", "a")
coincides(@"10:00:00Z", @"18:00:00+08:00")
"""

FALSE = """
before(10, 1)
before(1, 1)
before(1, [1..10])
before([1..5], 5)
before([1..5], [5..10])
before([1..5], [3..4])
before(1, (< 2))
before((> 1), 2)
after(1, 10)
after(10, [1..10])
after([5..10], 5)
after([5..10], [1..5])
meets([1..5], (5..10])
meets([1..5), [5..10])
meets([1..5], [6..10])
met by((5..10], [1..5])
met by([5..10], [1..5))
overlaps([1..5], [6..8])
overlaps([1..5), [5..8])
overlaps([1..5], (5..8])
overlaps((< 5), (> 5))
overlaps before([1..5], [6..8])
overlaps before([1..5], [1..5])
overlaps before([1..8], [3..5])
overlaps before([1..5), [5..8])
overlaps after([1..5], [3..8])
overlaps after([1..5], [1..5])
overlaps after([5..8], [1..5))
finishes(10, [1..10))
finishes(5, [1..10])
finishes([5..10), [1..10])
finishes([0..10], [1..10])
finished by([1..10), 10)
finished by([5..10], [1..10])
includes([1..10], 11)
includes((1..10], 1)
includes([1..10), 10)
includes([1..10], [4..11])
includes((1..10], [1..10])
includes([1..10), (1..10])
during(0, [1..10])
during([0..10], [1..10])
starts(1, (1..10])
starts(2, [1..10])
starts([1..5], (1..10])
starts([1..10], [1..5])
started by((1..10], 1)
started by([1..5], [1..10])
coincides(5, 4)
coincides([1..5], [1..6])
coincides([1..5], [1..5))
coincides([1..5], (1..5])
coincides((< 5), (<= 5))
"""

NULL = """
before(1, "a")
before(null, 1)
before(1)
before(1, 2, 3)
before([1..2], ["a".."b"])
before({}, 1)
before(true, false)
after(1, null)
meets(1, 2)
meets([1..2], 2)
met by(1, [1..2])
overlaps(1, [1..2])
overlaps before([1..2], null)
finishes([1..2], 2)
finished by(2, [1..2])
includes(1, [1..2])
includes([1..2], "a")
during([1..2], 1)
starts([1..2], 1)
started by(1, [1..2])
coincides(1, "1")
coincides(@"10:00:00Z", @"10:00:00")
"""


def lines(table):
    return [line for line in table.splitlines() if line]


@pytest.mark.parametrize("text", lines(TRUE))
def test_relations_that_hold(value, text):
    assert value(text) is True


@pytest.mark.parametrize("text", lines(FALSE))
def test_relations_that_do_not_hold(value, text):
    assert value(text) is False


@pytest.mark.parametrize("text", lines(NULL))
def test_what_has_no_place_beside_the_other_is_null(value, text):
    assert value(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "before(point1: 1, point2: 2)",
        "before(point: 1, range: [2..3])",
        "before(range: [1..2], point: 3)",
        "before(range1: [1..2], range2: [3..4])",
        "after(point1: 2, point2: 1)",
        "after(point: 4, range: [2..3])",
        "after(range: [2..3], point: 1)",
        "after(range2: [1..2], range1: [3..4])",
        "meets(range1: [1..2], range2: [2..3])",
        "met by(range1: [2..3], range2: [1..2])",
        "overlaps(range1: [1..3], range2: [2..4])",
        "overlaps before(range1: [1..3], range2: [2..4])",
        "overlaps after(range1: [2..4], range2: [1..3])",
        "finishes(point: 2, range: [1..2])",
        "finishes(range1: [2..3], range2: [1..3])",
        "finished by(range: [1..2], point: 2)",
        "finished by(range1: [1..3], range2: [2..3])",
        "includes(range: [1..2], point: 2)",
        "includes(range1: [1..3], range2: [2..3])",
        "during(point: 2, range: [1..2])",
        "during(range1: [2..3], range2: [1..3])",
        "starts(point: 1, range: [1..2])",
        "starts(range1: [1..2], range2: [1..3])",
        "started by(range: [1..2], point: 1)",
        "started by(range1: [1..3], range2: [1..2])",
        "coincides(point1: 1, point2: 1)",
        "coincides(range1: [1..2], range2: [1..2])",
    ],
)
def test_relations_take_the_names_of_the_standard(value, text):
    assert value(text) is True


def test_which_form_is_meant_may_be_seen_when_it_runs(value):
    assert value("before(one, other)", one=Range(D(1), D(2)), other=D(3)) is True
    assert value("includes(one, other)", one=Range(D(1), D(3)), other=Range(D(2), D(3))) is True
    assert value("starts(one, other)", one=D(1), other=Range(D(1), D(3))) is True
    assert value("starts(one, other)", one=D(1), other=D(1)) is None


def test_a_relation_with_an_unknown_end_is_unknown(decide):
    decide("""
        low | includes([low..10], 5)
        ----+-----------------------
        1   | T
        ?   | ? low
    """)


BOUNDS = st.integers(0, 5)
INTERVALS = st.builds(
    lambda low, size, opened, closed: Range(D(low), D(low + size), opened, closed),
    *(BOUNDS, st.integers(1, 4), st.booleans(), st.booleans()),
)
RELATIONS = {
    name: feel.compile(
        f"{name}(one, other)", Scope({"one": RangeOf(NUMBER), "other": RangeOf(NUMBER)})
    )
    for name in ("before", "after", "overlaps", "includes", "during", "coincides")
}


def points(interval):
    """The quarters that lie in an interval of whole ends: enough to tell two of them apart."""
    quarters = (D(number) / 4 for number in range(48))
    return {point for point in quarters if within(point, interval)}


@given(INTERVALS, INTERVALS)
def test_relations_are_those_of_the_points_inside(one, other):
    here, there = points(one), points(other)
    holds = {
        "before": max(here) < min(there),
        "after": min(here) > max(there),
        "overlaps": bool(here & there),
        "includes": here >= there,
        "during": here <= there,
        "coincides": here == there,
    }
    found = {name: ask({"one": one, "other": other}) for name, ask in RELATIONS.items()}
    assert found == holds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1..3]", Range(D(1), D(3))),
        ("(1..3)", Range(D(1), D(3), False, False)),
        ("]1..3[", Range(D(1), D(3), False, False)),
        ("[1..3[", Range(D(1), D(3), True, False)),
        ("  [ -1.5 .. 3 ]  ", Range(D("-1.5"), D(3))),
        ("[-3..-1]", Range(D(-3), D(-1))),
        ("[1..1]", Range(D(1), D(1))),
        (r"[\"a\"..\"c\"]", Range("a", "c")),
    ],
)
def test_a_range_is_made_from_its_text(value, text, expected):
    assert value(f'range("{text}")') == expected


@pytest.mark.parametrize(
    "text",
    [
        r'range("[@\"2026-01-01\"..@\"2026-02-01\"]") = [@"2026-01-01"..@"2026-02-01"]',
        r'range("[date(\"2026-01-01\")..date(2026, 2, 1)]") = [@"2026-01-01"..@"2026-02-01"]',
        r'range("[date(-5, 1, 1)..@\"0001-01-01\")").start.year = -5',
        r'range("[time(\"10:00:00\")..@\"11:00:00\"]") = [@"10:00:00"..@"11:00:00"]',
        r'range("[duration(\"P1D\")..@\"P2D\"]") = [@"P1D"..@"P2D"]',
        r'range("[date and time(\"2026-01-01\")..@\"2026-01-02T00:00:00\"]").start.day = 1',
        'range(from: "[1..3]") = [1..3]',
        '2 in range("[1..3]")',
        'not(3 in range("[1..3)"))',
        'range("[1..3]").end = 3',
        'range("[1..3]") instance of range<number>',
        "range(string([1..3])) = [1..3]",
    ],
)
def test_a_range_has_ends_of_every_kind(value, text):
    assert value(text) is True


@pytest.mark.parametrize(
    "text",
    [
        'range("[3..1]")',
        'range("[1..]")',
        'range("[..1]")',
        'range("[..]")',
        'range("1..3")',
        'range("[1..3")',
        'range("[1,3]")',
        'range("[1..3] x")',
        'range("")',
        r'range("[1..\"a\"]")',
        'range("[null..3]")',
        'range("[true..false]")',
        'range("[1+1..3]")',
        'range("[a..b]")',
        r'range("[-\"a\"..\"b\"]")',
        r'range("[date(string(\"2026-01-01\"))..date(\"2026-02-01\")]")',
        r'range("[date(2026, 1)..date(\"2026-02-01\")]")',
        r'range("[date(\"nonsense\")..date(\"2026-02-01\")]")',
        r'range("[@\"nonsense\"..@\"2026-02-01\"]")',
        r'range("[upper case(\"a\")..\"b\"]")',
        r'range("[\"a..b]")',
        "range(null)",
        "range(1)",
        "range()",
        'range("[1..3]", 1)',
        'range(form: "[1..3]")',
    ],
)
def test_what_is_no_range_is_null(value, text):
    assert value(text) is None


def test_no_text_reads_what_stands_around_it(value):
    assert value("range(given)", given="[secret..9]", secret=D(1)) is None


def test_the_reason_is_told_in_both_languages():
    program, _ = feel.examine("range(text)", Scope({"text": feel.STRING}))
    note = program.explain({"text": "[3..1]"}).notes[0]
    assert note.told("en") == "“[3..1]” is not an interval from one literal up to another."
    assert note.told("zh") == "“[3..1]”不是由小到大两个字面量组成的区间。"
