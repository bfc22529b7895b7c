"""Cells and columns that compute: tried on cases, and called unproven where that says little."""

import pytest

from tests.engines.decisions.dmn_models import (
    decision,
    element,
    input_data,
    item,
    literal,
    model,
    requires,
    table,
    text,
)
from tests.engines.decisions.verification.judged import held, judged, kinds, loaded
from tongban.engines.decisions import examine, load
from tongban.engines.decisions.verification import Severity, verify

A = "a:number"


def test_a_contradiction_of_computing_cells_is_found_by_trying():
    tested = loaded("a:number || r:number=0\nodd(?) || 1\n> 5 || 2\nnull || 3", inputs=A)
    first, last = verify(tested)
    assert (type(first).__name__, first.rules, first.example.text) == (
        "SeveralRulesHold",
        (1, 2),
        "a = 7",
    )
    assert held(tested.find("D"), first.example.values) == {1, 2}
    assert (last.severity, last.rules) == (Severity.WARNING, (1,))
    assert last.told("en") == (
        "Decision “D”: It was not checked for every value whether rules contradict each other,"
        " because “odd(?)” is more than a comparison with constants; samples show nothing else."
    )
    assert last.told("zh") == (
        "决策“D”：没有对所有取值检查规则之间是否矛盾，因为 “odd(?)” 不只是与常量的比较；"
        "抽样未发现其他问题。"
    )


def test_a_gap_that_nobody_thought_of_is_found_by_trying():
    found = judged("a:number || r:number\nodd(?) || 1\neven(?) || 2\nnull || 3", "FIRST", A)
    assert kinds(found)[:1] == [("NoRule", (), "a = -0.5")]


def test_whether_a_computing_cell_can_hold_is_left_open():
    *_, last = judged("a:number || r:number=0\n? * ? = 2809 || 1", "FIRST", A)
    assert (type(last).__name__, last.rules) == ("NotProven", (1,))
    assert "whether every rule can hold" in last.told("en")


def test_a_rule_behind_the_same_computing_cell_is_left_open():
    found = judged("a:number || r:number=0\nodd(?) || 1\n1 || 2\nodd(?) || 3", "FIRST", A)
    assert [each[:2] for each in kinds(found)] == [("NotProven", (1, 3))]
    assert found[0].facts["what"] == "whether every rule can decide"


def test_a_rule_that_asks_nothing_proves_what_computing_cells_cannot():
    assert judged("a:number || r:number\nodd(?) || 1\n- || 2", "FIRST", A) == ()


def test_a_computed_input_of_few_values_is_judged_whole():
    drawing = (
        "if a = null or b = null then null else a = b:boolean || r:number\n"
        "true || 1\nfalse || 2\nnull || 3"
    )
    assert judged(drawing, inputs="a:string b:string") == ()
    found = judged(drawing.replace("\nfalse || 2", ""), inputs="a:string b:string")
    assert kinds(found) == [("NoRule", (), 'a = "其他", b = " "')]


def test_a_gap_of_a_computed_input_is_found_by_trying_its_inputs():
    drawing = "a + b:number || r:number\n< 100 || 1\n> 100 || 2\nnull || 3"
    tested = loaded(drawing, inputs="a:number b:number")
    (found,) = verify(tested)
    assert sum(found.example.values.values()) == 100
    assert held(tested.find("D"), found.example.values) == set()


def test_what_a_column_mentions_is_tried():
    drawing = 'if a > 7000 then "much" else "little":string || r:number\n"little" || 1'
    assert kinds(judged(drawing, inputs=A)) == [("NoRule", (), "a = 7000.5")]


def test_a_column_that_reads_nothing_has_one_value():
    found = judged("1 + 1:number || r:number\n2 || 1\n3 || 2")
    assert [each[:2] for each in kinds(found)] == [("NeverHolds", (2,))]


def test_an_input_beside_one_that_is_computed_from_it_is_not_varied_alone():
    drawing = "a:number | a * 2:number || r:number\n< 5 | - || 1\n>= 5 | >= 10 || 2\nnull | - || 3"
    found = judged(drawing, inputs=A)
    assert [each[:2] for each in kinds(found)] == [("NotProven", (2,))]
    assert found[0].facts["texts"] == "“a * 2”"


def test_lists_are_tried_with_none_one_and_several_items():
    numbers = item("L", element("typeRef", "number"), isCollection="true")
    drawing = "a:L || r:number\nlist contains(?, 3) || 1\ncount(?) > 1 || 2"
    tested = loaded(drawing, inputs="a:L", head=numbers)
    found = {type(each).__name__: each for each in verify(tested)}
    assert held(tested.find("D"), found["SeveralRulesHold"].example.values) == {1, 2}
    assert found["NoRule"].example.values == {"a": []}


def test_texts_of_a_length_are_tried():
    drawing = "a:string || r:number=0\nstring length(?) = 18 || 1\n- || 2"
    found = judged(drawing, "FIRST", "a:string")
    assert found == ()
    found = judged(drawing, inputs="a:string")
    assert kinds(found)[0] == ("SeveralRulesHold", (1, 2), f'a = "{"0" * 18}"')


