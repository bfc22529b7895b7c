"""A check as the lake applies it: a predicate over one row of a source."""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from tongban.engines.tables import Column

PLACE = (Column("_load", "integer", 1), Column("_position", "integer", 1))


@dataclass(frozen=True)
class RowCheck:
    """`predicate` is SQL over the source's columns; true or null is good, false fails."""

    code: str
    column: str
    severity: str  # "error": the row is quarantined · "warning": counted, the row is kept
    predicate: str
    dimension: str
    zh: str
    en: str

    @property
    def blocks(self) -> bool:
        return self.severity == "error"


@dataclass(frozen=True)
class Judged:
    """What a load is judged by, handed down from the layer that knows the standards."""

    columns: tuple[Column, ...]
    checks: tuple[RowCheck, ...]
    prepare: Callable[[duckdb.DuckDBPyConnection], None]  # registers the functions checks call


KEY_CHECK = "KEY"  # the row's key stands in an earlier row already
CLASH_CHECK = "ROW"  # the row could not be split into columns


def key_check(columns: tuple[str, ...]) -> RowCheck:
    """Applied to the whole table, so it has no predicate of its own."""
    named = "、".join(columns)
    return RowCheck(
        code=KEY_CHECK,
        column=columns[0],
        severity="error",
        predicate="",
        dimension="uniqueness",
        zh=f"{named} 与前面的行重复",
        en=f"{', '.join(columns)} repeats an earlier row",
    )
