"""What the grammar takes and what it does not: names, literals, comments, commas, precedence."""

from decimal import Decimal as D

import pytest

from tongban.engines import feel
from tongban.engines.feel import FeelError, Scope


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{for sale: 1, r: for sale + 1}.r", 2),
        ("{a-b: 2, r: a-b}.r", 2),
        ("{a-b: 2, r: a - b}.r", 2),
        ("{a+b: 3, r: a+b * 2}.r", 6),
        ("{it's: 1, r: it's}.r", 1),
        ('{"a b": 1, r: a b}.r', 1),
        ('{"a b": 1}.a  b', 1),
        ("{if then: 3, r: if then}.r", 3),
        ("{tax and fee: 5, r: tax and fee > 4}.r", True),
        ("{date of birth: 1, r: date of birth}.r", 1),
        ("{in stock: 1, r: in stock}.r", 1),
        ("{not yet: 1, r: not yet}.r", 1),
        ("{x1: 1, r: x1}.r", 1),
        ("{level 2: 1, r: level 2}.r", 1),
        ("{日期: 1, r: 日期 + 1}.r", 2),
        ("{🐎: 1, r: 🐎}.r", 1),
        ("{count: 2, r: count}.r", 2),
        ("{string length: 2, r: string length}.r", 2),
        ("{_a: 1, r: _a}.r", 1),
    ],
)
def test_names_may_hold_spaces_signs_and_keywords(value, text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 2 - 3", 5),
        ("2 * 3 ** 2", 18),
        ("2 * -3", -6),
        ("1--1", 2),
        ("--1", 1),
        ("-(1 + 2)", -3),
        ("8 / 4 / 2", 1),
        ("1 < 2 and 2 < 3", True),
        ("false and true or true", True),
        ("true or true and false", True),
        ("1 + 1 = 2", True),
        ("1 in [1..2] and true", True),
        ("2 between 1 and 3 and false", False),
        ("if false then 1 else if true then 2 else 3", 2),
        ("if true then 1 else 2 + 10", 1),
        ("[1, 2, 3][2] + 1", 3),
        ("{a: {b: [1, 2]}}.a.b[2]", 2),
        ("-[1, 2][2]", -2),
        ("(for x in [1, 2] return x)[2]", 2),
        ("sum(for x in [1, 2] return x + 1)", 5),
    ],
)
def test_operators_bind_in_the_order_of_the_grammar(value, text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".5", D("0.5")),
        ("007", D(7)),
        ("1e3", D(1000)),
        ("1E+3", D(1000)),
        ("1.5e-2", D("0.015")),
        (r'"\u00e9"', "é"),
        (r'"\U01F40E"', "🐎"),
        (r'"\uD83D\uDC0E"', "🐎"),
        (r'"\ud83d\udc0e"', "🐎"),
        (r'"a\"b\\c\'d"', "a\"b\\c'd"),
        (r'"\n\r\t"', "\n\r\t"),
        (r'"\x"', r"\x"),
        ('"a\nb"', "a\nb"),
        ('"// no comment"', "// no comment"),
        ("1 // one\n + 1", D(2)),
        ("1 /* one\n */ + 1", D(2)),
        ("/**/ 1", D(1)),
        ("// first\n/* second */ 1 //", D(1)),
        ("\t1\r\n+\u00a01", D(2)),
        ("[]", []),
        ("{}", {}),
        ("[ [ ], { } ]", [[], {}]),
    ],
)
def test_literals_and_comments(value, text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("[1, 2,]", 8, "an expression is expected here, not the end."),
        ("[1,]", 5, "an expression is expected here, not the end."),
        ("[,]", 2, "an expression is expected here, not “,”."),
        ("{a: 1,}", 7, "a name is expected here, not “}”."),
        ("sum(1,)", 7, "an expression is expected here, not “)”."),
        ("(function(a,) a)(1)", 13, "a name is expected here, not “)”."),
        ("1 in (1,)", 9, "an expression is expected here, not “)”."),
        ("{a 1}", 5, "“:” is expected here, not “}”."),
        ("(1, 2)", 3, "“)” is expected here, not “,”."),
        ("if true then 1", 15, "“else” is expected here, not the end."),
        ("if true 1 else 2", 9, "“then” is expected here, not “1”."),
        ("for x in [1] x", 14, "“,” / “return” is expected here, not “x”."),
        ("some x in [1] x", 15, "“,” / “satisfies” is expected here, not “x”."),
        ("for in [1] return 1", 5, "a name is expected here, not “in”."),
        ("1 +", 4, "an expression is expected here, not the end."),
        ("+1", 1, "an expression is expected here, not “+”."),
        ("1 between 2", 12, "“and” is expected here, not the end."),
        ("5.", 3, "a name is expected here, not the end."),
        ("1_000", 2, "an operator or the end is expected here, not “_000”."),
        ("1;", 2, "The character “;” has no place in an expression."),
        ('"open', 1, 'What begins with " is not closed.'),
        ("1 /* open", 3, "What begins with /* is not closed."),
        ("'a'", 1, "an expression is expected here, not “'”."),
        ('{a: 1}."a"', 8, 'a name is expected here, not “"a"”.'),
    ],
)
def test_what_the_grammar_does_not_allow_is_refused_at_its_place(text, column, reason):
    with pytest.raises(FeelError) as caught:
        feel.examine(text, Scope({}))
    told = caught.value.reason("en")
    assert (caught.value.column, told[0].lower() + told[1:]) == (
        column,
        reason[0].lower() + reason[1:],
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[{a: 1}, {a: 2}].a", [1, 2]),
        ("[{a: 1}, {b: 2}].a", [1, None]),
        ("[{a: {b: 1}}, {a: {b: 2}}].a.b", [1, 2]),
        ("[{a: [1]}, {a: [2, 3]}].a", [[1], [2, 3]]),
        ("[].a", []),
        ("null.a", None),
        ("{a: 1}.b", None),
        ("1.5.a", None),
        ('"x".a', None),
        ("[1].a", [None]),
        ("1[1]", 1),
        ("1[-1]", 1),
        ("1[2]", None),
        ("1[item = 1]", [1]),
        ("1[item = 2]", []),
        ("{a: 1}[a = 1].a", [1]),
        ("null[1]", None),
        ("null[true]", None),
        ("[1, 2, 3][-3]", 1),
        ("[1, 2, 3][-4]", None),
        ("[1, 2, 3][0]", None),
        ("[1, 2, 3][1.9]", 1),
        ("[[1, 2], [3]][1][2]", 2),
        ("[1, 2, 3][item >= 2][1]", 2),
        ("[{a: 1, b: 2}, {a: 3, b: 4}][a > 1].b", [4]),
        ("[{a: null}, {a: 3}][a > 1].a", [3]),
        ("[{item: 5}, {item: 6}][item > 5].item", [6]),
        ("[[1, 2], [4, 5]][item[1] = 4]", [[4, 5]]),
        ("{limit: 2, r: [1, 2, 3][item > limit]}.r", [3]),
    ],
)
def test_paths_and_filters_treat_a_value_as_a_list_of_one(value, text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"10:30:00@Etc/UTC"', "10:30:00@Etc/UTC"),
        ('@"2026-01-01T10:30:00@Etc/UTC"', "2026-01-01T10:30:00@Etc/UTC"),
        ('@"PT1H"', "PT1H"),
        ('@"-P1M"', "-P1M"),
        ('@"2026-01-01"', "2026-01-01"),
        ('@"10:30:00"', "10:30:00"),
        ('@"tomorrow"', None),
        ('@""', None),
        ('@"T10:30:00"', None),
        ('@"2026-01-01T"', None),
    ],
)
def test_what_stands_behind_the_at_sign_says_its_kind(value, text, expected):
    assert value(f"string({text})") == expected
