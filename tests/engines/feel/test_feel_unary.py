"""Unary tests: what stands in the cells of a decision table."""

from decimal import Decimal as D

import pytest

from tongban.engines import feel
from tongban.engines.feel import ANY, BOOLEAN, NUMBER, STRING, ListOf, RangeOf, Scope, Unknown

SCOPE = Scope({"limit": NUMBER, "names": ListOf(STRING), "flag": BOOLEAN, "anything": ANY})


def passes(text, value, type_=NUMBER, **given):
    return feel.compile_unary(text, SCOPE, type_)({"?": value, **given})


@pytest.mark.parametrize(
    ("text", "accepted", "refused"),
    [
        ("-", [1, 2], []),
        ("5", [5], [4]),
        ("< 5", [4], [5]),
        ("<= 5", [5], [6]),
        ("> 5", [6], [5]),
        (">= 5", [5], [4]),
        ("= 5", [5], [6]),
        ("!= 5", [6], [5]),
        ("1, 3, > 7", [1, 3, 8], [2, 7]),
        ("[1..3]", [1, 3], [0, 4]),
        ("(1..3)", [2], [1, 3]),
        ("]1..3[", [2], [1, 3]),
        ("not(1, 2)", [3], [1, 2]),
        ("not(< 5)", [5], [4]),
        ("not([1..3])", [4], [2]),
        ("? > 5 and ? < 9", [6], [5, 9]),
        ("not(? = 5) or ? = 5", [5, 6], []),
        ("-5", [-5], [5]),
        ("10 / 2", [5], [4]),
        ("modulo(?, 2) = 0", [4], [5]),
        ("(< 5)", [4], [5]),
        ("(< 5), [7..8]", [4, 7], [5]),
    ],
)
def test_tests_on_numbers(text, accepted, refused):
    assert [passes(text, D(value)) for value in accepted] == [True] * len(accepted)
    assert [passes(text, D(value)) for value in refused] == [False] * len(refused)


def test_tests_read_other_names_too():
    assert passes("> limit", D(5), limit=D(4)) is True
    assert passes("? in names", "a", STRING, names=["a", "b"]) is True
    assert passes("names", "c", STRING, names=["a", "b"]) is False
    assert passes("flag", D(5), flag=True) is True
    assert passes("[limit..9]", D(5), limit=D(6)) is False


def test_a_boolean_cell_on_a_boolean_input_compares():
    assert passes("true", True, BOOLEAN) is True
    assert passes("false", True, BOOLEAN) is False
    assert passes("flag", False, BOOLEAN, flag=False) is True


def test_what_only_the_run_shows():
    assert passes("anything", D(5), anything=D(5)) is True
    assert passes("anything", D(5), anything=[D(4), D(5)]) is True
    assert passes("anything", D(5), anything=True) is True
    assert passes("anything", True, anything=True) is True
    assert passes("anything", True, anything=False) is False
    assert passes("anything", "a", STRING, anything=D(5)) is False
    assert passes("anything", D(5), RangeOf(NUMBER), anything=D(5)) is True


def test_null_and_unknown():
    unknown = Unknown(frozenset({"x"}))
    assert passes("> 5", None) is None
    assert passes("null", None) is True
    assert passes("null", D(5)) is False
    assert passes("-", unknown) is True
    assert passes("> 5", unknown) == unknown
    assert passes("> limit", D(5), limit=unknown) == unknown
    assert passes("5, > limit", D(5), limit=unknown) is True
    assert passes("anything", unknown, anything=True) == unknown


def test_a_name_that_is_not_handed_in_is_unknown():
    assert feel.compile_unary("> limit", SCOPE, NUMBER)({}) == Unknown(frozenset({"?", "limit"}))


def test_a_program_of_tests_reads_the_tested_value():
    assert feel.compile_unary("> limit", SCOPE, NUMBER).reads == {"?", "limit"}


def test_a_list_is_tested_as_a_whole_or_as_a_member():
    numbers = ListOf(NUMBER)
    assert passes("[1, 2]", [D(1), D(2)], numbers) is True
    assert passes("[1, 2]", [D(2), D(1)], numbers) is False
    assert passes("list contains(?, 2)", [D(2), D(1)], numbers) is True
