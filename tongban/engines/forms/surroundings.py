"""What a component has from the groups around it, and what every component may say."""

from dataclasses import dataclass

from tongban.engines.feel import Program
from tongban.engines.forms.words import Words

OF_EVERYTHING = {"type", "id", "layout", "conditional", "properties"}


@dataclass(frozen=True, slots=True)
class Around:
    conditional: tuple[Program, ...] = ()
    section: Words = Words("", "")
