"""Each kind of finding: its place, its words in both languages, and the case that shows it."""

from decimal import Decimal as D

import pytest

from tests.engines.decisions.dmn_models import (
    decision,
    element,
    input_data,
    item,
    literal,
    model,
    table,
    text,
)
from tests.engines.decisions.verification.judged import held, judged, kinds, loaded
from tongban.engines.decisions import load
from tongban.engines.decisions.verification import Severity, judging, verify

A, AB = "a:number", "a:number b:number"


def only(findings):
    assert len(findings) == 1, kinds(findings)
    return findings[0]


def test_a_gap_is_told_with_a_case_that_no_rule_takes():
    tested = loaded("a:number || r:number\n<= 5 || 1\n>= 6 || 2\nnull || 3", inputs=A)
    found = only(verify(tested))
    assert (found.severity, found.decision, found.rules) == (Severity.WARNING, "D", ())
    assert found.told("en") == (
        "Decision “D”: No rule holds, and there is no default result, for a = 5.5."
    )
    assert found.told("zh") == "决策“D”：没有规则成立，也没有默认结果：a = 5.5。"
    assert found.example.values == {"a": D("5.5")}
    assert held(tested.find("D"), found.example.values) == set()


def test_what_is_missing_is_told_apart_from_a_gap():
    found = only(judged("a:number || r:number\n< 5 || 1\n>= 5 || 2", inputs=A))
    assert found.severity is Severity.WARNING
    assert found.told("en") == (
        "Decision “D”: Nothing is said about a missing a: no rule holds for a = null."
    )
    assert found.told("zh") == "决策“D”：没有规定“a”为空时的结果：a = null，没有规则成立。"


def test_where_no_rule_holds_anyway_nothing_is_told_of_what_is_missing():
    found = judged(
        "a:number | b:number || r:number\n- | < 5 || 1\nnull | null || 2\n< 3 | null || 3",
        inputs=AB,
    )
    assert kinds(found) == [
        ("NoRule", (), "a = 2, b = 5"),
        ("NothingForMissing", (), "a = 3, b = null"),
    ]


def test_that_several_things_are_missing_is_told_where_one_alone_is_no_gap():
    drawing = "a:number | b:number || r:number\nnot(null) | - || 1\n- | not(null) || 2"
    assert kinds(judged(drawing, "FIRST", AB)) == [
        ("NothingForMissing", (), "a = null, b = null"),
        ("NothingForMissing", (), "a = null, b = null"),
    ]


def test_two_rules_that_hold_at_once_break_unique():
    found = only(judged("a:number || r:number\n[1..5] || 1\n[5..9] || 1\n- || 2", "ANY", A)[:1])
    assert (found.rules, found.facts["one"], found.facts["other"]) == ((1, 3), 1, 3)
    found = only(judged("a:number || r:number=0\n[1..5] || 1\n[5..9] || 1", inputs=A))
    assert (found.severity, found.rules) == (Severity.ERROR, (1, 2))
    assert found.told("en") == (
        "Decision “D”: Rules 1 and 2 hold at once, which the hit policy UNIQUE forbids, for a = 5."
    )
    assert found.told("zh") == (
        "决策“D”：第 1 条与第 2 条规则会同时成立，而命中策略“唯一”不允许：a = 5。"
    )


def test_rules_that_meet_only_in_what_is_missing_break_unique_too():
    found = only(judged("a:number || r:number=0\nnot(5) || 1\nnull || 1\n5 || 2", inputs=A))
    assert (type(found).__name__, found.example.text) == ("SeveralRulesHold", "a = null")


def test_different_results_break_any():
    drawing = 'a:number || r:string=null\n< 5 || "x"\n> 3 || "y"\n> 8 || "y"'
    found = only(judged(drawing, "ANY", A))
    assert (found.severity, found.rules, found.example.text) == (Severity.ERROR, (1, 2), "a = 4")
    assert found.told("en") == (
        "Decision “D”: Rules 1 and 2 hold at once with different results, which the hit policy ANY"
        " forbids, for a = 4."
    )
    assert found.told("zh") == (
        "决策“D”：第 1 条与第 2 条规则会同时成立但结果不同，而命中策略“任意”不允许：a = 4。"
    )


