"""From what a person typed to a value, or to what to do instead."""

from datetime import date
from decimal import Decimal

import pytest

from tongban.engines.forms import prefill, validate

CHOICES = [{"label": "甲", "value": "a"}, {"label": "乙", "value": "b"}]


@pytest.fixture
def submit(form):
    """One question, one answer: the submission."""

    def one(component, answer):
        made = form({"key": "k", "label": "问题", **component})
        return validate(made, {"k": answer}, prefill(made, {}))

    return one


def typed(type_, **members):
    return {"type": type_, **members}


NUMBER, DATE, BOX = typed("number"), typed("datetime"), typed("checkbox")
TEXT, AREA = typed("textfield"), typed("textarea")
PHONE = typed("textfield", validate={"validationType": "phone"})
EMAIL = typed("textfield", validate={"validationType": "email"})
CITIZEN = typed("textfield", properties={"element": "citizen_id"})
RADIO, LIST = typed("radio", values=CHOICES), typed("checklist", values=CHOICES)
FILE, FILES = typed("filepicker"), typed("filepicker", multiple=True)


@pytest.mark.parametrize(
    ("component", "answer", "value"),
    [
        (NUMBER, "１２．５", Decimal("12.5")),
        (NUMBER, " 1,234,567.80 ", Decimal("1234567.80")),
        (NUMBER, "−3", Decimal(-3)),
        (NUMBER, "9" * 34, Decimal("9" * 34)),
        (DATE, "2026-09-23", date(2026, 9, 23)),
        (DATE, "２０２６年９月３日", date(2026, 9, 3)),
        (DATE, "2026/9/3", date(2026, 9, 3)),
        (DATE, "2026.09.03", date(2026, 9, 3)),
        (TEXT, "\u200b 周雨桐\ufeff ", "周雨桐"),
        (TEXT, "䶮㛃𬭁", "䶮㛃𬭁"),
        (TEXT, "云泽（集团）公司", "云泽（集团）公司"),
        (TEXT, "一行\r\n两行\x00\ud800", "一行 两行"),
        (AREA, "一行\r\n两行\u202e", "一行\n两行"),
        (PHONE, "１３８ ００１３ ８０００", "13800138000"),
        (PHONE, "+86 138-0013-8000", "13800138000"),
        (PHONE, "0086-13800138000", "13800138000"),
        (PHONE, "（0513）8520 1234", "051385201234"),
        (PHONE, "0513-85201234-801", "0513-85201234-801"),
        (PHONE, "+852 2345 6789", "+85223456789"),
        (EMAIL, "zhou＠example．com", "zhou@example.com"),
        (CITIZEN, "32990119551112 013ｘ", "32990119551112013X"),
        (RADIO, "a", "a"),
        (LIST, ["b", "a", "b"], ["a", "b"]),
        (LIST, "b", ["b"]),
        (BOX, "on", True),
        (BOX, ["true"], True),
        (BOX, "0", False),
        (BOX, "", False),
        (FILE, "u1", ["u1"]),
        (FILES, ["u2", "u1", "u2", ""], ["u2", "u1"]),
    ],
)
def test_an_answer_becomes_a_value_of_its_type(submit, component, answer, value):
    submission = submit(component, answer)

    assert submission.values == {"k": value}
    assert type(submission.values["k"]) is type(value)
    assert submission.problems == {}


@pytest.mark.parametrize("component", [NUMBER, DATE, TEXT, PHONE, RADIO, LIST, FILE])
@pytest.mark.parametrize("answer", ["", "  \u200b", []])
def test_an_empty_answer_is_none(submit, component, answer):
    submission = submit(component, answer)

    assert (submission.values, submission.problems) == ({}, {})


