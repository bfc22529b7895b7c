"""Facts in the clear: imported inside the data box alone; everybody else asks the gate."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection

from tongban.data.registers import identities
from tongban.data.registers.models import FactDefinition, Identity

PURPOSE = "facts"
# Built by hand: through the ORM its three queries cost four times the CPU of everything else here.
OF_SUBJECT = """
    SELECT edition.number, held.sealed, live.key, live.sealed, live.origin, live.since
    FROM (SELECT %s::varchar AS subject_id) AS asked
    LEFT JOIN lake_currentedition AS current ON true
    LEFT JOIN lake_edition AS edition ON edition.id = current.edition_id
    LEFT JOIN registers_subjectfacts AS held
        ON held.edition_number = edition.number AND held.subject_id = asked.subject_id
    LEFT JOIN registers_livefact AS live ON live.subject_id = asked.subject_id
"""


@dataclass(frozen=True)
class Stored:
    """A fact's value (None: unknown) and the source row it came from, as resource:load:position."""

    value: Any
    row: str
    since: datetime | None = None  # only of a live fact


def of_subject(subject_id: str) -> tuple[int, Mapping[str, Stored]]:
    """Number of the edition read, and every fact by its key; one statement, so one edition."""
    with connection.cursor() as cursor:
        cursor.execute(OF_SUBJECT, [subject_id])
        found = cursor.fetchall()
    number, sealed = found[0][:2]
    held = unseal(sealed) if sealed is not None else {}
    facts = {key: Stored(value, row or "") for key, (value, row) in held.items()}
    for _number, _sealed, key, live, origin, since in found:
        if key is not None:
            facts[key] = Stored(
                json.loads(settings.VAULT.open(bytes(live), PURPOSE)), origin, since
            )
    return number or 0, facts


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
