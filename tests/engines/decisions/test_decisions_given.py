"""A case as JSON: typed by what the decision declares, refused by name."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tongban.engines.decisions.given import NoSuchInput, NotACase, NotOfInput, given_of
from tongban.engines.feel import (
    ANY,
    BOOLEAN,
    DATE,
    DAYS_TIME,
    NUMBER,
    STRING,
    YEARS_MONTHS,
    ContextOf,
    ListOf,
    Months,
)

INPUTS = {
    "月数": NUMBER,
    "在世": BOOLEAN,
    "姓名": STRING,
    "出生日期": DATE,
    "时长": DAYS_TIME,
    "年限": YEARS_MONTHS,
    "子女": ListOf(ContextOf.of({"出生日期": DATE})),
    "其他": ANY,
}


def value(name, text):
    return given_of(f'{{"{name}": {text}}}', INPUTS)[name].value


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("月数", "14", Decimal(14)),
        ("月数", "0.10", Decimal("0.10")),
        ("月数", "null", None),
        ("在世", "true", True),
        ("姓名", '"𠮷"', "𠮷"),
        ("出生日期", '"2026-11-22"', date(2026, 11, 22)),
        ("时长", '"P2D"', timedelta(days=2)),
        ("年限", '"P1Y"', Months(12)),
        ("子女", '[{"出生日期": "2020-02-29"}]', [{"出生日期": date(2020, 2, 29)}]),
        ("其他", '[1, {"a": "b"}]', [Decimal(1), {"a": "b"}]),
    ],
)
def test_a_value_is_taken_as_the_type_of_its_input(name, text, expected):
    found = value(name, text)
    assert found == expected
    assert type(found) is type(expected)


def test_what_is_not_there_is_unknown_and_not_null():
    assert given_of("{}", INPUTS) == {}


@pytest.mark.parametrize(
    ("name", "text", "zh"),
    [
        ("月数", '"14"', '“月数”应为 number，不能是 "14"。'),
        ("在世", "1", '“在世”应为 boolean，不能是 "1"。'),
        ("出生日期", '"2026-02-30"', '“出生日期”应为 date，不能是 "2026-02-30"。'),
        ("年限", '"P2D"', '“年限”应为 years and months duration，不能是 "P2D"。'),
        ("子女", '[{"出生日期": 1}]', '“子女[1].出生日期”应为 date，不能是 "1"。'),
        ("姓名", "[]", "“姓名”应为 string，不能是 []。"),
    ],
)
def test_a_value_of_another_type_is_refused_with_its_place(name, text, zh):
    with pytest.raises(NotOfInput) as caught:
        value(name, text)
    assert caught.value.told("zh") == zh


def test_a_name_that_the_decision_does_not_read_is_refused():
    with pytest.raises(NoSuchInput) as caught:
        given_of('{"月": 1}', {"月数": NUMBER})
    assert caught.value.told("en") == "The decision has no input “月”; it reads 月数."


@pytest.mark.parametrize("text", ["", "[1]", '{"月数": NaN}', '{"月数": Infinity}', "{"])
def test_what_is_no_json_object_is_no_case(text):
    with pytest.raises(NotACase):
        given_of(text, INPUTS)
