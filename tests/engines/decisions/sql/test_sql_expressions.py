"""Every construct of the subset, in both engines: for a person of whom all is known, for one of
whom nothing is (n, s, b, d and k are null, m, t, u, e and p unknown), and for one between."""

from datetime import date
from decimal import Decimal

import pytest

from tests.engines.decisions import dmn_models as dmn
from tests.engines.decisions.sql.generated import TYPES, model
from tests.engines.decisions.sql.registers import disagreements, plainly
from tongban.engines.decisions import examine

OPEN = object()  # unknown
DAY = 86_400_000_000


def answers(people, text):
    decision = examine(model(dmn.decision("D", dmn.literal(text), TYPES)))[0].find("D")
    found = people.answers(decision)
    assert disagreements(decision, people.register, found) == []
    return [OPEN if row["unknown"] else plainly(row["value"]) for row in found]


NUMBERS = {
    "n + 1": [2, None, 0],
    "m - n": [Decimal("1.5"), None, 19],
    "m * m": [Decimal("6.25"), OPEN, 324],
    "m / 8": [Decimal("0.3125"), OPEN, Decimal("2.25")],
    "n / 0": [None, None, None],
    "n ** 3": [1, None, -1],
    "m ** 0": [1, OPEN, 1],
    "-m": [Decimal("-2.5"), OPEN, -18],
    "abs(n)": [1, None, 1],
    "floor(m)": [2, OPEN, 18],
    "ceiling(m)": [3, OPEN, 18],
    "round half up(m, 0)": [3, OPEN, 18],
    "modulo(n, 3)": [1, None, 2],
    "odd(n)": [True, None, True],
    "min(n, m)": [1, OPEN, -1],
    "sum(n, 2, null)": [None, None, None],
    "0.1 + 0.2": [Decimal("0.3")] * 3,
}
TRUTHS = {
    "n = null": [False, True, False],
    "m = null": [False, OPEN, False],
    "n != 1": [False, True, True],
    'n = "1"': [None, False, None],
    "n = d": [None, True, None],
    "n < m": [True, None, True],
    "m < 10": [True, OPEN, False],
    "b and u": [False, OPEN, False],
    "b or u": [True, OPEN, True],
    "b and false": [False, False, False],
    "u or true": [True, True, True],
    "not(u)": [True, OPEN, False],
    "not(b)": [False, None, True],
    "if u then 1 else 2": [2, OPEN, 1],
    "if b then 1 else 2": [1, 2, 2],
    "if b then m else null": [Decimal("2.5"), None, None],
    "n between 0 and 5": [True, None, False],
    "n in (0..5]": [True, None, False],
    "m in (1, > 17)": [False, OPEN, True],
    "n in (1, 2)": [True, False, False],
    'm = 18 and s = ""': [False, False, True],
    "is defined(n)": [True, False, True],
    "is defined(m)": [True, OPEN, True],
    "n instance of number": [True, False, True],
    "m instance of string": [False, OPEN, False],
}
TEXTS = {
    's + "!"': ["ab!", None, "!"],
    "string length(t)": [2, OPEN, 1],
    'contains(s, "")': [True, None, True],
    'starts with(t, "汉")': [True, OPEN, False],
    'ends with(s, "b")': [True, None, False],
    "substring(s, 2)": ["b", None, None],
    "substring(t, -1)": ["x", OPEN, "b"],
    "substring(t, 1, 1)": ["汉", OPEN, "b"],
    "substring(t, 0)": [None, OPEN, None],
    'substring before(s, "b")': ["a", None, ""],
    'substring after(s, "")': ["ab", None, ""],
    't > "z"': [True, OPEN, False],
}
TIMES = {
    'd + @"P1Y"': [date(2025, 2, 28), None, date(2024, 12, 31)],
    'e + @"P1M"': [date(2024, 2, 29), OPEN, date(2000, 4, 1)],
    'd - @"PT30H"': [date(2024, 2, 27), None, date(2023, 12, 29)],
    "e - d": [-29 * DAY, None, -8705 * DAY],
    "d.year": [2024, None, 2023],
    "d.weekday": [4, None, 7],
    "day of week(d)": ["Thursday", None, "Sunday"],
    "month of year(e)": ["January", OPEN, "March"],
    "week of year(d)": [9, None, 52],
    "day of year(d)": [60, None, 365],
    "years and months duration(e, d)": [0, None, 285],
    'k + @"P1Y"': [25, None, -1],
    "k.years": [1, None, -1],
    "p.days": [1, OPEN, -1],
    "p.hours": [12, OPEN, -6],
    "p / 2": [18 * 3_600_000_000, OPEN, -15 * 3_600_000_000],
    'p > @"P1D"': [True, OPEN, False],
    "x.minute": [59, None, 0],
    "date(x)": [date(2024, 2, 29), None, date(2000, 1, 1)],
    'x + @"PT1H" > y': [True, None, True],
    "y - x": [59_999_995, None, -DAY // 2],
    "-k": [-13, None, 13],
    "p * 2": [3 * DAY, OPEN, -5 * DAY // 2],
    "k = p": [None, OPEN, None],
}
LISTS = {
    "count(xs)": [2, 0, 2],
    "sum(xs)": [3, None, None],
    "max(xs)": [2, None, None],
    "sum(cs.a)": [4, None, OPEN],
    "some x in xs satisfies x > 1": [True, False, True],
    "every x in xs satisfies x > 1": [False, True, None],
    "some c in cs satisfies c.f": [True, False, OPEN],
    "every c in cs satisfies c.a < 3": [False, True, OPEN],
    "some v in xs satisfies every w in xs satisfies v >= w": [True, False, None],
    "some v in xs, w in xs satisfies v > w": [True, False, None],
    'count(cs[w = "ab"])': [1, 0, 0],
    "count(cs[f])": [1, 0, OPEN],
    "max(cs[a > n].a)": [3, None, OPEN],
    "list contains(xs, null)": [False, False, True],
    "5 in xs": [False, False, True],
    "m in xs": [False, False, False],
    "sum(for x in xs return x * 2)": [6, None, None],
    "any(cs.f)": [True, False, OPEN],
    "min(cs.w)": [None, None, "b"],
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(text, expected, id=text)
        for group in (NUMBERS, TRUTHS, TEXTS, TIMES, LISTS)
        for text, expected in group.items()
    ],
)
def test_an_expression_has_the_value_that_feel_gives_it(people, text, expected):
    assert answers(people, text) == expected
