"""Rows of a source that may not come back: who was erased under law is not loaded again."""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from tongban.data.lake.checks import RowCheck
from tongban.data.lake.scan import BadRow
from tongban.engines.tables.connectors import Extract, Rejected

ERASED_CHECK = "ERASED"  # the row is of a person who was erased under law


@dataclass(frozen=True)
class Withheld:
    """`relation` is the extract without them. A row that names others too stays in it, without his
    part."""

    relation: str
    rows: tuple[BadRow, ...]  # where they stood, and nothing of what they said
    rejected: tuple[Rejected, ...]

    @property
    def checks(self) -> tuple[RowCheck, ...]:
        return (_check(self.rows[0].column),) if self.rows else ()


Withhold = Callable[[duckdb.DuckDBPyConnection, Extract], Withheld]


def entry(position: int, column: str) -> BadRow:
    return BadRow(position, "", ERASED_CHECK, column, {})


def _check(column: str) -> RowCheck:
    return RowCheck(
        code=ERASED_CHECK,
        column=column,
        severity="error",
        predicate="",
        dimension="conformity",
        zh="该人的数据已依法删除，来源仍在报送，请在来源中删除",
        en="the person was erased under law; delete the row in the source",
    )
