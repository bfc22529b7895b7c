"""Facts in the clear: imported inside the data box alone; everybody else asks the gate."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from tongban.data.lake import queries as lake
from tongban.data.registers import identities
from tongban.data.registers.models import FactDefinition, Identity, LiveFact, SubjectFacts

PURPOSE = "facts"


@dataclass(frozen=True)
class Stored:
    """A fact's value (None: unknown) and the source row it came from, as resource:load:position."""

    value: Any
    row: str
    since: datetime | None = None  # only of a live fact


def of_subject(subject_id: str) -> tuple[int, Mapping[str, Stored]]:
    """Number of the edition read, and every fact by its key; two queries besides the pointer."""
    edition = lake.current_edition()
    number = edition.number if edition else 0
    sealed = (
        SubjectFacts.objects.filter(edition_number=number, subject_id=subject_id)
        .values_list("sealed", flat=True)
        .first()
    )
    held = unseal(sealed) if sealed is not None else {}
    facts = {key: Stored(value, row or "") for key, (value, row) in held.items()}
    for live in LiveFact.objects.filter(subject_id=subject_id):
        value = json.loads(settings.VAULT.open(bytes(live.sealed), PURPOSE))
        facts[live.key] = Stored(value, live.origin, live.since)
    return number, facts


def subject_of(register: str, key: str) -> str | None:
    """The subject that this key (an identity number, a credit code) belongs to."""
    return (
        Identity.objects.filter(register=register, digest=identities.digest(register, key))
        .values_list("subject_id", flat=True)
        .first()
    )


def seal(facts: Mapping[str, tuple[Any, str]]) -> bytes:
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return settings.VAULT.seal(text.encode(), PURPOSE)


def unseal(sealed: bytes) -> dict[str, tuple[Any, str]]:
    return json.loads(settings.VAULT.open(bytes(sealed), PURPOSE))


def typed(value: Any, definition: FactDefinition) -> Any:
    """The value as its fact's type says: dates and decimals are text at rest."""
    if value is None:
        return None
    kind = definition.type.partition("(")[0]
    convert = {"date": date.fromisoformat, "decimal": Decimal, "timestamp": datetime.fromisoformat}
    return convert[kind](value) if kind in convert else value


def _plain(value: Any) -> str:
    if isinstance(value, date | Decimal):
        return str(value)
    raise TypeError(type(value))
