"""What a model is refused for, and how the place is told."""

import pytest

from tests.engines.decisions.dmn_models import (
    DMN,
    decision,
    element,
    input_data,
    item,
    literal,
    model,
    table,
    text,
)
from tongban.engines.decisions import Limits, ModelError, document, examine, load


def refusal(*models):
    with pytest.raises(ModelError) as caught:
        load(*models)
    return caught.value


def of(logic, needs=("a",), type_="", items=(), name="D"):
    inputs = [input_data("a", "number"), input_data("b", "string")]
    return refusal(model(*items, *inputs, decision(name, logic, needs, type_)))


@pytest.mark.parametrize(
    ("logic", "cell", "line", "column", "message"),
    [
        (
            literal("a +\n  c"),
            "",
            2,
            3,
            "Decision “D”, line 2, column 3: The name “c” is not known here.",
        ),
        (
            literal('a + "x"'),
            "",
            1,
            3,
            "Decision “D”, line 1, column 3: “+” never has a value for number and string.",
        ),
        (
            table('c:number || r:\n> 1 || "x"'),
            "input 1 “c”",
            1,
            1,
            "Decision “D”, input 1 “c”, line 1, column 1: The name “c” is not known here.",
        ),
        (
            table('a:string || r:\n"1" || "x"'),
            "input 1 “a”",
            1,
            1,
            "Decision “D”, input 1 “a”, line 1, column 1: This is number, but string is declared.",
        ),
        (
            table('a:number || r:\n> 1 || 1\n"x" || 2'),
            "rule 2, input 1 “a”",
            1,
            1,
            "Decision “D”, rule 2, input 1 “a”, line 1, column 1: "
            "“=” never has a value for number and string.",
        ),
        (
            table("a:number || r:\n> || 1"),
            "rule 1, input 1 “a”",
            1,
            2,
            "Decision “D”, rule 1, input 1 “a”, line 1, column 2: "
            "an expression is expected here, not the end.",
        ),
        (
            table("a:number || r:number\n> 1 || yes"),
            "rule 1, output “r”",
            1,
            1,
            "Decision “D”, rule 1, output “r”, line 1, column 1: The name “yes” is not known here.",
        ),
        (
            table('a:number || r:number\n> 1 || "x"'),
            "rule 1, output “r”",
            1,
            1,
            "Decision “D”, rule 1, output “r”, line 1, column 1: "
            "This is string, but number is declared.",
        ),
        (
            table('a:number || r:string("x", "y")\n> 1 || "z"'),
            "rule 1, output “r”",
            1,
            1,
            "Decision “D”, rule 1, output “r”, line 1, column 1: "
            "The result is not one of the output values.",
        ),
        (
            table('a:number || r:string("x", "y")="z"\n> 1 || "x"'),
            "default output",
            1,
            1,
            "Decision “D”, default output, line 1, column 1: "
            "The result is not one of the output values.",
        ),
        (
            table("a:number || r:number\n> 1 | 2 || 1"),
            "rule 1",
            4,
            0,
            "Decision “D”, rule 1, line 4: The rule has 3 cells for 2 columns.",
        ),
        (
            table("a:number || r:\n> 1 || 1", "UNIQ"),
            "",
            4,
            0,
            "Decision “D”, line 4: There is no hit policy “UNIQ”.",
        ),
        (
            table("a:number || r: | s:\n> 1 || 1 | 2", "COLLECT", aggregation="SUM"),
            "",
            4,
            0,
            "Decision “D”, line 4: A table that aggregates (SUM) has exactly one output.",
        ),
        (
            table("a:number || r:\n> 1 || 1", "COLLECT", aggregation="AVG"),
            "",
            4,
            0,
            "Decision “D”, line 4: “AVG” is not supported.",
        ),
        (table("a:number\n> 1"), "", 4, 0, "Decision “D”, line 4: The table has no output."),
        (
            "",
            "",
            4,
            0,
            "Decision “D”, line 4: "
            "The decision says neither by a table nor by an expression what it decides.",
        ),
        (
            literal("a", expressionLanguage="urn:python"),
            "",
            4,
            0,
            "Decision “D”, line 4: “urn:python” is not supported.",
        ),
    ],
)
def test_a_fault_is_told_with_decision_cell_line_and_column(logic, cell, line, column, message):
    error = of(logic)
    assert (error.decision, error.cell) == ("D", cell)
    assert (error.line, error.column, error.message) == (line, column, message)


def test_a_fault_is_told_in_chinese_too():
    error = of(table('a:number || r:\n> 1 || 1\n"x" || 2'))
    assert error.zh == (
        "决策“D”，第 2 条规则第 1 个输入“a”，第 1 行，第 1 列："
        "“=”用于 number 和 string 永远没有值。"
    )
    assert error.told("zh") == error.zh


def test_examine_tells_every_fault_and_goes_on_with_null():
    xml = model(
        input_data("a", "number"),
        decision("one", literal("a +"), ["a"]),
        decision(
            "two", table("a:number || r:number\n> x || 1\n> 1 || (\n- || 3", "COLLECT"), ["a"]
        ),
        decision("three", literal("two[-1]"), ["!two"]),
    )
    found, findings = examine(xml)
    assert [(each.decision, each.cell, each.column) for each in findings] == [
        ("one", "", 4),
        ("two", "rule 1, input 1 “a”", 3),
        ("two", "rule 2, output “r”", 2),
    ]
    assert found.find("one").decide({"a": 1}) is None
    assert found.find("two").decide({"a": 2}) == [None, 3]
    assert found.find("three").decide({"a": 2}) == 3


