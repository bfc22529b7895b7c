"""Texts. A position counts characters from 1, or from the end when it is negative."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache, partial

from tongban.engines.feel import patterns
from tongban.engines.feel.patterns import BadPattern, Ends, Pattern
from tongban.engines.feel.refusals import Undefined
from tongban.engines.feel.signatures import Registry, define
from tongban.engines.feel.values import Value

FUNCTIONS: Registry = {}
_define = partial(define, FUNCTIONS)
_REPLACEMENT = re.compile(r"\\(?P<plain>[\\$])|\$(?P<group>\d+)|[\\$]", re.ASCII)


class NoSuchPosition(Undefined):
    """There is no position {position} in a text of {length} characters."""

    zh = "长度为 {length} 的文本没有第 {position} 位。"


@_define("string length(string: string) -> number")
def string_length(text: str) -> Value:
    return Decimal(len(text))


@_define("upper case(string: string) -> string")
def upper_case(text: str) -> Value:
    return text.upper()


@_define("lower case(string: string) -> string")
def lower_case(text: str) -> Value:
    return text.lower()


@_define("contains(string: string, match: string) -> boolean")
def contains(text: str, match: str) -> Value:
    return match in text


@_define("starts with(string: string, match: string) -> boolean")
def starts_with(text: str, match: str) -> Value:
    return text.startswith(match)


@_define("ends with(string: string, match: string) -> boolean")
def ends_with(text: str, match: str) -> Value:
    return text.endswith(match)


@_define("substring before(string: string, match: string) -> string")
def substring_before(text: str, match: str) -> Value:
    before, found, _ = text.partition(match) if match else ("", "", "")
    return before if found else ""


@_define("substring after(string: string, match: string) -> string")
def substring_after(text: str, match: str) -> Value:
    _, found, after = text.partition(match) if match else ("", "x", text)
    return after if found else ""


@_define("substring(string: string, start position: number, length?: number) -> string")
def substring(text: str, start: Decimal, length: Decimal | None = None) -> Value:
    first = int(start) - 1 if start > 0 else len(text) + int(start)
    if start == 0 or not 0 <= first < max(1, len(text)):
        raise NoSuchPosition(position=start, length=len(text))
    if length is None:
        return text[first:]
    if length < 1:
        raise NoSuchPosition(position=length, length=len(text))
    return text[first : first + int(length)]


@_define("matches(input: string, pattern: string) -> boolean")
def matches(text: str, pattern: str) -> Value:
    return matches_with_flags(text, pattern, None)


@_define("matches(input: string, pattern: string, flags: string?) -> boolean")
def matches_with_flags(text: str, pattern: str, flags: str | None) -> Value:
    return _compiled(pattern, flags or "").first(text) is not None


@_define("replace(input: string, pattern: string, replacement: string) -> string")
def replace(text: str, pattern: str, replacement: str) -> Value:
    return replace_with_flags(text, pattern, replacement, None)


@_define("replace(input: string, pattern: string, replacement: string, flags: string?) -> string")
def replace_with_flags(text: str, pattern: str, replacement: str, flags: str | None) -> Value:
    expression = _compiled(pattern, flags or "")
    if expression.first(""):
        raise BadPattern(pattern=pattern, reason="matches nothing at all")
    parts: list[str | int] = (
        [replacement] if "q" in (flags or "") else list(_replacing(replacement, expression))
    )
    return "".join(_replaced(text, expression, parts))


def _replaced(text: str, expression: Pattern, parts: list[str | int]) -> Iterator[str]:
    behind = 0
    for ends in expression.all(text):
        yield text[behind : ends[0]]
        for part in parts:
            yield part if isinstance(part, str) else _group(text, ends, part)
        behind = ends[1]
    yield text[behind:]


def _group(text: str, ends: Ends, number: int) -> str:
    """What a group matched; nothing for one that was not entered or does not exist."""
    return text[ends[2 * number] : ends[2 * number + 1]] if 2 * number < len(ends) else ""


def _replacing(replacement: str, expression: Pattern) -> Iterator[str | int]:
    """The texts and the numbers of groups that a replacement such as `$1-\\$` is made of.

    Raises BadPattern for a sign that is not escaped.
    """
    at = 0
    while match := _REPLACEMENT.search(replacement, at):
        yield replacement[at : match.start()]
        at = match.end()
        if match["plain"]:
            yield match["plain"]
        elif match["group"]:
            digits = match["group"]
            while len(digits) > 1 and int(digits) > expression.groups:
                digits = digits[:-1]  # what is no part of the number stands for itself
            at = match.start("group") + len(digits)
            yield int(digits)
        else:
            raise BadPattern(pattern=replacement, reason=f"“{match[0]}”")
    yield replacement[at:]


@_define("split(string: string, delimiter: string) -> list of string")
def split(text: str, delimiter: str) -> Value:
    expression = _compiled(delimiter, "")
    if expression.first(""):
        raise BadPattern(pattern=delimiter, reason="matches nothing at all")
    parts: list[Value] = []
    behind = 0
    for ends in expression.all(text):
        parts.append(text[behind : ends[0]])
        behind = ends[1]
    return [*parts, text[behind:]]


@_define("string join(list: list of string) -> string")
def string_join(texts: list[str | None]) -> Value:
    return string_join_with(texts, None)


@_define("string join(list: list of string, delimiter: string?) -> string")
def string_join_with(texts: list[str | None], delimiter: str | None) -> Value:
    return (delimiter or "").join(text for text in texts if text is not None)


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> Pattern:
    return patterns.read(pattern, flags)
