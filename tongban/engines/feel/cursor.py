"""Walks along the tokens and says what was expected where."""

from __future__ import annotations

from collections.abc import Sequence

from tongban.engines.feel.lexer import END, WIDE_SIGNS, Token
from tongban.engines.feel.refusals import FeelError, Place

NESTING_LIMIT = 50  # brackets and expressions within one another


class Unexpected(FeelError):
    """{expected} is expected here, not {found}."""

    zh = "这里应为{expected_zh}，不能是{found_zh}。"


class WideSign(FeelError):
    """“{wide}” is a full-width sign; write “{sign}”."""

    zh = "“{wide}”是全角符号，请改用半角“{sign}”。"


class NestedTooDeep(FeelError):
    """The expression is nested more than {limit} levels deep. Split it."""

    zh = "表达式嵌套超过 {limit} 层，请拆分。"


class Cursor:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self._nesting = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    @property
    def place(self) -> Place:
        return self.token.place

    def ahead(self, count: int) -> Token:
        """The token so many places on; END if the text is over before."""
        return self.tokens[min(self.at + count, len(self.tokens) - 1)]

    def next_is(self, *texts: str) -> bool:
        return self.token.is_(*texts)

    def take(self) -> Token:
        """The token here; the END token can be taken again and again."""
        token = self.token
        if token.kind != END:
            self.at += 1
        return token

    def skip(self, *texts: str) -> bool:
        """Step over the token if it is one of these."""
        if not self.next_is(*texts):
            return False
        self.at += 1
        return True

    def expect(self, *texts: str) -> Token:
        if not self.next_is(*texts):
            signs = " / ".join(f"“{text}”" for text in texts)
            raise self.unexpected(signs, signs)
        return self.take()

    def expect_end(self) -> None:
        if self.token.kind != END:
            raise self.unexpected("an operator or the end", "运算符或结尾")

    def unexpected(self, expected: str, expected_zh: str) -> FeelError:
        token = self.token
        if token.text in WIDE_SIGNS:
            return WideSign(token.place, wide=token.text, sign=WIDE_SIGNS[token.text])
        sign = f"“{token.text}”"
        found, found_zh = ("the end", "结尾") if token.kind == END else (sign, sign)
        facts = {"expected": expected, "expected_zh": expected_zh}
        return Unexpected(token.place, found=found, found_zh=found_zh, **facts)

    def __enter__(self) -> None:
        """One level deeper. Raises NestedTooDeep."""
        self._nesting += 1
        if self._nesting > NESTING_LIMIT:
            raise NestedTooDeep(self.place, limit=NESTING_LIMIT)

    def __exit__(self, *_: object) -> None:
        self._nesting -= 1
