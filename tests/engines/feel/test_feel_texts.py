"""Texts: positions count characters from 1, or from the end."""

from decimal import Decimal as D

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"foo" + "bar"', "foobar"),
        ('upper case("aé")', "AÉ"),
        ('lower case("AÉ")', "aé"),
        ('substring("foobar", 3)', "obar"),
        ('substring("foobar", 3, 2)', "ob"),
        ('substring("foobar", -3, 2)', "ba"),
        ('substring("云泽市居住证", 4)', "居住证"),
        ('substring before("foobar", "b")', "foo"),
        ('substring before("foobar", "x")', ""),
        ('substring before("foobar", "")', ""),
        ('substring after("foobar", "o")', "obar"),
        ('substring after("foobar", "x")', ""),
        ('substring after("foobar", "")', "foobar"),
        ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', "[1=ab][2=]cd"),
        (r'replace("a.b", "\.", "\$")', "a$b"),
        (r'replace("a.b", "\.", "\\\\")', r"a\b"),
        ('replace("aBc", "b", "x", "i")', "axc"),
        ('string join(["a", null, "b"], "-")', "a-b"),
        ('string join(["a", "b"])', "ab"),
        ('string join("a", "-")', "a"),
        ("string(1.50)", "1.50"),
        ("string(1e3)", "1000"),
        ("string(true)", "true"),
        ('string("a")', "a"),
        (r'string([1, "a\"b", {a: null, b: [true]}])', r'[1, "a\"b", {a: null, b: [true]}]'),
        ('string(@"2026-09-23")', "2026-09-23"),
        ("string([1..5))", "[1..5)"),
        ("string((1..5])", "(1..5]"),
        ("string((< 5))", "<5"),
        ("string((>= 5))", ">=5"),
        ("string((> 5))", ">5"),
        ("string((<= 5))", "<=5"),
        ("string(function(a, b) a)", "function(a, b)"),
        (r'"\u4e91\U006CFD\n\t\"\\"', '云泽\n\t"\\'),
        (r'"\d"', r"\d"),
        (r'"\U110000"', r"\U110000"),
        (r'"\ud83d\udc0e"', "🐎"),
    ],
)
def test_functions_of_texts(value, text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('contains("foobar", "of")', False),
        ('contains("foobar", "ob")', True),
        ('starts with("foobar", "fo")', True),
        ('ends with("foobar", "r")', True),
        ('matches("foobar", "^fo*b")', True),
        ('matches("FOO", "foo")', False),
        ('matches("FOO", "foo", "i")', True),
        ('matches("foo", "foo", null)', True),
        (r'matches("329900199001011234", "^\d{17}[\dX]$")', True),
    ],
)
def test_tests_of_texts(value, text, expected):
    assert value(text) is expected


def test_split_takes_a_pattern(value):
    assert value(r'split("a, b,c", ",\s*")') == ["a", "b", "c"]


def test_length_counts_characters(value):
    assert value('string length("🐎云")') == D(2)


@pytest.mark.parametrize(
    "text",
    [
        'substring("foobar", 0)',
        'substring("foobar", 9)',
        'substring("foobar", 1, 0)',
        'matches("a", "[")',
        'split("abc", "x*")',
        r'matches("a", "\A")',
        'replace("a", "b*", "x")',
        r'replace("a", "(a)", "\x")',
        'contains(null, "a")',
        "string length(1)",
        'string join([1, 2], "-")',
    ],
)
def test_no_result_is_null(value, text):
    assert value(text) is None


def test_a_pattern_has_a_length_limit(value):
    assert value("matches(a, b)", a="a", b="a" * 501) is None


def test_a_text_cannot_grow_without_limit(value):
    assert value("a + a", a="x" * 600_000) is None
    assert value('string join([a, a], "")', a="x" * 600_000) is None


def test_texts_are_ordered_by_their_characters(decide):
    decide("""
        a   | a < "b"
        ----+--------
        "a" | T
        "b" | F
        ?   | ? a
    """)


def test_a_function_is_unknown_with_its_argument_and_null_with_null(decide):
    decide("""
        a   | b   | contains(a, b)
        ----+-----+---------------
        "x" | ?   | ? b
        ?   |     |
        ?   | ?   | ? a, b
    """)


def test_conversions(value):
    assert value('boolean("TRUE")') is True
    assert value("boolean(false)") is False
    assert value('boolean("yes")') is None
    assert value("list(1)") == [D(1)]
    assert value("list([1])") == [D(1)]


def test_an_unknown_part_makes_the_text_unknown(decide):
    decide("""
        a | string([1, a])
        --+---------------
        2 | "[1, 2]"
        ? | ? a
    """)
