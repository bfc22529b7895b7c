"""`range("[1..3]")`: an interval from its text.

Its ends are literals, or calls such as `date("2026-01-01")` of literals: no text can reach what
the expression around it may read.
"""

from __future__ import annotations

from functools import partial

from tongban.engines.feel import lexer, temporal
from tongban.engines.feel.arithmetic import negated
from tongban.engines.feel.builtins import conversion, dates
from tongban.engines.feel.cursor import Cursor
from tongban.engines.feel.operations import ORDERED, ordering
from tongban.engines.feel.refusals import FeelError, Undefined
from tongban.engines.feel.scope import Vocabulary
from tongban.engines.feel.signatures import Registry, Signature, call, define
from tongban.engines.feel.values import Range, Value, kind

FUNCTIONS: Registry = {}
_define = partial(define, FUNCTIONS)
_ENDS = ("date", "time", "date and time", "duration", "years and months duration")
_CALLS: Vocabulary[tuple[Signature, ...]] = Vocabulary(
    {name: {**conversion.FUNCTIONS, **dates.FUNCTIONS}[name] for name in _ENDS}
)


class NotARange(Undefined):
    """“{text}” is not an interval from one literal up to another."""

    zh = "“{text}”不是由小到大两个字面量组成的区间。"


@_define("range(from: string) -> range")
def range_(text: str) -> Value:
    try:
        cursor = Cursor(lexer.tokens(text))
        opened = cursor.expect("[", "(", "]").text == "["
        low = _end(cursor)
        cursor.expect("..")
        high = _end(cursor)
        closed = cursor.expect("]", ")", "[").text == "]"
        cursor.expect_end()
    except FeelError as error:
        raise NotARange(text=text) from error
    if kind(low) != kind(high) or kind(low) not in ORDERED or ordering(">", low, high):
        raise NotARange(text=text)
    return Range(low, high, opened, closed)


def _end(cursor: Cursor) -> Value:
    found = _CALLS.longest(cursor.tokens, cursor.at)
    if found is None:
        return _literal(cursor)
    forms, length = found
    cursor.at += length
    cursor.expect("(")
    arguments = [_literal(cursor)]
    while cursor.expect(",", ")").text == ",":
        arguments.append(_literal(cursor))
    fitting = next((form for form in forms if form.takes(len(arguments))), None)
    return call(fitting, [], arguments) if fitting else None


def _literal(cursor: Cursor) -> Value:
    minus = cursor.skip("-")
    token = cursor.take()
    if token.kind == lexer.NUMBER:
        return negated(token.value) if minus else token.value
    if minus or token.kind not in (lexer.STRING, lexer.AT):
        raise cursor.unexpected("a literal", "字面量")
    text = str(token.value)
    return text if token.kind == lexer.STRING else temporal.parse(text)