def test_a_context_as_a_whole_is_tried_with_its_members():
    person = item("P", element("itemComponent", element("typeRef", "number"), name="age"))
    drawing = "p:P | p.age:number || r:number=0\n? = null | - || 1\n- | > 5 || 2\n- | > 3 || 3"
    tested = loaded(drawing, inputs="p:P", head=person)
    found = [each for each in verify(tested) if type(each).__name__ == "SeveralRulesHold"]
    assert [each.rules for each in found] == [(2, 3)]
    assert held(tested.find("D"), found[0].example.values) == {2, 3}


def test_more_places_than_can_be_tried_are_drawn_and_said_to_be_few():
    names = [f"n{number}" for number in range(8)]
    cells = [f"< {each}" for each in names[1:]]
    head = " | ".join(f"{each}:number" for each in names)
    rule = " | ".join([*cells, "-"])
    found = judged(
        f"{head} || r:number=0\n{rule} || 1\n{rule} || 2",
        "FIRST",
        " ".join(f"{each}:number" for each in names),
    )
    assert {each[0] for each in kinds(found)} == {"NotProven"}


FUNCTION = element(
    "businessKnowledgeModel",
    element("variable", name="less")
    + element(
        "encapsulatedLogic",
        element("formalParameter", name="x", typeRef="number") + literal("x - 2"),
    ),
    id="less",
    name="less",
)


def test_columns_may_call_the_functions_of_the_model():
    needs = requires("a") + element(
        "knowledgeRequirement", element("requiredKnowledge", href="#less")
    )
    logic = table("less(a):number || r:number\n< -2 || 1\n> -2 || 2\nnull || 3")
    one = element("decision", element("variable", name="D") + needs + logic, id="D", name="D")
    tested = load(model(input_data("a", "number"), FUNCTION, one))
    assert kinds(verify(tested)) == [("NoRule", (), "a = 0")]


def boxed(columns, entry="", policy="UNIQUE", result="1"):
    inner = table(f"{columns} || r:number\n< 5 || {result}\n> 5 || {result}\nnull || 3", policy)
    entries = (
        element("contextEntry", element("variable", name="x", typeRef="number") + literal("a + 1"))
        if entry
        else ""
    )
    entries += element("contextEntry", element("variable", name="t") + inner)
    one = decision("D", element("context", entries), ["a"])
    return verify(load(model(input_data("a", "number"), one)))


def test_a_table_within_a_box_is_judged_where_it_reads_inputs():
    (found,) = boxed("a:number")
    assert found.told("en") == (
        "Decision “D”, table 1 within a box: No rule holds, and there is no default result, for"
        " a = 5."
    )
    assert found.told("zh") == "决策“D”，框内第 1 个决策表：没有规则成立，也没有默认结果：a = 5。"


@pytest.mark.parametrize(
    ("columns", "policy", "result"),
    [("x:number", "UNIQUE", "1"), ("a + x:number", "UNIQUE", "1"), ("a:number", "ANY", "a")],
)
def test_a_table_that_reads_names_of_its_box_is_said_to_be_unchecked(columns, policy, result):
    (found,) = boxed(columns, "x", policy, result)
    assert found.severity is Severity.WARNING
    assert found.told("en") == (
        "Decision “D”, table 1 within a box: This table within a box was not checked, because it"
        " reads names of the box."
    )
    assert found.told("zh") == (
        "决策“D”，框内第 1 个决策表：没有检查框内的这个决策表，因为它读取框内的名称。"
    )


def test_an_input_that_allows_what_no_sample_is_leaves_everything_open():
    allowed = text("allowedValues", 'matches(?, "^[A-Z]{3}-[0-9]+$")')
    kind = item("T", element("typeRef", "string") + allowed)
    drawing = 'a:T || r:number=0\nnot("x", null) || 1\n> "x" || 2'
    found = judged(drawing, "FIRST", "a:T", kind)
    assert [each[0] for each in kinds(found)] == ["NotProven"]


def test_an_input_of_which_no_sample_is_known_is_judged_when_it_is_missing():
    function = element("functionItem", outputTypeRef="number")
    found = judged("f:F || r:number\nnot(null) || 1", inputs="f:F", head=item("F", function))
    assert [each[:1] + each[2:] for each in kinds(found)] == [
        ("NothingForMissing", "f = null"),
        ("NotProven", ""),
    ]


@pytest.mark.parametrize("cell", ["? instance of number", "? = context([])"])
def test_an_input_without_a_type_is_not_judged_by_numbers_alone(cell):
    found = judged(f"a || r:number=0\n{cell} || 1\n7 || 2", "FIRST", "a:")
    assert "NotProven" in {each[0] for each in kinds(found)}


def test_a_model_with_faults_in_its_texts_is_judged_as_it_runs():
    logic = table('"a :number || r:number\n- || 1\n< a || 2')
    tested, faults = examine(model(input_data("a", "number"), decision("D", logic, ["a"])))
    assert len(faults) == 1
    assert [each[:2] for each in kinds(verify(tested))] == [("NotProven", (2,))]


def test_text_that_is_allowed_by_a_condition_is_tried_as_far_as_samples_pass():
    allowed = text("allowedValues", "string length(?) = 2")
    kind = item("T", element("typeRef", "string") + allowed)
    found = judged('a:T || r:number\n"ab" || 1\nnull || 2', inputs="a:T", head=kind)
    assert kinds(found) == [("NoRule", (), 'a = "其他"')]
