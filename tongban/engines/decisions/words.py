"""Values and tests in words that an applicant understands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal

from tongban.engines.decisions.refusals import Label
from tongban.engines.feel import TESTED, Months, Unknown, Value, tree
from tongban.engines.feel.temporal import written as time_written
from tongban.engines.feel.written import written

_PLAIN: Mapping[bool | None, Label] = {
    True: Label("是", "yes"),
    False: Label("否", "no"),
    None: Label("空", "empty"),
}
_SIGNS: Mapping[str, Label] = {
    "=": Label("{}", "{}"),
    "!=": Label("不是{}", "not {}"),
    "<": Label("小于 {}", "less than {}"),
    "<=": Label("不大于 {}", "at most {}"),
    ">": Label("大于 {}", "more than {}"),
    ">=": Label("不小于 {}", "at least {}"),
}
_WORDS: Mapping[str, Label] = {"and": Label("且", " and "), "or": Label("或", " or ")}


def value_words(value: Value, language: str) -> str:
    if value is None or isinstance(value, bool):
        return _PLAIN[value].told(language)
    if isinstance(value, Unknown):
        return Label("未知", "unknown").told(language)
    if isinstance(value, (Decimal, int)):
        text = f"{Decimal(value):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, list):
        return Label("、", ", ").told(language).join(value_words(item, language) for item in value)
    if isinstance(value, (Months, timedelta)):
        return _duration(value, language)
    return time_written(value) if isinstance(value, (date, time)) else written(value)


def _duration(value: Months | timedelta, language: str) -> str:
    if isinstance(value, Months):
        return f"{value.months} {Label('个月', 'months').told(language)}"
    if value % timedelta(days=1):
        return time_written(value)
    return f"{value.days} {Label('天', 'days').told(language)}"


def test_words(node: tree.Node, text: str) -> Label:
    """The test in words; its text where it says more than the usual."""
    return _words(node) or Label(text, text)


def _words(node: tree.Node) -> Label | None:
    if isinstance(node, tree.Comparison):
        return _comparison(node)
    if isinstance(node, tree.Not):
        inner = _words(node.operand)
        return inner and Label(f"不是“{inner.zh}”", f"not “{inner.en}”")
    if not isinstance(node, tree.Junction):
        return None
    parts = [_words(part) for part in node.parts]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    word = _WORDS[node.word]
    return Label(word.zh.join(part.zh for part in known), word.en.join(part.en for part in known))


def _comparison(node: tree.Comparison) -> Label | None:
    """Only a comparison of the tested value itself with a constant can be told in words."""
    tested = isinstance(node.left, tree.Name) and node.left.variable.name == TESTED
    if not tested or not isinstance(node.right, tree.Literal):
        return None
    value, sign = node.right.value, _SIGNS[node.sign]
    return Label(sign.zh.format(value_words(value, "zh")), sign.en.format(value_words(value, "en")))
