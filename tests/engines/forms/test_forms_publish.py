"""Before publishing: nothing is asked that nobody needs, nothing is named that does not exist."""

import pytest

from tongban.engines.forms import findings, materials

FACTS = {"person.name", "person.born_on", "insured.months"}


def question(key, label_en="A", **properties):
    return {
        "type": "textfield",
        "key": key,
        "label": "甲",
        "properties": {"label_en": label_en, **properties},
    }


def told(form, facts=(), of_item=(), needed=()):
    return [(each.path, each.told("zh")) for each in findings(form, facts, of_item, needed)]


def test_a_form_of_which_everything_is_needed_has_no_findings(permit):
    needed = {"card", "postal_address", "phone", "person.name", "born_on", "insured.months"}

    assert findings(permit, FACTS, (), needed) == []


def test_a_question_that_nobody_needs_is_found(form):
    made = form(
        question("used_by_condition"),
        {
            **question("of_material", material="M1"),
            "conditional": {"hide": '=used_by_condition = "x"'},
        },
        question("useless"),
    )

    (finding,) = findings(made, (), {"M1"})
    assert finding.path == "components[2]"
    assert finding.told("en") == (
        "Nobody needs “useless”: no material, decision or condition uses it. "
        "Remove the question, or say which material it belongs to."
    )
    assert finding.told("zh") == (
        "没有材料、决策或条件用到“useless”。请删除本题，或写明它属于哪份材料。"
    )


def test_a_question_is_needed_where_another_bound_or_a_text_reads_it(form):
    made = form(
        {**question("a"), "type": "number"},
        {**question("b", material="M1"), "type": "number", "validate": {"min": 1, "max": "=a"}},
        {**question("c"), "type": "number", "validate": {"max": "=c"}},
        question("d"),
        {
            "type": "text",
            "text": "说明",
            "properties": {"text_en": "Note"},
            "conditional": {"hide": '=d = "x"'},
        },
    )

    assert [path for path, _ in told(made, of_item={"M1"})] == ["components[2]"]


def test_a_fact_and_a_material_must_exist(form):
    made = form(question("a", fact="person.nmae"), question("b", material="M9"))

    assert told(made, FACTS, {"M1"}, {"a", "b"}) == [
        (
            "components[0].properties.fact",
            "没有事实“person.nmae”。请改正名称，或先定义该事实。",
        ),
        (
            "components[1].properties.material",
            "本事项没有材料“M9”。请改正编码，或先添加该材料。",
        ),
    ]


def test_a_key_that_is_there_twice_is_found_at_both_places(form):
    made = form(question("a"), {**question("a"), "type": "number"})

    assert told(made, needed={"a"}) == [
        (f"components[{n}].key", "键“a”出现了 2 次，每道题应有自己的键。") for n in (0, 1)
    ]


@pytest.mark.parametrize(
    ("component", "path", "words"),
    [
        (question("a", label_en=""), "properties.label_en", "甲"),
        ({**question("a"), "description": "说明"}, "properties.description_en", "说明"),
        ({"type": "text", "text": "说明"}, "properties.text_en", "说明"),
        ({"type": "group", "label": "组", "components": []}, "properties.label_en", "组"),
        (
            {**question("a"), "type": "radio", "values": [{"label": "是", "value": "y"}]},
            "values[0].label_en",
            "是",
        ),
    ],
)
def test_words_that_have_no_english_are_found(form, component, path, words):
    assert told(form({"type": "separator"}, component), needed={"a"}) == [
        (f"components[1].{path}", f"“{words}”没有英文。")
    ]


def test_a_material_has_its_fields_and_uploads(form):
    made = form(question("a", material="M1"), question("b"), question("c", material="M1"))

    assert {code: [field.key for field in of] for code, of in materials(made).items()} == {
        "M1": ["a", "c"]
    }
