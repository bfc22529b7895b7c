"""What a masked value looks like; the clear one never leaves with it.

A grant names the mask of a column: the name stays with its first character (张*), numbers keep some
digits at both ends, an address ends at the street, a day at its year.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

STREET = re.compile(r"^.*?(?:街道|镇|乡|村|路|街)")


def _ends(first: int, last: int) -> Callable[[Any], str]:
    def shown(value: Any) -> str:
        text = str(value)
        hidden = len(text) - first - last
        if hidden < 2:  # so short that the ends would give it away
            return "*" * len(text)
        return text[:first] + "*" * hidden + (text[-last:] if last else "")

    return shown


def _street(value: Any) -> str:
    found = STREET.match(str(value))
    return (found[0] if found else str(value)[:3]) + "***"


def _year(value: Any) -> str:
    return f"{value.year}-**-**" if isinstance(value, date) else f"{str(value)[:4]}-**-**"


MASKS: Mapping[str, Callable[[Any], str]] = {
    "name": lambda value: str(value)[:1] + "*" * max(1, len(str(value)) - 1),
    "first3_last1": _ends(3, 1),
    "first3_last4": _ends(3, 4),
    "first6_last4": _ends(6, 4),
    "last4": _ends(0, 4),
    "street": _street,
    "year": _year,
    "hidden": lambda value: "***",
}


def masked(mask: str, value: Any) -> str | None:
    """`mask` is a key of MASKS; null stays null."""
    return None if value is None else MASKS[mask](value)
