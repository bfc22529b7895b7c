"""Which names an expression may use, and how a name with spaces is found among tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tongban.engines.feel.lexer import KEYWORDS, NAME, WIDE_SIGNS, Token, words
from tongban.engines.feel.types import DATE, DATE_TIME, Type

Entry = TypeVar("Entry")
# The names under which a caller hands over the time, where its texts may read it.
CLOCK: Mapping[str, Type] = {"today()": DATE, "now()": DATE_TIME}
_NO_NAMES = KEYWORDS | WIDE_SIGNS.keys()


@dataclass(frozen=True, slots=True)
class Scope:
    """The names an expression may read, and the types it may name beside FEEL's own.

    The engine never asks for the time: `today()` and `now()` exist where the scope has names
    that are written exactly so.
    """

    names: Mapping[str, Type]
    types: Mapping[str, Type] = field(default_factory=dict[str, Type])


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """One binding of a name; two loops that both say `x` bind two variables."""

    name: str
    type: Type


class Vocabulary(Generic[Entry]):
    """Names, to be matched against tokens: the longest wins, spaces do not count."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
        for name, entry in entries.items():
            parts = words(name)
            self._by_first.setdefault(parts[0], []).append((parts, entry))
        for known in self._by_first.values():
            known.sort(key=lambda pair: -len(pair[0]))

    def longest(self, tokens: Sequence[Token], at: int) -> tuple[Entry, int] | None:
        """The entry that begins at a token, and how many tokens it takes."""
        for parts, entry in self._by_first.get(tokens[at].text, ()):
            here = tokens[at : at + len(parts)]
            if len(here) == len(parts) and all(
                token.text == part and token.value is None or _is_digits(token, part)
                for token, part in zip(here, parts, strict=True)
            ):
                return entry, len(parts)
        return None


def _is_digits(token: Token, part: str) -> bool:
    """A name may hold digits of its own ("level 2"); a string literal is never part of a name."""
    return token.kind == "number" and token.text == part


def run_length(tokens: Sequence[Token], at: int) -> int:
    """How many tokens from here on can only be one name, known or not."""
    end = at
    while tokens[end].kind == NAME and tokens[end].text not in _NO_NAMES:
        end += 1
    return end - at


def joined(tokens: Sequence[Token]) -> str:
    """The name that tokens spell: one space where the text has any."""
    text, before = "", None
    for token in tokens:
        if before is not None and before != token.place:
            text += " "
        text += token.text
        before = token.place._replace(column=token.place.column + len(token.text))
    return text
