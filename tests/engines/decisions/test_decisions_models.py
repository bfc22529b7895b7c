"""Requirements, types, imports: how decisions hang together."""

from datetime import date, timedelta
from decimal import Decimal as D
from hashlib import sha256

import pytest

from tests.engines.decisions.dmn_models import (
    decision,
    element,
    input_data,
    item,
    label,
    literal,
    model,
    table,
    text,
)
from tongban.engines.decisions import Given, ModelError, load
from tongban.engines.feel import DATE, NUMBER, STRING, ListOf, Months, Unknown
from tongban.engines.feel.types import ContextOf

BASIC = model(
    input_data("first part", "number", label="第一部分"),
    input_data("second part", "number"),
    decision("sum", literal("first part + second part"), ["first part", "second part"], "number"),
    decision("double", literal("sum * 2"), ["!sum"], "number", label="两倍"),
    decision("both", literal("double + sum"), ["!double", "!sum"]),
)


def ask(tested, **values):
    given = {name.replace("_", " "): Given(value) for name, value in values.items()}
    return tested.evaluate(given)


def test_a_decision_computes_what_it_requires_first():
    both = load(BASIC).find("both")
    assert ask(both, first_part=D(1), second_part=D(2)).value == D(9)
    assert both.decide({"first part": D(1), "second part": D(2)}) == D(9)


def test_a_decision_knows_its_inputs_type_and_version():
    found = load(BASIC)
    assert list(found.decisions) == ["sum", "double", "both"]
    assert found.find("double").inputs == {"first part": NUMBER, "second part": NUMBER}
    assert found.find("both").type == NUMBER
    assert found.find("both").version == sha256(BASIC).hexdigest()


def test_a_decision_is_found_by_id_or_name():
    found = load(model(decision("Permit", literal("1"), id="d1")))
    assert found.find("d1") is found.find("Permit")
    assert found.find("Permit").id == "d1"
    with pytest.raises(ModelError) as caught:
        found.find("permit")
    assert caught.value.message == "There is no decision “permit” in the model."


def test_an_input_that_is_not_handed_in_is_unknown_and_names_beyond_the_inputs_are_passed_over():
    outcome = ask(load(BASIC).find("sum"), first_part=D(1), third_part=D(5))
    assert outcome.value == Unknown(frozenset({"second part"}))
    assert outcome.missing == {"second part"}


def test_expressions_are_reasons_too():
    outcome = ask(load(BASIC).find("double"), first_part=D(1), second_part=D("2.50"))
    assert outcome.told("zh") == [
        "“两倍”由此算出：sum为 3.5。",
        "“sum”由此算出：第一部分为 1；second part为 2.5。",
    ]
    assert outcome.told("en") == [
        "“double” is computed from: sum is 3.5.",
        "“sum” is computed from: first part is 1; second part is 2.5.",
    ]
    assert [reason.rule for reason in outcome.reasons] == ["", ""]


def test_a_value_of_another_type_is_unknown_so_that_a_person_looks():
    tested = load(BASIC).find("sum")
    for wrong in ("1", 1.5, D("NaN"), [D(1), D(2)]):
        outcome = ask(tested, first_part=wrong, second_part=D(1))
        assert outcome.value == Unknown(frozenset({"first part"}))
        assert tested.decide({"first part": wrong, "second part": D(1)}) == outcome.value
    assert ask(tested, first_part="1", second_part=D(1)).told("zh")[-1] == "1 不是 number。"


def test_python_integers_and_lists_of_one_are_taken_for_numbers():
    assert ask(load(BASIC).find("sum"), first_part=1, second_part=[D(2)]).value == D(3)


def test_today_is_an_input_like_any_other():
    tested = load(
        model(
            input_data("born", "date"),
            decision("of age", literal('born + @"P18Y" <= today()'), ["born"], "boolean"),
        )
    ).find("of age")
    assert tested.inputs == {"born": DATE, "today()": DATE}
    given = {"born": Given(date(2008, 9, 23)), "today()": Given(date(2026, 9, 23))}
    assert tested.evaluate(given).value is True
    assert tested.evaluate({"born": Given(date(2008, 9, 23))}).missing == {"today()"}


TYPES = [
    item("tRegion", "<typeRef>string</typeRef>" + text("allowedValues", '"329906", "329907"')),
    item("tHome", "<typeRef>tRegion</typeRef>" + text("allowedValues", '"329906"')),
    item(
        "tPerson",
        element("itemComponent", "<typeRef>tRegion</typeRef>", name="region")
        + element("itemComponent", "<typeRef>number</typeRef>", name="insured months"),
    ),
    item("tPeople", "<typeRef>tPerson</typeRef>", isCollection="true"),
    item(
        "tFew",
        "<typeRef>feel:number</typeRef>" + text("typeConstraint", "count(?) <= 2"),
        isCollection="true",
    ),
]
PERSON = ContextOf.of({"region": STRING, "insured months": NUMBER})


