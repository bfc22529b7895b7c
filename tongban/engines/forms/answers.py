"""From what a person typed to a value, or to what the person should do instead.

Digits, dates, telephone numbers and codes may come in full width and with spaces: they are stored
as they should have been typed. Names and other text keep every character (a rare one must never
turn into another); only what nobody can see is dropped.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from tongban.engines.feel import Value
from tongban.engines.forms.form import Field
from tongban.engines.forms.reading import MOST_DIGITS
from tongban.engines.forms.words import Problem

Answer = str | list[str]

# Elements that are written in digits and capitals.
CODES = frozenset({"citizen_id", "uscc", "org_code", "mod37_36", "postcode", "bank_account"})

_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?", re.ASCII)
_EMAIL = re.compile(r"[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+", re.ASCII)
_PHONE = re.compile(
    r"1[3-9]\d{9}"  # a mobile number
    r"|0\d{2,3}-?[2-9]\d{6,7}(?:-\d{1,6})?"  # area code, number, extension
    r"|\+[1-9]\d{6,14}",  # a number abroad
    re.ASCII,
)
# Zero-width space and joiner, byte order mark; marks that turn the direction of reading.
_UNSEEN = dict.fromkeys(
    [0x200B, 0x2060, 0xFEFF, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_TICKED = {"on": True, "true": True, "1": True, "off": False, "false": False, "0": False}

ONLY_ONE = Problem("Give one answer here.", "这里只能有一个答案。")
NOT_OFFERED = Problem("Choose one of the options offered.", "请在列出的选项中选择。")
NOT_A_NUMBER = Problem(
    "Enter a number in digits, for example 1200 or 12.5.", "请填写数字，例如 1200 或 12.5。"
)
NOT_A_DATE = Problem(
    "Enter year, month and day, for example 2026-09-23.", "请填写年月日，例如 2026-09-23。"
)
NOT_AN_EMAIL = Problem(
    "Enter an e-mail address, for example name@example.com.",
    "请填写电子邮箱，例如 name@example.com。",
)
NOT_A_PHONE = Problem(
    "Enter a mobile number of 11 digits, or a landline with its area code.",
    "请填写 11 位手机号，或带区号的座机号码。",
)
NOT_TICKED = Problem("Tick the box or leave it empty.", "请勾选或留空。")
ONE_FILE = Problem("Upload one file only.", "这里只能上传一个文件。")


def value_of(field: Field, answer: Answer) -> Value | Problem:
    """The typed value; None where nothing was entered."""
    if field.type in ("checklist", "filepicker"):
        return _MANY[field.type](field, [answer] if isinstance(answer, str) else answer)
    if isinstance(answer, list):
        if len(answer) > 1:
            return ONLY_ONE
        answer = answer[0] if answer else ""
    text = tidy(answer, lines=field.type == "textarea")
    return _ONE[field.type](field, text) if text or field.type == "checkbox" else None


def tidy(text: str, *, lines: bool) -> str:
    """Without what cannot be seen; in one line unless it may have several."""
    text = text.translate(_UNSEEN).replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        text = text.replace("\n", " ")
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _text(field: Field, text: str) -> Value | Problem:
    if field.checks.format == "email":
        text = half_width(text)
        return text if _EMAIL.fullmatch(text) else NOT_AN_EMAIL
    if field.checks.format == "phone":
        return _phone(text)
    if field.element in CODES:
        return "".join(half_width(text).split()).upper()
    return text


def _phone(text: str) -> Value | Problem:
    compact = re.sub(r"[\s()]", "", half_width(text))
    compact = re.sub(r"^(?:\+86|0086)-?", "", compact)
    without_dashes = compact.replace("-", "")
    number = without_dashes if without_dashes.startswith(("1", "+")) else compact
    return number if _PHONE.fullmatch(number) else NOT_A_PHONE


def _number(_: Field, text: str) -> Value | Problem:
    plain = half_width(text).replace("\u2212", "-")
    digits = plain.replace(",", "")
    if not _NUMBER.fullmatch(plain) or sum(map(str.isdigit, digits)) > MOST_DIGITS:
        return NOT_A_NUMBER
    return Decimal(digits)


def _date(_: Field, text: str) -> Value | Problem:
    found = _DATE.fullmatch("".join(half_width(text).split()))
    if not found:
        return NOT_A_DATE
    year, month, day = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return NOT_A_DATE


def _choice(field: Field, text: str) -> Value | Problem:
    return text if any(text == option.value for option in field.options) else NOT_OFFERED


def _tick(_: Field, text: str) -> Value | Problem:
    return _TICKED.get(text.lower(), NOT_TICKED) if text else False


def _choices(field: Field, answers: Sequence[str]) -> Value | Problem:
    chosen = {tidy(answer, lines=False) for answer in answers} - {""}
    offered: list[Value] = [option.value for option in field.options if option.value in chosen]
    if len(offered) < len(chosen):
        return NOT_OFFERED
    return offered or None


def _files(field: Field, answers: Sequence[str]) -> Value | Problem:
    names = [tidy(answer, lines=False) for answer in answers]
    files: list[Value] = [name for name in dict.fromkeys(names) if name]
    if len(files) > 1 and not field.multiple:
        return ONE_FILE
    return files or None


_ONE: Mapping[str, Callable[[Field, str], Value | Problem]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "datetime": _date,
    "radio": _choice,
    "select": _choice,
    "checkbox": _tick,
}
_MANY: Mapping[str, Callable[[Field, Sequence[str]], Value | Problem]] = {
    "checklist": _choices,
    "filepicker": _files,
}
