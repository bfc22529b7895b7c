"""Whom an erasure is about."""

from dataclasses import dataclass, field

from tongban.data.pipelines import persons
from tongban.data.pipelines.erased import REGISTER
from tongban.data.registers import erasing as registers
from tongban.engines.tables import Sought
from tongban.errors import Refusal


class NotForPersons(Refusal):
    """Register {register} holds no natural persons; the law on deletion is about persons. Name
    the register person."""

    zh = "{register} 库不是自然人库，依法删除只针对个人。请使用 person。"


@dataclass(frozen=True)
class Target:
    keys: tuple[str, ...] = field(repr=False)  # every number; none where a backup knows none
    subject_id: str | None

    @property
    def forms(self) -> list[str]:
        return persons.forms(self.keys, [self.subject_id] if self.subject_id else [])

    @property
    def sought(self) -> Sought:
        return persons.sought(self.forms)

    def names(self, text: str) -> bool:
        return persons.names(text, self.forms)


def of_key(register: str, written: str) -> Target:
    """Raises NotForPersons or NotANumber."""
    if register != REGISTER:
        raise NotForPersons(register=register)
    key = persons.number(written)
    subject_id = registers.subject_of(key)
    others = registers.keys_of(subject_id) if subject_id else []
    return Target((key, *(other for other in others if other != key)), subject_id)
