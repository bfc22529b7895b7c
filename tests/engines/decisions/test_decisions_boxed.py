"""Boxed expressions: boxes within boxes, each with its own names."""

from decimal import Decimal

import pytest

from tests.engines.decisions.dmn_models import (
    decision,
    element,
    input_data,
    item,
    literal,
    model,
    table,
)
from tongban.engines.decisions import Given, ModelError, examine, load


def value(logic, needs=(), type_="", items=(), **given):
    inputs = [input_data(name) for name in needs]
    loaded = load(model(*items, *inputs, decision("d", logic, needs, type_)))
    return loaded.find("d").decide(given)


def fault(logic, needs=(), type_="", items=()):
    inputs = [input_data(name) for name in needs]
    with pytest.raises(ModelError) as caught:
        load(model(*items, *inputs, decision("d", logic, needs, type_)))
    return caught.value


def nothing(logic):
    """The value of a model that has a fault: such a text is null when it runs."""
    loaded, faults = examine(model(decision("d", logic)))
    assert faults
    return loaded.find("d").decide({})


def entry(name, logic, type_=""):
    return element("contextEntry", element("variable", name=name, typeRef=type_) + logic)


def result(logic):
    return element("contextEntry", logic)


def context(*entries):
    return element("context", "".join(entries))


def binding(name, logic):
    return element("binding", element("parameter", name=name) + logic)


def parameter(name, type_=""):
    return element("formalParameter", name=name, typeRef=type_)


def iterator(tag, domain, end, body, name="x"):
    inner = element("in", literal(domain)) + element(end, literal(body))
    return element(tag, inner, iteratorVariable=name)


def test_an_entry_of_a_context_reads_those_before_it():
    box = context(entry("a", literal("2")), entry("b", literal("a * 10")))
    assert value(box) == {"a": Decimal(2), "b": Decimal(20)}


def test_an_entry_without_a_name_is_the_result_of_the_context():
    box = context(entry("rate", literal("0.05")), result(literal("salary * rate")))
    assert value(box, ["salary"], salary=Decimal(100)) == Decimal("5.00")


def test_a_name_of_a_box_hides_the_input_of_the_same_name():
    box = context(entry("x", literal("1")), result(literal("x")))
    assert value(box, ["x"], x=Decimal(7)) == Decimal(1)


def test_a_name_of_a_box_is_not_known_outside_of_it():
    inner = context(entry("secret", literal("1")))
    error = fault(context(entry("a", inner), entry("b", literal("secret"))))
    assert error.reason("en") == "The name “secret” is not known here."
    assert error.address.told("en") == "Decision “d”, “b”, line 1, column 1"


def test_an_entry_is_taken_as_the_type_that_it_declares():
    assert value(context(entry("a", literal("[1]"), "number"))) == {"a": Decimal(1)}
    error = fault(context(entry("a", literal('"one"'), "number")))
    assert error.reason("zh") == "这里是 string，而声明的是 number。"


def test_a_name_stands_once_in_a_box():
    error = fault(context(entry("a", literal("1")), entry("a", literal("2"))))
    assert error.reason("zh") == "同一个框内出现了两个“a”。"


def test_a_name_that_no_text_can_spell_is_refused():
    error = fault(context(entry("a;b", literal("1")), entry("c", literal("2"))))
    assert error.reason("en").startswith("No expression can read the name “a;b”")


def test_a_list_and_a_relation_are_lists():
    assert value(element("list", literal("1") + literal('"b"'))) == [Decimal(1), "b"]
    columns = element("column", name="name") + element("column", name="age", typeRef="number")
    rows = [literal(f'"{name}"') + literal(age) for name, age in [("张三", "30"), ("李四", "41")]]
    relation = element("relation", columns + "".join(element("row", cells) for cells in rows))
    assert value(relation) == [
        {"name": "张三", "age": Decimal(30)},
        {"name": "李四", "age": Decimal(41)},
    ]


@pytest.mark.parametrize(("age", "expected"), [(81, "老人"), (20, "成人")])
def test_a_condition_chooses_a_box(age, expected):
    parts = [("if", literal("age >= 80")), ("then", literal('"老人"')), ("else", literal('"成人"'))]
    box = element("conditional", "".join(element(name, logic) for name, logic in parts))
    assert value(box, ["age"], age=Decimal(age)) == expected


def test_an_iterator_makes_a_list():
    assert value(iterator("for", "[1, 2, 3]", "return", "x * x")) == [1, 4, 9]
    assert value(iterator("for", "[1, 2, 3]", "return", "count(partial)")) == [0, 1, 2]


