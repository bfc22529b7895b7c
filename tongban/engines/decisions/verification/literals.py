"""A value as the FEEL text that yields it."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

from tongban.engines.feel import Months, Value, temporal
from tongban.engines.feel.proleptic import FarDate, FarDateTime
from tongban.engines.feel.written import written

DIGITS = 34  # beyond it a number is written with an exponent
_MARKED = (date, time, timedelta, Months, FarDate, FarDateTime)


def literal(value: Value) -> str:
    if isinstance(value, str):
        return f'"{"".join(map(_character, value))}"'
    if isinstance(value, _MARKED):
        return f'@"{temporal.written(value)}"'
    if isinstance(value, Decimal) and abs(value.adjusted()) > DIGITS:
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        members = (f"{literal(name)}: {literal(member)}" for name, member in value.items())
        return f"{{{', '.join(members)}}}"
    return written(value)


def _character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):06X}"
