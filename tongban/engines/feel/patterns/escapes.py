"""What stands behind a backslash, inside square brackets and outside."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tongban.engines.feel.patterns.characters import ESCAPED, Test, named, none_of
from tongban.engines.feel.patterns.reading import Reading

_PLAIN = frozenset(r"\|.?*+(){}-[]^$")
_CONTROL: Mapping[str, str] = {"n": "\n", "r": "\r", "t": "\t"}
_PROPERTY = re.compile(r"([pP])\{([A-Za-z0-9-]+)\}", re.ASCII)


def set_escape(reading: Reading) -> Test | None:
    """The set that `\\d`, `\\p{Lu}` and their like mean; None for a single character.

    Raises BadPattern for a property that is not known.
    """
    if reading.next in ESCAPED and reading.next:
        return ESCAPED[reading.take()]
    match = reading.match(_PROPERTY)
    if match is None:
        return None
    test = named(match[2])
    if test is None:
        raise reading.refused(f"no property “{match[2]}”")
    return test if match[1] == "p" else none_of(test)


def character_escape(reading: Reading) -> str:
    """The one character that is meant. Raises BadPattern."""
    letter = reading.next
    if letter in _CONTROL or letter in _PLAIN:
        reading.take()
        return _CONTROL.get(letter, letter)
    raise reading.refused()
