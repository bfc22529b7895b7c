"""Questions, fields, problems, and Django forms in our look."""

import pytest
from django import forms

from tongban.web.ui import parts

CARD = parts.Question(
    "card",
    "您要实体卡吗？",
    (
        parts.Option("no", "不要", "立即可用"),
        parts.Option("yes", "要", origin=parts.Origin("您本人填写")),
    ),
    ("no",),
    "两种同等有效。",
)


def test_a_question_is_a_fieldset_whose_legend_is_the_question(show, words):
    shown = show("{% part it %}", it=CARD)
    assert words(shown.xpath("fieldset/legend")[0]) == "您要实体卡吗？"
    assert shown.xpath(".//input/@type") == ["radio", "radio"]
    assert shown.xpath(".//input[@checked]/@value") == ["no"]
    assert shown.xpath("string(fieldset/@aria-describedby)") == "q-card-hint"
    assert words(shown.xpath(".//label")[1]) == "要来源：您本人填写"


def test_the_error_of_a_question_stands_above_its_options_and_is_read_with_it(show, words):
    wrong = parts.Question("card", "您要实体卡吗？", CARD.options, error="请选一项")
    shown = show("{% part it %}", it=wrong)
    assert shown.xpath("string(fieldset/@class)") == "tb-q is-invalid"
    assert shown.xpath("string(fieldset/@aria-describedby)").split() == ["q-card-error"]
    assert words(shown.xpath("//*[@id='q-card-error']")[0]) == "请选一项"
    assert shown.xpath("fieldset/*[@id='q-card-error']/following-sibling::label")


def test_several_answers_are_check_boxes_and_optional_ones_say_so(show, words):
    many = parts.Question("tel", "哪个手机？", CARD.options, many=True, required=False)
    shown = show("{% part it %}", it=many)
    assert shown.xpath(".//input/@type") == ["checkbox", "checkbox"]
    assert words(shown.xpath(".//legend")[0]) == "哪个手机？ （可不填）"


def test_the_problems_link_to_the_first_option_or_the_field(show, words):
    found = parts.Problems((("card", "您要实体卡吗？"), ("mobile", "手机号还差 4 位")))
    shown = show("{% part it %}{% part card %}{% part field %}", it=found, card=CARD, field=MOBILE)
    assert words(shown).startswith("还不能提交：有 2 个问题没有答好")
    targets = [link.removeprefix("#") for link in shown.xpath(".//a/@href")]
    assert [shown.xpath(f"string(.//*[@id='{target}']/@name)") for target in targets] == [
        "card",
        "mobile",
    ]
    assert shown.xpath("div[@role='alert'][@tabindex='-1'][@data-tb-focus]")


@pytest.mark.parametrize(("count", "en"), [(1, "1 answer is needed"), (2, "2 answers are needed")])
def test_the_problems_count_in_english(show, words, count, en):
    found = parts.Problems((("card", "Do you want a card?"),) * count)
    assert en in words(show("{% part it %}", "en", it=found))


MOBILE = parts.Field("mobile", "手机号", "tel", "1391234", "11 位", "还差 4 位", autocomplete="tel")


def test_a_field_is_labelled_and_reads_hint_and_error(show, words):
    shown = show("{% part it %}", it=MOBILE)
    (field,) = shown.xpath(".//input")
    assert words(shown.xpath(f".//label[@for='{field.get('id')}']")[0]) == "手机号"
    assert field.get("aria-describedby").split() == ["q-mobile-hint", "q-mobile-error"]
    assert (field.get("aria-invalid"), field.get("aria-required")) == ("true", "true")
    assert (field.get("type"), field.get("value"), field.get("autocomplete")) == (
        "tel",
        "1391234",
        "tel",
    )


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("textarea", "string(.//textarea)", "答"),
        ("select", "string(.//option[@selected]/@value)", "答"),
        ("number", "string(.//input[@inputmode='decimal']/@value)", "答"),
        ("password", "string(.//input[@type='password']/@value)", ""),
        ("file", "string(.//input[@type='file'][@accept='.pdf']/@value)", ""),
    ],
)
def test_every_kind_of_field_keeps_what_was_entered_unless_it_must_not(show, kind, path, value):
    field = parts.Field(
        "a", "题", kind, "答", required=False, options=(parts.Option("答", "答"),), accept=".pdf"
    )
    shown = show("{% part it %}", it=field)
    assert shown.xpath(path) == value
    assert len(shown.xpath(".//*[@id='q-a']")) == 1


class Contact(forms.Form):
    email = forms.EmailField(
        label="邮箱", help_text="用于通知", widget=forms.EmailInput({"placeholder": "邮箱"})
    )
    kind = forms.ChoiceField(label="方式", choices=[("a", "甲")])
    agree = forms.BooleanField(label="同意")
    times = forms.MultipleChoiceField(
        label="时段", choices=[("am", "上午")], widget=forms.CheckboxSelectMultiple, required=False
    )
    next = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        raise forms.ValidationError("整张表有错")


def test_a_django_form_gets_labels_errors_and_our_classes(show, words):
    shown = show(
        '{% include "ui/parts/form_fields.html" %}', form=Contact({"email": "x", "kind": "a"})
    )
    email = shown.xpath(".//input[@name='email']")[0]
    assert email.get("class") == "form-control is-invalid"
    assert email.get("placeholder") is None
    assert {"id_email_helptext", "id_email_error"} >= set(email.get("aria-describedby").split())
    assert shown.xpath("string(.//select/@class)") == "form-select"
    assert words(shown.xpath(".//div[@role='alert']")[0]) == "整张表有错"
    assert words(shown.xpath(".//label[input[@name='agree']]")[0]) == "同意"
    assert words(shown.xpath(".//fieldset/legend")[0]) == "时段"
    assert shown.xpath(".//input[@type='hidden']/@name") == ["next"]
