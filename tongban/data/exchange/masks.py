"""What a masked value looks like; the clear one never leaves with it.

A grant names the mask of a column: the name stays with its first character (张*), numbers keep some
digits at both ends, an address ends at the street, a day at its year. A value that does not look
like what its mask is made for is hidden whole, and so is true or false. Facts are masked in Python,
relations in the engine; the two are the same (tested).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

HIDDEN = "***"
STREET = "(?s)^.*?(?:街道|镇|乡|村|路|街)"
YEAR = "^[0-9]{4}(?:[-/.年]|[0-9]{4}$)"
BY_GRADE = {3: "name", 4: "hidden"}  # where a grant says nothing and the reader needs no values


def _name(text: str) -> str:
    return text[:1] + "*" * (len(text) - 1) if len(text) > 1 else "*" * len(text)


def _ends(first: int, last: int) -> Callable[[str], str]:
    def shown(text: str) -> str:
        hidden = len(text) - first - last
        if hidden < 2:  # so short that the ends would give it away
            return "*" * len(text)
        return text[:first] + "*" * hidden + (text[-last:] if last else "")

    return shown


def _street(text: str) -> str:
    found = re.match(STREET, text)
    return (found[0] if found else "") + HIDDEN


def _year(text: str) -> str:
    return f"{text[:4]}-**-**" if re.match(YEAR, text) else HIDDEN


MASKS: Mapping[str, Callable[[str], str]] = {
    "name": _name,
    "first3_last1": _ends(3, 1),
    "first3_last4": _ends(3, 4),
    "first6_last4": _ends(6, 4),
    "last4": _ends(0, 4),
    "street": _street,
    "year": _year,
    "hidden": lambda text: HIDDEN,
}


def masked(mask: str, value: Any) -> str | None:
    """`mask` is a key of MASKS; null stays null."""
    if value is None:
        return None
    return HIDDEN if isinstance(value, bool) else MASKS[mask](str(value))


def sql(mask: str, column: str, kind: str) -> str:
    """The same over a quoted column of this type, as an expression of the engine."""
    text = f"CAST({column} AS VARCHAR)"
    shown = f"'{HIDDEN}'" if kind == "boolean" else _SQL[mask](text)
    return f"CASE WHEN {column} IS NOT NULL THEN {shown} END"


def _sql_ends(first: int, last: int, hidden: int = 2) -> Callable[[str], str]:
    def shown(text: str) -> str:
        stars = f"repeat('*', length({text}) - {first + last})"
        ends = f"left({text}, {first}) || {stars} || right({text}, {last})"
        short = f"length({text}) < {first + last + hidden}"
        return f"CASE WHEN {short} THEN repeat('*', length({text})) ELSE {ends} END"

    return shown


_SQL: Mapping[str, Callable[[str], str]] = {
    "name": _sql_ends(1, 0, hidden=1),
    "first3_last1": _sql_ends(3, 1),
    "first3_last4": _sql_ends(3, 4),
    "first6_last4": _sql_ends(6, 4),
    "last4": _sql_ends(0, 4),
    "street": lambda text: f"regexp_extract({text}, '{STREET}') || '{HIDDEN}'",
    "year": lambda text: (
        f"CASE WHEN regexp_matches({text}, '{YEAR}')"
        f" THEN left({text}, 4) || '-**-**' ELSE '{HIDDEN}' END"
    ),
    "hidden": lambda text: f"'{HIDDEN}'",
}
