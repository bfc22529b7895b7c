"""Lists, contexts, loops and filters."""

from decimal import Decimal as D

import pytest

from tongban.engines import feel
from tongban.engines.feel import NUMBER, ContextOf, ListOf, Range, Scope, Unknown, frames


def numbers(*values):
    return [None if value is None else D(value) for value in values]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1, 2, 3][1]", D(1)),
        ("[1, 2, 3][-1]", D(3)),
        ("[1, 2, 3][4]", None),
        ("[1, 2, 3][0]", None),
        ("[1, 2, 3][null]", []),
        ("[1, 2, 3][item > 1]", numbers(2, 3)),
        ("[1, 2, 3][true]", numbers(1, 2, 3)),
        ("[1, 2, 3][x]", numbers(1, 2, 3)[:0]),
        ("5[1]", D(5)),
        ("5[item > 4]", numbers(5)),
        ("null[1]", None),
        ("[{a: 1}, {a: 2}][a > 1]", [{"a": D(2)}]),
        ("[{a: 1}, {a: 2}][item.a > 1]", [{"a": D(2)}]),
        ("[{a: 1}, {a: null}][a > 0]", [{"a": D(1)}]),
        ("[{item: 1}, {item: 2}][item > 1]", [{"item": D(2)}]),
        ("[{a: 1}, {a: 2}].a", numbers(1, 2)),
        ("[{a: 1}, {b: 2}].a", numbers(1, None)),
        ("append([1], 2, 3)", numbers(1, 2, 3)),
        ("append([1], [2])", [D(1), numbers(2)]),
        ("concatenate([1], [2, 3], 4)", numbers(1, 2, 3, 4)),
        ("union([1, 2], [2, 3])", numbers(1, 2, 3)),
        ("distinct values([1, 2, 1, null, null])", numbers(1, 2, None)),
        ("flatten([1, [2, [3]]])", numbers(1, 2, 3)),
        ("concatenate([1], null)", None),
        ("union([1], null)", None),
        ("reverse([1, 2, 3])", numbers(3, 2, 1)),
        ("index of([1, 2, 1, null], 1)", numbers(1, 3)),
        ("index of([1, null], null)", numbers(2)),
        ("sublist([1, 2, 3], 2)", numbers(2, 3)),
        ("sublist([1, 2, 3], -2, 1)", numbers(2)),
        ("insert before([1, 3], 2, 2)", numbers(1, 2, 3)),
        ("remove([1, 2, 3], 2)", numbers(1, 3)),
        ("sort([3, 1, 2], function(x, y) x < y)", numbers(1, 2, 3)),
        ("sort([3, 1, 3], function(x, y) x > y)", numbers(3, 3, 1)),
        ("sublist([1], 2)", None),
        ("sublist([1, 2], 1, 3)", None),
        ("remove([1], 0)", None),
        ('sort([1, 2], function(x, y) "no")', None),
    ],
)
def test_lists(value, text, expected):
    assert value(text) == expected


def test_list_contains(decide):
    decide("""
        a | b | list contains([1, a], b)
        --+---+-------------------------
        2 | 1 | T
        2 | 3 | F
          |   | T
        ? | 1 | T
        ? | 3 | ? a
        ? | ? | ? a, b
    """)
    decide("""
        list | list contains(list, 1)
        -----+-----------------------
        ?    | ? list
    """)
    decide("""
        a   | list contains([[1], "x"], a)
        ----+-----------------------------
        "x" | T
        1   | F
    """)


def test_lists_keep_unknown_items_until_they_matter(decide):
    decide("""
        a | append([1], a)[1]
        --+------------------
        ? | 1
    """)
    decide("""
        a | [1, 2, 3][item > a]
        --+--------------------
        1 | [2, 3]
        ? | ? a
    """)
    decide("""
        a | [1, 2, 3][a]
        --+-------------
        2 | 2
        ? | ? a
    """)
    decide("""
        list | concatenate([1], list)
        -----+-----------------------
        ?    | ? list
    """)
    decide("""
        list | append(list, 1)
        -----+----------------
        ?    | ? list
    """)
    decide("""
        list | reverse(list)
        -----+--------------
        ?    | ? list
    """)
    decide("""
        a | sort([1, 2], function(x, y) x < y + a)
        --+---------------------------------------
        0 | [1, 2]
        ? | ? a
    """)
    decide("""
        a | distinct values([1, a])
        --+------------------------
        ? | ? a
    """)


