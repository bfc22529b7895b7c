"""Rows that their office corrected: accepted at once, let in with the next edition.

Letting in rewrites a table and everything that hangs on it, which takes longer than a person waits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
from django.db import transaction
from django.db.models import F

from tongban.base.audit import actions as audit
from tongban.data.lake import actions, quarantine, queries, scan, store
from tongban.data.lake.checks import PLACE, Judged
from tongban.data.lake.contract import Contract
from tongban.data.lake.models import Edition, Load, QuarantinedRow, Resource
from tongban.data.lake.quarantine import Values
from tongban.engines.tables import Schema
from tongban.engines.tables.quoting import identifier
from tongban.errors import Refusal

REPEATS = ("主键与已有的行重复", "its key repeats another row")


class AlreadySettled(Refusal):
    """Row {position} of {resource} is no longer waiting for a correction."""

    zh = "{resource} 第 {position} 行已不在待更正状态。"


class StillWrong(Refusal):
    """Row {position} of {resource} still fails: {check_en}."""

    zh = "{resource} 第 {position} 行更正后仍未通过：{check_zh}。"


@dataclass(frozen=True)
class LetIn:
    """`rows` are in the draft now; `refused` fail a check that came after they were accepted."""

    resource: Resource
    rows: tuple[QuarantinedRow, ...]
    refused: tuple[QuarantinedRow, ...]


@transaction.atomic
def accept(*, row_id: int, values: Values, judged: Judged, by: str, at: datetime) -> QuarantinedRow:
    """Judge the row as corrected, and keep it for the next edition. Raises StillWrong; then nothing
    has changed."""
    rows = QuarantinedRow.objects.select_for_update(of=("self",)).select_related("resource", "load")
    row = rows.get(pk=row_id)
    if row.status != QuarantinedRow.Status.OPEN:
        raise AlreadySettled(resource=row.resource.code, position=row.position)
    edition = queries.current_edition()
    if edition is None:
        raise actions.NoEdition
    with store.engine().connect() as con:
        faults = _judge(con, row.resource, {row: values}, judged, edition)
    if row in faults:
        zh, en = faults[row]
        raise StillWrong(
            resource=row.resource.code, position=row.position, check_zh=zh, check_en=en
        )
    row.status = QuarantinedRow.Status.ACCEPTED
    row.corrected_sealed = quarantine.seal(dict(values))
    row.corrected_by, row.corrected_at = by, at
    row.save(update_fields=["status", "corrected_sealed", "corrected_by", "corrected_at"])
    audit.record(
        "row.corrected",
        ("resource", row.resource.code),
        actor=by,
        at=at,
        details={"row": row.pk, "position": row.position, "check": row.check_code},
    )
    return row


def let_in(*, resource: Resource, judged: Judged, edition: Edition) -> LetIn:
    """Append the accepted rows to the table of the draft edition; whoever publishes it settles."""
    waiting = list(queries.accepted_rows(resource))
    is_fed = queries.live_contract(resource).is_fed
    newest = None if is_fed else _newest_published(resource, edition)
    fresh = {
        row: quarantine.corrected_values(row)
        for row in waiting
        if newest is None or row.load_id >= newest  # else that load has let it in by itself
    }
    if not fresh:
        return LetIn(resource, tuple(waiting), ())
    with store.engine().connect() as con:
        faults = _judge(con, resource, fresh, judged, edition)
        good = [row for row in fresh if row not in faults]
        if good:
            version = _append(con, resource, fresh, good, judged)
            actions.put_table(edition=edition, table=resource.table, version=version)
    rows = tuple(row for row in waiting if row not in faults)
    return LetIn(resource, rows, tuple(faults))


@transaction.atomic
def settle(done: LetIn, *, by: str, at: datetime) -> None:
    """Their loads count what was let in as kept; what was refused waits for its office again."""
    for row in done.rows:
        row.status = QuarantinedRow.Status.CORRECTED
        row.save(update_fields=["status"])
        Load.objects.filter(pk=row.load_id).update(
            rows_kept=F("rows_kept") + 1, rows_quarantined=F("rows_quarantined") - 1
        )
    for row in done.refused:
        row.status = QuarantinedRow.Status.OPEN
        row.save(update_fields=["status"])
    audit.record(
        "rows.let_in",
        ("resource", done.resource.code),
        actor=by,
        at=at,
        details={"rows": len(done.rows), "refused": len(done.refused)},
    )


def _newest_published(resource: Resource, edition: Edition) -> int | None:
    """The load that the edition before this draft was read in."""
    loads = resource.loads.filter(status=Load.Status.DONE, edition__number__lt=edition.number)
    published = loads.filter(edition__status=Edition.Status.PUBLISHED)
    return published.order_by("-pk").values_list("pk", flat=True).first()


def _judge(
    con: duckdb.DuckDBPyConnection,
    resource: Resource,
    rows: Mapping[QuarantinedRow, Values],
    judged: Judged,
    edition: Edition,
) -> dict[QuarantinedRow, tuple[str, str]]:
    """Row → what is still wrong with it, in Chinese and English. Leaves the table `scan`, in which
    a row's position is its index here, and the table as it stands as `held`."""
    contract = queries.live_contract(resource)
    names = [column.name for column in contract.columns]
    key = contract.resource.key
    judged.prepare(con)
    snapshot = store.lake().snapshot(resource.table, queries.tables_of(edition)[resource.table])
    store.engine().attach(con, snapshot, "held")
    _given(con, names, rows.values())
    scan.build(con, "given", names, key, judged.checks)
    checks = {check.code: (check.zh, check.en) for check in judged.checks}
    order = list(rows)
    faults = {
        order[bad.position]: checks.get(bad.check, REPEATS)
        for bad in scan.bad_rows(con, names, key, judged.checks)
    }
    for (index,) in con.execute(_clashes(contract)).fetchall():
        faults.setdefault(order[index], REPEATS)
    return faults


