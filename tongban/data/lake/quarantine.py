"""Rows that were not let in: kept sealed as written, corrected by their office, let in."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
from django.conf import settings
from django.db import transaction

from tongban.base.audit import actions as audit
from tongban.data.lake import actions, queries, scan, store
from tongban.data.lake.checks import CLASH_CHECK, PLACE, Judged
from tongban.data.lake.models import Edition, Load, QuarantinedRow, Resource
from tongban.engines.tables import Schema
from tongban.engines.tables.connectors import Rejected
from tongban.engines.tables.quoting import identifier
from tongban.errors import Refusal

PURPOSE = "quarantine"
Values = Mapping[str, str | None]


class AlreadySettled(Refusal):
    """Row {position} of {resource} is no longer waiting for a correction."""

    zh = "{resource} 第 {position} 行已不在待更正状态。"


class StillWrong(Refusal):
    """Row {position} of {resource} still fails: {check_en}."""

    zh = "{resource} 第 {position} 行更正后仍未通过：{check_zh}。"


@dataclass(frozen=True)
class Opened:
    """A quarantined row in the clear."""

    raw: str
    values: dict[str, str | None]


@transaction.atomic
def settle(load: Load, bad: Sequence[scan.BadRow], rejected: Sequence[Rejected]) -> None:
    """Bring the quarantine in line with a load: rows seen before move along, new ones enter, those
    that are gone are superseded."""
    waiting: dict[bytes, list[QuarantinedRow]] = defaultdict(list)
    for row in queries.open_rows(load.resource):
        waiting[bytes(row.raw_digest)].append(row)
    fresh: list[QuarantinedRow] = []
    moved: list[QuarantinedRow] = []
    for entry in _entries(bad, rejected):
        digest = _digest(load.resource, entry.raw)
        if waiting[digest]:
            row = waiting[digest].pop(0)
            moved.append(row)
        else:
            sealed = _seal({"raw": entry.raw, "values": entry.values})
            row = QuarantinedRow(raw_digest=digest, raw_sealed=sealed)
            fresh.append(row)
        row.load, row.resource, row.position = load, load.resource, entry.position
        row.check_code, row.column = entry.check, entry.column
    QuarantinedRow.objects.bulk_create(fresh, batch_size=2_000)
    QuarantinedRow.objects.bulk_update(
        moved, ["load", "position", "check_code", "column"], batch_size=2_000
    )
    gone = [row.pk for rows in waiting.values() for row in rows]
    QuarantinedRow.objects.filter(pk__in=gone).update(status=QuarantinedRow.Status.SUPERSEDED)


def opened(row: QuarantinedRow) -> Opened:
    return Opened(**json.loads(settings.VAULT.open(bytes(row.raw_sealed), PURPOSE)))


def known_corrections(resource: Resource, bad: Sequence[scan.BadRow]) -> dict[int, Values]:
    """Position → corrected values, for rows that the source still writes as it did when its office
    corrected them here."""
    corrected = {
        bytes(row.raw_digest): row
        for row in resource.quarantined.filter(status=QuarantinedRow.Status.CORRECTED)
    }
    if not corrected:
        return {}
    found = ((row.position, corrected.get(_digest(resource, row.raw))) for row in bad)
    return {position: _corrected_values(row) for position, row in found if row is not None}


def with_corrections(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    columns: Sequence[str],
    fixes: Mapping[int, Values],
) -> str:
    """A temporary table: the extract, with the rows at these positions as they were corrected."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE corrected AS SELECT * FROM {relation}")
    assignments = ", ".join(f"{identifier(name)} = ?" for name in columns)
    for position, values in fixes.items():
        con.execute(
            f"UPDATE corrected SET {assignments} WHERE _position = ?",
            [*(values[name] for name in columns), position],
        )
    return "corrected"


