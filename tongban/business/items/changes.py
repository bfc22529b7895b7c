"""What a draft changes, as it is kept: pairs of answers in both languages, and how many people."""

from collections.abc import Mapping
from typing import Any

from tongban.data.exchange.gate import Answer, Change, Comparison
from tongban.engines.decisions import Label
from tongban.engines.decisions.words import value_words
from tongban.engines.feel import Unknown

WITHHELD = Label("其他（每种不足 10 人，合并计数）", "others (fewer than 10 people each)")


def in_words(comparison: Comparison) -> list[Mapping[str, Any]]:
    """`kind` is same, differs, or open: answers that are counted together cannot be compared."""
    return [
        {
            "before": told(change.before)._asdict(),
            "after": told(change.after)._asdict(),
            "kind": _kind(change),
            "rows": change.rows,
        }
        for change in comparison.changes
    ]


def told(answer: Answer) -> Label:
    if answer.withheld:
        return WITHHELD
    value = Unknown(frozenset()) if answer.unknown else answer.value
    return Label(_words(value, "zh"), _words(value, "en"))


def _words(value: Any, language: str) -> str:
    if not isinstance(value, tuple):
        return value_words(value, language)
    sign, comma = ("：", "；") if language == "zh" else (": ", "; ")
    return comma.join(f"{name}{sign}{value_words(member, language)}" for name, member in value)


def _kind(change: Change) -> str:
    if change.before.withheld and change.after.withheld:
        return "open"
    return "same" if change.before == change.after else "differs"