def test_decisions_must_not_require_themselves():
    one = decision("one", literal("two"), ["!two"])
    two = decision("two", literal("three"), ["!three"])
    three = decision("three", literal("one"), ["!one"])
    error = refusal(model(one, two, three))
    assert error.reason("en") == "The decision requires itself, through one, two, three."
    assert error.decision == "one"


def test_long_chains_of_decisions_are_refused():
    chain = [decision(f"d{n}", literal(f"d{n + 1}"), [f"!d{n + 1}"]) for n in range(120)]
    error = refusal(model(*chain, decision("d120", literal("1"))))
    assert error.reason("zh") == "模型的决策链长度超过 100。"


def test_what_is_required_must_be_there():
    assert of(literal("1"), needs=("nobody",)).reason("en") == (
        "What is required, “#nobody”, is not in the model."
    )
    assert of(literal("1"), needs=("!urn:else#d",)).reason("zh") == (
        "模型中没有所依赖的“urn:else#d”。"
    )


def test_names_must_be_readable():
    error = refusal(model(input_data("50%"), decision("D", literal("1"), ["50%"])))
    assert error.message == (
        "Decision “D”, line 1, column 1: No expression can read the name “50%”: "
        "it is empty or has signs that names cannot have."
    )


def test_ids_and_namespaces_must_be_unique():
    one = decision("one", literal("1"), id="d")
    two = decision("two", literal("1"), id="d")
    assert refusal(model(one, two)).reason("en") == "The id “d” is used twice in the model."
    assert refusal(model(one), model(two)).reason("en") == (
        "Two models have the namespace “urn:test”."
    )


def test_inputs_of_two_models_must_differ_in_name():
    types = model(input_data("a", "number"), namespace="urn:rules")
    main = model(
        element("import", name="rules", namespace="urn:rules"),
        input_data("a", "number"),
        decision("D", literal("a + rules.a"), ["a", "urn:rules#a"]),
    )
    assert refusal(main, types).message == (
        "Decision “D”: It would read two inputs, of two models, that are both called “a”. "
        "Rename one."
    )


def test_imported_models_must_be_handed_in():
    error = refusal(model(element("import", name="x", namespace="urn:x")))
    assert error.reason("en") == "The imported model “urn:x” was not handed in."


def test_types_must_exist_once_and_not_contain_themselves():
    assert of(literal("1"), type_="tNobody").message == (
        "Decision “D”, line 4: There is no type “tNobody”."
    )
    circle = [item("tA", "<typeRef>tB</typeRef>"), item("tB", "<typeRef>tA</typeRef>")]
    assert of(literal("1"), items=circle).message == (
        "Type “tA”, line 2: The type “tA” is made of itself."
    )
    twice = [item("tA", "<typeRef>string</typeRef>")] * 2
    assert of(literal("1"), items=twice).message == ("Type “tA”, line 3: There are two types “tA”.")


def test_allowed_values_are_texts_like_others():
    def allowed(values):
        return of(
            literal("1"),
            items=[item("tA", "<typeRef>string</typeRef>" + text("allowedValues", values))],
        )

    assert allowed("1").message == (
        "Type “tA”, allowedValues, line 1, column 1: “=” never has a value for string and number."
    )
    assert allowed("(").zh == (
        "类型“tA”，allowedValues，第 1 行，第 2 列：这里应为表达式，不能是结尾。"
    )


@pytest.mark.parametrize(
    "version",
    [
        DMN,
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_three_versions_of_dmn_are_read(version):
    assert load(model(decision("d", literal("1")), version=version)).find("d").decide({}) == 1


def test_comments_are_no_part_of_a_text():
    tested = load(
        model(decision("d", "<literalExpression><text>1<!-- one --></text></literalExpression>"))
    )
    assert tested.find("d").decide({}) == 1


def test_other_documents_are_refused():
    old = "http://www.omg.org/spec/DMN/20180521/MODEL/"
    assert refusal(model(version=old)).reason("en") == (
        f"This is not a DMN 1.3, 1.4 or 1.5 model: its root is “{{{old}}}definitions”."
    )
    assert "its root is “html”" in refusal(b"<html/>").message
    assert refusal(b"<a>").reason("en").startswith("This is not well-formed XML: ")
    assert refusal(b"").reason("zh").startswith("不是格式正确的 XML：")


def test_a_document_type_is_refused_and_no_entity_is_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("canary")
    for inner in (
        f'<!ENTITY x SYSTEM "{secret.as_uri()}">',
        '<!ENTITY x "aaaa"><!ENTITY y "&x;&x;&x;">',
        '<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;',
    ):
        xml = f"<!DOCTYPE definitions [{inner}]>".encode() + model()
        error = refusal(xml)
        assert error.message == (
            "Line 1: A model must not have a document type (<!DOCTYPE>). Remove it."
        )


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(size=10), "The model has more than 10 bytes."),
        (Limits(depth=3), "The model has more than 3 levels."),
        (Limits(elements=3), "The model has more than 3 elements."),
    ],
)
def test_a_model_has_limits(limits, message):
    with pytest.raises(ModelError) as caught:
        document.read(model(decision("d", literal("1"))), limits)
    assert caught.value.message == message


def test_a_table_has_a_limit_of_rules():
    rules = "\n".join("> 1 || 1" for _ in range(5001))
    assert of(table(f"a:number || r:number\n{rules}")).reason("en") == (
        "The model has more than 5000 rules."
    )