def test_results_that_are_computed_are_compared_on_cases():
    drawing = "a:number || r:number=0\n< 5 || b\n> 3 || 1\n> 4 || b * 1"
    assert kinds(judged(drawing, "ANY", AB)) == [
        ("ResultsDiffer", (1, 2), "b = 0, a = 3.5"),
        ("ResultsDiffer", (2, 3), "b = 0, a = 4.5"),
        ("ResultsComputed", (1, 3), ""),
    ]


def test_results_that_never_differed_on_cases_are_said_to_be_unchecked():
    found = only(judged("a:number || r:number=0\n< 5 || b\n> 3 || b + 0", "ANY", AB))
    assert (found.severity, found.rules) == (Severity.WARNING, (1, 2))
    assert found.told("en") == (
        "Decision “D”: It was not checked whether rules contradict each other, because results of"
        " rules 1, 2 are computed."
    )
    assert found.told("zh") == (
        "决策“D”：没有检查规则之间是否矛盾，因为第 1, 2 条规则的结果由计算得出。"
    )


@pytest.mark.parametrize(
    ("cell", "values", "tests"),
    [
        ("? > 5 and ? < 3", "", "“a” “? > 5 and ? < 3”"),
        ("> 9", "([0..9])", "“a” “> 9”"),
        ("-1", "([0..9])", "“a” “-1”"),
        ("not(null, >= 0, < 0)", "", "“a” “not(null, >= 0, < 0)”"),
    ],
)
def test_a_rule_that_no_allowed_value_passes_never_holds(cell, values, tests):
    found = only(judged(f"a:number{values} || r:number=0\n5 || 1\n{cell} || 2", inputs=A))
    assert (found.severity, found.rules) == (Severity.ERROR, (2,))
    assert found.told("en") == (
        f"Decision “D”, rule 2: The rule can never hold: no allowed value passes {tests}."
    )
    assert found.told("zh") == (
        f"决策“D”，第 2 条规则：规则永远不会成立：没有允许的值满足 {tests}。"
    )


def test_cells_on_one_input_twice_are_taken_together():
    drawing = "a:number | a:number || r:number=0\n< 5 | > 3 || 1\n> 7 | < 6 || 2"
    found = only(judged(drawing, inputs=A))
    assert found.told("en").endswith("no allowed value passes “a” “> 7”, “a” “< 6”.")


def test_a_rule_behind_others_never_decides():
    found = only(judged("a:number || r:number\n< 5 || 1\n- || 2\n[3..7] || 3", "FIRST", A))
    assert (found.severity, found.rules) == (Severity.WARNING, (3,))
    assert found.told("en") == (
        "Decision “D”, rule 3: The rule never decides: wherever it holds, rules before it do, as"
        " rule 1 does for a = 3."
    )
    assert found.told("zh") == (
        "决策“D”，第 3 条规则：规则永远不起作用：凡它成立时都有在先的规则成立，"
        "例如 a = 3 时由第 1 条决定。"
    )


def test_two_rules_together_hide_a_third():
    drawing = "a:number || r:number=0\n<= 5 || 1\n>= 5 || 2\n[3..7] || 3\nnull || 4"
    assert kinds(judged(drawing, "FIRST", A)) == [("NeverDecides", (3,), "a = 3")]


def test_by_priority_a_later_rule_hides_an_earlier_one():
    drawing = (
        'a:number | b:number || r:string("high", "low") | s:number(1, 2)\n'
        '< 5 | - || "low" | 1\n- | - || "high" | 2\n> 7 | - || "high" | 1'
    )
    assert kinds(judged(drawing, "PRIORITY", AB)) == [("NeverDecides", (1,), "b = 1, a = 4")]


def test_by_priority_computed_results_are_not_ranked():
    drawing = "a:number || r:number(1, 2)\n< 5 || 2\n< 9 || b\n- || 1"
    assert kinds(judged(drawing, "PRIORITY", AB)) == [
        ("ResultsComputed", (2,), ""),
        ("NeverDecides", (1,), "a = 4"),
    ]


