"""Inputs against the facts that there are; and values written as FEEL."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal as D

import pytest

from tests.engines.decisions.dmn_models import decision, input_data, literal, model
from tongban.engines import feel
from tongban.engines.decisions import load
from tongban.engines.decisions.verification import Severity, verify_facts
from tongban.engines.decisions.verification.literals import literal as as_text
from tongban.engines.feel import BOOLEAN, DATE, NUMBER, STRING, Months, Scope
from tongban.engines.feel.temporal import parse

MODEL = load(
    model(
        input_data("a", "number"),
        input_data("b", "string"),
        input_data("c"),
        decision("D", literal('if E and b = "x" and today() = null then c else a'), ["!E", *"bca"]),
        decision("E", literal("a > 3"), ["a"]),
    )
)
FACTS = {"a": NUMBER, "b": STRING, "c": DATE}


def test_inputs_that_are_facts_of_their_type_are_fine():
    assert verify_facts(MODEL, FACTS) == ()


def test_an_input_that_is_no_fact_is_told_once_where_it_is_read():
    (found,) = verify_facts(MODEL, {name: FACTS[name] for name in "bc"})
    assert (found.severity, found.decision, found.example) == (Severity.ERROR, "E", None)
    assert found.told("en") == "Decision “E”: There is no fact “a”."
    assert found.told("zh") == "决策“E”：没有事实“a”。"


def test_an_input_of_another_type_than_the_fact_is_told():
    (found,) = verify_facts(MODEL, {**FACTS, "b": BOOLEAN})
    assert found.severity is Severity.ERROR
    assert found.told("en") == (
        "Decision “D”: The model takes “b” for string, but the fact is boolean."
    )
    assert found.told("zh") == "决策“D”：模型把“b”当作 string，而该事实是 boolean。"


def test_an_input_that_only_passes_through_is_told_at_its_decision():
    tested = load(model(input_data("a"), decision("D", literal("1 + today().day"), ["a"])))
    assert verify_facts(tested, {}) == ()


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, D("-1.5"), D("1E+40"), D("1E-50"), "", 'say "x" \\ y', "a\0b\U0001f600\n"),
        *(date(2026, 3, 1), time(8, 30), timedelta(hours=25), Months(-14)),
        datetime.combine(date(2026, 3, 1), time(8)),
        parse("2026-03-01T08:00:00+08:00"),
        parse("12026-03-01"),
        [D(1), ["x"]],
        {"a": D(1), "b c": {"d": None}},
    ],
)
def test_a_value_is_written_as_the_text_that_yields_it(value):
    assert feel.compile(as_text(value), Scope({}))({}) == value
