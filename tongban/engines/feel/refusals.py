"""What FEEL says no to: a text (an error, when it is read) or a value (null, when it runs)."""

from typing import Any, NamedTuple

from tongban.errors import Refusal

LENGTH_LIMIT = 1_000_000  # characters of a text, items of a list, that an expression may make


class Place(NamedTuple):
    """Where in a text, counted from 1."""

    line: int
    column: int


class FeelError(Refusal):
    """The expression cannot be used."""

    zh = "表达式不能使用。"

    def __init__(self, place: Place, **facts: Any) -> None:
        self.line, self.column = place
        super().__init__(**facts)
        self.message = self.told("en")
        # On the instance `zh` is the finished sentence, as the callers of an engine are promised.
        vars(self)["zh"] = self.told("zh")

    def reason(self, language: str) -> str:
        """The sentence without the place, for those who name the place themselves."""
        words = (
            type(self).zh if language.startswith("zh") else " ".join((self.__doc__ or "").split())
        )
        return words.format(**self.facts)

    def told(self, language: str) -> str:
        if language.startswith("zh"):
            return f"第 {self.line} 行第 {self.column} 列：{self.reason(language)}"
        return f"Line {self.line}, column {self.column}: {self.reason(language)}"


class Undefined(Refusal):
    """The expression has no value for these data."""

    zh = "对这些数据，表达式没有值。"


class NoSuchOperation(Undefined):
    """{operation} is not defined for {left} and {right}."""

    zh = "“{operation}”不能用于 {left} 和 {right}。"


class OutOfRange(Undefined):
    """The result of {operation} is outside what can be computed."""

    zh = "“{operation}”的结果超出可计算的范围。"


class TooManySteps(Undefined):
    """The evaluation needs more than {limit} steps."""

    zh = "计算超过 {limit} 步。"


class Note(NamedTuple):
    """Why a value became null, and where in the text."""

    place: Place
    undefined: Undefined

    def told(self, language: str) -> str:
        return self.undefined.told(language)
