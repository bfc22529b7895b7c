"""Clearing up after runs that died: their drafts, and files that no edition can show."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from tongban.base.audit import actions as audit
from tongban.data.lake import actions, queries, store
from tongban.data.lake.models import DataKey, Edition
from tongban.errors import Refusal

AT_WORK = timedelta(days=1)  # no run takes longer


class RunDied(Refusal):
    """The run of edition {number} ended in its middle; nothing of it was published."""

    zh = "第 {number} 版的编制中途中断，没有发布任何内容。"


def tidy(*, by: str, at: datetime) -> int:
    """Close drafts and delete files that nobody has worked on for a day; returns how many files.

    What readers see stays, and every edition that was ever published; of those that only feed
    another, what `readable_rows` says. The files' keys go with them.
    """
    stale = Edition.objects.filter(status=Edition.Status.DRAFT, opened_at__lt=at - AT_WORK)
    for edition in stale:
        reason = RunDied(number=edition.number).told("zh")
        actions.fail(edition=edition, reason=reason, by=by, at=at)
    keys = DataKey.objects.filter(destroyed_at=None)
    open_runs = set(keys.filter(created_at__gte=at - AT_WORK).values_list("run", flat=True))
    tables = sorted(set(keys.values_list("table", flat=True)))
    return sum(_tidy_table(table, open_runs, by, at) for table in tables)


def _tidy_table(table: str, open_runs: Iterable[str], by: str, at: datetime) -> int:
    if store.lake().latest(table) is None:
        return 0  # its first run died; the files go once there is a version to hold them against
    named = queries.readable_rows(since=at - AT_WORK).filter(table=table)
    gone = store.lake().vacuum(
        table,
        set(named.values_list("version", flat=True)),
        lock=store.table_lock(table),
        open_runs=set(open_runs),
    )
    if gone.files:
        _note(table, len(gone.files), len(gone.keys), by, at)
    return len(gone.files)


@transaction.atomic
def _note(table: str, files: int, keys: int, by: str, at: datetime) -> None:
    details = {"files": files, "keys": keys}
    audit.record("table.tidied", ("table", table), actor=by, at=at, details=details)
