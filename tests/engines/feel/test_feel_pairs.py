"""Every operator on every pair of kinds: what the standard does not define is null."""

from itertools import product

import pytest

from tongban.engines import feel
from tongban.engines.feel import ANY, FeelError, Scope
from tongban.engines.feel.types import type_of
from tongban.engines.feel.values import Function, kind

VALUES = {
    "number": "6",
    "string": '"a"',
    "boolean": "true",
    "date": '@"2026-03-01"',
    "time": '@"10:00:00Z"',
    "date and time": '@"2026-03-01T10:00:00Z"',
    "days and time duration": '@"P1D"',
    "years and months duration": '@"P1Y"',
    "list": "[1, 2]",
    "context": "{a: 1}",
    "range": "[1..3]",
    "function": "(function(a) a)",
}
SPAN, MONTHS = "days and time duration", "years and months duration"
DEFINED = {
    "+": {
        ("number", "number"): "12",
        ("string", "string"): '"aa"',
        (SPAN, SPAN): '@"P2D"',
        (MONTHS, MONTHS): '@"P2Y"',
        ("date", SPAN): '@"2026-03-02"',
        (SPAN, "date"): '@"2026-03-02"',
        ("date", MONTHS): '@"2027-03-01"',
        (MONTHS, "date"): '@"2027-03-01"',
        ("date and time", SPAN): '@"2026-03-02T10:00:00Z"',
        (SPAN, "date and time"): '@"2026-03-02T10:00:00Z"',
        ("date and time", MONTHS): '@"2027-03-01T10:00:00Z"',
        (MONTHS, "date and time"): '@"2027-03-01T10:00:00Z"',
        ("time", SPAN): '@"10:00:00Z"',
        (SPAN, "time"): '@"10:00:00Z"',
    },
    "-": {
        ("number", "number"): "0",
        (SPAN, SPAN): '@"PT0S"',
        (MONTHS, MONTHS): '@"P0M"',
        ("date", SPAN): '@"2026-02-28"',
        ("date", MONTHS): '@"2025-03-01"',
        ("date", "date"): '@"PT0S"',
        ("date", "date and time"): '@"-PT10H"',
        ("date and time", "date"): '@"PT10H"',
        ("date and time", SPAN): '@"2026-02-28T10:00:00Z"',
        ("date and time", MONTHS): '@"2025-03-01T10:00:00Z"',
        ("date and time", "date and time"): '@"PT0S"',
        ("time", SPAN): '@"10:00:00Z"',
        ("time", "time"): '@"PT0S"',
    },
    "*": {
        ("number", "number"): "36",
        ("number", SPAN): '@"P6D"',
        (SPAN, "number"): '@"P6D"',
        ("number", MONTHS): '@"P6Y"',
        (MONTHS, "number"): '@"P6Y"',
    },
    "/": {
        ("number", "number"): "1",
        (SPAN, "number"): '@"PT4H"',
        (MONTHS, "number"): '@"P2M"',
        (SPAN, SPAN): "1",
        (MONTHS, MONTHS): "1",
    },
    "**": {("number", "number"): "46656"},
}
ORDERED = [*("number", "string", "date", "time", "date and time"), SPAN, MONTHS]
PAIRS = list(product(VALUES, VALUES))


@pytest.mark.parametrize("sign", DEFINED)
def test_arithmetic_has_exactly_the_results_of_the_standard(value, sign):
    for left, right in PAIRS:
        found = value(f"{VALUES[left]} {sign} {VALUES[right]}")
        expected = DEFINED[sign].get((left, right))
        assert found == (expected and value(expected)), (left, sign, right)


@pytest.mark.parametrize("sign", DEFINED)
def test_what_is_known_of_the_result_is_what_comes_out(sign):
    for (left, right), text in DEFINED[sign].items():
        program = feel.compile(f"{VALUES[left]} {sign} {VALUES[right]}", Scope({}))
        assert str(program.type) == kind(feel.compile(text, Scope({}))({}))