def typed(type_, expression="x", result=""):
    return load(
        model(*TYPES, input_data("x", type_), decision("d", literal(expression), ["x"], result))
    ).find("d")


def test_item_definitions_are_types():
    assert typed("tPeople").inputs == {"x": ListOf(PERSON)}
    people = [{"region": "329906", "insured months": 7, "more": None}]
    assert ask(typed("tPeople", "x[insured months > 6].region"), x=people).value == ["329906"]
    assert ask(typed("tPeople", "x[1] instance of tPerson"), x=people).value is True


@pytest.mark.parametrize(
    ("type_", "value", "note"),
    [
        ("tRegion", "110000", '110000 is not one of the allowed values: "329906", "329907".'),
        ("tHome", "329907", '329907 is not one of the allowed values: "329906".'),
        ("tFew", [D(1), D(2), D(3)], "is not one of the allowed values: count(?) <= 2."),
        ("tFew", [D(1), "2"], "is not a list<number>."),
        ("tPerson", {"region": "329906"}, f"is not a {PERSON}."),
        (
            "tPerson",
            {"region": "1", "insured months": D(1)},
            '1 is not one of the allowed values: "329906", "329907".',
        ),
    ],
)
def test_values_that_are_not_allowed_are_unknown(type_, value, note):
    outcome = ask(typed(type_), x=value)
    assert outcome.value == Unknown(frozenset({"x"}))
    assert outcome.told("en")[-1].endswith(note)


def test_a_result_of_another_type_is_null_with_the_reason():
    outcome = ask(typed("", "x", "number"), x="a")
    assert (outcome.value, outcome.told("en")[-1]) == (None, "a is not a number.")
    assert ask(typed("", "x", "number"), x=[D(1)]).value == D(1)
    assert ask(typed("", "x", "tRegion"), x="1").value is None


def test_null_carries_its_reasons():
    outcome = ask(typed("", "date(x)"), x="2026-13-01")
    assert (outcome.value, outcome.told("zh")[-1]) == (None, "“2026-13-01”不是 date。")


def test_what_cannot_be_computed_is_null():
    deep = []
    for _ in range(5000):
        deep = [deep]
    tested = typed("", "count(flatten(x))")
    assert ask(tested, x=deep).value is None
    assert tested.decide({"x": deep}) is None
    assert ask(tested, x=deep).notes


def test_other_models_are_imported_by_name():
    types = model(
        item("tMonths", "<typeRef>number</typeRef>" + text("allowedValues", ">= 0")),
        input_data("months", "tMonths"),
        decision("enough", literal("months >= 6"), ["months"], "boolean"),
        namespace="urn:rules",
    )
    main = model(
        element("import", name="rules", namespace="urn:rules", importType="x"),
        input_data("limit", "rules.tMonths"),
        decision(
            "permit",
            literal("rules.enough and rules.months < limit"),
            ["!urn:rules#enough", "urn:rules#months", "limit"],
        ),
    )
    permit = load(main, types).find("permit")
    assert permit.inputs == {"months": NUMBER, "limit": NUMBER}
    assert ask(permit, months=D(7), limit=D(9)).value is True
    assert ask(permit, months=D(-7), limit=D(9)).missing == {"months"}
    digests = sorted(sha256(each).hexdigest() for each in (main, types))
    assert permit.version == sha256("".join(digests).encode()).hexdigest()


def test_two_models_may_use_one_id():
    one = model(decision("d", literal("1")), namespace="urn:one")
    two = model(decision("d", literal("2")), namespace="urn:two")
    found = load(one, two)
    assert list(found.decisions) == ["d", "urn:two#d"]
    assert found.find("urn:two#d").decide({}) == D(2)


def test_labels_come_from_the_model_and_english_from_the_extension():
    months = input_data("m", "number", label("insured months"), label="参保月数")
    permit = decision("d", literal("m > 6"), ["m"], head=label("Permit"), label="居住证")
    tested = load(model(months, permit)).find("d")
    assert tested.label == ("居住证", "Permit")
    assert ask(tested, m=D(7)).told("zh") == ["“居住证”由此算出：参保月数为 7。"]
    assert ask(tested, m=D(7)).told("en") == ["“Permit” is computed from: insured months is 7."]


