"""From form-js JSON to a form."""

import json
from decimal import Decimal

import pytest

from tongban.engines import forms

TEXT = {"type": "textfield", "key": "a", "label": "甲"}
RADIO = {"type": "radio", "key": "r", "label": "选", "values": [{"label": "是", "value": "y"}]}


def number(**members):
    return {"type": "number", "key": "n", "label": "数", **members}


def test_a_form_keeps_its_questions_in_order_with_words_in_both_languages(permit):
    assert [field.key for field in permit.fields] == [
        *("card", "postal_address", "phone", "name", "born_on", "months")
    ]
    card = permit.named("card")
    assert (card.label("zh"), card.label("en")) == (
        "您要实体卡吗？",
        "Do you want a plastic card?",
    )
    assert [option.label("en") for option in card.options] == ["No", "Yes, by post"]
    assert card.chosen("post", "zh") == "要，邮寄"
    assert (card.required, card.default) == (True, "no")
    assert permit.named("nobody") is None


def test_a_field_says_what_it_is_for(form):
    field = form(
        {
            **TEXT,
            "description": "十八位",
            "appearance": {"prefixAdorner": "No.", "suffixAdorner": "号"},
            "properties": {
                "fact": "company.uscc",
                "material": "licence",
                "element": "uscc",
                "grade": "L2",
                "section": "企业",
                "section_en": "Company",
                "description_en": "18 characters",
                "suffix_en": "",
            },
        }
    ).fields[0]

    assert (field.fact, field.material, field.element, field.grade) == (
        *("company.uscc", "licence", "uscc", 2),
    )
    assert (field.section.told("en"), field.description.told("en")) == ("Company", "18 characters")
    assert (field.prefix.told("zh"), field.suffix.told("en")) == ("No.", "号")


def test_a_group_names_the_section_and_passes_on_its_condition(form):
    made = form(
        {"type": "checkbox", "key": "married", "label": "已婚"},
        {
            "type": "group",
            "label": "配偶",
            "properties": {"label_en": "Spouse"},
            "conditional": {"hide": "=not(married)"},
            "components": [
                {"type": "text", "text": "请填配偶", "properties": {"text_en": "Your spouse"}},
                {"type": "separator"},
                {"type": "spacer", "height": 20},
                {**TEXT, "conditional": {"hide": '=c = "x"'}},
                {**TEXT, "key": "c"},
                {"type": "group", "components": [{**TEXT, "key": "d"}]},
            ],
        },
    )

    group = made.content[1]
    assert group.label("en") == "Spouse"
    assert group.content[0].words.told("en") == "Your spouse"
    assert group.content[1].path == "components[1].components[1]"
    assert [len(field.conditional) for field in made.fields] == [0, 2, 1, 1]
    assert [field.section.told("en") for field in made.fields] == ["", *["Spouse"] * 3]
    assert [field.key for field in made.fields] == ["married", "a", "c", "d"]
    order = [field.key for field in made.in_order]
    assert order.index("married") < order.index("c") < order.index("a")


def test_what_only_the_editor_draws_is_left_aside(form):
    made = form(
        {**TEXT, "id": "Field_1", "layout": {"columns": 8}, "readonly": False, "disabled": False},
        {"type": "datetime", "key": "d", "dateLabel": "哪天", "subtype": "date", "use24h": True},
        {"type": "select", **{k: RADIO[k] for k in ("key", "label", "values")}, "searchable": True},
        number(serializeToString=True, validate={"min": None, "max": ""}),
        {"type": "filepicker", "key": "f", "label": "图", "accept": ".pdf", "multiple": True},
    )

    assert made.fields[1].label("zh") == "哪天"
    assert (made.fields[4].accept, made.fields[4].multiple) == (".pdf", True)


def test_defaults_have_the_type_of_the_answer(form):
    made = form(
        number(defaultValue=2.50),
        {"type": "checkbox", "key": "c", "label": "丙", "defaultValue": True},
        {**RADIO, "type": "checklist", "key": "l", "defaultValue": ["y"]},
        {**TEXT, "defaultValue": "云泽"},
    )

    assert [field.default for field in made.fields] == [Decimal("2.5"), True, ["y"], "云泽"]


