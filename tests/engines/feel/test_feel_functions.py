"""Functions: made, named, handed on, calling themselves; and each built-in by its parameters."""

from decimal import Decimal as D

import pytest

from tongban.engines import feel
from tongban.engines.feel import BUILTINS, Scope


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(function(a, b) a - b)(5, 3)", 2),
        ("(function(a, b) a - b)(b: 5, a: 3)", -2),
        ("(function() 5)()", 5),
        ("(function(a: number) a + 1)([4])", 5),
        ("(function(a: list<number>) count(a))(4)", 1),
        ("(function(first name) first name)(7)", 7),
        ("{twice: function(f, x) f(f(x)), r: twice(function(n) n * 3, 2)}.r", 18),
        ("{add: function(a) function(b) a + b, r: add(1)(2)}.r", 3),
        ("[function(a) a + 1, function(a) a + 2][2](1)", 3),
        ("{f: function(a) a}.f(1)", 1),
        ("{factorial: function(n) if n <= 1 then 1 else n * factorial(n - 1)}.factorial(5)", 120),
        ("{fib: function(n) if n < 2 then n else fib(n - 1) + fib(n - 2), r: fib(10)}.r", 55),
        ('{"up to": function(n) if n = 0 then 0 else n + up to(n - 1), r: up to(4)}.r', 10),
        ("{f: 1, g: {f: function(n) if n = 0 then 9 else f(n - 1)}.f(2)}.g", 9),
        ("{n: 2, f: function(a) a * n, n2: f(4)}.n2", 8),
    ],
)
def test_functions_are_values(value, text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "(function(a) a)()",
        "(function(a) a)(1, 2)",
        "(function(a) a)(b: 1)",
        "(function(a, b) a)(a: 1, a: 2)",
        '(function(a: number) a)("x")',
        '(function(a: number) 1)("x")',
        "{f: 1}.f(2)",
        "f(1)",
        "{f: function(n) f(n)}.f(1)",
        "abs(n: 1, n: 2)",
        "abs(n: 1, m: 2)",
        "abs(1, 2)",
        "abs()",
    ],
)
def test_a_wrong_call_is_null(value, text):
    assert value(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[sum, max][1]([1, 2])", 3),
        ("[sum, max][2]([1, 2])", 2),
        ("{f: upper case}.f", None),
        ('{f: upper case, r: f("a")}.r', "A"),
        ("sort([3, 1, 2], before)", [1, 2, 3]),
        ("sort([3, 1, 2], after)", [3, 2, 1]),
        ("(function(f, x) f(x))(floor, 1.5)", 1),
        ("{sum: 5, r: sum}.r", 5),
        ("{sum: function(a) a, r: sum(5)}.r", 5),
        ("{sum: 5, r: sum(1, 2)}.r", 3),
    ],
)
def test_a_built_in_can_be_handed_on(value, text, expected):
    found = value(text)
    assert found == expected or (expected is None and found.parameters == ("string",))


def test_a_name_that_only_begins_like_a_built_in_is_not_known(value):
    assert value("sum total") is None
    _, findings = feel.examine("sum total", Scope({}))
    assert findings[0].reason("en") == "The name “sum total” is not known here."


def test_a_function_that_is_handed_on_is_called_with_what_it_takes(value):
    assert value("sort([2, 1], function(a) a)") is None
    assert value("list replace([2, 1], function(a) true, 0)") is None
    program, _ = feel.examine("sort([2, 1], function(a) a)", Scope({}))
    assert program.explain({}).notes[0].told("en") == "a cannot be called with 2 arguments."
    assert program.explain({}).notes[0].told("zh") == "a 不能用 2 个参数调用。"


