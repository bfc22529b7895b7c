"""Business knowledge models and decision services: functions that a decision calls by name."""

from datetime import date
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
from tongban.engines.decisions import Given, ModelError, load
from tongban.engines.feel import ContextOf


def knowledge(name, logic, parameters=(), needs="", type_=""):
    formal = [element("formalParameter", name=n, typeRef=t) for n, t in parameters]
    content = element("variable", name=name, typeRef=type_)
    content += element("encapsulatedLogic", "".join(formal) + logic) + calls(needs)
    return element("businessKnowledgeModel", content, id=name, name=name)


def calls(*names):
    return "".join(
        element("knowledgeRequirement", element("requiredKnowledge", href=f"#{name}"))
        for name in names
        if name
    )


def service(name, outputs, inputs=(), decisions=(), encapsulated=(), type_=""):
    parts = [element("variable", name=name, typeRef=type_)]
    parts += [element("outputDecision", href=f"#{each}") for each in outputs]
    parts += [element("encapsulatedDecision", href=f"#{each}") for each in encapsulated]
    parts += [element("inputDecision", href=f"#{each}") for each in decisions]
    parts += [element("inputData", href=f"#{each}") for each in inputs]
    return element("decisionService", "".join(parts), id=name, name=name)


def calling(text, *names, needs=()):
    return decision("d", calls(*names) + literal(text), needs)


FEE = knowledge("fee", literal("base * days"), [("base", "number"), ("days", "number")])


@pytest.mark.parametrize("text", ["fee(3, 4)", "fee(days: 4, base: 3)"])
def test_a_knowledge_model_is_a_function(text):
    assert load(model(FEE, calling(text, "fee"))).find("d").decide({}) == Decimal(12)


def test_a_knowledge_model_may_be_a_table():
    grades = table(
        """
        age  || grade
        >=80 || "高龄"
        <80  || "一般"
        """
    )
    loaded = load(
        model(knowledge("grade", grades, [("age", "number")]), calling("grade(81)", "grade"))
    )
    assert loaded.find("d").decide({}) == "高龄"


def test_a_knowledge_model_calls_another_and_itself():
    factorial = knowledge(
        "factorial",
        literal("if n <= 1 then 1 else n * factorial(n - 1)"),
        [("n", "number")],
    )
    twice = knowledge("twice", literal("2 * factorial(n)"), [("n", "number")], needs="factorial")
    loaded = load(model(factorial, twice, calling("twice(5)", "twice")))
    assert loaded.find("d").decide({}) == Decimal(240)


def test_endless_recursion_is_null_with_a_reason():
    endless = knowledge("endless", literal("endless(n + 1)"), [("n", "number")])
    outcome = load(model(endless, calling("endless(1)", "endless"))).find("d").evaluate({})
    assert outcome.value is None
    assert outcome.notes


def test_a_knowledge_model_has_no_reason_of_its_own():
    outcome = load(model(FEE, input_data("n"), calling("fee(n, 2)", "fee", needs=["n"]))).find("d")
    told = outcome.evaluate({"n": Given(Decimal(5), {"source": "公安局"})}).reasons
    assert [(reason.decision, [cell.input for cell in reason.cells]) for reason in told] == [
        ("d", ["n"])
    ]


def test_a_table_in_a_knowledge_model_tells_its_rules():
    grades = table(
        """
        age  || grade  || law
        >=80 || "高龄" || 第二条
        <80  || "一般" || 第三条
        """
    )
    grade = knowledge("grade", grades, [("age", "number")])
    asked = load(model(grade, input_data("n"), calling("grade(n)", "grade", needs=["n"])))
    outcome = asked.find("d").evaluate({"n": Given(Decimal(81))})
    assert [(r.decision, r.rule, r.matched, r.law) for r in outcome.reasons] == [
        ("d", "", True, ""),
        ("grade", "1", True, "第二条"),
        ("grade", "2", False, "第三条"),
    ]
    assert outcome.told("zh")[1] == "“grade”第 1 条规则成立：age为 81。依据：第二条。"


def test_a_service_that_is_called_tells_the_reasons_of_its_decisions():
    s = service("s", ["grant"], ["age"], ["rich"])
    asked = load(model(*SERVICE, s, calling("s(81, false)", "s"))).find("d")
    assert [reason.decision for reason in asked.evaluate({}).reasons] == ["d", "old", "grant"]