@pytest.mark.parametrize("sign", DEFINED)
def test_a_result_that_can_never_be_is_refused_when_it_is_written(sign):
    for left, right in PAIRS:
        text = f"{VALUES[left]} {sign} {VALUES[right]}"
        if (left, right) in DEFINED[sign]:
            feel.compile(text, Scope({}))
            continue
        with pytest.raises(FeelError) as caught:
            feel.compile(text, Scope({}))
        types = [str(feel.compile(VALUES[side], Scope({})).type) for side in (left, right)]
        told = f"“{sign}” never has a value for {types[0]} and {types[1]}."
        assert caught.value.reason("en") == told


@pytest.mark.parametrize("sign", DEFINED)
def test_null_on_either_side_makes_the_result_null(value, sign):
    for text in VALUES.values():
        assert value(f"{text} {sign} null") is None
        assert value(f"null {sign} {text}") is None


@pytest.mark.parametrize(
    ("sign", "holds"), [("<", False), ("<=", True), (">", False), (">=", True)]
)
def test_only_two_of_one_ordered_kind_can_be_compared(value, sign, holds):
    for left, right in PAIRS:
        expected = holds if left == right and left in ORDERED else None
        assert value(f"{VALUES[left]} {sign} {VALUES[right]}") is expected, (left, sign, right)


@pytest.mark.parametrize(("sign", "holds"), [("=", True), ("!=", False)])
def test_two_of_one_kind_are_equal_or_not_and_two_kinds_are_neither(value, sign, holds):
    for left, right in PAIRS:
        if "function" in (left, right):
            continue  # nothing is said of functions
        expected = holds if left == right else None
        assert value(f"{VALUES[left]} {sign} {VALUES[right]}") is expected, (left, sign, right)


def test_everything_is_unequal_to_null(value):
    for text in VALUES.values():
        assert value(f"{text} = null") is False
        assert value(f"null != {text}") is True


def test_two_values_are_the_same_where_kind_and_value_are(value):
    for left, right in PAIRS:
        if "function" not in (left, right):
            assert value(f"is({VALUES[left]}, {VALUES[right]})") is (left == right)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is(null, null)", True),
        ("is(1, null)", False),
        ("is(1, 2)", False),
        ("is(1.0, 1.00)", True),
        ('is(@"10:00:00Z", @"10:00:00+00:00")', True),
        ('is(@"10:00:00Z", @"18:00:00+08:00")', False),
        ('is(@"10:00:00Z", @"10:00:00")', False),
        ('is(@"2026-01-01T10:00:00Z", @"2026-01-01T18:00:00+08:00")', False),
        ('is(@"2026-01-01T10:00:00+08:00", @"2026-01-01T10:00:00@Asia/Shanghai")', False),
        ("is([1, [2]], [1, [2]])", True),
        ("is([1], [1, 1])", False),
        ('is([@"10:00:00Z"], [@"18:00:00+08:00"])', False),
        ("is({a: 1, b: 2}, {b: 2, a: 1})", True),
        ("is({a: 1}, {b: 1})", False),
        ("is({a: 1}, {a: 2})", False),
        ("is([1..2], [1..2])", True),
        ("is([1..2], [1..2))", False),
        ("is(value1: 1, value2: 1)", True),
        ("is(1)", None),
        ("is(1, 1, 1)", None),
        ("is(value1: 1, other: 1)", None),
    ],
)
def test_is_asks_for_one_and_the_same_value(value, text, expected):
    assert value(text) is expected


def test_is_waits_for_what_is_unknown(decide):
    decide("""
        a | is([a], [1])
        --+-------------
        1 | T
        2 | F
        ? | ? a
    """)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"10:30:00@Europe/Paris" = @"10:30:00"', False),
        ('@"10:30:00" = @"10:30:00@Europe/Paris"', False),
        ('@"10:30:00@Europe/Paris" = @"10:30:00@Europe/Paris"', True),
        ('@"10:30:00@Europe/Paris" = @"10:30:00Z"', False),
        ('@"10:30:00@Etc/UTC" = @"10:30:00Z"', True),
        ('@"10:30:00Z" = @"10:30:00"', False),
        ('@"10:30:00@Europe/Paris" < @"10:30:00"', None),
        ('@"10:30:00@Europe/Paris" < @"11:30:00@Europe/Paris"', True),
        ('@"10:30:00Z" < @"10:30:00@Europe/Paris"', None),
    ],
)
def test_a_time_of_a_zone_is_no_local_time(value, text, expected):
    assert value(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 ** 0", 1),
        ("5 ** 0", 1),
        ("0 ** 2", 0),
        ("0 ** -1", None),
        ("(-2) ** 3", -8),
        ("(-8) ** 0.5", None),
        ("2 ** -2 * 4", 1),
        ("-2 ** 2", 4),
        ("2 ** 3 ** 2", 64),
    ],
)
def test_powers(value, text, expected):
    assert value(text) == expected