@pytest.mark.parametrize("policy", ["COLLECT", "RULE ORDER", "OUTPUT ORDER"])
def test_tables_that_list_may_have_gaps_and_several_rules(policy):
    assert judged("a:number || r:number(1, 2)\n< 5 || 1\n< 4 || 2", policy, A) == ()


def test_a_default_leaves_no_gap():
    assert judged("a:number || r:number=0\n< 5 || 1", inputs=A) == ()


def test_a_table_without_inputs_is_judged_by_its_rules_alone():
    assert kinds(judged("|| r:number\n|| 1")) == []
    assert kinds(judged("|| r:number\n|| 1\n|| 2")) == [("SeveralRulesHold", (1, 2), "-")]
    assert kinds(judged("a:number || r:number", inputs=A)) == [("NoRule", (), "a = 1")]


@pytest.mark.parametrize(
    ("type_", "cells", "example"),
    [
        ("string", ['"x"', 'not("x", "y")'], 'a = "y"'),
        ("string", ['< "b"', '> "b"'], 'a = "b"'),
        ("boolean", ["true"], "a = false"),
        ("boolean", ["?"], "a = false"),
        ("number", ["[1, 2]", "> 2", "< 1"], "a = 1.5"),
        ("number", ["[[1, 5], (> 5)]", "< 1"], "a = 2"),
        ("", ["? = [1, 2]", "7"], "a = 0"),
        ("date", ['< date("2026-03-01")', '> date("2026-03-01")'], 'a = @"2026-03-01"'),
        ("time", ['>= time("00:00:01")'], 'a = @"00:00:00"'),
        ("dateTime", ['> @"2026-03-01T00:00:00"'], 'a = @"2026-02-28T00:00:00"'),
        ("dateTime", ['> @"2026-03-01T08:00:00+08:00"'], 'a = @"2026-02-28T00:00:00Z"'),
        ("dayTimeDuration", ['not(@"P1DT1H")'], 'a = @"P1DT1H"'),
        ("yearMonthDuration", ['<= @"P1Y"', '>= @"P1Y2M"'], 'a = @"P1Y1M"'),
        ("number", ["[1..2]", "in [1.5..3]", "(3..5)", "> 5", "< 1"], "a = 5"),
        ("number", ["list contains([1, 2], 1)", "1"], None),
        ("number", ["if ? > 3 then ? < 9 else ? = 0"], "a = -1"),
        ("number", ["? between 1 and 2", "? in (< 1, > 2)"], None),
        ("number", ["? instance of number"], None),
    ],
)
def test_gaps_are_found_in_values_of_every_kind(type_, cells, example):
    cells = [each.removeprefix("in ") for each in cells]
    lines = [f"a:{type_} || r:number", *(f"{each} || 1" for each in cells), "null || 1"]
    found = kinds(judged("\n".join(lines), "FIRST", f"a:{type_}"))
    assert [each[2] for each in found if each[0] == "NoRule"] == ([example] if example else [])
    assert not [each for each in found if each[0] in ("NotProven", "NothingForMissing")]


def test_allowed_values_of_the_input_and_of_its_type_bound_what_is_asked():
    kind = item("T", element("typeRef", "string") + text("allowedValues", '"x", "y", "z"'))
    drawing = 'a:T("y", "z") || r:number\n"y" || 1\nnull || 2'
    assert kinds(judged(drawing, inputs="a:T", head=kind)) == [("NoRule", (), 'a = "z"')]


def test_an_input_without_a_type_takes_that_of_its_cells():
    found = judged('a || r:number\n< 5 || 1\n"x" || 2\n5 || 3\nnull || 4', inputs="a:")
    assert kinds(found) == [("NoRule", (), "a = 6")]


def test_members_of_a_context_are_inputs_of_their_own():
    person = item(
        "P",
        item("age", element("typeRef", "number")).replace("itemDefinition", "itemComponent")
        + item(
            "home",
            item("city", element("typeRef", "string")).replace("itemDefinition", "itemComponent"),
        )
        .replace('<itemDefinition name="home"', '<itemComponent name="home"')
        .replace("</itemDefinition>", "</itemComponent>"),
    )
    drawing = 'p.age:number | p.home.city:string || r:number=0\n< 5 | "x" || 1\n4 | - || 2'
    tested = loaded(drawing, inputs="p:P", head=person)
    found = only(verify(tested))
    assert (found.rules, found.example.text) == ((1, 2), 'p.age = 4, p.home.city = "x"')
    assert found.example.values == {"p": {"age": D(4), "home": {"city": "x"}}}
    assert held(tested.find("D"), found.example.values) == {1, 2}


