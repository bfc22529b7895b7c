"""What a verb's form consists of."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from tongban.business.cases.verbs import history


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a verb's form; `chosen` is what was typed or ticked before it was refused."""

    name: str
    label: str
    kind: Literal["words", "days", "one", "radio", "several"]
    chosen: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    required: bool = True

    @property
    def value(self) -> str:
        return self.chosen[0] if self.chosen else ""


@dataclass(frozen=True, slots=True)
class Button:
    """`value` says which of several was pressed; `look` is a class of the styles."""

    label: str
    look: str = "btn-quiet"
    value: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A verb, folded up until somebody wants it. `why_not`: it is his to do, but not now. `note`
    says what will come of it; `refused` what stood in the way of the last attempt."""

    most: ClassVar[int] = history.LONGEST
    verb: str
    key: str
    label: str
    icon: str
    url: str = ""
    explain: str = ""
    asked: tuple[Asked, ...] = ()
    buttons: tuple[Button, ...] = ()
    note: str = ""
    refused: str = ""
    why_not: str = ""
    is_open: bool = False
