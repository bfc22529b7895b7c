"""Taking one person out of the registers: identity and facts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from tongban.data.lake import queries as lake
from tongban.data.lake import rows as lake_rows
from tongban.data.pipelines import queries as pipelines
from tongban.data.pipelines.erased import REGISTER, digest
from tongban.data.registers import queries, rows
from tongban.data.registers.models import FactDefinition, Identity, LiveFact, SubjectFacts
from tongban.engines.tables.quoting import identifier


@dataclass(frozen=True)
class Held:
    facts: int  # editions of the online store that hold the person
    live_facts: int
    identities: int


def subject_of_digest(held: bytes) -> str | None:
    found = Identity.objects.filter(register=REGISTER, digest=held)
    return found.values_list("subject_id", flat=True).first()


def subject_of(key: str) -> str | None:
    return subject_of_digest(digest(REGISTER, key))


def keys_of(subject_id: str) -> list[str]:
    """Every number that the current edition knows this subject by."""
    edition = lake.current_edition()
    held = lake.tables_of(edition) if edition else {}
    found: list[str] = []
    for register in queries.registers():
        if edition and register.code == REGISTER and register.identity in held:
            query = f"SELECT {identifier(register.key.column)} FROM {register.identity}"
            with lake_rows.attached(edition, [register.identity]) as con:
                keys = con.execute(f"{query} WHERE subject_id = ?", [subject_id]).fetchall()
            found += [key for (key,) in keys]
    return found


def identity_tables() -> list[str]:
    return [register.identity for register in queries.registers()]


def held(subject_id: str) -> Held:
    return Held(
        SubjectFacts.objects.filter(subject_id=subject_id).count(),
        LiveFact.objects.filter(subject_id=subject_id).count(),
        Identity.objects.filter(subject_id=subject_id).count(),
    )


@transaction.atomic
def empty_named(names: Callable[[str], bool]) -> int:
    """Empty the facts of other subjects that name the person; in how many rows of the online store.
    Opens every row of a register that has such facts."""
    emptied = 0
    for register, keys in _naming_facts().items():
        stored = SubjectFacts.objects.select_for_update().filter(register=register)
        for row in stored.order_by("pk").iterator(chunk_size=2_000):
            facts = rows.unseal(row.sealed)
            naming = [key for key in keys if key in facts]
            if names("|".join(str(facts[key][0]) for key in naming)):
                row.sealed = rows.seal({**facts, **dict.fromkeys(naming, (None, ""))})
                row.save(update_fields=["sealed"])
                emptied += 1
    return emptied


def _naming_facts() -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    named: dict[str, tuple[str, ...]] = {}
    for fact in FactDefinition.objects.order_by("key"):
        if fact.model not in named:
            named[fact.model] = pipelines.named_in(fact.model)
        if fact.column in named[fact.model]:
            found.setdefault(fact.register, []).append(fact.key)
    return found


@transaction.atomic
def forget(subject_id: str) -> None:
    """The identity goes with the facts: from now on nobody can tell whose the id was."""
    models: Sequence = (SubjectFacts, LiveFact, Identity)
    for model in models:
        model.objects.filter(subject_id=subject_id).delete()
