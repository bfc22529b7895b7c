"""Running a program: by many threads, without exceptions, with the reasons of null."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal as D

import pytest

from tongban.engines import feel
from tongban.engines.feel import (
    ANY,
    NUMBER,
    ContextOf,
    ListOf,
    Months,
    Range,
    Scope,
    Unknown,
    frames,
)
from tongban.engines.feel.types import coerced, fits, overlap, type_of
from tongban.engines.feel.values import kind

SCOPE = Scope({"a": ANY, "b": ANY})


def notes(text, language="en", **given):
    explained = feel.examine(text, SCOPE)[0].explain(given)
    return explained.value, [note.told(language) for note in explained.notes]


def test_null_comes_with_its_reason():
    assert notes("a < b", a="x", b=D(1)) == (None, ["< is not defined for string and number."])
    assert notes("a + b", a="x", b=D(1)) == (None, ["+ is not defined for string and number."])
    assert notes("-a", a="x") == (None, ["- is not defined for 0 and string."])
    assert notes("a * a", a=D("1e6000")) == (
        None,
        ["The result of * is outside what can be computed."],
    )
    assert notes("date(a)", a="x") == (None, ["“x” is not a date."])
    assert notes("a.x", a={}) == (None, ["The context has no member “x”."])
    assert notes("upper case(a)", a=D(1)) == (
        None,
        ["upper case: “string” must be string, not number."],
    )
    assert notes("sum(a)", a=["x"]) == (
        None,
        ["sum: “list” must be list<number>, not list."],
    )
    assert notes("a(1)", a=D(1)) == (None, ["number cannot be called with 1 arguments."])
    assert notes("for i in a..b return i", a=D(1), b="x") == (
        None,
        ["Nothing can be counted from 1 to x: it takes whole numbers or dates."],
    )
    assert notes("[a..b]", a=D(1), b="x") == (None, [".. is not defined for number and string."])
    assert notes("(< a)", a=[]) == (None, [".. is not defined for list and list."])
    assert notes("a in b", a=D(1), b=Range("x", "y")) == (
        None,
        [">= is not defined for number and string."],
    )


def test_too_many_steps_are_a_reason(monkeypatch):
    monkeypatch.setattr(frames, "STEP_LIMIT", 100)
    assert notes("every i in 1..a satisfies i > 0", a=D(101)) == (
        None,
        ["The evaluation needs more than 100 steps."],
    )
    assert notes("every i in 1..a satisfies i > 0", a=D(100)) == (True, [])


def test_the_reason_is_told_in_chinese_too():
    assert notes("a < b", "zh", a="x", b=D(1)) == (None, ["“<”不能用于 string 和 number。"])


def test_the_place_of_a_note_is_that_of_its_operator():
    explained = feel.examine("1 +\n a", SCOPE)[0].explain({"a": "x"})
    assert explained.notes[0].place == (1, 3)


def test_null_that_was_handed_in_needs_no_note():
    assert notes("a + b < 5", a=None, b=D(1)) == (None, [])


def test_what_is_not_handed_in_is_unknown():
    assert feel.compile("a + b", SCOPE)({"a": D(1)}) == Unknown(frozenset({"b"}))
    assert notes("a + b", a=D(1)) == (Unknown(frozenset({"b"})), [])


def test_data_that_are_nested_too_deeply_are_null():
    deep = []
    for _ in range(5000):
        deep = [deep]
    assert notes("flatten(a)", a=deep)[1] == [
        "These data cannot be computed: they are nested too deeply, or hold what is no number."
    ]
    assert feel.compile("flatten(a)", SCOPE)({"a": deep}) is None


def test_one_program_serves_many_threads():
    program = feel.compile("sum(for i in 1..a return {x: i, y: x + a}.y)", SCOPE)
    expected = [D(n * (n + 1) // 2 + n * n) for n in range(1, 41)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda n: program({"a": D(n)}), range(1, 41))) == expected


@pytest.mark.parametrize("text", ["[1, 2]", 'split("a b", " ")', "{x: [1]}.x"])
def test_changing_a_result_does_not_change_the_program(text):
    program = feel.compile(text, SCOPE)
    before = program({}).copy()
    program({}).append(D(3))
    assert program({}) == before


def test_an_unknown_value_is_neither_true_nor_false():
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(Unknown(frozenset()))


def test_kinds_of_values():
    class Text(str):
        pass

    assert kind(Text("a")) == "string"
    assert kind(1.5) == "foreign"
    assert kind(Months(1)) == "years and months duration"
    assert kind(timedelta(1)) == "days and time duration"


def test_an_unknown_value_is_written_with_what_it_lacks():
    from tongban.engines.feel.written import written

    assert written([Unknown(frozenset({"b", "a"}))]) == "[unknown(a, b)]"


def test_types_overlap_where_a_value_can_have_both():
    person = ContextOf.of({"age": NUMBER})
    assert overlap(person, ContextOf.of({"name": feel.STRING}))
    assert not overlap(person, ContextOf.of({"age": feel.STRING}))
    assert not overlap(ListOf(NUMBER), NUMBER)
    assert overlap(feel.FunctionOf((), NUMBER), feel.FunctionOf((("a", NUMBER),), NUMBER))
    assert overlap(feel.RangeOf(NUMBER), feel.RangeOf(ANY))


def test_types_of_constants():
    assert type_of({"a": [D(1)]}) == ContextOf.of({"a": ListOf(NUMBER)})
    assert type_of(Range(D(1), None)) == feel.RangeOf(NUMBER)
    assert type_of(Unknown(frozenset())) == ANY
    assert type_of(1.5) == ANY  # what FEEL does not know can be anything


def test_a_value_is_made_to_fit_by_one_list():
    assert coerced([D(1)], NUMBER) == D(1)
    assert coerced(D(1), ListOf(NUMBER)) == [D(1)]
    assert coerced("a", ListOf(NUMBER)) is None
    assert coerced([D(1), D(2)], NUMBER) is None
    assert fits(Range(D(1), D(2)), feel.RangeOf(NUMBER))
