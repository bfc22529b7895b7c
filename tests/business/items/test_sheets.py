"""A decision's tables as people read them: in words, with the law of each rule."""

from dataclasses import replace

import pytest

from tests.engines.decisions import dmn_models as dmn
from tests.permits import CITY
from tongban.business.items import bundle as bundles
from tongban.business.items import sheets


@pytest.fixture(scope="module")
def b09():
    return bundles.read(CITY / "items" / "B09")


@pytest.fixture(scope="module")
def reason(b09):
    return sheets.of(b09)["has_lawful_reason"]


def of(b09, *elements):
    """The sheets of a model of these elements, with the guide of the permit."""
    return sheets.of(replace(b09, decision_text=dmn.model(*elements).decode()))


def test_the_decision_that_the_item_asks_stands_first(b09):
    assert list(sheets.of(b09)) == [
        "eligible",
        "applicant_alive",
        "household_elsewhere",
        "insured_long_enough",
        "has_lawful_reason",
    ]


def test_an_expression_is_told_with_what_it_reads(b09):
    sheet = sheets.of(b09)["eligible"]
    assert (sheet.kind, sheet.question) == ("literalExpression", "是否符合居住证申领条件？")
    assert sheet.expression.startswith("applicant_alive and household_elsewhere")
    assert [label.zh for label in sheet.reads] == [
        "申请人在世",
        "户籍不在现居住的区",
        "在本市连续参保满 6 个月",
        "有合法稳定住所、就业或就读",
    ]
    assert (sheet.lines, sheet.inputs, sheet.policy) == ((), (), "")


def test_the_columns_of_a_table_have_their_labels(reason):
    assert (reason.kind, reason.policy) == ("decisionTable", "ANY")
    assert [each.label.en for each in reason.inputs] == [
        "Owns a home in this city",
        "Employed in this city",
        "Reason for living here, as told by the applicant",
    ]
    (output,) = reason.outputs
    assert (output.label.zh, output.text) == ("有合法稳定住所、就业或就读", "has_lawful_reason")


def test_a_rule_is_told_cell_by_cell_with_its_law(reason):
    rule = reason.lines[2]
    assert (rule.number, [cell.text for cell in rule.tests]) == (
        3,
        ["false", "false", '"rent", "lodging", "work", "study"'],
    )
    assert [cell.words.en for cell in rule.tests] == [
        "no",
        "no",
        "rent or lodging or work or study",
    ]
    assert [(cell.text, cell.words.zh) for cell in rule.results] == [("null", "空")]
    assert rule.law.zh == "《居住证暂行条例》第九条：租赁、住宿、就业或就读材料由审批岗核实"


def test_a_cell_that_asks_nothing_is_empty(reason):
    assert [cell.text for cell in reason.lines[0].tests] == ["true", "", ""]
    assert reason.lines[0].tests[1].words == ("", "")


def test_a_result_that_is_computed_is_told_as_it_is_written(b09):
    table = dmn.table("months || fee\n > 6 || months * 2")
    found = of(b09, dmn.input_data("months", "number"), dmn.decision("fee", table, ["months"]))
    (line,) = found["fee"].lines
    assert line.results[0].words == ("months * 2", "months * 2")


def test_several_outputs_have_names_of_their_own(b09):
    table = dmn.table('months || level | fee\n > 6 || "甲" | 12.50')
    found = of(b09, dmn.input_data("months", "number"), dmn.decision("grade", table, ["months"]))
    assert [each.label.zh for each in found["grade"].outputs] == ["level", "fee"]
    assert [cell.words.zh for cell in found["grade"].lines[0].results] == ["甲", "12.5"]


def test_what_is_drawn_is_called_by_its_label(b09):
    names = dict(sheets.drawn(b09))
    assert names["eligible"].en == "Conditions for a residence permit are met"
    assert names["alive"].zh == "在世"
    assert names["regulations"].zh == "《居住证暂行条例》（国务院令第663号）"
    assert len(names) == 13
