"""Submitting: what is taken, what is dropped, what is asked again."""

from datetime import date
from decimal import Decimal

import pytest

from tongban.engines.feel import Unknown
from tongban.engines.forms import Known, Submission, prefill, validate

POLICE = {"office": "GA"}
FACTS = {
    "person.name": Known("周雨桐", POLICE, 3),
    "person.born_on": Known(date(1999, 8, 3), POLICE, 3),
    "insured.months": Known(14, POLICE, 2),
}
KNOWN = {"name": "周雨桐", "born_on": date(1999, 8, 3), "months": Decimal(14)}


@pytest.fixture
def submit(permit):
    def go(answers, disputed=None, facts=FACTS):
        return validate(permit, answers, prefill(permit, facts), disputed or {})

    return go


def words(submission, language="zh"):
    return {key: problem.told(language) for key, problem in submission.problems.items()}


def test_answers_and_facts_together_make_the_submission(submit):
    submission = submit({"card": "no", "phone": "13800138000"})

    assert submission.values == {"card": "no", "phone": "13800138000", **KNOWN}
    assert (submission.problems, submission.disputed) == ({}, {})
    assert "components[1]" not in submission.shown


def test_a_required_question_that_is_shown_must_be_answered(submit):
    assert words(submit({"card": "post"})) == {
        "postal_address": "请填写“寄到哪里？”。",
        "phone": "请填写“通知发到哪个手机？”。",
    }
    assert words(submit({}), "en") == {
        "card": "Choose one.",
        "phone": "Fill in “Which phone shall we tell?”.",
    }


def test_the_answer_to_a_hidden_question_is_dropped(submit):
    submission = submit({"card": "no", "postal_address": "清荷路 66 号", "phone": "13800138000"})

    assert "postal_address" not in submission.values
    assert submission.problems == {}


def test_an_answer_that_nobody_asked_for_is_refused(submit):
    submission = submit({"card": "no", "phone": "13800138000", "amount": "1000000"})

    assert words(submission) == {"amount": "本表没有这一项，请去掉。"}
    assert "amount" not in submission.values


def test_what_is_known_cannot_be_overwritten(submit):
    submission = submit({"card": "no", "phone": "13800138000", "months": "60"})

    assert words(submission) == {
        "months": "这一项我们已掌握，不用您填写。如有不对，请点“这不对”说明。"
    }
    assert "months" not in submission.values


@pytest.mark.parametrize("months", ["14", "１４.0", ""])
def test_repeating_what_is_known_does_no_harm(submit, months):
    submission = submit({"card": "no", "phone": "13800138000", "months": months})

    assert (submission.values["months"], submission.problems) == (Decimal(14), {})


def test_a_fact_that_is_disputed_is_unknown_and_travels_with_the_words(submit):
    submission = submit(
        {"card": "no", "phone": "13800138000"}, disputed={"months": " 应该是 20 个月\u200b"}
    )

    assert submission.values["months"] == Unknown(frozenset({"insured.months"}))
    assert submission.disputed == {"months": "应该是 20 个月"}
    assert submission.problems == {}


def test_who_disputes_may_say_what_it_should_be(submit):
    answers = {"card": "no", "phone": "13800138000", "months": "20"}
    submission = submit(answers, disputed={"months": "应该是 20 个月"})

    assert submission.values["months"] == Decimal(20)
    assert words(submit(answers | {"months": "二十"}, {"months": "应该是 20 个月"})) == {
        "months": "请填写数字，例如 1200 或 12.5。"
    }


def test_a_required_fact_that_is_disputed_does_not_stop_the_submission(submit):
    submission = submit({"card": "no", "phone": "13800138000"}, disputed={"name": "改过名"})

    assert submission.problems == {}
    assert submission.values["name"] == Unknown(frozenset({"person.name"}))


def test_a_dispute_needs_something_known_and_words(submit):
    submission = submit(
        {"card": "no", "phone": "13800138000"},
        disputed={"name": " ", "born_on": "错", "amount": "错"},
        facts={"person.name": FACTS["person.name"]},
    )

    assert words(submission) == {
        "name": "请说明哪里不对。",
        "born_on": "这一项我们没有掌握的信息，请直接填写。",
        "amount": "本表没有这一项，请去掉。",
    }
    assert submission.disputed == {}


def test_what_is_known_is_not_checked_because_nobody_could_correct_it_here(form):
    made = form(
        {
            "type": "number",
            "key": "n",
            "label": "数",
            "properties": {"fact": "n"},
            "validate": {"max": 10, "required": True},
        },
        {
            "type": "checkbox",
            "key": "promised",
            "label": "已承诺",
            "properties": {"fact": "promised"},
            "validate": {"required": True},
        },
    )
    facts = {"n": Known(14, {}, 1), "promised": Known(False, {}, 1)}

    submission = validate(made, {}, prefill(made, facts))

    assert submission.values == {"n": Decimal(14), "promised": False}
    assert submission.problems == {}


@pytest.mark.parametrize(
    ("type_", "en", "zh"),
    [
        ("checkbox", "Tick “Agreed” to go on.", "请先勾选“同意”。"),
        ("filepicker", "Upload “Agreed”.", "请上传“同意”。"),
        ("checklist", "Choose at least one.", "请至少选一项。"),
        ("datetime", "Fill in “Agreed”.", "请填写“同意”。"),
    ],
)
def test_what_is_missing_is_said_in_the_words_of_its_kind(form, type_, en, zh):
    made = form(
        {
            "type": type_,
            "key": "k",
            "label": "同意",
            "properties": {"label_en": "Agreed"},
            "validate": {"required": True},
            **({"values": [{"label": "甲", "value": "a"}]} if type_ == "checklist" else {}),
        }
    )

    problem = validate(made, {}, prefill(made, {})).problems["k"]
    assert (problem.told("en"), problem.told("zh")) == (en, zh)


def test_a_bound_may_depend_on_another_answer(form):
    made = form(
        {"type": "number", "key": "floor", "label": "楼面"},
        {"type": "number", "key": "shop", "label": "店面", "validate": {"max": "=floor * 0.8"}},
        {"type": "textfield", "key": "note", "label": "注", "validate": {"maxLength": "=floor"}},
    )

    def problems(**answers):
        return words(validate(made, answers, prefill(made, {})))

    assert problems(floor="100", shop="80") == {}
    assert problems(floor="100", shop="80.5") == {"shop": "请填写不大于 80.0 的数。"}
    assert problems(shop="80.5") == {}
    assert problems(floor="2", note="一二三") == {"note": "请写在 2 个字以内。"}


def test_an_answer_that_cannot_be_read_counts_as_not_given_for_the_others(form):
    made = form(
        {"type": "number", "key": "n", "label": "数"},
        {"type": "textfield", "key": "a", "label": "甲", "conditional": {"hide": "=n = null"}},
    )

    submission = validate(made, {"n": "many", "a": "x"}, prefill(made, {}))

    assert isinstance(submission, Submission)
    assert set(submission.problems) == {"n"}
    assert submission.values == {}
