"""Finds what a name in the text means: the longest match, and of equals the innermost."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tongban.engines.feel import tree, types
from tongban.engines.feel.cursor import Cursor
from tongban.engines.feel.lexer import Token
from tongban.engines.feel.refusals import Place
from tongban.engines.feel.scope import Variable, Vocabulary, joined, run_length
from tongban.engines.feel.tree import Node
from tongban.engines.feel.types import ContextOf, ListOf, Type


@dataclass(frozen=True, slots=True)
class Layer:
    """Names that one construct brings in. `item`: any name may be a member of this item."""

    vocabulary: Vocabulary[Variable]
    item: Variable | None = None


class Naming:
    def __init__(self, names: Vocabulary[Variable]) -> None:
        self._layers = [Layer(names)]

    @contextmanager
    def within(
        self, variables: Sequence[Variable], item: Variable | None = None
    ) -> Generator[None]:
        """Names that are known inside a loop, a filter, a context or a function."""
        names = {variable.name: variable for variable in variables}
        self._layers.append(Layer(Vocabulary(names), item))
        try:
            yield
        finally:
            self._layers.pop()

    def find(self, cursor: Cursor) -> tuple[Node, int] | None:
        """What the name at the cursor means, and its length in tokens; None if it is not known."""
        best: tuple[Variable, int] | None = None
        items: list[Variable] = []  # whose member it may be, the innermost first
        items_before_best: list[Variable] = []
        for layer in reversed(self._layers):
            match = layer.vocabulary.longest(cursor.tokens, cursor.at)
            if match is not None and (best is None or match[1] > best[1]):
                best, items_before_best = match, list(items)
            if layer.item is not None:
                items.append(layer.item)
        run = run_length(cursor.tokens, cursor.at)
        if items and run > (best[1] if best else 0):
            name = joined(cursor.tokens[cursor.at : cursor.at + run])
            return _member_or(cursor.place, items, name, None), run
        if best is None:
            return None
        name = tree.Name(cursor.place, best[0].type, best[0])
        return _member_or(cursor.place, items_before_best, best[0].name, name), best[1]


@dataclass(frozen=True, slots=True)
class Items:
    """What a filter brings in: `item`, and the members of its type."""

    item: Variable
    members: tuple[Variable, ...]
    of_any_shape: bool

    @classmethod
    def of(cls, target: Type) -> Items:
        type_ = target.item if isinstance(target, ListOf) else target
        members = type_.members if isinstance(type_, ContextOf) else ()
        return cls(
            Variable("item", type_),
            tuple(Variable(name, member) for name, member in members),
            types.is_open(type_) or type_ == types.ANY_CONTEXT,
        )

    def named(self) -> tuple[list[Variable], Variable | None]:
        """The names, and the item that any other name may be a member of."""
        shown = {"item": self.item, **{member.name: member for member in self.members}}
        return list(shown.values()), self.item if self.of_any_shape else None


def _member_or(place: Place, items: Sequence[Variable], name: str, outer: Node | None) -> Node:
    found = outer
    for item in reversed(items):
        found = tree.MemberOrName(place, types.ANY, item, name, found)
    assert found is not None
    return found


def unknown_name(tokens: Sequence[Token], at: int) -> str:
    """The words of a name that is not known, for the message."""
    return joined(tokens[at : at + max(1, run_length(tokens, at))])
