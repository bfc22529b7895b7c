"""Rows of lake tables: imported inside the data box alone; everybody else asks the gate."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import duckdb

from tongban.data.lake import queries, store
from tongban.data.lake.models import Edition
from tongban.engines.tables.quoting import identifier
from tongban.errors import Refusal


class NotInEdition(Refusal):
    """Table {table} is not part of edition {edition}."""

    zh = "第 {edition} 版中没有数据表 {table}。"


@contextlib.contextmanager
def attached(edition: Edition, tables: Iterable[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees these tables as layer.table, at the edition's versions."""
    held = queries.tables_of(edition)
    engine = store.engine()
    with engine.connect() as con:
        for table in tables:
            if table not in held:
                raise NotInEdition(table=table, edition=edition.number)
            engine.attach(con, store.lake().snapshot(table, held[table]), table)
        yield con


def source_row(edition: Edition, table: str, load: int, position: int) -> Mapping[str, Any] | None:
    """One row of an ods table by where it stood in its source."""
    with attached(edition, [table]) as con:
        layer, _, name = table.partition(".")
        found = con.execute(
            f"SELECT * FROM {identifier(layer)}.{identifier(name)}"
            " WHERE _load = ? AND _position = ?",
            [load, position],
        )
        names = [column[0] for column in found.description]
        row = found.fetchone()
    return dict(zip(names, row, strict=True)) if row else None
