"""Facts in the clear: imported inside the data box alone; everybody else asks the gate."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings

from tongban import sql
from tongban.data.registers import identities
from tongban.data.registers.models import FactDefinition, Identity

PURPOSE = "facts"
# Built by hand: through the ORM its three queries cost four times the CPU of everything else here.
OF_SUBJECT = """
    SELECT json_build_array(definitions.stamp, run.number, encode(held.sealed, 'hex'), (
        SELECT coalesce(json_agg(
            json_build_array(key, encode(sealed, 'hex'), origin, since, until)
        ), '[]') FROM registers_livefact WHERE subject_id = $1
    ))
    FROM (SELECT) AS always
    LEFT JOIN lake_definitionsstamp AS definitions ON true
    LEFT JOIN lake_currentedition AS current ON true
    LEFT JOIN lake_edition AS edition ON edition.id = current.edition_id
    LEFT JOIN lake_edition AS run ON run.id = coalesce(edition.feeds_id, edition.id)
    LEFT JOIN registers_subjectfacts AS held
        ON held.edition_number = coalesce(run.facts_of, run.number) AND held.subject_id = $1
"""


@dataclass(frozen=True)
class Stored:
    """A fact's value (None: unknown) and the source row it came from, as resource:load:position."""

    value: Any
    row: str
    since: datetime | None = None  # only of a live fact


@dataclass(frozen=True)
class Held:
    """What the store holds of one subject, still sealed, and what it is to be read with."""

    stamp: UUID | None  # of the definitions
    edition: int  # never one that only feeds another: it has no other facts
    sealed: bytes | None
    live: tuple[tuple[str, bytes, str, datetime, date | None], ...]
    # key, sealed value, origin, since, and its last day

    def opened(self, on: date) -> Mapping[str, Stored]:
        """Every fact by its key; a live fact before the edition's, until its last day."""
        held = unseal(self.sealed) if self.sealed is not None else {}
        facts = {key: Stored(value, row or "") for key, (value, row) in held.items()}
        for key, sealed, origin, since, until in self.live:
            if until is not None and until < on:
                continue
            value = json.loads(settings.VAULT.open(bytes(sealed), PURPOSE))
            facts[key] = Stored(value, origin, since)
        return facts


def of_subject(subject_id: str) -> Held:
    """One statement, so all of it belongs to one edition."""
    stamp, number, sealed, live = sql.prepared(OF_SUBJECT, subject_id)
    return Held(
        UUID(stamp) if stamp else None,
        number or 0,
        None if sealed is None else bytes.fromhex(sealed),
        tuple(_live(*row) for row in live),
    )


def _live(
    key: str, sealed: str, origin: str, since: str, until: str | None
) -> tuple[str, bytes, str, datetime, date | None]:
    last = date.fromisoformat(until) if until else None
    return key, bytes.fromhex(sealed), origin, datetime.fromisoformat(since), last


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
