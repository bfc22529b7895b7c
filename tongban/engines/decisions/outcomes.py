"""What a decision answers, and why, in data and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from tongban.engines.decisions.refusals import Label
from tongban.engines.decisions.words import value_words
from tongban.engines.feel import Note, Unknown, Value

NOWHERE: Mapping[str, str] = {}
DEFAULT = "default"  # the number of the rule that is none: the default output


@dataclass(frozen=True, slots=True)
class Given:
    """An input. `origin` says where the value comes from and travels into the reasons untouched."""

    value: Value
    origin: Mapping[str, str] = field(default_factory=dict[str, str])


class Fact(NamedTuple):
    """An input that a cell looked at."""

    name: str
    label: Label
    value: Value
    origin: Mapping[str, str]


class Cell(NamedTuple):
    """One test of a rule. `origin` is that of its facts, where they have one and the same."""

    input: str
    test: str
    value: Value
    result: bool | Unknown
    origin: Mapping[str, str]
    label: Label
    words: Label  # the test in words
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What all reasons of one rule share."""

    decision: str
    rule: str
    law: Label
    label: Label  # of the decision


class Cells(Protocol):
    """What was seen, from which the cells of a reason can be told."""

    def cells(self, rule: str, matched: bool) -> tuple[Cell, ...]: ...


class Made(NamedTuple):
    made: tuple[Cell, ...]

    def cells(self, rule: str, matched: bool) -> tuple[Cell, ...]:
        return self.made


class Reason:
    """A rule that holds, or nearly does: then `cells` are those that fail or are unknown.

    `rule` is the row's number in the table, "default" for the default output, and "" for a
    decision that is computed by an expression.
    """

    __slots__ = ("_about", "_seen", "matched")

    def __init__(self, about: About, matched: bool, seen: Cells) -> None:
        self._about, self.matched, self._seen = about, matched, seen

    @property
    def decision(self) -> str:
        return self._about.decision

    @property
    def rule(self) -> str:
        return self._about.rule

    @property
    def law(self) -> str:
        return self._about.law.zh

    @property
    def label(self) -> Label:
        """The decision's."""
        return self._about.label

    @property
    def laws(self) -> Label:
        return self._about.law

    @property
    def cells(self) -> tuple[Cell, ...]:
        return self._seen.cells(self._about.rule, self.matched)

    def told(self, language: str) -> str:
        """One sentence."""
        zh = language.startswith("zh")
        head = f"“{self.label.told(language)}”"
        cells = ("；" if zh else "; ").join(_cell(cell, self.matched, zh) for cell in self.cells)
        if self.rule == DEFAULT:
            return (
                f"{head}没有规则成立，取默认结果。"
                if zh
                else f"{head}: no rule holds, the default applies."
            )
        if not self.rule:
            return f"{head}由此算出：{cells}。" if zh else f"{head} is computed from: {cells}."
        law = self.laws.told(language).rstrip("。.")
        if zh:
            text = f"{head}第 {self.rule} 条规则{self._state('zh')}"
            return text + (f"：{cells}。" if cells else "。") + (f"依据：{law}。" if law else "")
        text = f"{head}, rule {self.rule} {self._state('en')}"
        return text + (f": {cells}." if cells else ".") + (f" Basis: {law}." if law else "")

    def _state(self, language: str) -> str:
        if self.matched:
            return {"zh": "成立", "en": "holds"}[language]
        if any(cell.result is False for cell in self.cells):
            return {"zh": "不成立", "en": "does not hold"}[language]
        return {"zh": "不能确定", "en": "cannot be decided"}[language]


def _cell(cell: Cell, matched: bool, zh: bool) -> str:
    language = "zh" if zh else "en"
    value, label = value_words(cell.value, language), cell.label.told(language)
    said = f"{label}为 {value}" if zh else f"{label} is {value}"
    words = cell.words.told(language)
    if matched or not words:
        return said
    return f"{said}，要求{words}" if zh else f"{said}, required: {words}"


class Outcome(NamedTuple):
    """`missing` names the inputs that would have to be known; it is empty for a decided value."""

    value: Value
    reasons: tuple[Reason, ...]
    missing: frozenset[str]
    notes: tuple[Note, ...] = ()  # why something on the way became null or could not be used

    def told(self, language: str) -> list[str]:
        """One sentence per reason, then one per note, in "zh" or "en"."""
        reasons = [reason.told(language) for reason in self.reasons]
        return reasons + [note.told(language) for note in self.notes]