# One call of each built-in with the parameter names of the standard's tables.
NAMED = """
not(negand: false) = true
date(from: "2026-01-02") = @"2026-01-02"
date(year: 2026, month: 1, day: 2) = @"2026-01-02"
date and time(from: "2026-01-02T03:04:05") = @"2026-01-02T03:04:05"
date and time(date: @"2026-01-02", time: @"03:04:05") = @"2026-01-02T03:04:05"
time(from: "03:04:05") = @"03:04:05"
time(hour: 3, minute: 4, second: 5, offset: null) = @"03:04:05"
time(hour: 3, minute: 4, second: 5) = @"03:04:05"
time(hour: 3, minute: 4, second: 5, offset: @"PT1H") = @"03:04:05+01:00"
number(from: "1.000,5", grouping separator: ".", decimal separator: ",") = 1000.5
number(from: "1.5") = 1.5
string(from: 1) = "1"
duration(from: "P1D") = @"P1D"
years and months duration(from: @"2025-01-01", to: @"2026-01-01") = @"P1Y"
substring(string: "foobar", start position: 3) = "obar"
substring(string: "foobar", start position: 3, length: 2) = "ob"
string length(string: "foo") = 3
upper case(string: "a") = "A"
lower case(string: "A") = "a"
substring before(string: "foobar", match: "bar") = "foo"
substring after(string: "foobar", match: "foo") = "bar"
replace(input: "abc", pattern: "b", replacement: "x") = "axc"
replace(input: "aBc", pattern: "b", replacement: "x", flags: "i") = "axc"
contains(string: "foobar", match: "ob") = true
starts with(string: "foobar", match: "fo") = true
ends with(string: "foobar", match: "ar") = true
matches(input: "foobar", pattern: "^fo") = true
matches(input: "FOO", pattern: "foo", flags: "i") = true
split(string: "a b", delimiter: " ") = ["a", "b"]
string join(list: ["a", "b"]) = "ab"
string join(list: ["a", "b"], delimiter: "-") = "a-b"
list contains(list: [1, 2], element: 2) = true
count(list: [1, 2]) = 2
min(list: [1, 2]) = 1
max(list: [1, 2]) = 2
sum(list: [1, 2]) = 3
mean(list: [1, 2]) = 1.5
all(list: [true]) = true
any(list: [true]) = true
sublist(list: [1, 2, 3], start position: 2) = [2, 3]
sublist(list: [1, 2, 3], start position: 2, length: 1) = [2]
append(list: [1], item: 2) = [1, 2]
insert before(list: [1], position: 1, newItem: 0) = [0, 1]
remove(list: [1, 2], position: 1) = [2]
list replace(list: [1, 2], position: 1, newItem: 0) = [0, 2]
list replace(list: [1, 2], match: function(item, newItem) item > newItem, newItem: 1) = [1, 1]
reverse(list: [1, 2]) = [2, 1]
index of(list: [1, 2], match: 2) = [2]
distinct values(list: [1, 1]) = [1]
flatten(list: [[1]]) = [1]
product(list: [2, 3]) = 6
median(list: [1, 2, 3]) = 2
stddev(list: [1, 2, 3]) = 1
mode(list: [1, 2, 2]) = [2]
decimal(n: 1.25, scale: 1) = 1.2
floor(n: 1.5) = 1
floor(n: 1.55, scale: 1) = 1.5
ceiling(n: 1.5) = 2
ceiling(n: 1.55, scale: 1) = 1.6
round up(n: 1.21, scale: 1) = 1.3
round down(n: 1.29, scale: 1) = 1.2
round half up(n: 1.25, scale: 1) = 1.3
round half down(n: 1.25, scale: 1) = 1.2
abs(n: -1) = 1
modulo(dividend: 5, divisor: 3) = 2
sqrt(number: 4) = 2
log(number: 1) = 0
exp(number: 0) = 1
odd(number: 1) = true
even(number: 1) = false
is(value1: 1, value2: 1) = true
day of year(date: @"2026-01-02") = 2
day of week(date: @"2026-01-02") = "Friday"
month of year(date: @"2026-01-02") = "January"
week of year(date: @"2026-01-02") = 1
sort(list: [2, 1], precedes: function(x, y) x < y) = [1, 2]
get value(m: {a: 1}, key: "a") = 1
get entries(m: {a: 1}) = [{key: "a", value: 1}]
context(entries: [{key: "a", value: 1}]) = {a: 1}
context put(context: {a: 1}, key: "b", value: 2) = {a: 1, b: 2}
context put(context: {a: {b: 1}}, keys: ["a", "b"], value: 2) = {a: {b: 2}}
context merge(contexts: [{a: 1}, {b: 2}]) = {a: 1, b: 2}
range(from: "[1..2]") = [1..2]
"""


