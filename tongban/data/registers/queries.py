"""Definitions of registers and facts; no values."""

from collections.abc import Iterable, Mapping

from tongban.data.registers.definitions import RegisterFile
from tongban.data.registers.models import FactDefinition, Register


def registers() -> list[RegisterFile]:
    return [RegisterFile.model_validate(row.content) for row in Register.objects.order_by("code")]


def definitions(keys: Iterable[str]) -> Mapping[str, FactDefinition]:
    """One statement by hand: every read of a person's facts begins with it."""
    asked = FactDefinition.objects.raw(
        "SELECT * FROM registers_factdefinition WHERE key = ANY(%s)", [list(keys)]
    )
    return {fact.key: fact for fact in asked}


def all_facts() -> list[FactDefinition]:
    return list(FactDefinition.objects.order_by("register", "source", "key"))
