"""Walks along a pattern, and says what cannot be used."""

from __future__ import annotations

import re

from tongban.engines.feel.refusals import Undefined


class BadPattern(Undefined):
    """The pattern {pattern} cannot be used: {reason}."""

    zh = "正则表达式 {pattern} 不能使用：{reason}。"


class Reading:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    @property
    def over(self) -> bool:
        return self._at >= len(self._pattern)

    @property
    def next(self) -> str:
        """The character here; "" at the end."""
        return self._pattern[self._at : self._at + 1]

    def starts(self, text: str) -> bool:
        return self._pattern.startswith(text, self._at)

    def take(self) -> str:
        """Raises BadPattern at the end."""
        if self.over:
            raise self.refused()
        self._at += 1
        return self._pattern[self._at - 1]

    def skip(self, text: str) -> bool:
        found = self.starts(text)
        self._at += len(text) if found else 0
        return found

    def expect(self, text: str) -> None:
        """Raises BadPattern."""
        if not self.skip(text):
            raise self.refused()

    def match(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        found = expression.match(self._pattern, self._at)
        self._at = found.end() if found else self._at
        return found

    def refused(self, reason: str = "") -> BadPattern:
        rest = self._pattern[self._at :]
        return BadPattern(pattern=self._pattern, reason=reason or f"“{rest or '…'}”")
