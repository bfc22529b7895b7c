"""The components of form-js that are questions: what each may say, and what its answer is."""

from collections.abc import Mapping
from dataclasses import dataclass

from tongban.engines.feel.types import BOOLEAN, DATE, NUMBER, STRING, ListOf, Type


@dataclass(frozen=True, slots=True)
class Kind:
    answer: Type
    members: frozenset[str] = frozenset()
    checks: frozenset[str] = frozenset()


LENGTHS = frozenset({"minLength", "maxLength"})
CHOICE = frozenset({"values", "defaultValue", "searchable"})
CLOCK = {"timeLabel", "use24h", "timeInterval", "timeSerializingFormat"}

KINDS: Mapping[str, Kind] = {
    "textfield": Kind(
        STRING, frozenset({"defaultValue", "appearance"}), LENGTHS | {"validationType", "pattern"}
    ),
    "textarea": Kind(STRING, frozenset({"defaultValue"}), LENGTHS),
    "number": Kind(
        NUMBER,
        frozenset(
            {"defaultValue", "appearance", "decimalDigits", "increment", "serializeToString"}
        ),
        frozenset({"min", "max"}),
    ),
    "datetime": Kind(DATE, frozenset({"subtype", "dateLabel", *CLOCK})),
    "checkbox": Kind(BOOLEAN, frozenset({"defaultValue"})),
    "radio": Kind(STRING, CHOICE),
    "select": Kind(STRING, CHOICE),
    "checklist": Kind(ListOf(STRING), CHOICE),
    "filepicker": Kind(ListOf(STRING), frozenset({"accept", "multiple"})),
}
CHOICES = frozenset({"radio", "select", "checklist"})
