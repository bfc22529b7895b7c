"""JSON cut into its parts as they stand in the text, so that a number keeps its digits."""

import json
import re
from collections.abc import Iterator
from typing import Any

SPACE = re.compile(r"[ \t\n\r]*")
# nothing here needs a number as a number, and turning it into one may change it
DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


def parts(text: str, at: int) -> Iterator[tuple[str, int, int, Any]]:
    """Key, beginning, end and value of each member of the object or array at `at`.

    `text` is known to be valid JSON. In an array the keys are empty.
    """
    named = text[at] == "{"
    at = _skip(text, at + 1)
    while text[at] not in "}]":
        key = ""
        if named:
            key, at = DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        value, end = DECODER.raw_decode(text, at)
        yield key, at, end, value
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def find(text: str, path: str) -> tuple[int, Any] | None:
    """Where the value at a path such as data.list begins, and what it is; None if there is none."""
    at, value = _skip(text, 0), None
    for name in path.split("."):
        if text[at] != "{":
            return None
        found = [(begin, value) for key, begin, _, value in parts(text, at) if key == name]
        if not found:
            return None
        at, value = found[-1]
    return at, value


def cells(text: str, at: int) -> dict[str, str | None] | None:
    """The members of the object at `at` as text, or None if two have one name."""
    row: dict[str, str | None] = {}
    for key, begin, end, value in parts(text, at):
        if key in row:
            return None
        # what is no string stays as it was written: a number, true, a list
        bare = value is None or isinstance(value, str) and text[begin] == '"'
        row[key] = value if bare else text[begin:end]
    return row


def _skip(text: str, at: int) -> int:
    return SPACE.match(text, at).end()  # pyright: ignore[reportOptionalMemberAccess]
