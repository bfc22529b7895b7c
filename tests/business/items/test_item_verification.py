"""What is found in the tables of an item's decision, before the item is published."""

from dataclasses import replace
from pathlib import Path

import pytest

from tongban.business.cases.operations import OFFERED
from tongban.business.items import bundle as bundles

FOLDER = Path(__file__).parents[3] / "cities" / "yunze" / "items" / "B09"


@pytest.fixture(scope="module")
def b09():
    return bundles.read(FOLDER)


def problems(bundle):
    facts = {*bundle.guide.facts.used, *bundle.guide.result.states.values()}
    return list(bundles.problems(bundle, facts, OFFERED))


def test_the_residence_permit_has_no_fault(b09):
    assert problems(b09) == []


def test_what_the_residence_permit_leaves_to_people_is_a_warning(b09):
    warnings = list(bundles.warnings(b09))
    assert {each.file for each in warnings} == {"decision.dmn"}
    assert warnings[4].zh == (
        "决策“has_lawful_reason”：没有规则成立，也没有默认结果："
        'owns_home_here = false, employed_here = false, residence_basis = "其他"。'
    )
    assert warnings[4].en == (
        "Decision “has_lawful_reason”: No rule holds, and there is no default result, for"
        ' owns_home_here = false, employed_here = false, residence_basis = "其他".'
    )
    missing = [each.en.split(":")[1] for each in warnings[:4] + warnings[5:]]
    assert missing == [
        f" Nothing is said about a missing {name}"
        for name in (
            *("alive", "household_region", "residence_region", "insured_months"),
            *("owns_home_here", "employed_here", "residence_basis"),
        )
    ]


def test_a_draft_whose_rules_contradict_each_other_is_refused_with_file_and_rules(b09):
    text = b09.decision_text.replace("<text>&lt; 6</text>", "<text>&lt;= 6</text>")
    draft = replace(b09, decision_text=text)
    (problem,) = problems(draft)
    assert (problem.file, problem.zh, problem.en) == (
        "decision.dmn",
        "决策“insured_long_enough”：第 1 条与第 2 条规则会同时成立，"
        "而命中策略“唯一”不允许：insured_months = 6。",
        "Decision “insured_long_enough”: Rules 1 and 2 hold at once, which the hit policy UNIQUE"
        " forbids, for insured_months = 6.",
    )
    assert problem not in list(bundles.warnings(draft))


def test_a_fact_of_another_type_than_the_decision_takes_it_for_is_refused(b09):
    types = {"alive": "boolean", "insured_months": "string", "household_region": "string"}
    (problem,) = bundles.mistyped(b09, types)
    assert (problem.file, problem.zh) == (
        "decision.dmn",
        "决策“insured_long_enough”：模型把“insured_months”当作 number，而该事实是 string。",
    )
    assert problem.en == (
        "Decision “insured_long_enough”: The model takes “insured_months” for number,"
        " but the fact is string."
    )
    assert not list(bundles.mistyped(b09, {**types, "insured_months": "integer"}))
