"""Decision tables by hit policy, with known, null and unknown inputs."""

from decimal import Decimal as D

import pytest

from tests.engines.decisions.dmn_models import decision, input_data, item, model, table, text
from tongban.engines.decisions import Given, examine, load
from tongban.engines.feel import Unknown


def loaded(drawing, policy="UNIQUE", needs=("a:number", "b:string"), items=(), type_="", **more):
    inputs = [each.partition(":") for each in needs]
    names = [name for name, _, _ in inputs]
    data = [input_data(name, type_) for name, _, type_ in inputs]
    logic = table(drawing, policy, **more)
    return load(model(*items, *data, decision("D", logic, names, type_))).find("D")


def outcome(tested, **values):
    return tested.evaluate({name: Given(value) for name, value in values.items()})


def answers(tested, **values):
    """The value; `decide` and `evaluate` must agree."""
    found = outcome(tested, **values)
    assert tested.decide(values) == found.value
    return found.value


UNKNOWN = Unknown(frozenset())


def missing(*names):
    return Unknown(frozenset(names))


AGES = """
    a:number | b:string || r:string
    >= 18    | "x"      || "adult x"
    >= 18    | "y"      || "adult y"
    < 18     | -        || "child"
"""


def test_unique_answers_the_one_rule_that_holds():
    tested = loaded(AGES)
    assert answers(tested, a=D(20), b="x") == "adult x"
    assert answers(tested, a=D(20), b="y") == "adult y"
    assert answers(tested, a=D(5), b="z") == "child"
    assert answers(tested, a=D(20), b="z") is None
    assert answers(tested, a=None, b="x") is None


def test_unique_is_unknown_only_where_the_unknown_input_matters():
    tested = loaded(AGES)
    assert answers(tested, a=D(5)) == "child"
    assert answers(tested, a=D(20)) == missing("b")
    assert answers(tested, b="x") == missing("a")
    assert answers(tested) == missing("a", "b")
    assert outcome(tested, a=D(20)).missing == {"b"}
    assert outcome(tested, a=D(5)).missing == frozenset()


def test_two_rules_at_once_are_null_with_the_reason():
    tested = loaded("""
        a:number || r:string
        > 1      || "a"
        > 2      || "b"
    """)
    found = outcome(tested, a=D(3))
    assert found.value is None
    assert found.told("zh")[-1] == "第 1, 2 条规则同时成立，而命中策略“唯一”只允许一条。"
    assert [reason.rule for reason in found.reasons if reason.matched] == ["1", "2"]


def test_a_rule_that_may_hold_beside_another_leaves_unique_unknown():
    tested = loaded("""
        a:number | b:string || r:string
        > 1      | -        || "one"
        -        | "x"      || "one"
    """)
    assert answers(tested, a=D(3), b="x") is None
    assert answers(tested, a=D(3)) == missing("b")


def test_first_answers_the_first_and_looks_no_further():
    tested = loaded(
        """
        a:number | b:string || r:string
        > 1      | "x"      || "one"
        > 1      | -        || "two"
        -        | -        || "three"
        """,
        "FIRST",
    )
    assert answers(tested, a=D(3), b="x") == "one"
    assert answers(tested, a=D(3), b="y") == "two"
    assert answers(tested, a=D(0)) == "three"
    assert answers(tested, a=D(3)) == missing("b")
    assert answers(tested, b="y") == missing("a")


def test_first_is_decided_where_all_that_may_come_first_agree():
    tested = loaded(
        """
        a:number | b:string || r:string
        > 5      | -        || "same"
        -        | "x"      || "same"
        -        | -        || "same"
        """,
        "FIRST",
    )
    assert answers(tested) == "same"


def test_any_wants_agreement():
    tested = loaded(
        """
        a:number | b:string || r:string
        > 1      | -        || "one"
        > 2      | -        || "one"
        > 3      | "x"      || "other"
        """,
        "ANY",
    )
    assert answers(tested, a=D(3)) == "one"
    assert answers(tested, a=D(4), b="x") is None
    assert answers(tested, a=D(4)) == missing("b")
    assert outcome(tested, a=D(4), b="x").told("en")[-1] == (
        "Rules 1, 2, 3 hold at once with different results (hit policy ANY)."
    )


