"""Rows that the platform hands in as they come, beside what is collected whole (docs/adr/0016).

A batch is added to the version that readers see now and to no other, and how far the feed was taken
stands beside that version. So what a process that was killed had added is in no version that
anybody will see, and the next batch takes the same rows again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import pyarrow
from django.db import transaction

from tongban.data.lake import actions, queries, scan, store
from tongban.data.lake.checks import PLACE, Judged
from tongban.data.lake.loading import Loaded, judge, next_number, settle
from tongban.data.lake.models import Edition, Resource
from tongban.data.lake.withholding import Withhold
from tongban.data.lake.writing import Written
from tongban.engines.tables import Schema
from tongban.engines.tables.connectors import Extract
from tongban.engines.tables.quoting import identifier

pa: Any = pyarrow  # without type stubs
MOST_FILES = 64  # a table of more is written anew with the next batch, as after a contract changed


@dataclass(frozen=True)
class Batch:
    """`rows` as texts, each with a cell for each column; `mark` is where the next batch begins."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[str | None]]
    mark: Any


Feed = Callable[[Any], Batch]  # what came since this mark; None: everything


def mark_of(edition: Edition, table: str) -> Any:
    """How far the table of this edition was fed; None: not at all."""
    return next((row.mark for row in queries.rows_of(edition) if row.table == table), None)


def feed(
    *,
    resource: Resource,
    batch: Batch,
    judged: Judged,
    withhold: Withhold,
    edition: Edition,
    by: str,
    at: datetime,
) -> Loaded:
    """Add the batch to the table of the draft, which `open_feed` opened. Raises what `judge` and
    the lake refuse; the draft then holds what it held."""
    with store.engine().connect() as con:
        judged.prepare(con)
        found = judge(con, _extract(con, resource, batch), resource, judged, withhold)
        number = next_number()
        schema = Schema((*judged.columns, *PLACE))
        written = _add(con, resource.table, schema, scan.good_rows(found.names, number), edition)
    row = found.load(number, resource, edition, written, at)
    with transaction.atomic():
        settle(row, found, by=by, at=at)
        actions.put_fed(
            edition=edition, table=resource.table, version=written.version, mark=batch.mark
        )
    return Loaded(row, found.failing, found.checks)


def _extract(con: duckdb.DuckDBPyConnection, resource: Resource, batch: Batch) -> Extract:
    columns = list(zip(*batch.rows, strict=True)) or [()] * len(batch.columns)
    cells = {
        name: pa.array(column, pa.string())
        for name, column in zip(batch.columns, columns, strict=True)
    }
    con.register("handed_in", pa.table(cells))
    names = ", ".join(map(identifier, batch.columns))
    con.execute(
        f"CREATE TEMP TABLE given AS SELECT {names}, row_number() OVER () AS _position,"
        f" CAST(NULL AS BIGINT) AS _line, concat_ws(',', {names}) AS _raw FROM handed_in"
    )
    return Extract("given", batch.columns, len(batch.rows), (), resource.code)


def _add(
    con: duckdb.DuckDBPyConnection, table: str, schema: Schema, query: str, edition: Edition
) -> Written:
    """How many rows were added, and the version that holds them."""
    engine, lake, lock = store.engine(), store.lake(), store.table_lock(table)
    run = f"edition-{edition.number}"
    held = queries.tables_of(edition).get(table)
    before = lake.snapshot(table, held) if held is not None else None
    can_grow = before and len(before.files) < MOST_FILES and not before.schema.differing(schema)
    if before is not None and can_grow:
        staged = engine.stage(con, query, table, schema, run)
        return Written(staged.rows, lake.extend(staged, before.version, lock=lock))
    if before is not None:
        engine.attach(con, before, "held")
        query = f"{_fitting(before.schema, schema)} UNION ALL BY NAME ({query})"
    staged = engine.stage(con, query, table, schema, run)
    added = staged.rows - (sum(file.rows for file in before.files) if before else 0)
    return Written(added, lake.commit(staged, mode="replace", lock=lock))


def _fitting(held: Schema, schema: Schema) -> str:
    """The rows that are there, without what the contract of today does not have."""
    columns = [name for name in schema.names if name in held.names]
    return f"SELECT {', '.join(map(identifier, columns))} FROM held"
