"""居住证: true if all is proven, false only where a fact contradicts, else a person decides."""

from decimal import Decimal as D
from pathlib import Path

import pytest

from tongban.engines.decisions import Given, load
from tongban.engines.feel import Unknown

PERMIT = load((Path(__file__).parent / "residence_permit.dmn").read_bytes()).find(
    "residence permit"
)
NAMES = ("household region", "residence region", "insured months", "home here", "employed here")
WORDS = {"T": True, "F": False, "": None}
HOUSEHOLD = {"source": "公安局 人口信息", "on": "2026-09-23"}
INSURANCE = {"source": "人社局 个人参保", "on": "2026-09-22"}
HOME = {"source": "资规局 不动产登记", "on": "2026-09-23"}


def given(household, residence, months, home, employed):
    values = dict(zip(NAMES, (household, residence, months, home, employed), strict=True))
    origins = dict(zip(NAMES, (HOUSEHOLD, HOUSEHOLD, INSURANCE, HOME, INSURANCE), strict=True))
    return {
        name: Given(value, origins[name]) for name, value in values.items() if value != "unknown"
    }


def cell(text):
    if text == "?":
        return "unknown"
    return WORDS[text] if text in WORDS else D(text) if len(text) < 4 else text


def row(line):
    *inputs, expected, missing = [part.strip() for part in line.split("|")]
    names = {name.strip() for name in missing.split(",") if name.strip()}
    return [cell(each) for each in inputs], WORDS.get(expected, Unknown(frozenset(names))), names


def table(text):
    return [row(line) for line in text.strip().splitlines()[2:]]


@pytest.mark.parametrize(
    ("inputs", "expected", "missing"),
    table("""
      household | residence | months | home | employed | permit | missing
      ----------+-----------+--------+------+----------+--------+--------
      329921    | 329906    | 14     | T    | T        | T      |
      329921    | 329906    | 6      | T    | F        | T      |
      329921    | 329906    | 6      | F    | T        | T      |
      329921    | 329906    | 6      | ?    | T        | T      |
      329921    | 329906    | 6      | T    | ?        | T      |
      329906    | 329906    | 14     | T    | T        | F      |
      329906    | 329906    | ?      | ?    | ?        | F      |
      329921    | 329906    | 5      | T    | T        | F      |
      ?         | ?         | 5      | ?    | ?        | F      |
      329921    | 329906    | 14     | F    | F        | F      |
      ?         | ?         | ?      | F    | F        | F      |
      329906    | 329906    | 5      | F    | F        | F      |
      329921    | 329906    | ?      | T    | T        | ?      | insured months
      329921    | 329906    | 14     | ?    | F        | ?      | home here
      329921    | 329906    | 14     | F    | ?        | ?      | employed here
      329921    | 329906    | 14     | ?    | ?        | ?      | home here, employed here
      ?         | 329906    | 14     | T    | F        | ?      | household region
      ?         | 329906    | ?      | T    | F        | ?      | household region, insured months
                | 329906    | 14     | T    | F        |        |
                | 329906    | 5      | T    | F        | F      |
      329921    | 329906    |        | T    | F        |        |
      329921    | 329906    | 14     |      |          |        |
    """),
)
def test_permit(inputs, expected, missing):
    outcome = PERMIT.evaluate(given(*inputs))

    assert outcome.value == expected
    assert outcome.missing == missing
    values = {name: each.value for name, each in given(*inputs).items()}
    assert PERMIT.decide(values) == expected


def test_an_approval_is_told_with_the_facts_and_the_law():
    outcome = PERMIT.evaluate(given("329921", "329906", D(14), True, "unknown"))

    assert (
        "“居住证申领”第 4 条规则成立：户籍不在现居住的区为 是；连续参保月数为 14；"
        "在本地有自有或租赁住房为 是。依据：《居住证暂行条例》第二条、第九条。"
    ) in outcome.told("zh")
    assert (
        "“Residence permit”, rule 4 holds: household in another district is yes; "
        "insured months in a row is 14; owns or rents a home here is yes. "
        "Basis: Interim Regulations on Residence Permits, Articles 2 and 9."
    ) in outcome.told("en")


def test_a_refusal_is_told_with_what_would_have_been_enough():
    outcome = PERMIT.evaluate(given("329921", "329906", D(3), True, False))

    assert outcome.told("zh") == [
        "“居住证申领”第 1 条规则不成立：户籍不在现居住的区为 是，要求否。"
        "依据：《居住证暂行条例》第二条。",
        "“居住证申领”第 2 条规则成立：连续参保月数为 3。依据：《居住证暂行条例》第二条。",
        "“居住证申领”第 3 条规则不成立：在本地有自有或租赁住房为 是，要求否。"
        "依据：《居住证暂行条例》第九条。",
        "“居住证申领”第 4 条规则不成立：连续参保月数为 3，要求不小于 6。"
        "依据：《居住证暂行条例》第二条、第九条。",
    ]
    assert outcome.told("en")[3] == (
        "“Residence permit”, rule 4 does not hold: insured months in a row is 3, "
        "required: at least 6. Basis: Interim Regulations on Residence Permits, Articles 2 and 9."
    )


def test_what_is_open_is_told_with_what_is_missing():
    outcome = PERMIT.evaluate(given("329921", "329906", "unknown", True, False))

    assert (
        "“居住证申领”第 4 条规则不能确定：连续参保月数为 未知，要求不小于 6。"
        "依据：《居住证暂行条例》第二条、第九条。"
    ) in outcome.told("zh")
    assert (
        "“Residence permit”, rule 4 cannot be decided: insured months in a row is unknown, "
        "required: at least 6. Basis: Interim Regulations on Residence Permits, Articles 2 and 9."
    ) in outcome.told("en")


def test_reasons_carry_the_facts_and_where_they_come_from():
    outcome = PERMIT.evaluate(given("329921", "329906", D(14), True, False))
    reason = next(reason for reason in outcome.reasons if reason.matched)

    assert (reason.decision, reason.rule) == ("residence_permit", "4")
    assert reason.law == "《居住证暂行条例》第二条、第九条"
    district, months, home = reason.cells
    assert (months.input, months.test, months.value) == ("连续参保月数", ">= 6", D(14))
    assert months.origin == INSURANCE
    assert home.origin == HOME
    assert (district.value, district.result, district.origin) == (True, True, HOUSEHOLD)
    assert [(fact.label.zh, fact.value) for fact in district.facts] == [
        ("户籍区划", "329921"),
        ("居住区划", "329906"),
    ]


def test_facts_of_different_origin_keep_their_own():
    inputs = given("329921", "329906", D(14), True, False)
    inputs["residence region"] = Given("329906", {"source": "居住登记"})
    reason = next(each for each in PERMIT.evaluate(inputs).reasons if each.matched)

    assert reason.cells[0].origin == {}
    assert [fact.origin for fact in reason.cells[0].facts] == [HOUSEHOLD, {"source": "居住登记"}]