def test_inputs_that_cells_compare_are_varied_together():
    drawing = "a:number | b:number || r:number\n< b | - || 1\n> b | - || 2\nnull | - || 3"
    assert kinds(judged(drawing, "FIRST", AB)) == [
        ("NoRule", (), "a = 1, b = 1"),
        ("NothingForMissing", (), "a = 1, b = null"),
    ]


def test_a_date_is_compared_with_today():
    drawing = "d:date || r:number\n< today() || 1\n>= today() || 2\n> today() || 3\nnull || 4"
    found = only(judged(drawing, inputs="d:date"))
    assert (found.rules, set(found.example.values)) == ((2, 3), {"d", "today()"})
    assert found.example.values["d"] > found.example.values["today()"]


def test_the_decision_that_another_reads_bounds_it():
    first = decision("E", literal("if a > 3 then true else false"), ["a"], "boolean")
    second = decision("D", table("E:boolean || r:number\ntrue || 1\nnull || 2"), ["!E"])
    found = only(verify(load(model(input_data("a", "number"), first, second))))
    assert (found.decision, found.example.text) == ("D", "E = false")


def test_only_so_many_are_told_and_the_rest_is_counted():
    rows = [f"{number} || 1" for number in range(1, 14)]
    found = kinds(judged("\n".join(["a:number || r:number", *rows, "null || 1"]), inputs=A))
    assert [each[0] for each in found] == ["NoRule"]

    rows = [f"- || {number}" for number in range(8)]
    *told, last = judged("\n".join(["a:number || r:number", *rows]), inputs=A)
    assert {type(each).__name__ for each in told} == {"SeveralRulesHold"}
    assert (len(told), last.facts["count"], last.severity) == (judging.PAIRS, 8, Severity.ERROR)
    assert last.told("en") == (
        "Decision “D”: 8 further pairs of rules contradict each other in the same way."
    )
    assert last.told("zh") == "决策“D”：另有 8 对规则以同样方式相互矛盾。"


def test_of_many_gaps_ten_are_told():
    squares = [f"{n} | {m} || 1" for n in range(13) for m in range(13) if n != m]
    head = ["a:number(0,1,2,3,4,5,6,7,8,9,10,11,12) | b:number(0,1,2,3,4,5,6,7,8,9,10,11,12) || r"]
    *found, last = [
        each
        for each in judged("\n".join([*head, *squares]), inputs=AB)
        if type(each).__name__ != "NothingForMissing"
    ]
    assert [each.example.text for each in found] == [f"a = {n}, b = {n}" for n in range(10)]
    assert last.told("en") == (
        "Decision “D”: There are more than 10 kinds of cases for which no rule holds."
    )
    assert last.told("zh") == "决策“D”：没有规则成立的情形超过 10 类，这里只列出一部分。"


@pytest.mark.parametrize(
    ("policy", "what", "what_zh"),
    [
        ("ANY", "whether rules contradict each other", "规则之间是否矛盾"),
        ("FIRST", "whether every rule can decide", "每条规则是否起作用"),
        ("UNIQUE", "whether some rule always holds", "是否总有规则成立"),
    ],
)
def test_what_takes_too_long_is_said_to_be_unchecked(policy, what, what_zh, monkeypatch):
    monkeypatch.setattr(judging, "STEPS", 2)
    found = judged("a:number || r:number\n< 5 || a\n< 6 || 1\n< 7 || 1\n7 || 2", policy, A)
    told = [each for each in found if type(each).__name__ == "TooIntricate"]
    assert told[0].severity is Severity.WARNING
    assert told[0].told("en") == (
        f"Decision “D”: It was not checked {what}: that would take more than 2 steps."
    )
    assert told[0].told("zh") == f"决策“D”：没有检查{what_zh}：所需步骤超过 2。"
