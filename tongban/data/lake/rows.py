"""Rows of lake tables: imported inside the data box alone; everybody else asks the gate."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import duckdb

from tongban.data.lake import queries, store
from tongban.data.lake.models import Edition
from tongban.engines.tables import Schema
from tongban.engines.tables.quoting import identifier
from tongban.engines.tables.reading import without_values
from tongban.errors import Refusal


class NotInEdition(Refusal):
    """Table {table} is not part of edition {edition}."""

    zh = "第 {edition} 版中没有数据表 {table}。"


class NotReadable(Refusal):
    """The rows could not be read: {problem}"""

    zh = "未能读取数据：{problem}"


@contextlib.contextmanager
def attached(edition: Edition, tables: Iterable[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees these tables as layer.table, at the edition's versions."""
    held = queries.tables_of(edition)
    engine = store.engine()
    with engine.connect() as con:
        for table in tables:
            version = _version(held, table, edition)
            engine.attach(con, store.lake().snapshot(table, version), table)
        yield con


def schema(edition: Edition, table: str) -> Schema:
    """The columns of the table in this edition, with type and grade."""
    version = _version(queries.tables_of(edition), table, edition)
    return store.lake().snapshot(table, version).schema


def as_arrow(con: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, Any]) -> Any:
    """The query's rows as an Arrow table. Raises NotReadable, which never quotes a row."""
    try:
        return con.execute(query, dict(values)).to_arrow_table()
    except duckdb.Error as error:
        raise NotReadable(problem=without_values(error)) from None


def keep(con: duckdb.DuckDBPyConnection, name: str, query: str, values: Mapping[str, Any]) -> None:
    """Compute the query into a table of this connection alone. Raises NotReadable."""
    as_arrow(con, f"CREATE TEMP TABLE {identifier(name)} AS {query}", values)


def source_row(edition: Edition, table: str, load: int, position: int) -> Mapping[str, Any] | None:
    """One row of an ods table by where it stood in its source."""
    with attached(edition, [table]) as con:
        found = con.execute(
            f"SELECT * FROM {named(table)} WHERE _load = ? AND _position = ?", [load, position]
        )
        names = [column[0] for column in found.description]
        row = found.fetchone()
    return dict(zip(names, row, strict=True)) if row else None


def named(table: str) -> str:
    """layer.table, quoted."""
    return ".".join(map(identifier, table.split(".")))


def _version(held: Mapping[str, int], table: str, edition: Edition) -> int:
    if table not in held:
        raise NotInEdition(table=table, edition=edition.number)
    return held[table]
