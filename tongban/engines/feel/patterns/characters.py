"""Sets of characters, as what tells whether one belongs."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from tongban.engines.feel.patterns.blocks import BLOCKS

Test = Callable[[str], bool]

_CATEGORIES = frozenset(
    {
        *("L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No"),
        *("P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp"),
        *("S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn"),
    }
)
_CASED = 0x20000  # only the first two planes of Unicode hold capital and small letters
# How names begin and go on in XML.
_INITIAL = (
    *(range(0x3A, 0x3B), range(0x41, 0x5B), range(0x5F, 0x60), range(0x61, 0x7B)),
    *(range(0xC0, 0xD7), range(0xD8, 0xF7), range(0xF8, 0x300), range(0x370, 0x37E)),
    *(range(0x37F, 0x2000), range(0x200C, 0x200E), range(0x2070, 0x2190)),
    *(range(0x2C00, 0x2FF0), range(0x3001, 0xD800), range(0xF900, 0xFDD0)),
    *(range(0xFDF0, 0xFFFE), range(0x10000, 0xF0000)),
)
_NAME = (
    *_INITIAL,
    *(range(0x2D, 0x2F), range(0x30, 0x3A), range(0xB7, 0xB8)),
    *(range(0x300, 0x370), range(0x203F, 0x2041)),
)


def one(character: str) -> Test:
    return lambda found: found == character


def between(first: str, last: str) -> Test:
    return lambda found: first <= found <= last


def any_of(tests: Iterable[Test]) -> Test:
    tests = tuple(tests)
    return lambda found: any(test(found) for test in tests)


def none_of(test: Test) -> Test:
    return lambda found: not test(found)


def without(test: Test, excluded: Test) -> Test:
    return lambda found: test(found) and not excluded(found)


def caseless(test: Test) -> Test:
    """Also what differs from a member by its case alone."""
    return lambda found: any(map(test, variants(found)))


def named(name: str) -> Test | None:
    """What `\\p{name}` means; None for what is neither a category nor a block."""
    if name in _CATEGORIES:
        return lambda found: unicodedata.category(found).startswith(name)
    block = BLOCKS.get(name.removeprefix("Is")) if name.startswith("Is") else None
    return _within((block,)) if block is not None else None


def _within(ranges: tuple[range, ...]) -> Test:
    return lambda found: any(ord(found) in each for each in ranges)


def _category_in(letters: str) -> Test:
    return lambda found: unicodedata.category(found)[0] in letters


_SMALL: Mapping[str, Test] = {
    "d": lambda found: unicodedata.category(found) == "Nd",
    "s": lambda found: found in " \t\n\r",
    "w": none_of(_category_in("PZC")),
    "i": _within(_INITIAL),
    "c": _within(_NAME),
}
# What a letter behind a backslash stands for; the capital is everything else.
ESCAPED: Mapping[str, Test] = {
    **_SMALL,
    **{letter.upper(): none_of(test) for letter, test in _SMALL.items()},
}


def variants(character: str) -> frozenset[str]:
    """The character and those with the same small or the same capital letter."""
    return _families().get(character) or frozenset(character)


@cache
def _families() -> Mapping[str, frozenset[str]]:
    small: dict[str, set[str]] = {}
    capital: dict[str, set[str]] = {}
    cased: list[str] = []
    for character in map(chr, range(_CASED)):
        lower, upper = character.lower(), character.upper()
        if lower != character or upper != character:
            small.setdefault(lower, set()).add(character)
            capital.setdefault(upper, set()).add(character)
            cased.append(character)
    return {
        character: frozenset(small[character.lower()] | capital[character.upper()])
        for character in cased
    }
