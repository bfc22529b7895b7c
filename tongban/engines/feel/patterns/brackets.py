"""Sets in square brackets: `[a-z]`, `[^\\d_]`, `[a-z-[aeiou]]`."""

from __future__ import annotations

from tongban.engines.feel.patterns.characters import (
    Test,
    any_of,
    between,
    caseless,
    none_of,
    one,
    without,
)
from tongban.engines.feel.patterns.escapes import character_escape, set_escape
from tongban.engines.feel.patterns.reading import Reading

NESTING_LIMIT = 20


def brackets(reading: Reading, ignore_case: bool, depth: int = 0) -> Test:
    """The set; the reading stands on its opening bracket. Raises BadPattern."""
    if depth > NESTING_LIMIT:
        raise reading.refused("it is nested too deeply")
    reading.expect("[")
    negative = reading.skip("^")
    parts = [_part(reading, ignore_case, first=True)]
    excluded: Test | None = None
    while not reading.skip("]"):
        if reading.starts("-["):
            reading.take()
            excluded = brackets(reading, ignore_case, depth + 1)
            reading.expect("]")
            break
        parts.append(_part(reading, ignore_case, first=False))
    test = none_of(any_of(parts)) if negative else any_of(parts)
    return without(test, excluded) if excluded else test


def _part(reading: Reading, ignore_case: bool, first: bool) -> Test:
    if reading.skip("\\"):
        found = set_escape(reading)
        if found is not None:
            return found
        start = character_escape(reading)
    else:
        start = _plain(reading, first)
    test = one(start)
    if reading.starts("-") and not reading.starts("-[") and not reading.starts("-]"):
        reading.take()
        last = character_escape(reading) if reading.skip("\\") else _plain(reading, first=True)
        if last < start:
            raise reading.refused(f"“{start}-{last}”")
        test = between(start, last)
    return caseless(test) if ignore_case else test


def _plain(reading: Reading, first: bool) -> str:
    """One character that stands for itself: a hyphen only where it joins nothing."""
    joins = reading.starts("-") and not first and not reading.starts("-]")
    if joins or reading.next in ("[", "]"):
        raise reading.refused()
    return reading.take()
