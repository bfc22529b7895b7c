"""Collecting one source into its table of the ods layer; nothing is lost on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
from django.db import connection, transaction

from tongban.base.audit import actions as audit
from tongban.data.lake import actions, quarantine, queries, scan, store
from tongban.data.lake.checks import PLACE, Judged, RowCheck, key_check
from tongban.data.lake.contract import Contract
from tongban.data.lake.models import Edition, Load, Resource
from tongban.data.lake.withholding import Withhold
from tongban.data.lake.writing import Written
from tongban.engines.tables import Schema
from tongban.engines.tables.connectors import Extract, Rejected, open_connector
from tongban.engines.tables.doors import private_folder
from tongban.errors import Refusal
from tongban.sql import only_row


class ColumnsMissing(Refusal):
    """Source {resource} no longer has {columns}. Ask the office, or change the contract."""

    zh = "来源 {resource} 缺少列 {columns}，请联系提供单位，或修改契约。"


class SourceEmpty(Refusal):
    """Source {resource} holds no rows; the edition stays as it was."""

    zh = "来源 {resource} 没有任何行，数据版次保持不变。"


class Unreconciled(Refusal):
    """Source {resource}: {read} rows read, but {kept} kept and {quarantined} quarantined."""

    zh = "来源 {resource}：读取 {read} 行，入库 {kept} 行，隔离 {quarantined} 行，三者不平。"


@dataclass(frozen=True)
class Loaded:
    load: Load
    failing: dict[str, int]  # check code → rows of the source that fail it
    checks: tuple[RowCheck, ...]


@dataclass(frozen=True)
class Found:
    """What a source held, judged row by row."""

    extract: Extract
    names: list[str]  # the columns of the contract
    bad: list[scan.BadRow]
    rejected: Sequence[Rejected]
    failing: dict[str, int]
    checks: tuple[RowCheck, ...]

    def load(
        self, number: int, resource: Resource, edition: Edition, written: Written, at: datetime
    ) -> Load:
        columns = self.extract.columns
        return Load(
            pk=number,
            resource=resource,
            contract_version=resource.version,
            edition=edition,
            status=Load.Status.DONE,
            started_at=at,
            rows_read=self.extract.rows,
            rows_kept=written.rows,
            rows_quarantined=len(self.bad) + len(self.rejected),
            columns_found=list(columns),
            columns_new=[name for name in columns if name not in self.names],
            table_version=written.version,
        )


def load(
    *,
    resource: Resource,
    judged: Judged,
    withhold: Withhold,
    edition: Edition,
    data: Path,
    by: str,
    at: datetime,
) -> Loaded:
    """Read the source, keep what is good in the draft edition, quarantine the rest.

    Not one transaction: the files are committed before the rows that point at them, so that a
    crash in between leaves a table version that no edition names. `data` is the folder where
    relative paths of a connection start.
    """
    contract = queries.live_contract(resource)
    options = {name: value for name, value in contract.connection.items() if name != "kind"}
    connector = open_connector(contract.kind, options, data)
    with private_folder(store.scratch()) as scratch, store.engine().connect([data]) as con:
        judged.prepare(con)
        extract = connector.extract(con, scratch)
        found = judge(con, extract, resource, judged, withhold)
        number = next_number()
        version, kept = _keep(con, judged, resource, found.names, number)
    row = found.load(number, resource, edition, Written(kept, version), at)
    with transaction.atomic():
        settle(row, found, by=by, at=at)
        actions.put_table(edition=edition, table=resource.table, version=version)
    return Loaded(row, found.failing, found.checks)


def judge(
    con: duckdb.DuckDBPyConnection,
    extract: Extract,
    resource: Resource,
    judged: Judged,
    withhold: Withhold,
) -> Found:
    """Leaves the table `scan` on the connection, in which every row is judged. Raises what says
    that the source is not what its contract says, or was not read whole."""
    contract = queries.live_contract(resource)
    names = [column.name for column in contract.columns]
    key = contract.resource.key
    _check_columns(contract, extract)
    held_back = withhold(con, extract)
    scan.build(con, held_back.relation, names, key, judged.checks)
    bad = scan.bad_rows(con, names, key, judged.checks)
    fixes = quarantine.known_corrections(resource, bad)
    if fixes:
        relation = quarantine.with_corrections(con, held_back.relation, names, fixes)
        scan.build(con, relation, names, key, judged.checks)
        bad = scan.bad_rows(con, names, key, judged.checks)
    counted = scan.counts(con, judged.checks)
    kept_back = len(held_back.rows) + len(held_back.rejected)
    extract.reconcile(counted.rows + kept_back - len(extract.rejected))
    return Found(
        extract=extract,
        names=names,
        bad=[*bad, *held_back.rows],
        rejected=held_back.rejected,
        failing=counted.failing | {each.code: len(held_back.rows) for each in held_back.checks},
        checks=(*judged.checks, key_check(key), *held_back.checks),
    )


@transaction.atomic
def note_failure(
    *, resource: Resource, edition: Edition, refusal: Refusal, by: str, at: datetime
) -> Load:
    """Remember that a source could not be collected, and why."""
    row = Load.objects.create(
        resource=resource,
        contract_version=resource.version,
        edition=edition,
        status=Load.Status.FAILED,
        started_at=at,
        message_zh=refusal.told("zh"),
        message_en=refusal.told("en"),
    )
    audit.record("source.failed", ("resource", resource.code), actor=by, at=at, outcome="refused")
    return row


def _check_columns(contract: Contract, extract: Extract) -> None:
    missing = [c.name for c in contract.columns if c.name not in extract.columns]
    if missing:
        raise ColumnsMissing(resource=contract.resource.code, columns="、".join(missing))
    if extract.rows == 0:
        raise SourceEmpty(resource=contract.resource.code)


def _keep(
    con: duckdb.DuckDBPyConnection,
    judged: Judged,
    resource: Resource,
    names: list[str],
    number: int,
) -> tuple[int, int]:
    """Version of the table and how many rows it holds."""
    schema = Schema((*judged.columns, *PLACE))
    query = scan.good_rows(names, number)
    staged = store.engine().stage(con, query, resource.table, schema, f"load-{number}")
    version = store.lake().commit(staged, mode="replace", lock=store.table_lock(resource.table))
    return version, staged.rows


@transaction.atomic
def settle(row: Load, found: Found, *, by: str, at: datetime) -> None:
    """The load and its quarantine, which add up, or nothing. Raises Unreconciled."""
    if row.rows_read != row.rows_kept + row.rows_quarantined:
        raise Unreconciled(
            resource=row.resource.code,
            read=row.rows_read,
            kept=row.rows_kept,
            quarantined=row.rows_quarantined,
        )
    row.save(force_insert=True)
    quarantine.settle(row, found.bad, found.rejected)
    audit.record(
        "source.collected",
        ("resource", row.resource.code),
        actor=by,
        at=at,
        details={
            "kept": row.rows_kept,
            "load": row.pk,
            "read": row.rows_read,
            "quarantined": row.rows_quarantined,
        },
    )


def next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('lake_load', 'id'))")
        return only_row(cursor)[0]
