"""Why a model cannot be used, and where: decision, cell, and the place in the cell's text."""

from __future__ import annotations

from typing import Any, NamedTuple

from tongban.engines.feel import FeelError
from tongban.errors import Refusal


class Label(NamedTuple):
    """What people read: Chinese first, English second."""

    zh: str
    en: str

    def told(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Address(NamedTuple):
    """A place in a model. `line` and `column` count in the text of the cell; where a structure and
    not a text is at fault, `line` is that of the XML and `column` is 0."""

    decision: str = ""
    cell: Label = Label("", "")
    line: int = 0
    column: int = 0

    def at(self, zh: str, en: str) -> Address:
        return self._replace(cell=Label(zh, en))

    def on(self, line: int, column: int = 0) -> Address:
        return self._replace(line=line, column=column)

    def told(self, language: str) -> str:
        if language.startswith("zh"):
            parts = [f"决策“{self.decision}”" if self.decision else "", self.cell.zh]
            parts.append(f"第 {self.line} 行" if self.line else "")
            parts.append(f"第 {self.column} 列" if self.column else "")
            return "，".join(filter(None, parts))
        parts = [f"decision “{self.decision}”" if self.decision else "", self.cell.en]
        parts.append(f"line {self.line}" if self.line else "")
        parts.append(f"column {self.column}" if self.column else "")
        told = ", ".join(filter(None, parts))
        return told[:1].upper() + told[1:]


class ModelError(Refusal):
    """The model cannot be used."""

    zh = "决策模型不能使用。"

    def __init__(self, address: Address, **facts: Any) -> None:
        self.address = address
        self.decision, self.cell = address.decision, address.cell.en
        self.line, self.column = address.line, address.column
        super().__init__(**facts)
        self.message = self.told("en")
        # On the instance `zh` is the finished sentence, as the callers of an engine are promised.
        vars(self)["zh"] = self.told("zh")

    def reason(self, language: str) -> str:
        """The sentence without the place."""
        words = (
            type(self).zh if language.startswith("zh") else " ".join((self.__doc__ or "").split())
        )
        return words.format(**self.facts)

    def told(self, language: str) -> str:
        place = self.address.told(language)
        sign = "：" if language.startswith("zh") else ": "
        return f"{place}{sign}{self.reason(language)}" if place else self.reason(language)


class ExpressionRefused(ModelError):
    """{reason_en}"""

    zh = "{reason_zh}"

    def __init__(self, address: Address, error: FeelError) -> None:
        self.error = error
        super().__init__(
            address.on(error.line, error.column),
            reason_en=error.reason("en"),
            reason_zh=error.reason("zh"),
        )


class NotSupported(ModelError):
    """“{what}” is not supported."""

    zh = "不支持“{what}”。"
