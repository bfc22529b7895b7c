"""Everything that changes contracts and editions; loading.py loads, quarantine.py corrects."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from tongban import vault
from tongban.base.audit import actions as audit
from tongban.base.people.models import Office
from tongban.data.lake import queries, store
from tongban.data.lake.contract import Contract
from tongban.data.lake.models import (
    ContractVersion,
    CurrentEdition,
    Edition,
    EditionTable,
    Resource,
)
from tongban.engines.tables import KeyDestroyed
from tongban.errors import Refusal


class EditionClosed(Refusal):
    """Edition {number} is {status}; only a draft can be changed or published."""

    zh = "第 {number} 版的状态是{status}，只有编制中的版次可以改动或发布。"


class NothingBefore(Refusal):
    """Edition {number} is the first; there is nothing to go back to."""

    zh = "第 {number} 版是最早的版次，没有可以退回的版次。"


class ErasedSince(Refusal):
    """Edition {number} holds {table} as it was before somebody was erased from it under law. Nobody
    can read it any more, so there is no way back to it."""

    zh = "第 {number} 版中的 {table} 是依法删除个人数据之前的版本，已无法读取，不能退回该版次。"


class NoLongerKept(Refusal):
    """Edition {number} is too old to go back to: only the last {kept} are kept whole. Put right
    what is wrong and run again."""

    zh = "第 {number} 版过旧，不能退回：只完整保留最近 {kept} 版。请改正后重新执行。"


class NoEdition(Refusal):
    """Nothing has been published yet; run `tongban run` first."""

    zh = "还没有发布过任何版次，请先执行 tongban run。"


class StaleDraft(Refusal):
    """Edition {number} began from edition {base}, but {current} was published since; run again."""

    zh = "第 {number} 版从第 {base} 版开始编制，其后已发布第 {current} 版，请重新执行。"


def content_hash(content: Mapping) -> str:
    """SM3 of the canonical form: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return vault.fingerprint(canonical)


@transaction.atomic
def adopt_contract(*, contract: Contract, by: str, at: datetime) -> Resource:
    """Make this the live contract of its resource; a new version only where its content differs."""
    content = contract.model_dump(mode="json", exclude_none=True)
    digest = content_hash(content)
    code = contract.resource.code
    resource = Resource.objects.select_for_update().filter(code=code).first()
    if resource is not None and resource.content_hash == digest:
        return resource
    version = resource.version + 1 if resource else 1
    resource, _ = Resource.objects.update_or_create(
        code=code,
        defaults={
            "owner": Office.objects.get(code=contract.resource.owner),
            "table": contract.table,
            "version": version,
            "content": content,
            "content_hash": digest,
        },
    )
    ContractVersion.objects.create(
        resource=resource,
        version=version,
        content=content,
        content_hash=digest,
        made_at=at,
        made_by=by,
    )
    audit.record(
        "contract.adopted", ("resource", code), actor=by, at=at, details={"version": version}
    )
    return resource


@transaction.atomic
def open_edition(*, by: str, at: datetime) -> Edition:
    """A draft that begins as a copy of what readers see now."""
    _one_at_a_time()
    current = CurrentEdition.objects.select_related("edition").first()
    number = _next_number()
    edition = Edition.objects.create(
        number=number, based_on=current.edition if current else None, opened_at=at, opened_by=by
    )
    if current:
        _copy(queries.rows_of(current.edition), edition)
    audit.record("edition.opened", ("edition", str(number)), actor=by, at=at)
    return edition


@transaction.atomic
def open_feed(*, onto: Edition, by: str, at: datetime) -> Edition:
    """A draft that adds rows to tables of what readers see, `onto`, and names these alone."""
    _one_at_a_time()
    number = _next_number()
    edition = Edition.objects.create(
        number=number, based_on=onto, feeds=onto.run, opened_at=at, opened_by=by
    )
    if onto.feeds is not None:
        _copy(list(onto.tables.all()), edition)
    return edition


@transaction.atomic
def put_fed(*, edition: Edition, table: str, version: int, mark: object) -> None:
    """From now on the draft holds this version of the table, which was fed as far as `mark`."""
    _lock_draft(edition)
    EditionTable.objects.update_or_create(
        edition=edition, table=table, defaults={"version": version, "mark": mark}
    )


def keep_mark(*, edition: Edition, table: str, mark: object) -> None:
    """The feed of this table was taken on as far as `mark`, and held nothing: the version stays."""
    for row in queries.rows_of(edition):
        if row.table == table and row.mark != mark:
            same = EditionTable.objects.filter(pk=row.pk, version=row.version)
            same.update(mark=mark)


