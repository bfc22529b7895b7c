"""Definitions of registers and facts; no values."""

from collections.abc import Iterable, Mapping

from tongban.data.registers.definitions import RegisterFile
from tongban.data.registers.models import FactDefinition, Register


def registers() -> list[RegisterFile]:
    return [RegisterFile.model_validate(row.content) for row in Register.objects.order_by("code")]


def definitions(keys: Iterable[str]) -> Mapping[str, FactDefinition]:
    return {fact.key: fact for fact in FactDefinition.objects.filter(key__in=list(keys))}


def all_facts() -> list[FactDefinition]:
    return list(FactDefinition.objects.order_by("register", "source", "key"))
