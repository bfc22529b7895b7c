"""Schemas and answers of any kind: a form or a named refusal, a value or words, never a crash."""

import copy
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tongban.engines import forms
from tongban.engines.feel import Unknown
from tongban.engines.forms import FormError, Known, load, prefill, validate
from tongban.engines.forms.answers import tidy, value_of

PERMIT = Path(__file__).parents[3] / "cities" / "yunze" / "items" / "B09" / "form.json"
SCHEMA = json.loads(PERMIT.read_text(encoding="utf-8"))
FORM = load(json.dumps(SCHEMA))
KEYS = [field.key for field in FORM.fields]

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        ["", "=", "=1", "={{x}}", "= name", "L4", "group", "select", "[", "\\d+", "é"]
    )
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "key", "label", "values", "value", "x"]), inner)
    ),
    max_leaves=6,
)


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every container with each of its keys or positions."""
    inner = node.items() if isinstance(node, dict) else enumerate(node)
    found = []
    for key, value in list(inner):
        found.append((node, key))
        if isinstance(value, dict | list):
            found += places(value)
    return found


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """The permit's schema with up to three of its members replaced, removed or doubled."""
    schema = copy.deepcopy(SCHEMA)
    for _ in range(draw(st.integers(1, 3))):
        container, key = draw(st.sampled_from(places(schema)))
        act = draw(st.sampled_from(["replace", "replace", "remove", "double"]))
        if act == "replace":
            container[key] = draw(json_values)
        elif act == "remove":
            del container[key]
        elif isinstance(container, list):
            container.append(copy.deepcopy(container[key]))
    return json.dumps(schema)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(damaged())
def test_a_damaged_schema_is_a_form_or_refused_with_its_place(schema):
    try:
        form = load(schema)
    except FormError as error:
        for language, nowhere in (("zh", "表单"), ("en", "Form")):
            assert error.told(language).startswith(error.path or nowhere)
        return
    for finding in forms.findings(form, set(), set()):
        assert finding.path and finding.zh and finding.en


answers = st.dictionaries(
    st.sampled_from([*KEYS, "stranger"]),
    st.text(max_size=8)
    | st.sampled_from(["yes", "no", "rent", "1", "2026-02-30", "on", "13800006021", "\0\ud800"])
    | st.lists(st.sampled_from(["a.pdf", "", "rent"]), max_size=3),
)
values = st.sampled_from(
    [
        None,
        True,
        False,
        "1",
        "x",
        Decimal(7),
        date(1990, 3, 7),
        Unknown(frozenset({"f"})),
        ["a"],
        [],
    ]
)
facts = st.dictionaries(st.sampled_from(KEYS), values.map(lambda value: Known(value, {}, 1)))


@settings(max_examples=40, deadline=None)
@given(answers, facts, st.dictionaries(st.sampled_from(KEYS), st.text(max_size=3)))
def test_whatever_is_handed_in_is_taken_or_answered_in_both_languages(given_answers, known, wrong):
    submission = validate(FORM, given_answers, prefill(FORM, known), wrong)
    for problem in submission.problems.values():
        assert problem.en and problem.zh and problem.told("zh-hans") == problem.zh
    assert set(submission.values) <= set(KEYS)
    assert ("stranger" in submission.problems) == ("stranger" in given_answers)


GOOD = {
    "wants_card": "no",
    "phone": "13800006021",
    "residence_basis": "rent",
    "name": "周雨桐",
    "citizen_id": "329901199003070020",
    "sex": "2",
    "birth_date": "1990-03-07",
    "household_address": "河口镇",
    "residence_address": "清荷路",
}
more = st.fixed_dictionaries(
    {},
    optional={
        **{
            key: st.sampled_from(["on", "", "false"]) for key in ("owns_home_here", "employed_here")
        },
        **{key: st.text(max_size=4) for key in ("home_address", "employer_name", "name")},
        "insured_months": st.sampled_from(["7", "０", "1,200", "-1"]),
        "residence_basis": st.sampled_from(["rent", "none", "study"]),
        "residence_evidence": st.lists(st.sampled_from(["a.pdf", "b.png"]), max_size=2),
    },
)


@settings(max_examples=30, deadline=None)
@given(more)
def test_handing_in_again_what_was_taken_gives_the_same(others):
    """What was hidden when it was answered is not in the first submission, nor missed later."""
    given_answers = {**GOOD, **others}
    prefilled = prefill(FORM, {})
    first = validate(FORM, given_answers, prefilled)
    assume(not first.problems)

    taken = {key: given_answers[key] for key in given_answers if key in first.values}
    assert validate(FORM, taken, prefilled) == first