def _given(con: duckdb.DuckDBPyConnection, names: Sequence[str], rows: Iterable[Values]) -> None:
    columns = ", ".join(f"{identifier(name)} VARCHAR" for name in names)
    con.execute(f"CREATE TEMP TABLE given ({columns}, _position BIGINT, _raw VARCHAR)")
    places = ", ".join("?" * (len(names) + 1))
    for index, values in enumerate(rows):
        cells = [values.get(name) for name in names]
        con.execute(f"INSERT INTO given VALUES ({places}, '')", [*cells, index])


def _clashes(contract: Contract) -> str:
    same = " AND ".join(
        f"held.{identifier(k)} = {scan.SCAN}.{identifier(k)}" for k in contract.resource.key
    )
    return f"SELECT _position FROM {scan.SCAN} WHERE EXISTS (SELECT 1 FROM held WHERE {same})"


def _append(
    con: duckdb.DuckDBPyConnection,
    resource: Resource,
    rows: Mapping[QuarantinedRow, Values],
    good: Sequence[QuarantinedRow],
    judged: Judged,
) -> int:
    """Version of the table that holds these rows as well.

    The table is written whole: an append would add to its newest version, which may belong to a
    draft that was given up.
    """
    names = [column.name for column in queries.live_contract(resource).columns]
    columns = ", ".join(map(identifier, names))
    order = list(rows)
    con.execute("CREATE TEMP TABLE places (index BIGINT, _load BIGINT, _position BIGINT)")
    for row in good:
        place = [order.index(row), row.load_id, row.position]
        con.execute("INSERT INTO places VALUES (?, ?, ?)", place)
    added = (
        f"SELECT {columns}, places._load, places._position"
        f" FROM {scan.SCAN} JOIN places ON places.index = {scan.SCAN}._position"
    )
    query = f"SELECT {columns}, _load, _position FROM held UNION ALL BY NAME ({added})"
    schema = Schema((*judged.columns, *PLACE))
    run = f"corrections-{min(row.pk for row in good)}-{len(good)}"
    staged = store.engine().stage(con, query, resource.table, schema, run)
    return store.lake().commit(staged, mode="replace", lock=store.table_lock(resource.table))