def test_priority_follows_the_order_of_the_output_values():
    tested = loaded(
        """
        a:number | b:string || r:string("high", "middle", "low")
        > 1      | -        || "low"
        > 2      | -        || "high"
        -        | "x"      || "middle"
        """,
        "PRIORITY",
    )
    assert answers(tested, a=D(3), b="x") == "high"
    assert answers(tested, a=D(2), b="x") == "middle"
    assert answers(tested, a=D(3)) == "high"  # whether the third rule holds does not matter
    assert answers(tested, a=D(2)) == missing("b")


def test_priority_takes_the_order_from_the_type_of_the_decision():
    grades = item("tGrade", "<typeRef>string</typeRef>" + text("allowedValues", '"A", "B"'))
    tested = loaded(
        """
        a:number || r:
        > 1      || "B"
        > 2      || "A"
        """,
        "PRIORITY",
        items=[grades],
        type_="tGrade",
    )
    assert answers(tested, a=D(3)) == "A"


def test_rule_order_and_output_order_list_all_results():
    drawing = """
        a:number | b:string || r:string("high", "low")
        > 1      | -        || "low"
        > 2      | -        || "high"
        -        | "x"      || "low"
    """
    assert answers(loaded(drawing, "RULE ORDER"), a=D(3), b="y") == ["low", "high"]
    assert answers(loaded(drawing, "OUTPUT ORDER"), a=D(3), b="x") == ["high", "low", "low"]
    assert answers(loaded(drawing, "COLLECT"), a=D(3), b="x") == ["low", "high", "low"]
    assert answers(loaded(drawing, "COLLECT"), a=D(0), b="y") is None
    assert answers(loaded(drawing, "RULE ORDER"), a=D(3)) == missing("b")
    assert answers(loaded(drawing, "OUTPUT ORDER"), a=D(3)) == missing("b")


@pytest.mark.parametrize(
    ("aggregation", "known", "none"),
    [("SUM", D(12), None), ("MIN", D(0), None), ("MAX", D(7), None), ("COUNT", D(4), None)],
)
def test_collect_aggregates(aggregation, known, none):
    tested = loaded(
        """
        a:number | b:string || r:number
        > 1      | -        || 5
        > 2      | -        || 7
        > 1      | "x"      || 0
        > 1      | "x", "y" || 0
        """,
        "COLLECT",
        aggregation=aggregation,
    )
    assert answers(tested, a=D(3), b="x") == known
    assert answers(tested, a=D(0), b="x") == none


def test_an_open_rule_that_cannot_change_the_aggregate_does_not_matter():
    drawing = """
        a:number | b:string || r:number
        > 1      | -        || 5
        -        | "x"      || 0
        -        | "y"      || 3
    """

    def aggregate(function):
        return loaded(drawing, "COLLECT", aggregation=function)

    assert answers(aggregate("MAX"), a=D(2)) == D(5)
    assert answers(aggregate("MIN"), a=D(2)) == missing("b")
    assert answers(aggregate("SUM"), a=D(2)) == missing("b")
    assert answers(aggregate("COUNT"), a=D(2)) == missing("b")


def test_what_cannot_be_aggregated_is_null_with_the_reason():
    tested = loaded(
        """
        a:number || r:
        > 1      || 5
        > 2      || "x"
        """,
        "COLLECT",
        aggregation="SUM",
    )
    found = outcome(tested, a=D(3))
    assert (found.value, found.told("en")[-1]) == (
        None,
        "The results of rules 1, 2 cannot be aggregated.",
    )


def test_an_unknown_result_makes_an_aggregate_unknown():
    for policy, more in {
        "COLLECT": {"aggregation": "SUM"},
        "ANY": {},
        "PRIORITY": {},
        "OUTPUT ORDER": {},
    }.items():
        tested = loaded(
            """
            a:number || r:number
            > 1      || a
            > 2      || c
            """,
            policy,
            needs=("a:number", "c:number"),
            **more,
        )
        assert answers(tested, a=D(3)) == missing("c")
        assert answers(tested, a=D(2)) == ([D(2)] if policy == "OUTPUT ORDER" else D(2))