@pytest.mark.parametrize(
    ("component", "path", "en", "zh"),
    [
        (
            {**TEXT, "key": "person.name"},
            ".key",
            "The key “person.name” must be one word of English letters, digits and “_”.",
            "键“person.name”只能由英文字母、数字和下划线组成，并以字母或下划线开头。",
        ),
        (
            {"type": "textfield", "label": "甲"},
            "",
            "“key” is missing.",
            "缺少“key”。",
        ),
        ({"type": "textfield", "key": "a"}, "", "“label” is missing.", "缺少“label”。"),
        ({"key": "a", "label": "甲"}, "", "“type” is missing.", "缺少“type”。"),
        (
            {**TEXT, "valuesExpression": "=x"},
            ".valuesExpression",
            "“valuesExpression” of a textfield is not supported; remove it.",
            "不支持 textfield 的“valuesExpression”，请删除。",
        ),
        (
            {**TEXT, "properties": {"mateiral": "x"}},
            ".properties.mateiral",
            "“mateiral” of a textfield (properties) is not supported; remove it.",
            "不支持 textfield (properties) 的“mateiral”，请删除。",
        ),
        (
            {**TEXT, "validate": {"min": 3}},
            ".validate.min",
            "“min” of a textfield (validate) is not supported; remove it.",
            "不支持 textfield (validate) 的“min”，请删除。",
        ),
        (
            {**TEXT, "readonly": True},
            ".readonly",
            "“readonly” can only be false.",
            "“readonly”只能是 false。",
        ),
        (
            {"type": "datetime", "key": "d", "label": "何时", "subtype": "time"},
            ".subtype",
            "“subtype” can only be date.",
            "“subtype”只能是 date。",
        ),
        (
            {**TEXT, "properties": {"grade": 5}},
            ".properties.grade",
            "“grade” can only be 1, 2, 3, 4.",
            "“grade”只能是 1, 2, 3, 4。",
        ),
        (
            {**TEXT, "validate": {"validationType": "url"}},
            ".validate.validationType",
            "“validationType” can only be email, phone, custom.",
            "“validationType”只能是 email, phone, custom。",
        ),
        (
            {**TEXT, "validate": {"pattern": "(["}},
            ".validate.pattern",
            "The pattern cannot be read: unterminated character set.",
            "无法解析格式表达式：unterminated character set。",
        ),
        (
            number(decimalDigits=1.5),
            ".decimalDigits",
            "“decimalDigits” can only be 0, 1, 2 … 34.",
            "“decimalDigits”只能是 0, 1, 2 … 34。",
        ),
        (
            {"type": "documentPreview", "dataSource": "=x"},
            ".type",
            "Components of the type “documentPreview” are not supported. Use one of: checkbox, "
            "checklist, datetime, filepicker, group, number, radio, select, separator, spacer, "
            "text, textarea, textfield.",
            "不支持“documentPreview”类型的组件，可用的有：checkbox, checklist, datetime, "
            "filepicker, group, number, radio, select, separator, spacer, text, textarea, "
            "textfield。",
        ),
        (
            {"type": "radio", "key": "r", "label": "选"},
            "",
            "“values” is missing.",
            "缺少“values”。",
        ),
        (
            {**RADIO, "values": RADIO["values"] * 2},
            ".values[1]",
            "The option “y” is there twice.",
            "选项“y”重复。",
        ),
        (
            {**RADIO, "defaultValue": "n"},
            ".defaultValue",
            "“n” is none of the options.",
            "“n”不在选项之中。",
        ),
        (
            {"type": "group", "path": "person", "components": []},
            ".path",
            "“path” can only be “”.",
            "“path”只能是 “”。",
        ),
        (
            {"type": "text", "text": "=1 + 1"},
            ".text",
            "Text is shown as it stands: write it without “=” at the beginning and without “{{”.",
            "文字按原样显示：开头不能用“=”，也不能含“{{”。",
        ),
        ({**TEXT, "label": 3}, ".label", "Text is needed here.", "这里应为文字。"),
        (
            {**TEXT, "validate": {"required": "yes"}},
            ".validate.required",
            "“true” or “false” is needed here.",
            "这里应为 true 或 false。",
        ),
        (number(defaultValue=True), ".defaultValue", "A number is needed here.", "这里应为数字。"),
        (
            number(validate={"min": "a"}),
            ".validate.min",
            "A number is needed here.",
            "这里应为数字。",
        ),
        (
            number(validate={"max": "NaN"}),
            ".validate.max",
            "A number is needed here.",
            "这里应为数字。",
        ),
        ({**TEXT, "validate": []}, ".validate", "An object is needed here.", "这里应为对象。"),
        ({**RADIO, "values": {}}, ".values", "A list is needed here.", "这里应为列表。"),
        (
            {**RADIO, "type": "checklist", "defaultValue": "y"},
            ".defaultValue",
            "A list is needed here.",
            "这里应为列表。",
        ),
        (
            {**RADIO, "type": "checklist", "defaultValue": [1]},
            ".defaultValue",
            "Text is needed here.",
            "这里应为文字。",
        ),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(refused, component, path, en, zh):
    assert refused({"type": "separator"}, component) == (f"components[1]{path}", en, zh)


def test_a_schema_that_is_no_form_is_refused(refused):
    assert refused(type="dynamic")[:2] == ("type", "“type” can only be default.")
    assert refused(schemaVersion=21)[:2] == (
        "schemaVersion",
        "“schemaVersion” can only be 1 … 20.",
    )
    assert refused(title="x")[1] == "“title” of a form is not supported; remove it."


@pytest.mark.parametrize(
    ("text", "path", "zh"),
    [
        ('{"type": "default"\n "x"}', "line 2, column 2", "不是 JSON：Expecting ',' delimiter。"),
        ('{"schemaVersion": NaN}', "", "不是 JSON：NaN is not a number。"),
        ("[]", "", "这里应为对象。"),
        ('{"components": ' * 100_000, "", "分组嵌套过深。"),
    ],
)
def test_what_is_no_json_object_is_refused(text, path, zh):
    with pytest.raises(forms.FormError) as error:
        forms.load(text)

    assert (error.value.path, error.value.reason("zh")) == (path, zh)
    assert error.value.told("zh") == f"{path or '表单'}：{zh}"


def test_a_form_of_the_current_editor_is_read(form):
    text = json.dumps(
        {
            "type": "default",
            "id": "Form_1",
            "schemaVersion": 19,
            "exporter": {"name": "form-js", "version": "1.18.0"},
            "executionPlatform": "Camunda Cloud",
            "executionPlatformVersion": "8.6.0",
            "components": [TEXT],
        }
    )

    assert [field.key for field in forms.load(text).fields] == ["a"]