@pytest.mark.parametrize("text", [line for line in NAMED.splitlines() if line])
def test_parameters_have_the_names_of_the_standard(value, text):
    assert value(text) is True


def test_every_built_in_of_the_standard_is_there():
    names = {line.partition("(")[0] for line in NAMED.splitlines() if line}
    relations = {
        *("before", "after", "meets", "met by", "overlaps", "overlaps before", "overlaps after"),
        *("finishes", "finished by", "includes", "during", "starts", "started by", "coincides"),
    }
    ours = {"boolean", "list", "is defined"}
    assert BUILTINS.keys() == names | relations | ours | {"concatenate", "union"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stddev(2, 4, 7, 5)", D("2.081665999466132735282297706979931")),
        ("stddev([1, 1])", D(0)),
        ("stddev([47])", None),
        ("stddev([])", None),
        ("stddev(null)", None),
        ("stddev([1, null])", None),
        ('stddev(["a", "b"])', None),
        ("stddev()", None),
        ("mode(6, 3, 9, 6, 6)", [D(6)]),
        ("mode([6, 1, 9, 6, 1])", [D(1), D(6)]),
        ("mode([1.0, 1, 2])", [D(1)]),
        ("mode([])", []),
        ("mode(null)", None),
        ("mode([1, null])", None),
        ('mode("a")', None),
        ("list replace([1, 2, 3], 2, 4)", [1, 4, 3]),
        ("list replace([1, 2, 3], -1, 4)", [1, 2, 4]),
        ("list replace([1, 2, 3], 3, null)", [1, 2, None]),
        ("list replace([1, 2, 3], 0, 4)", None),
        ("list replace([1, 2, 3], 4, 4)", None),
        ("list replace([1, 2, 3], -4, 4)", None),
        ("list replace([], 1, 4)", None),
        ("list replace(1, 1, 5)", [5]),
        ("list replace(null, 1, 4)", None),
        ("list replace([1], null, 4)", None),
        ('list replace([1], "1", 4)', None),
        ("list replace([1, 5, 9], function(item, newItem) item > newItem, 3)", [1, 3, 3]),
        ("list replace([1, 2], function(item, newItem) false, 3)", [1, 2]),
        ("list replace([1, 2], function(item, newItem) item, 3)", None),
        ("list replace([1, 2], function(item, newItem) null, 3)", None),
        ("list replace([1, 2], function(item) true, 3)", None),
        ("list replace([], function(item, newItem) true, 3)", []),
        ('context put({}, "a", 1)', {"a": 1}),
        ('context put({a: 1}, "a", 2)', {"a": 2}),
        ('context put({a: 1}, "b", null)', {"a": 1, "b": None}),
        ('context put({a: 1}, ["b"], 2)', {"a": 1, "b": 2}),
        ('context put({a: {b: {c: 1}}}, ["a", "b", "c"], 2)', {"a": {"b": {"c": 2}}}),
        ('context put({a: {b: 1}}, ["a", "c"], 2)', {"a": {"b": 1, "c": 2}}),
        ('context put({a: 1}, ["a", "c"], 2)', None),
        ('context put({a: 1}, ["b", "c"], 2)', None),
        ("context put({a: 1}, [], 2)", None),
        ("context put({a: 1}, [null], 2)", None),
        ('context put({a: {}}, ["a", null], 2)', None),
        ('context put({a: 1}, ["a", 1], 2)', None),
        ('context put(null, "a", 2)', None),
        ("context put({a: 1}, null, 2)", None),
        ("context put({a: 1}, 1, 2)", None),
        ('context put(1, "a", 2)', None),
        ('context put([{a: 1}], "a", 2)', {"a": 2}),
        ("context merge([{a: 1}, {a: 2, b: 3}])", {"a": 2, "b": 3}),
        ("context merge([])", {}),
        ("context merge({a: 1})", {"a": 1}),
        ("context merge([{a: 1}, null])", None),
        ("context merge([{a: 1}, 1])", None),
        ('context([{key: "a", value: 1}, {key: "b", value: null}])', {"a": 1, "b": None}),
        ('context({key: "a", value: 1, more: 2})', {"a": 1}),
        ("context([])", {}),
        ("context([null])", None),
        ("context([{}])", None),
        ('context([{key: "a"}])', None),
        ("context([{key: null, value: 1}])", None),
        ("context([{key: 1, value: 1}])", None),
        ('context([{key: "a", value: 1}, {key: "a", value: 1}])', None),
    ],
)
def test_functions_of_lists_and_contexts(value, text, expected):
    assert value(text) == expected