@transaction.atomic
def put_table(*, edition: Edition, table: str, version: int) -> None:
    """From now on the draft holds this version of the table."""
    _lock_draft(edition)
    EditionTable.objects.update_or_create(
        edition=edition, table=table, defaults={"version": version}
    )


@transaction.atomic
def share_facts(*, edition: Edition) -> None:
    """The draft's readers find the facts in the online store that readers find there now."""
    draft = _lock_draft(edition)
    assert draft.based_on is not None
    draft.facts_of = draft.based_on.facts_number
    draft.save(update_fields=["facts_of"])


@transaction.atomic
def publish(*, edition: Edition, by: str, at: datetime) -> None:
    """One update; from its commit on, every reader sees the new edition.

    What was fed to the tables meanwhile goes on into it. Raises StaleDraft where anything else was
    published since the draft was opened.
    """
    _one_at_a_time()
    draft = _lock_draft(edition)
    current = CurrentEdition.objects.select_for_update().select_related("edition").first()
    if current and current.edition_id != draft.based_on_id:
        _take_over(draft, current.edition)
    draft.status, draft.closed_at = Edition.Status.PUBLISHED, at
    draft.save(update_fields=["status", "closed_at"])
    CurrentEdition.objects.update_or_create(id=1, defaults={"edition": draft})
    audit.record("edition.published", ("edition", str(draft.number)), actor=by, at=at)


@transaction.atomic
def fail(*, edition: Edition, reason: str, by: str, at: datetime) -> None:
    """Close the draft unpublished, and say why; readers notice nothing."""
    draft = _lock_draft(edition)
    draft.status, draft.closed_at, draft.reason = Edition.Status.FAILED, at, reason
    draft.save(update_fields=["status", "closed_at", "reason"])
    audit.record(
        "edition.failed", ("edition", str(draft.number)), actor=by, at=at, outcome="refused"
    )


@transaction.atomic
def roll_back(*, reason: str, by: str, at: datetime) -> Edition:
    """Readers see the edition before again; returns it. What only feeds an edition goes with it,
    and is fed again to the one before."""
    current = (
        CurrentEdition.objects.select_for_update(of=("self",))
        .select_related("edition__feeds", "edition__based_on")
        .first()
    )
    if current is None:
        raise NoEdition
    withdrawn = current.edition.run
    before = queries.before(withdrawn)
    if before is None:
        raise NothingBefore(number=withdrawn.number)
    if not queries.is_kept(before):
        raise NoLongerKept(number=before.number, kept=queries.KEPT_EDITIONS)
    _check_readable(before)
    for edition in {withdrawn, current.edition}:
        edition.status, edition.closed_at, edition.reason = Edition.Status.WITHDRAWN, at, reason
        edition.save(update_fields=["status", "closed_at", "reason"])
    current.edition = before
    current.save(update_fields=["edition"])
    audit.record(
        "edition.rolled_back",
        ("edition", str(withdrawn.number)),
        actor=by,
        at=at,
        details={"to": before.number},
    )
    return before


def _check_readable(edition: Edition) -> None:
    """A lawful deletion takes the keys of old versions."""
    lake = store.lake()
    for row in queries.rows_of(edition):
        for key in lake.snapshot(row.table, row.version).by_key():
            try:
                lake.keys.secret(key)
            except KeyDestroyed as error:
                raise ErasedSince(number=edition.number, table=row.table) from error


def _one_at_a_time() -> None:
    """Two that open at once would take one number, and two first editions both be published."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('lake editions', 0))")


def _next_number() -> int:
    return (Edition.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def _copy(rows: Iterable[EditionTable], edition: Edition) -> None:
    EditionTable.objects.bulk_create(
        EditionTable(edition=edition, table=row.table, version=row.version, mark=row.mark)
        for row in rows
    )


def _take_over(draft: Edition, current: Edition) -> None:
    """The tables that were fed since the draft was opened; it must not have written any of them."""
    base = draft.based_on
    stale = StaleDraft(number=draft.number, base=base.number if base else 0, current=current.number)
    if base is None or draft.feeds is not None or current.feeds_id != base.run.pk:
        raise stale
    opened_with, holds = queries.tables_of(base), queries.tables_of(draft)
    for row in current.tables.all():
        if opened_with.get(row.table) == row.version:
            continue
        if holds.get(row.table) != opened_with.get(row.table):
            raise stale
        put_fed(edition=draft, table=row.table, version=row.version, mark=row.mark)


def _lock_draft(edition: Edition) -> Edition:
    draft = (
        Edition.objects.select_for_update(of=("self",))
        .select_related("based_on__feeds")
        .get(pk=edition.pk)
    )
    if draft.status != Edition.Status.DRAFT:
        raise EditionClosed(number=draft.number, status=draft.get_status_display())
    return draft
