"""Conditions in FEEL: compiled when the form is loaded, in the order of what they read."""

from tongban.engines import forms
from tongban.engines.feel import Unknown

TEXT = {"type": "textfield", "label": "甲"}


def text(key, hide=None):
    return {**TEXT, "key": key, **({"conditional": {"hide": hide}} if hide else {})}


def shown(form, **values):
    paths = forms.visible(form, values)
    return [field.key for field in form.fields if field.path in paths]


def test_a_condition_hides_where_it_is_true(permit):
    assert "postal_address" in shown(permit, card="post")
    assert "postal_address" not in shown(permit, card="no")


def test_the_answer_to_a_hidden_question_counts_as_not_given(form):
    made = form(
        text("c", '=b = "x"'),
        text("b", '=a = "hide"'),
        text("a"),
    )

    assert shown(made, a="show", b="x", c="1") == ["b", "a"]
    assert shown(made, a="hide", b="x", c="1") == ["c", "a"]


def test_a_condition_that_nobody_can_decide_hides_nothing(form):
    made = form(text("a"), text("b", '=a = "x"'))

    assert shown(made, a=Unknown(frozenset({"a"}))) == ["a", "b"]
    assert shown(made) == ["a", "b"]


def test_groups_and_texts_are_hidden_too(form):
    made = form(
        text("a"),
        {
            "type": "group",
            "conditional": {"hide": '=a = "x"'},
            "components": [{"type": "text", "text": "说明"}],
        },
    )

    assert forms.visible(made, {"a": "y"}) == {
        *("components[0]", "components[1]", "components[1].components[0]")
    }
    assert forms.visible(made, {"a": "x"}) == {"components[0]"}


def test_a_circle_of_conditions_is_refused(refused):
    path, en, zh = refused(text("a", '=b = "x"'), text("b", '=a = "x"'))

    assert path in ("components[0]", "components[1]")
    assert "depends on each other in a circle: " in en
    assert zh.endswith(("a → b → a。", "b → a → b。"))


def test_a_group_cannot_depend_on_what_is_in_it(refused):
    group = {"type": "group", "conditional": {"hide": '=a = "x"'}, "components": [text("a")]}

    assert refused(group)[2] == "以下字段的显示条件互相依赖，成了循环：a → a。"


def test_a_name_that_no_question_has_is_refused(refused):
    path, en, zh = refused(text("a"), text("b", "=agee > 3"))

    assert path == "components[1].conditional.hide"
    assert en == "“=agee > 3” cannot be used: The name “agee” is not known here."
    assert zh == "表达式“=agee > 3”不能使用：这里没有名称“agee”。"


def test_a_condition_begins_with_an_equals_sign_and_is_true_or_false(refused):
    assert refused(text("a"), text("b", "a > 3"))[1:] == (
        "A condition begins with “=”: write “=a > 3”.",
        "条件应以“=”开头：请写成“=a > 3”。",
    )
    assert refused(text("a"), text("b", '=a + "x"'))[1:] == (
        '“=a + "x"” gives a string; a boolean is needed.',
        '“=a + "x"”的结果是 string，这里需要 boolean。',
    )


def test_only_hiding_is_a_condition(refused):
    assert refused({**TEXT, "key": "a", "conditional": {"show": "=true"}})[:2] == (
        "components[0].conditional.show",
        "“show” of a conditional is not supported; remove it.",
    )
