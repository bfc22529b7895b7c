"""Cuts a text into tokens. Names are joined from tokens later, by whoever knows the scope."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from functools import lru_cache
from typing import NamedTuple

from tongban.engines.feel.refusals import FeelError, Place

# Decimal128, as the DMN specification asks. Its methods are called instead of the operators of
# `Decimal`, which would follow whatever context the thread has.
DECIMAL = Context(
    prec=34, Emax=6144, Emin=-6143, traps=[InvalidOperation, DivisionByZero, Overflow]
)
TEXT_LIMIT = 20_000  # characters of one expression

NAME, NUMBER, STRING, AT, SYMBOL, END = "name", "number", "string", "at", "symbol", "end"
KEYWORDS = frozenset(
    {
        *("and", "between", "else", "every", "external", "for", "function", "if", "in"),
        *("instance", "or", "return", "satisfies", "some", "then", "true", "false", "null"),
    }
)
WIDE_SIGNS = dict(
    zip("，。（）：；＝＞＜＋－＊／［］｛｝“”‘’！", ",.():;=><+-*/[]{}\"\"''!", strict=True)
)

_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3004-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff10-\uff19\uff21-\uff3a"
    "\uff41-\uff5a\uff61-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_TOKEN = re.compile(
    rf"""(?P<space>\s+ | //[^\n]* | /\*.*?\*/)
       | (?P<number>(?:\d+(?:\.\d+)? | \.\d+)(?:[eE][+-]?\d+)?)
       | (?P<string>"(?:[^"\\]|\\.)*")
       | (?P<at>@\s*"(?:[^"\\]|\\.)*")
       | (?P<name>\? | [{_START}][{_PART}]* | [{"".join(WIDE_SIGNS)}、？])
       | (?P<symbol>\.\.|\*\*|<=|>=|!=|->|[-+*/<>=()\[\]{{}},.:'])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


class TextTooLong(FeelError):
    """The expression has {length} characters; {limit} are allowed. Split it."""

    zh = "表达式有 {length} 个字符，最多 {limit} 个，请拆分。"


class NotClosed(FeelError):
    """What begins with {sign} is not closed."""

    zh = "以 {sign} 开始的部分没有结束。"


class StrayCharacter(FeelError):
    """The character “{character}” has no place in an expression."""

    zh = "表达式中不能出现字符“{character}”。"


class NumberTooLarge(FeelError):
    """The number {text} is outside what can be computed."""

    zh = "数字 {text} 超出可计算的范围。"


class NotAName(FeelError):
    """No expression can read the name “{name}”: it is empty or has signs that names cannot have."""

    zh = "表达式无法引用名称“{name}”：名称为空，或含有不允许的字符。"


class Token(NamedTuple):
    kind: str
    text: str
    place: Place
    value: Decimal | str | None = None  # of a literal

    def is_(self, *texts: str) -> bool:
        """Whether this is one of these keywords or symbols; a string that says so is not."""
        return self.kind in (NAME, SYMBOL) and self.text in texts


def tokens(text: str) -> list[Token]:
    """The tokens of a text, with an END token last. Raises FeelError with the place."""
    if len(text) > TEXT_LIMIT:
        raise TextTooLong(Place(1, 1), length=len(text), limit=TEXT_LIMIT)
    return list(_tokens(text))


@lru_cache(4096)
def words(name: str) -> tuple[str, ...]:
    """The token texts that a name is made of: "date of  birth" and "date of birth" are equal.

    Raises NotAName.
    """
    try:
        found = tuple(token.text for token in tokens(name) if token.kind != END)
    except FeelError as error:
        raise NotAName(Place(1, 1), name=name) from error
    if not found:
        raise NotAName(Place(1, 1), name=name)
    return found


def _tokens(text: str) -> Iterator[Token]:
    at, line, line_start = 0, 1, 0
    while at < len(text):
        place = Place(line, at - line_start + 1)
        match = _TOKEN.match(text, at)
        if match is None or match.group() == "/" and text.startswith("/*", at):
            raise _misread(text, at, place)
        if match.lastgroup != "space":
            yield _token(match, place)
        newlines = match.group().count("\n")
        if newlines:
            line += newlines
            line_start = match.start() + match.group().rindex("\n") + 1
        at = match.end()
    yield Token(END, "", Place(line, at - line_start + 1))


def _misread(text: str, at: int, place: Place) -> FeelError:
    for sign in ("/*", '@"', '"'):
        if text.startswith(sign, at):
            return NotClosed(place, sign=sign)
    return StrayCharacter(place, character=text[at])


def _token(match: re.Match[str], place: Place) -> Token:
    text = match.group()
    group = match.lastgroup or SYMBOL
    if group == NUMBER:
        try:
            return Token(NUMBER, text, place, DECIMAL.create_decimal(text))
        except Overflow as error:
            raise NumberTooLarge(place, text=text) from error
    if group in (STRING, AT):
        return Token(group, text, place, _unescaped(text[text.index('"') + 1 : -1]))
    return Token(group, text, place)


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(_character, text)
    # Two escapes may be the halves of one character.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(match: re.Match[str]) -> str:
    short, long, other = match.groups()
    if other is not None:
        return _PLAIN.get(other, match.group())
    code = int(short or long, 16)
    return chr(code) if code <= 0x10FFFF else match.group()
