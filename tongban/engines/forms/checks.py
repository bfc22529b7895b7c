"""What an answer that could be read must also satisfy, said as what to do."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from tongban.engines.feel import Value
from tongban.engines.forms.form import Field
from tongban.engines.forms.words import Problem


def missing(field: Field) -> Problem:
    """What to do about a required question that was left empty."""
    en, zh = field.label("en"), field.label("zh")
    if field.type in ("radio", "select"):
        return Problem("Choose one.", "请选一项。")
    if field.type == "checklist":
        return Problem("Choose at least one.", "请至少选一项。")
    if field.type == "checkbox":
        return Problem(f"Tick “{en}” to go on.", f"请先勾选“{zh}”。")
    if field.type == "filepicker":
        return Problem(f"Upload “{en}”.", f"请上传“{zh}”。")
    return Problem(f"Fill in “{en}”.", f"请填写“{zh}”。")


def failed(field: Field, value: Value, answers: Mapping[str, Value]) -> Problem | None:
    """The first check that the answer fails. A bound that the other answers leave open checks
    nothing."""
    if isinstance(value, str):
        if field.checks.pattern and not field.checks.pattern.search(value):
            return _not_as_asked(field)
        measured = Decimal(len(value))
    elif isinstance(value, Decimal):
        digits = field.checks.decimal_digits
        if digits is not None and (Fraction(value) * 10**digits).denominator != 1:
            return _rounder(digits)
        measured = value
    else:
        return None
    for name, bound in field.checks.bounds():
        limit = bound.among(answers)
        if limit is not None and _fails(name, measured, limit):
            return _BOUND_WORDS[name](f"{limit:f}")
    return None


def _fails(name: str, measured: Decimal, limit: Decimal) -> bool:
    if name in ("minimum", "shortest"):
        return measured < limit
    if name in ("maximum", "longest"):
        return measured > limit
    # Exact, where Decimal's own remainder stops at 28 digits.
    return limit > 0 and Fraction(measured) % Fraction(limit) != 0


def _rounder(digits: int) -> Problem:
    if digits == 0:
        return Problem("Enter a whole number.", "请填写整数。")
    return Problem(f"Give at most {digits} decimal places.", f"小数最多保留 {digits} 位。")


def _not_as_asked(field: Field) -> Problem:
    en, zh = field.description.told("en"), field.description.told("zh")
    return Problem(
        f"Write it as asked: {en}" if en else "Check how it is written and correct it.",
        f"格式不对，请按要求填写：{zh}" if zh else "格式不对，请核对后重填。",
    )


_BOUND_WORDS: Mapping[str, Callable[[str], Problem]] = {
    "minimum": lambda n: Problem(f"Enter {n} or more.", f"请填写不小于 {n} 的数。"),
    "maximum": lambda n: Problem(f"Enter {n} or less.", f"请填写不大于 {n} 的数。"),
    "shortest": lambda n: Problem(f"Write at least {n} characters.", f"请至少写 {n} 个字。"),
    "longest": lambda n: Problem(f"Write at most {n} characters.", f"请写在 {n} 个字以内。"),
    "step": lambda n: Problem(f"Enter a multiple of {n}.", f"请填写 {n} 的倍数。"),
}
