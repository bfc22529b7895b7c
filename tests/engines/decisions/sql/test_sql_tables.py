"""Hit policies in both engines: the value, whether it is unknown, and the rule that decided."""

from decimal import Decimal

import pytest
from hypothesis import given, settings

from tests.engines.decisions import dmn_models as dmn
from tests.engines.decisions.sql import generated
from tests.engines.decisions.sql.registers import InDuckdb, disagreements, plainly
from tongban.engines.decisions import Given, examine
from tongban.engines.decisions.sql import NotInSubset

OPEN = object()
ADULTS = """n : number | u : boolean || out : string{values}
            >= 0       | -           || "a"
            < 0        | -           || "b"
            -          | true        || "c" """
AMOUNTS = """n : number | u : boolean || out : number{values}
             > 0        | -           || 3
             -          | true        || 2
             null       | -           || 1 """
ORDERED = '("c","b","a")'


def asked(people, drawing, policy, values="", **attributes):
    logic = dmn.table(drawing.format(values=values), policy, **attributes)
    decision = examine(generated.model(dmn.decision("D", logic, generated.TYPES)))[0].find("D")
    found = people.answers(decision)
    assert disagreements(decision, people.register, found) == []
    return [
        (OPEN if row["unknown"] else plainly(row["value"]), row.get("rule", ...)) for row in found
    ]


@pytest.mark.parametrize(
    ("policy", "values", "expected"),
    [
        # Of the second person u is unknown and n null: only the third rule may hold.
        ("FIRST", "", [("a", 1), (OPEN, None), ("b", 2)]),
        ("FIRST", '="c"', [("a", 1), ("c", None), ("b", 2)]),
        # Of the third person two rules hold.
        ("UNIQUE", "", [("a", 1), (OPEN, None), (None, None)]),
        ("UNIQUE", '="c"', [("a", 1), ("c", None), (None, None)]),
        ("ANY", "", [("a", 1), (OPEN, None), (None, None)]),
        ("PRIORITY", ORDERED, [("a", 1), (OPEN, None), ("c", 3)]),
    ],
)
def test_one_rule_decides(people, policy, values, expected):
    assert asked(people, ADULTS, policy, values) == expected


@pytest.mark.parametrize(
    ("aggregation", "values", "expected"),
    [
        ("SUM", "", [3, OPEN, 2]),
        ("MIN", "", [3, 1, 2]),
        ("MAX", "", [3, OPEN, 2]),
        ("COUNT", "", [1, OPEN, 1]),
    ],
)
def test_many_rules_decide_together_and_none_of_them_alone(people, aggregation, values, expected):
    found = asked(people, AMOUNTS, "COLLECT", values, aggregation=aggregation)
    assert found == [(value, ...) for value in expected]


def test_outputs_that_agree_are_no_conflict_under_any(people):
    same = ADULTS.replace('"c"', '"b"').replace('"a"', '"b"')
    assert asked(people, same, "ANY") == [("b", 1), (OPEN, None), ("b", 2)]


def test_a_value_that_a_column_does_not_foresee_is_unknown_where_it_matters(people):
    drawing = """n : number([0..5]) || out : string
                 >= 0               || "in"
                 -                  || "any" """
    assert asked(people, drawing, "FIRST") == [("in", 1), ("any", 2), (OPEN, None)]
    assert asked(people, drawing.replace('"in"', '"any"'), "FIRST")[2] == ("any", 2)


def test_an_output_that_is_no_output_value_is_null(people):
    drawing = """s : string || out : string("ab","b")
                 -          || s + "" """
    assert asked(people, drawing, "FIRST") == [("ab", 1), (None, 1), (None, 1)]


def test_a_table_of_several_outputs_answers_a_column_each(people):
    drawing = """n : number || grade : string | points : number
                 > 0        || "good"         | m
                 < 0        || "bad"          | null"""
    logic = dmn.table(drawing)
    decision = examine(generated.model(dmn.decision("D", logic, generated.TYPES)))[0].find("D")
    found = people.answers(decision)
    assert [(row["grade"], row["points"], row["unknown"], row["rule"]) for row in found] == [
        ("good", Decimal("2.5"), False, 1),
        (None, None, False, None),
        ("bad", None, False, 2),
    ]


@pytest.fixture(scope="module")
def crowd():
    return InDuckdb(generated.register(25, seed=3))


@settings(max_examples=25, deadline=None)
@given(xml=generated.table_models(policies=["FIRST", "UNIQUE"]))
def test_the_rule_is_the_one_that_the_reasons_name(crowd, xml):
    decision = examine(xml)[0].find("D")
    try:
        found = crowd.answers(decision)
    except NotInSubset:
        return
    for row, answer in zip(crowd.register.rows, found, strict=True):
        given = {name: Given(value) for name, value in crowd.register.given(row).items()}
        reasons = decision.evaluate(given).reasons
        held = [each.rule for each in reasons if each.matched and each.rule != "default"]
        decided = len(held) == 1 and not answer["unknown"]
        assert answer["rule"] == (int(held[0]) if decided else None)


@pytest.mark.parametrize("policy", ["FIRST", "UNIQUE", "ANY", "PRIORITY"])
@pytest.mark.parametrize("rules", [40, 41])
def test_more_than_40_open_rules_are_always_taken_to_matter(people, policy, rules):
    """Of the second person u is unknown; whether a rule holds makes no difference to the value."""
    values = '("a")="a"' if policy == "PRIORITY" else '="a"'
    drawing = "u : boolean || out : string{values}\n" + 'true || "a"\n' * rules
    second = asked(people, drawing, policy, values)[1]
    settled = rules == 40 and policy != "UNIQUE"
    assert second == (("a", None) if settled else (OPEN, None))


@pytest.mark.parametrize("aggregation", ["MIN", "MAX"])
def test_more_than_40_open_rules_matter_to_an_aggregate_too(people, aggregation):
    for rules, expected in ((40, Decimal(1)), (41, OPEN)):
        drawing = "u : boolean || out : number{values}\n" + "true || 1\n" * rules
        found = asked(people, drawing, "COLLECT", "=1", aggregation=aggregation)
        assert found[1][0] == expected


def test_open_rules_of_several_outputs_matter_where_one_output_differs(people):
    """Of the second person u is unknown."""
    drawing = "u : boolean || out : string{values} | also : number{values}\n"
    drawing += 'true || "a" | 1\nfalse || "a" | {last}'
    for last, unknown in (("1", False), ("2", True)):
        logic = dmn.table(drawing.format(values="", last=last) + '\n- || "a" | 1', "FIRST")
        decision = examine(generated.model(dmn.decision("D", logic, generated.TYPES)))[0]
        found = people.answers(decision.find("D"))
        assert disagreements(decision.find("D"), people.register, found) == []
        assert found[1]["unknown"] is unknown
