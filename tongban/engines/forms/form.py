"""A form as it is asked: immutable, its conditions compiled."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tongban.engines.feel import Program, Value
from tongban.engines.forms.words import Words


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    words: Words

    def label(self, language: str) -> str:
        return self.words.told(language)


@dataclass(frozen=True, slots=True)
class Bound:
    """A number that a check compares with: fixed, or computed from the other answers."""

    fixed: Decimal | None = None
    computed: Program | None = None

    def among(self, values: Mapping[str, Value]) -> Decimal | None:
        """None where the answers do not say: then nothing is checked."""
        found = self.computed(values) if self.computed else self.fixed
        return found if isinstance(found, Decimal) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    minimum: Bound | None = None
    maximum: Bound | None = None
    shortest: Bound | None = None
    longest: Bound | None = None
    step: Bound | None = None
    decimal_digits: int | None = None
    pattern: re.Pattern[str] | None = None
    format: str = ""  # "email", "phone" or ""

    def bounds(self) -> Iterator[tuple[str, Bound]]:
        for name in ("minimum", "maximum", "shortest", "longest", "step"):
            bound: Bound | None = getattr(self, name)
            if bound:
                yield name, bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A question. `conditional` are its own condition and those of its groups: it is hidden where
    one of them is true. `path` is its place in the schema, and tells it from others."""

    path: str
    key: str
    type: str
    words: Words
    required: bool
    description: Words = Words("", "")
    section: Words = Words("", "")
    prefix: Words = Words("", "")
    suffix: Words = Words("", "")
    options: tuple[Option, ...] = ()
    default: Value = None
    fact: str | None = None
    material: str | None = None
    element: str | None = None
    grade: int | None = None
    accept: str = ""
    multiple: bool = False
    checks: Checks = Checks()
    conditional: tuple[Program, ...] = ()

    def label(self, language: str) -> str:
        return self.words.told(language)

    def chosen(self, value: Value, language: str) -> str:
        """The labels of the options that this value stands for."""
        values = value if isinstance(value, list) else [value]
        return "、".join(each.label(language) for each in self.options if each.value in values)


@dataclass(frozen=True, slots=True)
class Text:
    path: str
    words: Words
    conditional: tuple[Program, ...]


@dataclass(frozen=True, slots=True)
class Separator:
    """A line or a space."""

    path: str
    conditional: tuple[Program, ...]


@dataclass(frozen=True, slots=True)
class Group:
    path: str
    words: Words
    content: "tuple[Node, ...]"
    conditional: tuple[Program, ...]

    def label(self, language: str) -> str:
        return self.words.told(language)


Node = Field | Text | Separator | Group


@dataclass(frozen=True)
class Form:
    """`content` is what a page shows, in order; `fields` are the questions in it.

    `in_order` holds the fields so that a condition comes after what it reads.
    """

    content: tuple[Node, ...]
    fields: tuple[Field, ...]
    in_order: tuple[Field, ...] = field(repr=False)

    def named(self, key: str) -> Field | None:
        return next((each for each in self.fields if each.key == key), None)