@settings(max_examples=30, deadline=None)
@given(answers)
def test_the_order_of_questions_on_the_page_changes_no_answer(given_answers):
    turned = copy.deepcopy(SCHEMA)
    turned["components"].reverse()
    for component in turned["components"]:
        component.get("components", []).reverse()
    other = load(json.dumps(turned))

    one, two = (validate(form, given_answers, prefill(form, {})) for form in (FORM, other))
    assert (one.values, one.problems) == (two.values, two.problems)


def field_of(type_: str, **members: Any) -> forms.Field:
    component = {"type": type_, "key": "a", "label": "甲", **members}
    return load(json.dumps({"type": "default", "components": [component]})).fields[0]


TEXT = field_of("textfield")
NUMBER = field_of("number")
DATE = field_of("datetime")
PHONE = field_of("textfield", validate={"validationType": "phone"})
CODE = field_of("textfield", properties={"element": "citizen_id"})
UNSEEN = st.sampled_from("\u200b\ufeff\u202e\u2066\x00\x07\ud800")


@given(st.text(st.characters() | UNSEEN, max_size=20), st.booleans())
@settings(max_examples=40, deadline=None)
def test_tidying_once_is_enough_and_leaves_nothing_that_nobody_sees(text, lines):
    tidied = tidy(text, lines=lines)
    assert tidy(tidied, lines=lines) == tidied
    assert not {"\u200b", "\ufeff", "\u202e", "\u2066", "\0"} & set(tidied)
    assert lines or "\n" not in tidied
    tidied.encode()


@given(st.text(st.characters(categories=["Lo", "Lu", "Ll", "Nd"]), min_size=1, max_size=12))
@settings(max_examples=30, deadline=None)
def test_a_name_keeps_every_character(name):
    assert value_of(TEXT, name) == name


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3, allow_nan=False))
@settings(max_examples=30, deadline=None)
def test_a_number_means_the_same_however_it_is_typed(number):
    wide = str.maketrans("0123456789.-,", "０１２３４５６７８９．－，")
    plain, grouped = f"{number:f}", f"{number:,f}"
    for typed in (
        plain,
        grouped,
        plain.translate(wide),
        f" {plain} ",
        plain.replace("-", "\u2212"),
    ):
        assert value_of(NUMBER, typed) == number


@given(st.dates(min_value=date(1000, 1, 1)))
@settings(max_examples=30, deadline=None)
def test_a_day_means_the_same_however_it_is_typed(day):
    y, m, d = day.year, day.month, day.day
    typed = [
        day.isoformat(),
        f"{y}/{m}/{d}",
        f"{y}.{m}.{d}",
        f"{y}年{m}月{d}日",
        f"{y} 年 {m} 月 {d} 日",
    ]
    assert {value_of(DATE, each) for each in typed} == {day}


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
@settings(max_examples=30, deadline=None)
def test_a_mobile_number_means_the_same_however_it_is_typed(number):
    typed = [
        number,
        f"{number[:3]} {number[3:7]} {number[7:]}",
        f"{number[:3]}-{number[3:7]}-{number[7:]}",
        f"+86{number}",
        f"+86 {number}",
        f"0086-{number}",
    ]
    assert {value_of(PHONE, each) for each in typed} == {number}


@given(st.text("0123456789Xx", min_size=1, max_size=18))
@settings(max_examples=30, deadline=None)
def test_a_code_is_kept_in_capitals_and_half_width(code):
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    assert value_of(CODE, f" {wide[:3]} {wide[3:]}") == code.upper()


@pytest.mark.parametrize(
    ("component", "path", "allowed"),
    [
        ({"type": "number", "decimalDigits": 35}, "decimalDigits", "0, 1, 2 … 34"),
        ({"type": "number", "decimalDigits": -1}, "decimalDigits", "0, 1, 2 … 34"),
        ({"type": "number", "decimalDigits": 1.5}, "decimalDigits", "0, 1, 2 … 34"),
    ],
)
def test_more_places_than_a_number_can_have_are_refused(component, path, allowed):
    with pytest.raises(FormError) as told:
        field_of(**{"type_": component.pop("type"), **component})
    assert told.value.path == f"components[0].{path}"
    assert told.value.reason("zh") == f"“{path}”只能是 {allowed}。"
    assert told.value.reason("en") == f"“{path}” can only be {allowed}."


@pytest.mark.parametrize(
    "members",
    ['"validate": {"max": 1e999999999}', '"increment": 1e-99999', '"defaultValue": 1e35'],
)
def test_a_number_that_nobody_could_write_out_is_refused(members):
    component = f'{{"type": "number", "key": "a", "label": "甲", {members}}}'
    schema = f'{{"type": "default", "components": [{component}]}}'
    with pytest.raises(FormError) as told:
        load(schema)
    assert told.value.reason("zh") == "这里应为数字。"
