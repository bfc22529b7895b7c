"""Numbers with check characters: identity numbers, credit codes, certificate identifiers.

All of them carry the region prefix 3299, which was never assigned: they pass every check and can
belong to nobody.
"""

from datetime import date
from operator import mul

REGIONS_OF_BIRTH = ("329902", "329903", "329904", "329905")
MERGED_ON = date(2025, 7, 1)

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}
_CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
# A day has room for 499 of each sex; the stride spreads the serial numbers over it.
_PER_DAY, _STRIDE, _OFFSET = 499, 137, 41


class DayIsFull(Exception):
    """More than 499 people of one sex were born in one region on one day."""


def citizen_check(first_17: str) -> str:
    """The check character of GB 11643."""
    return _CHECKS[sum(map(mul, map(int, first_17), _WEIGHTS)) % 11]


def organisation_code(eight: str) -> str:
    """GB 11714: eight characters and their check character."""
    total = sum(_LETTERS.index(c) * w for c, w in zip(eight, _ORGANISATION_WEIGHTS, strict=True))
    check = 11 - total % 11
    return eight + {10: "X", 11: "0"}.get(check, str(check))


def credit_code(head: str, region: str, eight: str) -> str:
    """GB 32100: two characters for kind, six for region, organisation code, check character."""
    body = head + region + organisation_code(eight)
    total = sum(_CREDIT_LETTERS.index(c) * w for c, w in zip(body, _CREDIT_WEIGHTS, strict=True))
    return body + _CREDIT_LETTERS[(31 - total % 31) % 31]


def certificate_check(parts: str) -> str:
    """ISO 7064 MOD 37,36 over the parts of a certificate identifier, dots left out."""
    check = 18
    for character in parts:
        check = ((check or 36) * 2 % 37 + _VALUES[character]) % 36
    return _LETTERS[(1 - (check or 36) * 2 % 37) % 36]


class IdentityNumbers:
    """Mints identity numbers, each once."""

    def __init__(self) -> None:
        self._minted: dict[tuple[str, date, str], int] = {}

    def mint(self, region: str, born: date, sex: str) -> str:
        nth = self._minted.get((region, born, sex), 0)
        if nth == _PER_DAY:
            raise DayIsFull(f"{region} {born}")
        self._minted[region, born, sex] = nth + 1
        serial = (nth * _STRIDE + _OFFSET) % _PER_DAY * 2 + (1 if sex == "1" else 2)
        first_17 = f"{region}{born:%Y%m%d}{serial:03d}"
        return first_17 + citizen_check(first_17)
