"""The one distinction that matters about errors: refusals and bugs.

A refusal is an answer ("this case was already accepted"). A person reads it, nobody is paged.
Anything else that is raised is a bug: it becomes a 500 and an alert.
"""

from typing import Any, ClassVar


class Refusal(Exception):
    """The request was understood, and the answer is no."""

    zh: ClassVar[str] = "请求已收到，但不能办理。"

    def __init__(self, **facts: Any) -> None:
        self.facts: dict[str, Any] = facts
        super().__init__(self.told("en"))

    def told(self, language: str) -> str:
        """The reason in words: the class's docstring in English, `zh` in Chinese."""
        words = self.zh if language.startswith("zh") else " ".join((self.__doc__ or "").split())
        return words.format(**self.facts)
