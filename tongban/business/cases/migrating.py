"""Running cases move to the version in force as a job: every one is looked at first, somebody says
why and confirms, and those that could move then are moved. How far it is stands in a row.

A worker that dies leaves what it has moved; its job goes on with the rest.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app

from tongban.base.audit import actions as audit
from tongban.base.people.models import Post, User
from tongban.business.cases import evidence, instance_migration
from tongban.business.cases.instance_migration import Judged, Obstacle
from tongban.business.cases.migration_models import CaseMigration, MigratedCase
from tongban.business.cases.models import Case
from tongban.business.cases.verbs import history
from tongban.business.items import permissions as items
from tongban.business.items.models import ItemVersion, ServiceItem
from tongban.errors import Refusal

JOB = "migrate cases"
Status, Outcome = CaseMigration.Status, MigratedCase.Outcome


class AtWork(Refusal):
    """Cases of {code} are being checked or moved already: wait until that has ended."""

    zh = "{code} 的办件正在核对或迁移，请等它结束。"


class NoEarlierVersion(Refusal):
    """{code} has no earlier version {number}."""

    zh = "{code} 没有更早的第 {number} 版。"


class NotChecked(Refusal):
    """There is nothing to confirm: check the cases of {code} first."""

    zh = "没有待确认的迁移，请先核对 {code} 的办件。"


class NothingToMove(Refusal):
    """None of the checked cases of {code} can move."""

    zh = "核对过的 {code} 办件都不能迁移。"


@transaction.atomic
def check(
    *, to: ItemVersion, earlier: ItemVersion | None, user: User, at: datetime
) -> CaseMigration:
    """Look at every running case of an earlier version; a check that was not confirmed gives way.
    Raises NotYourItem, NotInForce, NoEarlierVersion, AtWork."""
    item = ServiceItem.objects.select_for_update().get(pk=to.item_id)  # pyright: ignore[reportAttributeAccessIssue]
    items.check_can_edit(user, item)
    instance_migration.check_in_force(to)
    if earlier is not None and (earlier.item != item or earlier.number >= to.number):
        raise NoEarlierVersion(code=item.code, number=earlier.number)
    mine = CaseMigration.objects.filter(item=item)
    if mine.filter(status__in=CaseMigration.WORKING).exists():
        raise AtWork(code=item.code)
    mine.filter(status=Status.CHECKED).delete()
    made = CaseMigration.objects.create(
        item=item, to=to, earlier=earlier, asked_at=at, asked_by=user
    )
    _later(made)
    _audited("cases.migration_checked", made, user, at)
    return made


@transaction.atomic
def confirm(*, migration_id: int, user: User, words: str, at: datetime) -> CaseMigration:
    """Have those moved that can. Raises NotYourItem, NotInForce, NotChecked, NothingToMove,
    SayTheReason."""
    found = CaseMigration.objects.select_for_update(of=("self",)).select_related("item", "to")
    migration = found.get(pk=migration_id)
    items.check_can_edit(user, migration.item)
    if migration.status != Status.CHECKED:
        raise NotChecked(code=migration.item.code)
    instance_migration.check_in_force(migration.to)
    why = history.needed(words)
    able = migration.rows.filter(outcome=Outcome.ABLE).count()
    if not able:
        raise NothingToMove(code=migration.item.code)
    migration.confirmed_at, migration.confirmed_by = at, user
    migration.words_sealed = evidence.seal_words(why)
    _move(migration, Status.MOVING, done=0, total=able)
    _later(migration)
    _audited("cases.migration_confirmed", migration, user, at, {"cases": able})
    return migration


def work(*, migration_id: int, at: datetime) -> None:
    """The stage that is to be done; none where it was done already."""
    migration = CaseMigration.objects.select_related(
        "item", "to__item", "earlier", "asked_by", "confirmed_by"
    ).get(pk=migration_id)
    stages: dict[str, Callable[[CaseMigration, datetime], None]] = {
        Status.CHECKING: _check,
        Status.MOVING: _migrate,
    }
    if migration.status in stages:
        with _broken_off(migration, at):
            stages[migration.status](migration, at)


def obstacles(row: MigratedCase) -> tuple[Obstacle, ...]:
    if not row.obstacles_sealed:
        return ()
    read = json.loads(evidence.opened_words(bytes(row.obstacles_sealed)) or "[]")
    return tuple(Obstacle(zh, en) for zh, en in read)


def words(migration: CaseMigration) -> str:
    """Why it was confirmed; empty before that."""
    sealed = migration.words_sealed
    return evidence.opened_words(bytes(sealed)) if sealed else ""


def forget(subject_id: str) -> None:
    """Of somebody who is erased, that his case moved or stayed remains."""
    rows = MigratedCase.objects.filter(case__applicant_id=subject_id)
    rows.filter(obstacles_sealed__isnull=False).update(obstacles_sealed=None)


def _check(migration: CaseMigration, at: datetime) -> None:
    among = Case.objects.filter(version=migration.earlier) if migration.earlier else None
    judged = instance_migration.dry_run(
        to=migration.to, user=migration.asked_by, at=at, told=_told(migration), among=among
    )
    with transaction.atomic():
        migration.rows.all().delete()
        MigratedCase.objects.bulk_create(
            _row(migration, each, Outcome.ABLE if each.can_move else Outcome.UNABLE)
            for each in judged
        )
        _move(migration, Status.CHECKED, ended_at=at)


def _migrate(migration: CaseMigration, at: datetime) -> None:
    rows = migration.rows.all()
    able = rows.filter(outcome=Outcome.ABLE).values("case")

    def noted(judged: Judged, is_moved: bool) -> None:
        row = _row(migration, judged, Outcome.MOVED if is_moved else Outcome.STAYED)
        rows.filter(case=judged.case).update(
            outcome=row.outcome, obstacles_sealed=row.obstacles_sealed
        )

    assert migration.confirmed_by is not None
    instance_migration.migrate(
        to=migration.to,
        user=migration.confirmed_by,
        words=words(migration),
        at=at,
        told=_told(migration),
        noted=noted,
        among=Case.objects.filter(pk__in=able),
    )
    with transaction.atomic():
        # What has ended since it was checked is not looked at any more.
        rows.filter(outcome=Outcome.ABLE).update(outcome=Outcome.STAYED)
        _move(migration, Status.MOVED, ended_at=at)
        counts = {
            str(each): rows.filter(outcome=each).count() for each in (Outcome.MOVED, Outcome.STAYED)
        }
        _audited("cases.migrated", migration, migration.confirmed_by, at, counts)


@contextmanager
def _broken_off(migration: CaseMigration, at: datetime) -> Iterator[None]:
    """Whatever breaks it, it does not stand as at work for ever."""
    try:
        yield
    finally:
        CaseMigration.objects.filter(pk=migration.pk, status__in=CaseMigration.WORKING).update(
            status=Status.BROKEN, ended_at=at
        )


def _told(migration: CaseMigration) -> instance_migration.Told:
    def told(done: int, total: int) -> None:
        CaseMigration.objects.filter(pk=migration.pk).update(done=done, total=total)

    return told


def _row(migration: CaseMigration, judged: Judged, outcome: str) -> MigratedCase:
    said = [(each.zh, each.en) for each in judged.obstacles]
    return MigratedCase(
        migration=migration,
        case_id=judged.case,
        version=judged.version,
        outcome=outcome,
        obstacles_sealed=evidence.seal_words(json.dumps(said)) if said else None,
    )


def _move(migration: CaseMigration, status: str, **changes: Any) -> None:
    assert status in CaseMigration.TRANSITIONS[Status(migration.status)]
    migration.status = status
    for name, value in changes.items():
        setattr(migration, name, value)
    confirmed = ("confirmed_at", "confirmed_by", "words_sealed")
    migration.save(update_fields=["status", *changes, *confirmed])


def _later(migration: CaseMigration) -> None:
    """One job of an item at a time."""
    app.configure_task(JOB, lock=f"{JOB} {migration.item.code}").defer(migration_id=migration.pk)


def _audited(
    kind: str,
    migration: CaseMigration,
    user: User,
    at: datetime,
    counts: dict[str, int] | None = None,
) -> None:
    office = migration.item.office
    earlier = {"from": migration.earlier.number} if migration.earlier else {}
    audit.record(
        kind,
        ("item", migration.item.code),
        actor=str(user.pk),
        at=at,
        office=office.code if office else "",
        post=Post.Role.ITEM_MANAGER,
        details={"to": migration.to.number, **earlier, **(counts or {})},
    )