def test_loops_visit_every_combination(value):
    assert value("for i in [1, 2], j in [10, 20] return i + j") == numbers(11, 21, 12, 22)
    assert value("for x in [[1, 2], [3]], y in x return y") == numbers(1, 2, 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for i in 1..3 return i", numbers(1, 2, 3)),
        ("for i in 3..1 return i", numbers(3, 2, 1)),
        ("for i in [1..3) return i", numbers(1, 2)),
        ("for i in (1..3] return i", numbers(2, 3)),
        ("for i in 5 return i", numbers(5)),
        ("for i in [] return i", []),
        ("for i in null return i", None),
        ("for i in 1..null return i", None),
        ("for i in [3..1] return i", None),
        ("for i in 1.5..2 return i", None),
        ('for i in "a".."b" return i', None),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", numbers(1, 1, 2, 6, 24)),
        ("for i in [1..null] return i", None),
    ],
)
def test_counting(value, text, expected):
    assert value(text) == expected


def test_counting_days(value):
    assert value('(for d in @"2026-01-01"..@"2025-12-31" return d.day)') == numbers(1, 31)
    assert value('(for d in [@"2025-12-31"..@"2026-01-01"] return d.day)') == numbers(31, 1)
    assert value('(for d in [@"2026-01-01"..@"2025-12-31"] return d.day)') is None


def test_a_loop_over_the_unknown_is_unknown(decide):
    decide("""
        n | for i in 1..n return i
        --+-----------------------
        2 | [1, 2]
        ? | ? n
    """)
    decide("""
        range | for i in range return i
        ------+------------------------
        ?     | ? range
    """)


def test_an_inner_unknown_list_does_not_hide_what_another_shows(decide):
    decide("""
        a   | some x in [[9], a], y in x satisfies y > 5
        ----+-------------------------------------------
        ?   | T
    """)
    decide("""
        a   | some x in [[1], a], y in x satisfies y > 5
        ----+-------------------------------------------
        ?   | ? a
    """)


def test_no_loop_runs_for_ever(value, monkeypatch):
    monkeypatch.setattr(frames, "STEP_LIMIT", 1_000)
    assert value("for i in 1..1000000000000 return i") is None
    assert value("some i in 1..1001 satisfies i = 0") is None
    assert value("count(for i in 1..999 return i)") == D(999)
    assert value("for i in 1..40, j in 1..40 return 1") is None
    assert value("list[item > 0]", list=[D(1)] * 1001) is None
    assert value("(function(n) for i in 1..n return i)(1000)") is None


def test_a_list_of_results_cannot_grow_without_limit(value):
    doubling = "for i in 1..30 return if i = 1 then [1] else concatenate(partial[-1], partial[-1])"
    assert value(f"({doubling})[-1]") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a: 1}.a", D(1)),
        ("{a: 1, b: a + 1}.b", D(2)),
        ("{first name: 1, second name: first name + 1}.second name", D(2)),
        ('{"a b": 1}.a b', D(1)),
        ("{a: {b: 5}}.a.b", D(5)),
        ('get value({a: 1}, "a")', D(1)),
        ('get value({a: 1}, "b")', None),
        ("get entries({a: 1})", [{"key": "a", "value": D(1)}]),
        ('context put({a: 1}, "b", null)', {"a": D(1), "b": None}),
        ("context merge([{a: 1}, {a: 2, b: 3}])", {"a": D(2), "b": D(3)}),
        ('context([{key: "a", value: 1}])', {"a": D(1)}),
        ('context([{key: "a", value: 1}, {key: "a", value: 2}])', None),
        ('context([{key: "a"}])', None),
        ("is defined(null)", False),
        ("is defined(1)", True),
        ("{a: 1}.b", None),
        ("(1).a", None),
    ],
)
def test_contexts(value, text, expected):
    assert value(text) == expected


