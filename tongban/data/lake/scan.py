"""One pass over an extract: every check on every row, the key included, as flags beside the row."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from tongban.data.lake.checks import KEY_CHECK, RowCheck
from tongban.engines.tables.quoting import identifier

SCAN = "scan"


@dataclass(frozen=True)
class Counts:
    rows: int
    bad: int
    failing: dict[str, int]  # check code → rows that fail it


@dataclass(frozen=True)
class BadRow:
    position: int
    raw: str
    check: str
    column: str
    values: dict[str, str | None]


def build(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    columns: Sequence[str],
    key: Sequence[str],
    checks: Sequence[RowCheck],
) -> None:
    """Make the temporary table `scan`: the columns, _position, _raw, a flag per check, and `_bad`:
    the index of the first check that blocks the row; null where it is good."""
    flags = ", ".join(
        f"coalesce(NOT ({check.predicate}), false) AS _c{i}" for i, check in enumerate(checks)
    )
    first_block = " ".join(f"WHEN _c{i} THEN {i}" for i, check in enumerate(checks) if check.blocks)
    bad = f"CASE {first_block} END" if first_block else "CAST(NULL AS INTEGER)"
    names = ", ".join(map(identifier, columns))
    partition = ", ".join(map(identifier, key))
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {SCAN} AS
        WITH flagged AS (
            SELECT {names}, _position, _raw{", " + flags if flags else ""} FROM {relation}
        ), judged AS (SELECT *, {bad} AS _bad FROM flagged)
        SELECT *, _bad IS NULL AND row_number() OVER (
            PARTITION BY _bad IS NULL, {partition} ORDER BY _position) > 1 AS _repeated
        FROM judged
        """
    )


def counts(con: duckdb.DuckDBPyConnection, checks: Sequence[RowCheck]) -> Counts:
    """One aggregate query for all checks."""
    per_check = "".join(f", count(*) FILTER (_c{i})" for i in range(len(checks)))
    found = con.execute(
        f"SELECT count(*), count(*) FILTER (_bad IS NOT NULL OR _repeated),"
        f" count(*) FILTER (_repeated){per_check} FROM {SCAN}"
    ).fetchone()
    assert found is not None
    rows, bad, repeated, *failing = found
    codes = [KEY_CHECK, *(check.code for check in checks)]
    return Counts(rows, bad, dict(zip(codes, [repeated, *failing], strict=True)))


def bad_rows(
    con: duckdb.DuckDBPyConnection,
    columns: Sequence[str],
    key: Sequence[str],
    checks: Sequence[RowCheck],
) -> list[BadRow]:
    names = "".join(f", {identifier(name)}" for name in columns)
    found = con.execute(
        f"SELECT _position, _raw, _bad{names} FROM {SCAN}"
        " WHERE _bad IS NOT NULL OR _repeated ORDER BY _position"
    ).fetchall()
    return [
        BadRow(
            position,
            raw,
            KEY_CHECK if index is None else checks[index].code,
            key[0] if index is None else checks[index].column,
            dict(zip(columns, values, strict=True)),
        )
        for position, raw, index, *values in found
    ]


def good_rows(columns: Sequence[str], load: int) -> str:
    """The query of the rows to keep, with their load and position."""
    names = ", ".join(map(identifier, columns))
    return (
        f"SELECT {names}, CAST({load} AS BIGINT) AS _load, _position FROM {SCAN}"
        " WHERE _bad IS NULL AND NOT _repeated"
    )
