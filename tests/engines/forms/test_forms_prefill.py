"""What is known is not asked."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from tongban.engines.feel import Unknown
from tongban.engines.forms import Known, prefill, required_facts

POLICE = {"office": "GA", "dataset": "GA01", "at": "2026-09-23T02:00:00+08:00"}
CHOICES = [{"label": "男", "value": "1"}, {"label": "女", "value": "2"}]


def fact(value, grade=2):
    return Known(value, POLICE, grade)


def keys(fields):
    return [field.key for field in fields]


def test_a_known_fact_fills_its_field_with_origin_and_grade(permit):
    prefilled = prefill(permit, {"person.name": fact("周雨桐", 3), "insured.months": fact(14)})

    name = prefilled.known["name"]
    assert (name.value, name.origin, name.grade) == ("周雨桐", POLICE, 3)
    assert name.field is permit.named("name")
    assert prefilled.known["months"].value == Decimal(14)
    assert keys(prefilled.open) == ["card", "phone", "born_on"]
    assert "components[1]" not in prefilled.shown  # where to post it, unless it is posted


def test_nothing_known_leaves_everything_open_that_is_shown(permit):
    prefilled = prefill(permit, {})

    assert prefilled.known == {}
    assert keys(prefilled.open) == ["card", "phone", "name", "born_on", "months"]


@pytest.mark.parametrize("value", [None, Unknown(frozenset({"person.name"}))])
def test_a_fact_that_is_unknown_or_null_leaves_the_field_open(permit, value):
    prefilled = prefill(permit, {"person.name": fact(value)})

    assert "name" in keys(prefilled.open)
    assert prefilled.unfit == {}


def test_what_is_known_decides_what_is_asked(form):
    made = form(
        {
            "type": "radio",
            "key": "sex",
            "label": "性别",
            "values": CHOICES,
            "properties": {"fact": "sex"},
        },
        {"type": "textfield", "key": "a", "label": "甲", "conditional": {"hide": '=sex = "1"'}},
        {"type": "textfield", "key": "b", "label": "乙", "conditional": {"hide": '=sex = "2"'}},
    )

    assert keys(prefill(made, {"sex": fact("1")}).open) == ["b"]
    assert keys(prefill(made, {"sex": fact("2")}).open) == ["a"]


@pytest.mark.parametrize(
    ("type_", "value", "taken"),
    [
        ("textfield", "云泽", True),
        ("textarea", "", False),
        ("textfield", Decimal(3), False),
        ("number", 3, True),
        ("number", Decimal("3.5"), True),
        ("number", True, False),
        ("number", "3", False),
        ("datetime", date(2026, 9, 3), True),
        ("datetime", datetime(2026, 9, 3), False),  # noqa: DTZ001 - only its type matters
        ("datetime", "2026-09-03", False),
        ("checkbox", False, True),
        ("checkbox", "yes", False),
        ("radio", "1", True),
        ("radio", "9", False),
        ("radio", ["1"], False),
        ("select", "2", True),
        ("checklist", ["1", "2"], True),
        ("checklist", ["1", "9"], False),
        ("checklist", "1", False),
        ("filepicker", ["x"], False),
    ],
)
def test_a_fact_that_does_not_fit_its_question_leaves_it_open_and_says_so(
    form, type_, value, taken
):
    values = {"values": CHOICES} if type_ in ("radio", "select", "checklist") else {}
    made = form({"type": type_, "key": "k", "label": "甲", "properties": {"fact": "f"}, **values})

    prefilled = prefill(made, {"f": fact(value)})

    assert ("k" in prefilled.known) is taken
    assert (keys(prefilled.open) == ["k"]) is not taken
    assert ("k" in prefilled.unfit) is not taken
    if not taken:
        assert prefilled.unfit["k"].told("zh") == "登记的内容与本题不符，请您填写。"


def test_a_form_says_which_facts_it_could_use(permit):
    assert required_facts(permit) == {"person.name", "person.born_on", "insured.months"}
