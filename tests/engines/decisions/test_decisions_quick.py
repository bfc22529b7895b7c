"""The short way through bit masks answers what the table answers, to the last cell."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.decisions.dmn_models import decision, input_data, literal, model, table
from tongban.engines.decisions import Given, load
from tongban.engines.feel import Unknown

TYPES = {"n": "number", "s": "string", "b": "boolean", "d": "date"}
CELLS = {
    "n": ["-", "< 2", "<= 2", "[1..3]", "(1..3)", "> 3", ">= 1", "2", "not(2)", "1, 3", "[1..3)"],
    "s": ["-", '"a"', '"b"', 'not("a")', '"a", "c"', '< "b"'],
    "b": ["-", "true", "false", "not(true)"],
    "d": ["-", '< date("2026-01-02")', '[date("2026-01-01")..date("2026-01-03")]'],
}
VALUES = {
    "n": [Decimal(n) / 2 for n in range(-1, 8)] + [Decimal("Infinity"), Decimal("NaN"), 2, None],
    "s": ["a", "b", "c", "", 1, None, Unknown(frozenset({"s"}))],
    "b": [True, False, None, "true"],
    "d": [date(2026, 1, day) for day in range(1, 5)] + [None],
}
POLICIES = ["UNIQUE", "FIRST", "ANY", "RULE ORDER", "COLLECT"]


@st.composite
def tables(draw):
    names = draw(st.lists(st.sampled_from("nsbd"), min_size=1, max_size=3, unique=True))
    rules = draw(
        st.lists(
            st.tuples(
                *(st.sampled_from(CELLS[name]) for name in names), st.integers(1, 2).map(str)
            ),
            min_size=1,
            max_size=5,
        )
    )
    head = " | ".join(f"{name}: {TYPES[name]}" for name in names)
    lines = [f"{' | '.join(cells)} || {output}" for *cells, output in rules]
    drawing = "\n".join([f"{head} || answer: number", *lines])
    logic = table(drawing, policy=draw(st.sampled_from(POLICIES)))
    inputs = [input_data(name, TYPES[name]) for name in names]
    asks = all(any(rule[at] != "-" for rule in rules) for at in range(len(names)))
    return load(model(*inputs, decision("answer", logic, names))).find("answer"), names, asks


def told(outcome):
    reasons = [(r.decision, r.rule, r.matched, r.law, r.cells) for r in outcome.reasons]
    return outcome.value, reasons, outcome.missing, [note.told("en") for note in outcome.notes]


@given(tables(), st.data())
def test_the_short_way_and_the_table_agree(drawn, data):
    asked, names, asks = drawn
    values = {name: data.draw(st.sampled_from(VALUES[name])) for name in names}
    cases = {name: Given(value, {"row": name}) for name, value in values.items()}
    assert (asked.shortcut is not None) is asks
    slow = asked.by_steps(cases)
    assert told(asked.evaluate(cases)) == told(slow)
    assert asked.decide(values) == slow.value


def test_an_answer_that_can_be_changed_is_made_anew():
    logic = table("n: number || answer: number\n< 5 || 1\n< 9 || 2", policy="COLLECT")
    asked = load(model(input_data("n", "number"), decision("d", logic, ["n"]))).find("d")
    first = asked.decide({"n": Decimal(1)})
    first.append("changed")
    assert asked.decide({"n": Decimal(1)}) == [Decimal(1), Decimal(2)]


def test_a_value_that_is_not_allowed_goes_the_long_way():
    logic = table('s: string("a", "b") || answer: number\n"a" || 1\n"b" || 2')
    asked = load(model(input_data("s", "string"), decision("d", logic, ["s"]))).find("d")
    assert asked.shortcut is not None
    assert asked.decide({"s": "a"}) == 1
    assert asked.decide({"s": "z"}) == Unknown(frozenset({"s"}))


@pytest.mark.parametrize(
    ("drawing", "needs"),
    [
        ("n + 1: number || answer: number\n2 || 1", ["n"]),
        ("n: number || answer: number\n2 || n", ["n"]),
        ("n: number || answer: number\nodd(?) || 1", ["n"]),
    ],
)
def test_a_table_that_computes_has_no_short_way(drawing, needs):
    asked = load(model(input_data("n", "number"), decision("d", table(drawing), needs))).find("d")
    assert asked.shortcut is None


def test_what_is_no_table_has_no_short_way():
    assert load(model(decision("d", literal("1")))).find("d").shortcut is None