def test_the_default_applies_where_no_rule_holds():
    tested = loaded("""
        a:number || r:string="none"
        > 1      || "one"
        > 5      || "none"
    """)
    assert answers(tested, a=D(0)) == "none"
    assert answers(tested, a=D(2)) == "one"
    assert outcome(tested, a=D(0)).told("zh")[0] == "“D”没有规则成立，取默认结果。"
    assert outcome(tested, a=D(0)).told("en")[0] == "“D”: no rule holds, the default applies."


def test_several_outputs_make_a_context():
    tested = loaded("""
        a:number || r:string | n:number
        > 1      || "one"    | a + 1
    """)
    assert answers(tested, a=D(2)) == {"r": "one", "n": D(3)}
    assert str(tested.type) == "context<r: string, n: number>"


def test_outputs_of_several_columns_are_ranked_column_by_column():
    tested = loaded(
        """
        a:number || r:string("x", "y") | n:number(1, 2)
        > 1      || "y"                | 1
        > 1      || "x"                | 2
        > 2      || "x"                | 1
        """,
        "PRIORITY",
    )
    assert answers(tested, a=D(2)) == {"r": "x", "n": D(2)}
    assert answers(tested, a=D(3)) == {"r": "x", "n": D(1)}


def test_a_result_that_does_not_fit_its_column_is_null():
    tested = loaded("""
        a:number || r:number(1, 2)
        > 1      || a
    """)
    assert answers(tested, a=D(2)) == D(2)
    found = outcome(tested, a=D(3))
    assert (found.value, found.told("en")[-1]) == (
        None,
        "3 is not one of the allowed values: 1, 2.",
    )


def test_a_value_the_column_does_not_foresee_is_unknown_not_wrong():
    tested = loaded("""
        b:string("x", "y") || r:string
        "x"                || "one"
        "y"                || "two"
    """)
    found = outcome(tested, b="z")
    assert (found.value, found.missing) == (missing("b"), {"b"})
    assert found.told("zh")[-1] == 'z 不在允许的值之内："x", "y"。'


def test_rules_beyond_the_pair_limit_all_count():
    rules = "\n".join(f"> {n} | - || {n % 3}" for n in range(50))
    tested = loaded(f"a:number | b:string || r:number\n{rules}", "FIRST")
    assert answers(tested) == missing("a")


def test_cells_may_hold_conditions_and_read_other_inputs():
    tested = loaded(
        """
        b:string             | a:number        || r:boolean
        starts with(?, "32") | > c             || true
        -                    | <= c            || false
        """,
        needs=("a:number", "b:string", "c:number"),
    )
    assert answers(tested, a=D(3), b="329906", c=D(1)) is True
    assert answers(tested, a=D(3), b="329906", c=D(3)) is False
    assert answers(tested, a=D(3), b="32", c=UNKNOWN) == missing("c")
    assert answers(tested, a=D(3), b="33", c=D(1)) is None


@pytest.mark.parametrize("value", [D(0), D(1), D(2), D(3), D(4), D(5), D(6), None, "x"])
def test_cells_of_constants_are_looked_up_and_mean_the_same(value):
    tested = loaded(
        """
        a:                 || r:number
        1                  || 1
        not(2, 3)          || 2
        [2..4)             || 4
        < 1, > 5           || 8
        != 4               || 16
        ]3..5]             || 32
        <= 3               || 64
        >= 5               || 128
        >= 1, > 2, < 1     || 256
        -                  || 512
        """,
        "COLLECT",
        needs=("a:",),
    )
    numbers = isinstance(value, D)
    holds = [
        numbers and value == 1,
        value is None or (numbers and value not in (2, 3)),
        numbers and 2 <= value < 4,
        numbers and (value < 1 or value > 5),
        value is None or (numbers and value != 4),
        numbers and 3 < value <= 5,
        numbers and value <= 3,
        numbers and value >= 5,
        numbers,
        True,
    ]
    expected = [D(2**at) for at, held in enumerate(holds) if held]
    assert answers(tested, a=value) == expected


def test_truths_have_no_order_in_a_table_either():
    logic = table("a: || r:number\n> false || 1\ntrue || 2")
    tested, findings = examine(model(input_data("a"), decision("D", logic, ["a"])))
    assert len(findings) == 1
    assert tested.find("D").decide({"a": True}) == D(2)
