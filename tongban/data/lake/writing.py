"""What was computed on a connection becomes a table of a draft edition."""

from collections.abc import Callable
from dataclasses import dataclass

from tongban.data.lake import actions, store
from tongban.data.lake.models import Edition
from tongban.engines.tables import Column, Connection, Schema
from tongban.engines.tables.reading import described

TYPES = {
    "VARCHAR": "string",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "HUGEINT": "integer",
    "TIMESTAMP": "timestamp",
}


@dataclass(frozen=True)
class Written:
    rows: int
    version: int


def schema_of(con: Connection, query: str, grade: Callable[[str], int]) -> Schema:
    """The columns that the query gives, as the lake holds them."""
    found = described(con, query)
    return Schema(
        tuple(
            Column(name, TYPES.get(kind) or kind.lower(), grade(name))
            for name, kind in found.items()
        )
    )


def write(con: Connection, query: str, table: str, schema: Schema, edition: Edition) -> Written:
    """From now on the draft holds the query's rows as this table, and nothing else of it."""
    staged = store.engine().stage(con, query, table, schema, f"edition-{edition.number}")
    version = store.lake().commit(staged, mode="replace", lock=store.table_lock(table))
    actions.put_table(edition=edition, table=table, version=version)
    return Written(staged.rows, version)