@pytest.mark.parametrize("operand", VALUES)
def test_minus_turns_numbers_and_durations_round(value, operand):
    turned = {"number": "-6", SPAN: '@"-P1D"', MONTHS: '@"-P1Y"'}.get(operand)
    assert value(f"-{VALUES[operand]}") == (turned and value(turned))


INSTANCES = {
    **{name: name for name in VALUES if name not in ("list", "context", "range", "function")},
    "list": "list<number>",
    "context": "context<a: number>",
    "range": "range<number>",
    "function": "function<Any> -> Any",
}


@pytest.mark.parametrize("asked", INSTANCES)
def test_a_value_is_an_instance_of_its_own_type_alone(value, asked):
    for name, text in VALUES.items():
        assert value(f"{text} instance of {INSTANCES[asked]}") is (name == asked), name
        assert value(f"{text} instance of Any") is True
        assert value(f"{text} instance of Null") is False
    assert value(f"null instance of {INSTANCES[asked]}") is False


@pytest.mark.parametrize("name", ["list", "context", "range", "function"])
def test_a_composed_type_may_be_named_without_its_parts(value, name):
    for other, text in VALUES.items():
        assert value(f"{text} instance of {name}") is (name == other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[] instance of list<string>", True),
        ("[1, null] instance of list<number>", True),
        ('[1, "a"] instance of list<number>', False),
        ("[[1]] instance of list<list<number>>", True),
        ("[1] instance of list<Any>", True),
        ("{a: 1, b: 2} instance of context<a: number>", True),
        ("{a: null} instance of context<a: number>", True),
        ("{b: 1} instance of context<a: number>", False),
        ("{} instance of context<>", True),
        ('["a".."b"] instance of range<string>', True),
        ('["a".."b"] instance of range<number>', False),
        ("(< 5) instance of range<number>", True),
        ("(function(a: number) a) instance of function<number> -> number", True),
        ("(function(a: number) a) instance of function<number> -> string", False),
        ("(function(a: string) 1) instance of function<number> -> number", False),
        ("(function(a) 1) instance of function<number> -> number", True),
        ("(function(a: number) a) instance of function<number> -> Any", True),
        ("(function() 1) instance of function<number> -> number", False),
        ("(function() [1]) instance of function<> -> list<number>", True),
        ("(function() [1]) instance of function<> -> list<string>", False),
        ("(function() {a: 1, b: 2}) instance of function<> -> context<a: number>", True),
        ("(function() {a: 1}) instance of function<> -> context<b: number>", False),
        ("(function() [1..2]) instance of function<> -> range<number>", True),
        ("(function() [1..2]) instance of function<> -> range<Any>", True),
        ("(function() [1..2]) instance of function<> -> list<number>", False),
        ("(function() function() 1) instance of function<> -> function", True),
        ("(function() function() 1) instance of function<> -> function<> -> string", False),
        ("sum instance of function<list<number>> -> number", True),
        ("abs instance of function<number> -> Any", True),
        ("upper case instance of function<string> -> number", False),
    ],
)
def test_composed_types_are_compared_part_by_part(value, text, expected):
    assert value(text) is expected


def test_of_a_function_that_nothing_is_known_of_the_parameters_are_counted(value):
    given = Function(("a", "b"), lambda caller, arguments: None)
    assert value("given instance of function<number, number> -> number", given=given) is True
    assert value("given instance of function<number> -> number", given=given) is False
    assert value("given instance of number", given=given) is False


def test_the_type_of_a_constant_is_that_of_its_value():
    for text in VALUES.values():
        program = feel.compile(text, Scope({}))
        if kind(program({})) != "function":
            assert type_of(program({})) == program.type != ANY