def correct(
    *,
    row_id: int,
    values: Values,
    judged: Judged,
    edition: Edition,
    by: str,
    at: datetime,
) -> QuarantinedRow:
    """Let a corrected row into the draft edition. Raises StillWrong; then nothing has changed."""
    with transaction.atomic():
        row = (
            QuarantinedRow.objects.select_for_update(of=("self",))
            .select_related("resource", "load")
            .get(pk=row_id)
        )
        if row.status != QuarantinedRow.Status.OPEN:
            raise AlreadySettled(resource=row.resource.code, position=row.position)
        version = _append(row, values, judged, edition)
        actions.put_table(edition=edition, table=row.resource.table, version=version)
        row.status = QuarantinedRow.Status.CORRECTED
        row.corrected_sealed, row.corrected_by, row.corrected_at = _seal(dict(values)), by, at
        row.save(update_fields=["status", "corrected_sealed", "corrected_by", "corrected_at"])
        load = Load.objects.select_for_update().get(pk=row.load_id)
        load.rows_kept, load.rows_quarantined = load.rows_kept + 1, load.rows_quarantined - 1
        load.save(update_fields=["rows_kept", "rows_quarantined"])
        audit.record(
            "row.corrected",
            ("resource", row.resource.code),
            actor=by,
            at=at,
            details={"row": row.pk, "position": row.position, "check": row.check_code},
        )
        return row


def _append(row: QuarantinedRow, values: Values, judged: Judged, edition: Edition) -> int:
    """Version of the table that holds the corrected row as well."""
    table = row.resource.table
    contract = queries.live_contract(row.resource)
    names = [column.name for column in contract.columns]
    engine, lake = store.engine(), store.lake()
    with engine.connect() as con:
        judged.prepare(con)
        held = queries.tables_of(edition)[table]
        engine.attach(con, lake.snapshot(table, held), "held")
        cells = ", ".join(f"CAST(? AS VARCHAR) AS {identifier(name)}" for name in names)
        con.execute(
            f"CREATE TEMP TABLE one AS SELECT {cells}, {row.position}::BIGINT AS _position, ''"
            " AS _raw",
            [values.get(name) for name in names],
        )
        key = contract.resource.key
        scan.build(con, "one", names, key, judged.checks)
        for bad in scan.bad_rows(con, names, key, judged.checks):
            check = next(check for check in judged.checks if check.code == bad.check)
            raise _still_wrong(row, check.zh, check.en)
        same_key = " AND ".join(f"held.{identifier(k)} = one.{identifier(k)}" for k in key)
        if con.execute(f"SELECT 1 FROM held JOIN one ON {same_key} LIMIT 1").fetchall():
            raise _still_wrong(row, "主键与已有的行重复", "its key repeats another row")
        columns = ", ".join(map(identifier, [*names, "_load", "_position"]))
        query = (
            f"SELECT {columns} FROM held UNION ALL BY NAME ({scan.good_rows(names, row.load_id)})"
        )
        schema = Schema((*judged.columns, *PLACE))
        staged = engine.stage(con, query, table, schema, f"correction-{row.pk}")
        return lake.commit(staged, mode="replace", lock=store.table_lock(table))


def _still_wrong(row: QuarantinedRow, zh: str, en: str) -> StillWrong:
    return StillWrong(resource=row.resource.code, position=row.position, check_zh=zh, check_en=en)


def _entries(bad: Sequence[scan.BadRow], rejected: Sequence[Rejected]) -> Iterator[scan.BadRow]:
    yield from bad
    for record in rejected:
        yield scan.BadRow(record.position, record.raw, CLASH_CHECK, "", {})


def _corrected_values(row: QuarantinedRow) -> Values:
    assert row.corrected_sealed is not None
    return json.loads(settings.VAULT.open(bytes(row.corrected_sealed), PURPOSE))


def _digest(resource: Resource, raw: str) -> bytes:
    return settings.VAULT.digest(raw, f"{PURPOSE} {resource.code}")


def _seal(content: Mapping) -> bytes:
    return settings.VAULT.seal(json.dumps(content, ensure_ascii=False).encode(), PURPOSE)