def test_contexts_keep_unknown_members_until_they_matter(decide):
    decide("""
        a | {x: a, y: 1}.y
        --+---------------
        ? | 1
    """)
    decide("""
        a | {x: a, y: 1}.x + 1
        --+-------------------
        1 | 2
        ? | ? a
    """)
    decide("""
        m | get value(m, "x")
        --+------------------
        ? | ? m
    """)
    decide("""
        k   | get value({x: 1}, k)
        ----+---------------------
        "x" | 1
        ?   | ? k
    """)
    decide("""
        m | count(get entries(m))
        --+----------------------
        ? | ? m
    """)
    decide("""
        m        | m.x
        ---------+----
        {x: 1}   | 1
                 |
        ?        | ? m
    """)
    decide("""
        a | is defined(a)
        --+--------------
        1 | T
          | F
        ? | ? a
    """)


def test_items_of_unknown_shape_are_searched_by_member_then_by_name(value):
    people = [{"name": "甲", "age": D(20)}, {"name": "乙"}]
    assert value("people[age > limit]", people=people, limit=D(18)) == people[:1]
    assert value("people[name = name]", people=people, name="甲") == people
    assert value("people[first name = 1]", people=[{"first name": D(1)}]) == [{"first name": D(1)}]
    assert value("outer[inner[x = y] != []]", outer=[{"y": D(1), "inner": [{"x": D(1)}]}]) == [
        {"y": D(1), "inner": [{"x": D(1)}]}
    ]


def test_filters_over_unknown_items_are_unknown(decide):
    decide("""
        a | [a, {x: 1}][x = 1]
        --+-------------------
        ? | ? a
    """)
    decide("""
        a        | [{x: a}, {x: 1}][x = 1]
        ---------+------------------------
        ?        | ? a
    """)
    decide("""
        a | [a, {x: 1}].x
        --+--------------
        ? | ? a
    """)
    decide("""
        list | list[item = 1]
        -----+---------------
        ?    | ? list
             |
    """)


def test_a_filter_may_turn_out_to_be_a_position(value):
    assert value("list[n]", list=numbers(5, 6), n=D(2)) == D(6)


def test_functions_keep_what_they_were_made_with(value):
    assert value("{f: function(x, y) x - y, r: f(5, 2)}.r") == D(3)
    assert value("{f: function(x, y) x - y, r: f(y: 2, x: 5)}.r") == D(3)
    assert value("(for i in 1..3 return function(x) x + i)[2](10)") == D(12)
    assert value("{f: function(n: number) n + 1, r: f([4])}.r") == D(5)
    assert value("{f: function(n: list<number>) count(n), r: f(4)}.r") == D(1)
    assert value('{f: function(n: number) n, r: f("a")}.r') is None


def test_what_cannot_be_called_is_null(value):
    def twice(arguments):
        return value("f(1, 2)", f=arguments)

    assert twice(value("function(a) a")) is None
    assert twice(D(1)) is None
    assert value("f(b: 1)", f=value("function(a) a")) is None
    assert twice(None) is None


def test_an_unknown_function_has_an_unknown_result(decide):
    decide("""
        f | f(1)
        --+-----
        ? | ? f
    """)


def test_intervals(decide):
    decide("""
        a | [1..a] = [1..2]
        --+----------------
        2 | T
          | F
        ? | ? a
    """)


def test_an_interval_that_is_handed_in_may_be_open(value):
    assert value("for i in r return i", r=Range(D(1), None)) is None
    assert value("5 in r", r=Range(D(1), None)) is True
    assert value("5 in r", r=Range(None, D(1))) is False


def test_an_item_that_is_no_context_has_no_members():
    people = ListOf(ContextOf.of({"age": NUMBER}))
    program = feel.compile("people[age > 18]", Scope({"people": people}))
    assert program({"people": [None, {"age": D(20)}]}) == [{"age": D(20)}]
    assert program({"people": [Unknown(frozenset({"x"}))]}) == Unknown(frozenset({"x"}))


def test_interval_ends_must_be_of_one_kind(value):
    assert value("[1..x] = null", x="a") is True
    assert value("[x..y].start", x=D(1), y=D(2)) == D(1)
