"""What the parts of the grammar share while they read one text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tongban.engines.feel.checker import Checker
from tongban.engines.feel.cursor import Cursor
from tongban.engines.feel.naming import Naming
from tongban.engines.feel.tree import Node
from tongban.engines.feel.typenames import TypeNames


@dataclass(frozen=True, slots=True)
class Reader:
    cursor: Cursor
    naming: Naming
    check: Checker
    type_names: TypeNames
    expression: Callable[[], Node]
    operand: Callable[[], Node]  # an expression that stops before a comparison

    def until(self, closer: str, read: Callable[[], None]) -> None:
        """Read what commas separate, if anything, up to and including the closing sign."""
        if not self.cursor.skip(closer):
            self.rest(closer, read)

    def rest(self, closer: str, read: Callable[[], None]) -> None:
        """As `until`, where a comma says that more must follow."""
        read()
        while self.cursor.expect(",", closer).text != closer:
            read()
