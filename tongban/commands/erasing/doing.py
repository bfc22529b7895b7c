"""The erasure itself; may be called again after any interruption."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tongban.base.audit import actions as audit
from tongban.base.people import mandates
from tongban.business.cases import erasing as cases
from tongban.business.certificates import erasing as certificates
from tongban.business.offers import erasing as offers
from tongban.commands.erasing import accounts, ledger
from tongban.commands.erasing.holding import check_can_erase
from tongban.commands.erasing.target import Target
from tongban.data.lake import erasing as lake
from tongban.data.pipelines import erased, persons
from tongban.data.pipelines import queries as pipelines
from tongban.data.pipelines.models import Erased
from tongban.data.registers import erasing as registers

CLOSED = "依法删除个人数据，本版次须重新编制"

Told = Callable[[str, int, int], None]  # what, done, in all


def erase(target: Target, *, basis: str, by: str, at: datetime, told: Told) -> None:
    """Raises CaseRunning or CertificateInForce; then nothing has changed."""
    check_can_erase(target, timezone.localdate(at))
    rows = _begin(target, basis, by, at)
    take_out(target, run=f"erase-{rows[0].pk}", by=by, at=at, told=told)
    _finish(rows, target, basis, by, at)


def take_out(target: Target, *, run: str, by: str, at: datetime, told: Told) -> None:
    identities = registers.identity_tables()
    # from the identity table on, another number of the same person cannot be found any more
    holding = [table for table, found in lake.find(target.sought) if found.holding]
    tables = sorted(holding, key=lambda table: table in identities)
    for done, table in enumerate(tables):
        told("lake", done, len(tables))
        sought = persons.sought(target.forms, pipelines.named_in(table))
        lake.erase_table(table=table, sought=sought, run=run, by=by, at=at)
    told("lake", len(tables), len(tables))
    registers.empty_named(target.names)
    lake.empty_quarantined(lake.quarantined(target.names))
    told("quarantine", 1, 1)
    if target.subject_id:
        cases.erase(target.subject_id, at)
        certificates.erase(target.subject_id, at)
        offers.erase(target.subject_id, at)
        mandates.erase(target.subject_id)
        accounts.erase(target.subject_id)
        told("business", 1, 1)
        registers.forget(target.subject_id)
        told("registers", 1, 1)


@transaction.atomic
def _begin(target: Target, basis: str, by: str, at: datetime) -> list[Erased]:
    """Outside of the database first: a backup that is restored later must know of it."""
    for key in target.keys:
        ledger.append(key=key, basis=basis, by=by, at=at)
    rows = [erased.note(key=key, basis=basis, by=by, at=at) for key in target.keys]
    lake.close_drafts(reason=CLOSED, by=by, at=at)
    _record("erasure.begun", rows, target, basis, by, at)
    return rows


@transaction.atomic
def _finish(rows: list[Erased], target: Target, basis: str, by: str, at: datetime) -> None:
    for row in rows:
        erased.finish(row=row, at=at)
    _record("erasure.finished", rows, target, basis, by, at)


def _record(
    kind: str, rows: list[Erased], target: Target, basis: str, by: str, at: datetime
) -> None:
    audit.record(
        kind,
        ("erasure", str(rows[0].pk)),
        actor=by,
        at=at,
        basis=basis,
        subjects=[target.subject_id] if target.subject_id else [],
    )