def test_law_comes_from_its_column_the_first_or_the_description():
    by_name = table("a:number || r:number || 备注 | 依据\n> 1 || 1 || 无 | 第一条。")
    first = table("a:number || r:number || 备注\n> 1 || 1 || 第二条")
    none = table("a:number || r:number\n> 1 || 1")
    plain = none.replace("<rule>", "<rule><description>第三条</description>")
    for logic, law, told in [
        (by_name, "第一条。", "“d”第 1 条规则成立：a为 2。依据：第一条。"),
        (first, "第二条", "“d”第 1 条规则成立：a为 2。依据：第二条。"),
        (plain, "第三条", "“d”第 1 条规则成立：a为 2。依据：第三条。"),
        (none, "", "“d”第 1 条规则成立：a为 2。"),
    ]:
        tested = load(model(input_data("a", "number"), decision("d", logic, ["a"]))).find("d")
        outcome = ask(tested, a=D(2))
        assert (outcome.reasons[0].law, outcome.told("zh")) == (law, [told])


@pytest.mark.parametrize(
    ("cell", "value", "zh", "en"),
    [
        ("< 5", D("7.50"), "7.5，要求小于 5", "7.5, required: less than 5"),
        ("<= 5", D(7), "7，要求不大于 5", "7, required: at most 5"),
        ("> 5", D(1), "1，要求大于 5", "1, required: more than 5"),
        ("!= 5", D(5), "5，要求不是5", "5, required: not 5"),
        ("1, 2", D(5), "5，要求1或2", "5, required: 1 or 2"),
        ("[1..2]", D(5), "5，要求不小于 1且不大于 2", "5, required: at least 1 and at most 2"),
        ("not(5, 6)", D(5), "5，要求不是“5或6”", "5, required: not “5 or 6”"),
        ("? * 2 < 5", D(5), "5，要求? * 2 < 5", "5, required: ? * 2 < 5"),
        ("5, ? < c", D(6), "6，要求5, ? < c", "6, required: 5, ? < c"),
        ("count(?) = 1", [D(1), D(2)], "1、2，要求count(?) = 1", "1, 2, required: count(?) = 1"),
        ('"x"', None, "空，要求x", "empty, required: x"),
        (
            '< @"P1Y"',
            Months(13),
            "13 个月，要求小于 12 个月",
            "13 months, required: less than 12 months",
        ),
        ('< @"P2D"', timedelta(3), "3 天，要求小于 2 天", "3 days, required: less than 2 days"),
        ('< @"PT2H"', timedelta(hours=3), "PT3H，要求小于 PT2H", "PT3H, required: less than PT2H"),
        (
            '< date("2026-01-01")',
            date(2026, 5, 1),
            "2026-05-01，要求小于 2026-01-01",
            "2026-05-01, required: less than 2026-01-01",
        ),
        ("{a: 1} = ?", {"a": D(2)}, "{a: 2}，要求{a: 1} = ?", "{a: 2}, required: {a: 1} = ?"),
    ],
)
def test_tests_are_told_in_words(cell, value, zh, en):
    logic = table(f"a: || r:number\n{cell} || 1")
    tested = load(
        model(input_data("a"), input_data("c", "number"), decision("d", logic, ["a", "c"]))
    ).find("d")
    outcome = ask(tested, a=value, c=D(1))
    assert outcome.reasons[0].told("zh") == f"“d”第 1 条规则不成立：a为 {zh}。"
    assert outcome.reasons[0].told("en") == f"“d”, rule 1 does not hold: a is {en}."


def test_rules_that_fail_by_two_cells_are_no_reasons():
    logic = table("a:number | b:number || r:number\n> 1 | > 1 || 1\n> 1 | - || 2")
    names = [input_data("a", "number"), input_data("b", "number")]
    tested = load(model(*names, decision("d", logic, ["a", "b"]))).find("d")
    assert [reason.rule for reason in ask(tested, a=D(0), b=D(0)).reasons] == ["2"]
    assert [reason.rule for reason in ask(tested, a=D(0)).reasons] == ["1", "2"]


def test_a_table_may_read_another_decision():
    logic = table('double:number || r:string\n> 4 || "big"\n<= 4 || "small"')
    tested = load(
        model(
            input_data("x", "number"),
            decision("double", literal("x * 2"), ["x"], "number", label="两倍"),
            decision("size", logic, ["!double"], "string"),
        )
    ).find("size")
    outcome = ask(tested, x=D(3))
    assert outcome.value == "big"
    assert outcome.reasons[0].cells[0].facts[0].label == ("两倍", "double")
    assert ask(tested).missing == {"x"}