def test_what_a_knowledge_model_declares_as_its_result_holds():
    whole = knowledge("name", literal("[n]"), [("n", "")], type_="number")
    assert load(model(whole, calling("name(3)", "name"))).find("d").decide({}) == Decimal(3)
    with pytest.raises(ModelError, match="This is string"):
        load(model(knowledge("name", literal('"x"'), type_="number")))


def test_a_knowledge_model_without_logic_is_refused_by_name():
    with pytest.raises(ModelError) as caught:
        load(model(element("businessKnowledgeModel", id="later", name="later")))
    assert caught.value.reason("zh") == "决策既没有决策表也没有表达式。"
    assert caught.value.decision == "later"


SERVICE = [
    input_data("income", "number"),
    input_data("age", "number"),
    decision("rich", literal("income > 1000"), ["income"]),
    decision("old", literal("age >= 80"), ["age"]),
    decision("grant", literal("old and not(rich)"), ["!rich", "!old"]),
]


def test_a_service_is_asked_like_a_decision():
    asked = load(model(*SERVICE, service("s", ["grant"], ["income", "age"]))).find("s")
    assert list(asked.inputs) == ["income", "age"]
    assert asked.decide({"income": Decimal(10), "age": Decimal(81)}) is True
    outcome = asked.evaluate({"income": Given(Decimal(10)), "age": Given(Decimal(81))})
    assert outcome.value is True
    assert [reason.decision for reason in outcome.reasons] == ["grant", "old", "rich"]


def test_several_outputs_are_a_context():
    asked = load(model(*SERVICE, service("s", ["rich", "old"], ["income", "age"]))).find("s")
    assert isinstance(asked.type, ContextOf)
    assert asked.decide({"income": Decimal(10), "age": Decimal(81)}) == {"rich": False, "old": True}


def test_an_input_decision_is_handed_in_and_not_computed():
    asked = load(model(*SERVICE, service("s", ["grant"], ["age"], ["rich"]))).find("s")
    assert list(asked.inputs) == ["age", "rich"]
    assert asked.decide({"rich": False, "age": Decimal(81)}) is True
    assert asked.evaluate({"age": Given(Decimal(81))}).missing == {"rich"}


def test_a_decision_calls_a_service_with_data_before_decisions():
    s = service("s", ["grant"], ["age"], ["rich"])
    loaded = load(model(*SERVICE, s, calling("s(81, false)", "s")))
    assert loaded.find("d").decide({}) is True
    named = load(model(*SERVICE, s, calling("s(rich: true, age: 81)", "s")))
    assert named.find("d").decide({}) is False


def test_a_service_knows_the_types_of_what_it_takes_and_answers():
    result = item("tAnswer", element("functionItem", outputTypeRef="boolean"))
    s = service("s", ["grant"], ["age"], ["rich"], type_="tAnswer")
    loaded = load(model(result, *SERVICE, s, calling("s(81, false)", "s")))
    assert str(loaded.find("d").type) == "boolean"
    with pytest.raises(ModelError) as caught:
        load(model(*SERVICE, s.replace("tAnswer", ""), calling("s(81)", "s")))
    assert caught.value.reason("en").startswith("“function” cannot be called like this")


def test_an_argument_that_a_service_cannot_take_is_null_in_it():
    echo = [input_data("x", "string"), decision("echo", literal("x"), ["x"])]
    s = service("s", ["echo"], ["x"])
    loaded = load(model(*echo, s, input_data("y"), calling("s(y)", "s", needs=["y"])))
    assert loaded.find("d").decide({"y": "text"}) == "text"
    assert loaded.find("d").decide({"y": Decimal(1)}) is None


def test_a_service_that_reads_the_day_takes_it_from_its_caller():
    day = decision("day", literal("today()"))
    loaded = load(model(day, service("s", ["day"]), calling("s()", "s")))
    asked = loaded.find("d")
    assert "today()" in asked.inputs
    assert asked.decide({"today()": date(2026, 11, 22)}) == date(2026, 11, 22)


def test_a_service_that_leads_to_itself_is_refused():
    own = decision("own", calls("s") + literal("s()"))
    with pytest.raises(ModelError) as caught:
        load(model(own, service("s", ["own"])))
    assert caught.value.reason("en") == "The decision requires itself, through own, s."


def test_what_a_service_refers_to_must_be_there():
    with pytest.raises(ModelError) as caught:
        load(model(*SERVICE, service("s", ["grants"])))
    assert caught.value.reason("zh") == "模型中没有所依赖的“#grants”。"