@pytest.mark.parametrize(
    ("tag", "domain", "body", "expected"),
    [
        ("some", "[1, 2]", "x > 1", True),
        ("some", "[1, 2]", "x > 2", False),
        ("some", "[]", "true", False),
        ("every", "[1, 2]", "x > 0", True),
        ("every", "[1, 2]", "x > 1", False),
        ("every", "[]", "false", True),
    ],
)
def test_some_and_every_ask_each_item(tag, domain, body, expected):
    assert value(iterator(tag, domain, "satisfies", body)) is expected


def test_a_filter_knows_the_item_and_its_members():
    def filtered(domain, condition):
        inner = element("in", literal(domain)) + element("match", literal(condition))
        return value(element("filter", inner))

    assert filtered("[1, 2, 3]", "item >= 2") == [2, 3]
    assert filtered('[{n: "a", v: 1}, {n: "b", v: 2}]', "v = 2") == [{"n": "b", "v": Decimal(2)}]


@pytest.mark.parametrize(
    "box",
    [
        iterator("some", "[1, 2]", "satisfies", '"no truth"'),
        iterator("every", "[1, 2]", "satisfies", 'if x = 1 then true else "no truth"'),
        element("filter", element("in", literal("[1]")) + element("match", literal('"no truth"'))),
    ],
)
def test_a_condition_that_is_no_truth_leaves_the_box_without_a_value(box):
    loaded, _ = examine(model(decision("d", box)))
    outcome = loaded.find("d").evaluate({})
    assert outcome.value is None
    assert outcome.notes[0].told("zh") == "条件应为真或假，不能是 string。"


def test_an_invocation_binds_by_name_in_any_order():
    inner = element("functionDefinition", parameter("a") + parameter("b") + literal("a - b"))
    call = element(
        "invocation",
        literal("minus") + binding("b", literal("1")) + binding("a", literal("10")),
    )
    assert value(context(entry("minus", inner), result(call))) == Decimal(9)


def test_a_built_in_function_can_be_invoked_by_a_box():
    call = literal("starts with")
    arguments = binding("string", literal('"banana"')) + binding("match", literal('"ba"'))
    assert value(element("invocation", call + arguments)) is True


def test_an_argument_of_another_type_leaves_the_call_without_a_value():
    inner = element("functionDefinition", parameter("a", "number") + literal("a = null"))
    call = context(entry("f", inner), result(literal("f(x)")))
    assert value(call, ["x"], x="text") is None
    assert value(call, ["x"], x=None) is True


def test_only_functions_in_feel_are_run():
    inner = element("functionDefinition", literal("1"), kind="Java")
    assert fault(context(entry("f", inner))).reason("zh") == "不支持“Java”。"


def test_a_table_in_a_box_reads_the_names_of_the_box():
    rates = table(
        """
        years || rate
        < 5   || 0.1
        >= 5  || 0.2
        """
    )
    box = context(
        entry("years", literal("months / 12")), entry("rate", rates), result(literal("rate * 100"))
    )
    assert value(box, ["months"], months=Decimal(72)) == Decimal("20.0")


def test_what_is_missing_in_a_box_leaves_only_its_part_unknown():
    inputs = [input_data("a"), input_data("b")]
    box = context(entry("x", literal("a + 1")), entry("y", literal("b + 1")))
    loaded = load(model(*inputs, decision("d", box, ["a", "b"])))
    outcome = loaded.find("d").evaluate({"a": Given(Decimal(1))})
    assert outcome.value["x"] == Decimal(2)
    assert outcome.missing == {"b"}


@pytest.mark.parametrize(
    ("box", "told"),
    [
        (element("conditional", element("if", literal("true"))), "There is nothing in “then”."),
        (context(entry("a", "")), "There is nothing in “contextEntry”."),
        (
            iterator("for", "[1]", "return", "y"),
            "The name “y” is not known here.",
        ),
    ],
)
def test_an_empty_or_wrong_part_of_a_box_is_refused_and_null(box, told):
    assert fault(box).reason("en") == told
    found = nothing(box)
    assert found in (None, {"a": None}, [None])


def test_a_declared_type_of_a_box_holds_for_the_whole_of_it():
    numbers = item("tNumbers", element("typeRef", "number"), isCollection="true")
    box = element("list", literal("1") + literal('"two"'), typeRef="tNumbers")
    assert value(element("list", literal("1"), typeRef="tNumbers"), items=[numbers]) == [1]
    loaded, _ = examine(model(numbers, decision("d", box)))
    assert loaded.find("d").decide({}) is None
