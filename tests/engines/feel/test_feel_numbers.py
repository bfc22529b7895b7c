"""Numbers have 34 decimal digits; what cannot be computed is null."""

from decimal import Decimal as D

import pytest


def test_arithmetic_is_decimal(decide):
    decide("""
        a   | b   | a + b
        ----+-----+------
        0.1 | 0.2 | 0.3
        1   |     |
        1   | ?   | ? b
            | ?   |
    """)
    decide("""
        a  | b | a / b
        ---+---+------
        10 | 4 | 2.5
        10 | 0 |
    """)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("2 * 3 ** 2", "18"),
        ("2 ** 3 ** 2", "64"),
        ("-2 ** 2", "4"),
        ("--2", "2"),
        ("10 - 4 - 3", "3"),
        ("1 / 3", "0.3333333333333333333333333333333333"),
        (".5 + 1e2", "100.5"),
        ("5 ** -1", "0.2"),
        ("1.20 + 1", "2.20"),
    ],
)
def test_operators_bind_as_written(value, text, expected):
    assert str(value(text)) == expected


def test_the_result_must_be_computable(value):
    assert value("10 ** 9999") is None
    assert value("0 ** -1") is None
    assert value("a * b", a=D("1e6000"), b=D("1e6000")) is None


def test_other_kinds_have_no_arithmetic(value):
    assert value("a + b", a="1", b=1) is None
    assert value("a - b", a="a", b="b") is None
    assert value("-a", a="a") is None
    assert value("-a", a=5) == D(-5)


def test_minus_of_null_and_of_the_unknown(decide):
    decide("""
        a | -a
        --+---
        5 | -5
          |
        ? | ? a
    """)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("floor(1.5)", "1"),
        ("floor(-1.5)", "-2"),
        ("floor(1.56, 1)", "1.5"),
        ("ceiling(1.2)", "2"),
        ("ceiling(-0.3)", "0"),
        ("decimal(2.5, 0)", "2"),
        ("decimal(1/3, 2)", "0.33"),
        ("round up(1.21, 1)", "1.3"),
        ("round down(1.29, 1)", "1.2"),
        ("round half up(2.5, 0)", "3"),
        ("round half down(2.5, 0)", "2"),
        ("round half up(12345, -2)", "1.23E+4"),
        ("round half up(1e33, 5)", "1E+33"),
        ("abs(-1.5)", "1.5"),
        ("modulo(12, 5)", "2"),
        ("modulo(-12, 5)", "3"),
        ("modulo(12, -5)", "-3"),
        ("modulo(10.1, 4.5)", "1.1"),
        ("sqrt(16)", "4"),
        ("exp(0)", "1"),
        ("log(1)", "0"),
        ('number("1 000,5", " ", ",")', "1000.5"),
        ('number("1,000.5", ",", ".")', "1000.5"),
        ('number("12", null, null)', "12"),
        ('number("-1e2")', "-1E+2"),
        ("sum(1, 2, 3)", "6"),
        ("sum([1, 2, 3])", "6"),
        ("product(2, 3, 4)", "24"),
        ("mean(1, 2, 6)", "3"),
        ("median(8, 2, 5)", "5"),
        ("median(1, 2, 3, 4)", "2.5"),
        ("min(3, 1, 2)", "1"),
        ("max([3, 1, 2])", "3"),
        ("count([1, null, 2])", "3"),
    ],
)
def test_functions_of_numbers(value, text, expected):
    assert str(value(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "floor(1, 99999)",
        "modulo(1, 0)",
        "sqrt(-1)",
        "log(0)",
        "exp(99999999)",
        'number("12a")',
        'number("1e99999")',
        'number("1,000", ",", ",")',
        'abs("a")',
        "sum([])",
        "sum([1, null])",
        "sum([9e6144, 9e6144])",
        "mean([])",
        "median([])",
        "min([])",
        'min(1, "a")',
        "max([true, false])",
        "max([1, null])",
        'sum([1, "a"])',
        "floor(null)",
    ],
)
def test_no_result_is_null(value, text):
    assert value(text) is None


def test_odd_and_even(value):
    assert value("odd(5)") is True
    assert value("odd(-5)") is True
    assert value("even(5)") is False
    assert value("even(-2)") is True


def test_durations_have_an_absolute_too(value):
    assert value('abs(@"-P2M") = @"P2M"') is True
    assert value('abs(@"P2M") = @"P2M"') is True
    assert value('abs(@"-P2D") = @"P2D"') is True


def test_a_list_of_one_is_its_only_item(value):
    assert value("floor([1.5])") == D(1)


def test_python_integers_are_numbers(value):
    assert value("floor(a) + a", a=2) == D(4)
    assert value("a = b", a=2, b=D("2.0")) is True


def test_what_is_no_number_is_null_and_nothing_is_raised(value):
    assert value("a < 5", a=D("NaN")) is None
    assert value("a + 5", a=1.5) is None


def test_a_sum_is_unknown_with_one_of_its_parts(decide):
    decide("""
        a | b | sum(a, b)
        --+---+----------
        1 | 2 | 3
        1 | ? | ? b
        1 |   |
    """)


def test_a_list_is_counted_even_where_its_items_are_unknown(decide):
    decide("""
        a | count([1, a])
        --+--------------
        ? | 2
    """)
    decide("""
        list | count(list)
        -----+------------
        ?    | ? list
        5    | 1
    """)