def test_which_form_of_a_function_is_meant_may_be_seen_when_it_runs(value):
    text = "(function(which) list replace([1, 2], which, 0))"
    assert value(f"{text}(2)") == [1, 0]
    assert value(f"{text}(function(item, newItem) item = 1)") == [0, 2]
    assert value(f'{text}("a")') is None
    assert value('(function(key) context put({}, key, 1))(["a"])') == {"a": 1}


def test_the_unknown_is_waited_for(decide):
    decide("""
        a | list replace([1, 2], function(item, newItem) item = a, 0)
        --+----------------------------------------------------------
        1 | [0, 2]
        ? | ? a
    """)


@pytest.mark.parametrize(
    ("text", "reason", "reason_zh"),
    [
        (
            "list replace([1, 2], function(item, newItem) item, 0)",
            "The function given to list replace does not say whether an item matches.",
            "传给 list replace 的函数没有说明某项是否匹配。",
        ),
        (
            'some x in [1, 2] satisfies if x = 2 then true else "no"',
            "What is asked of each item must be true or false, not string.",
            "对每一项提出的条件应为真或假，不能是 string。",
        ),
        (
            '[1, 2][if item = 2 then true else "no"]',
            "What is asked of each item must be true or false, not string.",
            "对每一项提出的条件应为真或假，不能是 string。",
        ),
        (
            'context put({a: 1}, ["b", "c"], 2)',
            "The context has no member “c”.",
            "上下文没有成员“c”。",
        ),
    ],
)
def test_why_there_is_no_value(text, reason, reason_zh):
    program, _ = feel.examine(text, Scope({}))
    (note,) = program.explain({}).notes
    assert (note.told("en"), note.told("zh")) == (reason, reason_zh)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('some x in [1, 2] satisfies "no"', None),
        ('every x in [1, 2] satisfies if x = 1 then true else "no"', None),
        ('every x in [1, 2] satisfies if x = 1 then false else "no"', False),
        ('some x in [1, 2] satisfies if x = 1 then true else "no"', True),
        ('some x in [] satisfies "no"', False),
        ("some x in [1, null] satisfies x > 0", True),
        ("every x in [1, null] satisfies x > 0", None),
        ('[1, 2]["no"]', None),
        ('[]["no"]', []),
        ("[1, null, 3][item > 1]", [3]),
        ("[1, 2][null]", []),
        ("[true, false][item]", [True]),
    ],
)
def test_what_is_asked_of_each_item_is_true_false_or_null(value, text, expected):
    assert value(text) == expected


def test_what_might_have_decided_before_is_waited_for(decide):
    decide("""
        a    | some x in [a, "no"] satisfies x
        -----+--------------------------------
        true | T
        ?    | ? a
    """)


@pytest.mark.parametrize(
    ("text", "written", "has_five"),
    [
        ("[> 5, <= 3]", "[>5, <=3]", False),
        ("[1, >= 5]", "[1, >=5]", True),
        ("[= 5]", "[[5..5]]", True),
        ("[(> 4)]", "[>4]", True),
        ("[[1..2], [3..5)]", "[[1..2], [3..5)]", False),
    ],
)
def test_a_list_may_hold_intervals(value, text, written, has_five):
    assert value(f"string({text})") == written
    assert value(f"5 in {text}") is has_five