@pytest.mark.parametrize(
    ("component", "answer", "en", "zh"),
    [
        *(
            (
                NUMBER,
                answer,
                "Enter a number in digits, for example 1200 or 12.5.",
                "请填写数字，例如 1200 或 12.5。",
            )
            for answer in ("三", "1e5", "1,2", "NaN", "9" * 35, "٣")
        ),
        *(
            (
                DATE,
                answer,
                "Enter year, month and day, for example 2026-09-23.",
                "请填写年月日，例如 2026-09-23。",
            )
            for answer in ("2026.1", "2026-02-30", "26-1-1", "长期", "1900-01-00")
        ),
        *(
            (
                PHONE,
                answer,
                "Enter a mobile number of 11 digits, or a landline with its area code.",
                "请填写 11 位手机号，或带区号的座机号码。",
            )
            for answer in ("1380013800", "12800138000", "85201234", "电话")
        ),
        (
            EMAIL,
            "zhou@example",
            "Enter an e-mail address, for example name@example.com.",
            "请填写电子邮箱，例如 name@example.com。",
        ),
        (RADIO, "c", "Choose one of the options offered.", "请在列出的选项中选择。"),
        (LIST, ["a", "c"], "Choose one of the options offered.", "请在列出的选项中选择。"),
        (TEXT, ["a", "b"], "Give one answer here.", "这里只能有一个答案。"),
        (BOX, "perhaps", "Tick the box or leave it empty.", "请勾选或留空。"),
        (FILE, ["u1", "u2"], "Upload one file only.", "这里只能上传一个文件。"),
    ],
)
def test_an_answer_that_cannot_be_read_says_what_to_do(submit, component, answer, en, zh):
    submission = submit(component, answer)

    assert submission.values == {}
    assert (submission.problems["k"].told("en"), submission.problems["k"].told("zh")) == (en, zh)


@pytest.mark.parametrize(
    ("component", "answer", "en", "zh"),
    [
        (
            typed("number", validate={"min": 0.5}),
            "0.4",
            "Enter 0.5 or more.",
            "请填写不小于 0.5 的数。",
        ),
        (
            typed("number", validate={"max": "1000"}),
            "1001",
            "Enter 1000 or less.",
            "请填写不大于 1000 的数。",
        ),
        (
            typed("number", increment=0.05),
            "9" * 32 + ".01",
            "Enter a multiple of 0.05.",
            "请填写 0.05 的倍数。",
        ),
        (typed("number", decimalDigits=0), "1.5", "Enter a whole number.", "请填写整数。"),
        (
            typed("number", decimalDigits=2),
            "1.505",
            "Give at most 2 decimal places.",
            "小数最多保留 2 位。",
        ),
        (
            typed("textfield", validate={"minLength": 2}),
            "周",
            "Write at least 2 characters.",
            "请至少写 2 个字。",
        ),
        (
            typed("textarea", validate={"maxLength": 3}),
            "太长了吧",
            "Write at most 3 characters.",
            "请写在 3 个字以内。",
        ),
        (
            typed("textfield", validate={"pattern": r"^\d{6}$"}),
            "３２９９０６",
            "Check how it is written and correct it.",
            "格式不对，请核对后重填。",
        ),
        (
            typed(
                "textfield",
                validate={"pattern": r"^\d{6}$"},
                description="六位数字",
                properties={"description_en": "six digits"},
            ),
            "abc",
            "Write it as asked: six digits",
            "格式不对，请按要求填写：六位数字",
        ),
    ],
)
def test_an_answer_that_fails_a_check_says_what_to_do(submit, component, answer, en, zh):
    submission = submit(component, answer)

    assert submission.values == {}
    assert (submission.problems["k"].told("en"), submission.problems["k"].told("zh")) == (en, zh)


@pytest.mark.parametrize(
    ("component", "answer"),
    [
        (typed("number", validate={"min": 1, "max": 3}, increment=1, decimalDigits=0), "3.00"),
        (typed("number", increment=0), "2.5"),
        (typed("textfield", validate={"minLength": 2, "maxLength": 2, "pattern": "周"}), "周雨"),
        (typed("textfield", validate={"validationType": "custom", "pattern": ""}), "x"),
    ],
)
def test_at_the_bound_an_answer_is_good(submit, component, answer):
    assert submit(component, answer).problems == {}
