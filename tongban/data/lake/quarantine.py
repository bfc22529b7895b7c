"""Rows that were not let in: kept sealed as written until their office corrects them or its source
does."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb
from django.conf import settings
from django.db import transaction

from tongban.data.lake import queries, scan
from tongban.data.lake.checks import CLASH_CHECK
from tongban.data.lake.models import Load, QuarantinedRow, Resource
from tongban.engines.tables.connectors import Rejected
from tongban.engines.tables.quoting import identifier

PURPOSE = "quarantine"
CORRECTED = (QuarantinedRow.Status.ACCEPTED, QuarantinedRow.Status.CORRECTED)
Values = Mapping[str, str | None]


@dataclass(frozen=True)
class Opened:
    """A quarantined row in the clear."""

    raw: str
    values: dict[str, str | None]


@transaction.atomic
def settle(load: Load, bad: Sequence[scan.BadRow], rejected: Sequence[Rejected]) -> None:
    """Bring the quarantine in line with a load: rows seen before move along, new ones enter, those
    that are gone are superseded. A part of a source says nothing of the rows that it lacks."""
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
            sealed = seal({"raw": entry.raw, "values": entry.values})
            row = QuarantinedRow(raw_digest=digest, raw_sealed=sealed)
            fresh.append(row)
        row.load, row.resource, row.position = load, load.resource, entry.position
        row.check_code, row.column = entry.check, entry.column
    QuarantinedRow.objects.bulk_create(fresh, batch_size=2_000)
    QuarantinedRow.objects.bulk_update(
        moved, ["load", "position", "check_code", "column"], batch_size=2_000
    )
    gone = [] if load.is_part else [row.pk for rows in waiting.values() for row in rows]
    QuarantinedRow.objects.filter(pk__in=gone).update(status=QuarantinedRow.Status.SUPERSEDED)


def opened(row: QuarantinedRow) -> Opened:
    return Opened(**json.loads(settings.VAULT.open(bytes(row.raw_sealed), PURPOSE)))


def known_corrections(resource: Resource, bad: Sequence[scan.BadRow]) -> dict[int, Values]:
    """Position → corrected values, for rows that the source still writes as it did when its office
    corrected them here."""
    corrected = {
        bytes(row.raw_digest): row for row in resource.quarantined.filter(status__in=CORRECTED)
    }
    if not corrected:
        return {}
    found = ((row.position, corrected.get(_digest(resource, row.raw))) for row in bad)
    return {position: corrected_values(row) for position, row in found if row is not None}


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


def _entries(bad: Sequence[scan.BadRow], rejected: Sequence[Rejected]) -> Iterator[scan.BadRow]:
    yield from bad
    for record in rejected:
        yield scan.BadRow(record.position, record.raw, CLASH_CHECK, "", {})


def corrected_values(row: QuarantinedRow) -> Values:
    assert row.corrected_sealed is not None
    return json.loads(settings.VAULT.open(bytes(row.corrected_sealed), PURPOSE))


def _digest(resource: Resource, raw: str) -> bytes:
    return settings.VAULT.digest(raw, f"{PURPOSE} {resource.code}")


def seal(content: Mapping) -> bytes:
    return settings.VAULT.seal(json.dumps(content, ensure_ascii=False).encode(), PURPOSE)
