"""The grammar of type names: `number`, `list<number>`, `context<a: string>`, `function<…> -> …`."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.engines.feel import types
from tongban.engines.feel.cursor import Cursor
from tongban.engines.feel.lexer import NAME
from tongban.engines.feel.naming import unknown_name
from tongban.engines.feel.refusals import FeelError
from tongban.engines.feel.scope import Vocabulary, joined
from tongban.engines.feel.types import ContextOf, FunctionOf, ListOf, RangeOf, Type


class UnknownType(FeelError):
    """There is no type “{name}”."""

    zh = "没有类型“{name}”。"


class TypeNames:
    def __init__(self, named: Mapping[str, Type]) -> None:
        self._vocabulary = Vocabulary({**types.NAMED, **types.BARE, **named})

    def read(self, cursor: Cursor) -> Type:
        """The type named at the cursor. Raises UnknownType."""
        with cursor:
            return self._read(cursor)

    def _read(self, cursor: Cursor) -> Type:
        if cursor.token.is_("list", "range") and cursor.ahead(1).is_("<"):
            outer = cursor.take().text
            item = self._in_brackets(cursor)
            return ListOf(item) if outer == "list" else RangeOf(item)
        if cursor.token.is_("context") and cursor.ahead(1).is_("<"):
            return self._context(cursor)
        if cursor.token.is_("function") and cursor.ahead(1).is_("<"):
            return self._function(cursor)
        found = self._vocabulary.longest(cursor.tokens, cursor.at)
        if found is None:
            raise UnknownType(cursor.place, name=unknown_name(cursor.tokens, cursor.at))
        cursor.at += found[1]
        return found[0]

    def _in_brackets(self, cursor: Cursor) -> Type:
        cursor.expect("<")
        item = self.read(cursor)
        cursor.expect(">")
        return item

    def _context(self, cursor: Cursor) -> Type:
        cursor.take()
        members: dict[str, Type] = {}
        cursor.expect("<")
        while not cursor.skip(">"):
            name = member_name(cursor, ":")
            cursor.expect(":")
            members[name] = self.read(cursor)
            if not cursor.next_is(">"):
                cursor.expect(",")
        return ContextOf.of(members)

    def _function(self, cursor: Cursor) -> Type:
        cursor.take()
        parameters: list[Type] = []
        cursor.expect("<")
        while not cursor.skip(">"):
            parameters.append(self.read(cursor))
            if not cursor.next_is(">"):
                cursor.expect(",")
        cursor.expect("->")
        names = tuple((str(number), type_) for number, type_ in enumerate(parameters, 1))
        return FunctionOf(names, self.read(cursor))


def member_name(cursor: Cursor, *ends: str) -> str:
    """A name that the text itself brings in: everything before one of `ends`."""
    start = cursor.at
    while cursor.token.kind == NAME or (cursor.at > start and _may_continue(cursor)):
        if cursor.next_is(*ends):
            break
        cursor.at += 1
    if cursor.at == start:
        raise cursor.unexpected("a name", "名称")
    return joined(cursor.tokens[start : cursor.at])


def _may_continue(cursor: Cursor) -> bool:
    return cursor.token.kind == "number" or cursor.next_is("-", "'", "+", "*", "/", ".")
