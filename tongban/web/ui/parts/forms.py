"""Questions and what is wrong with their answers."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from tongban.web.ui.parts.facts import Origin
from tongban.web.ui.parts.part import Part


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    note: str = ""
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Question(Part):
    """A question with options: one may be chosen, or several with `many`."""

    template: ClassVar[str] = "ui/parts/question.html"
    name: str
    legend: str
    options: tuple[Option, ...]
    chosen: tuple[str, ...] = ()
    hint: str = ""
    error: str = ""
    many: bool = False
    required: bool = True

    @property
    def kind(self) -> str:
        return "checkbox" if self.many else "radio"


FieldKind = Literal[
    "text", "textarea", "number", "date", "tel", "email", "select", "file", "password"
]


@dataclass(frozen=True, slots=True)
class Field(Part):
    """A question that is answered by writing, picking from a list, or handing in a file."""

    template: ClassVar[str] = "ui/parts/field.html"
    name: str
    label: str
    kind: FieldKind = "text"
    value: str = ""
    hint: str = ""
    error: str = ""
    required: bool = True
    autocomplete: str = ""
    options: tuple[Option, ...] = ()
    accept: str = ""


@dataclass(frozen=True, slots=True)
class Problems(Part):
    """What stands in the way of submitting, above the form: (name of the field, words) each."""

    template: ClassVar[str] = "ui/parts/problems.html"
    found: tuple[tuple[str, str], ...]
