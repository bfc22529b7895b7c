"""The only writers of the audit log: everybody records, one sealer chains.

The sealer takes committed rows from a queue that is written with them (`Unsealed`). A cursor over
ids would skip a row whose transaction commits late. A horizon over transaction ids would keep all
rows waiting behind the longest running load, and would break when a backup is restored into another
cluster. A row in the queue waits for nobody and is never skipped, in whatever order commits come.
"""

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from tongban import clock, records, sql
from tongban.base.audit import anchors, chain
from tongban.base.audit.content import checked_text
from tongban.base.audit.models import Event, Seal, Unsealed
from tongban.base.audit.reads import Query
from tongban.errors import Refusal
from tongban.sql import only_row

BATCH = 5_000
SEALER_LOCK = "hashtextextended('tongban.audit.sealer', 0)"
QUEUED = "INSERT INTO audit_unsealed (event_id) SELECT id FROM added RETURNING to_json(event_id)"

logger = logging.getLogger(__name__)


class OutsideTransaction(RuntimeError):
    """An audit row commits or vanishes with what it tells of: it needs the acting transaction."""


def record(  # noqa: PLR0913 - one flat row; callers name what they know, nothing is passed on
    kind: str,
    subject: tuple[str, str],
    *,
    actor: str,
    at: datetime,
    office: str = "",
    post: str = "",
    purpose: str = "",
    basis: str = "",
    outcome: str = Event.Outcome.DONE,
    details: Mapping[str, object] | None = None,
    edition: int | None = None,
    rows: int | None = None,
    subjects: Sequence[str] = (),
    query: Query | None = None,
) -> Event:
    """One event in the acting transaction. `subject` is a type and an id, never a name.

    A read says `rows`, and either `subjects` (everybody who was read, at most 100) or `query` (a
    bulk read); the facts or columns that were read stand in `details["facts"]`.
    Raises OutsideTransaction, and NotRecordable for what must not or cannot stand in the log.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(kind)
    event = Event(
        kind=kind,
        subject_type=subject[0],
        subject_id=subject[1],
        actor=actor,
        office=office,
        post=post,
        purpose=purpose,
        basis=basis,
        outcome=outcome,
        at=at,
        details=dict(details or {}),
        edition=edition,
        rows=rows,
        subjects=list(subjects),
        query=query and query.sealed(),
        query_digest=query and query.digest(),
    )
    event.proof = chain.proof(checked_text(event))
    return _insert(event)


def record_refusal(
    refusal: Refusal,
    kind: str,
    subject: tuple[str, str],
    *,
    actor: str,
    at: datetime,
    office: str = "",
    post: str = "",
    purpose: str = "",
) -> Event:
    """The event of an action that was refused, after its own transaction has rolled back.

    Commits by itself, so it must be called outside any transaction. Of the refusal only its name
    is kept: its words may hold a person's data.
    """
    with transaction.atomic(durable=True):
        return record(
            kind,
            subject,
            actor=actor,
            at=at,
            office=office,
            post=post,
            purpose=purpose,
            outcome=Event.Outcome.REFUSED,
            details={"refusal": type(refusal).__name__},
        )


def seal_pending(*, at: datetime, limit: int) -> int:
    """Chain up to `limit` committed events and anchor the new head; 0 while another sealer works.

    Must be called outside a transaction: the anchor is written after the seals have committed.
    What a crash left between the two is anchored first, so each anchor ends exactly one pass.
    """
    with _only_sealer() as alone:
        if not alone:
            return 0
        _anchor_head(at)
        sealed = _chain(at, limit)
        if sealed:
            _anchor_head(at)
        return sealed


def run_sealer(stop: threading.Event, every: float = 1.0) -> None:
    """Seal until told to stop. Waits for a database that goes away; any other error ends it."""
    while not stop.is_set():
        try:
            sealed = seal_pending(at=clock.now(), limit=BATCH)
        except (OperationalError, InterfaceError) as error:
            logger.warning("The sealer lost the database and will try again: %s", error)
            connection.close()
            sealed = 0
        if sealed < BATCH:
            stop.wait(every)


def _insert(event: Event) -> Event:
    """Event and queue in one statement: every action makes one."""
    statement = f"WITH added AS ({records.inserting(Event)} RETURNING id) {QUEUED}"
    event.pk = sql.prepared(statement, records.written([event]))
    event._state.adding = False
    return event


@contextmanager
def _only_sealer() -> Iterator[bool]:
    """A lock of the session: it covers the anchor, which is written after the commit."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({SEALER_LOCK})")
        (alone,) = only_row(cursor)
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_advisory_unlock({SEALER_LOCK})")


def _chain(at: datetime, limit: int) -> int:
    with transaction.atomic(durable=True):
        waiting = list(
            Unsealed.objects.order_by("event_id").values_list("event_id", "event__proof")[:limit]
        )
        if not waiting:
            return 0
        count, previous, _ = _head()
        micros = chain.microseconds(at)
        seals = []
        for sequence, (event, proof) in enumerate(waiting, start=count + 1):
            digest = chain.seal_hash(previous, sequence, event, bytes(proof), micros)
            seals.append(
                Seal(sequence=sequence, event_id=event, previous=previous, hash=digest, at=at)
            )
            previous = digest
        Seal.objects.bulk_create(seals)
        Unsealed.objects.filter(event_id__in=[event for event, _ in waiting]).delete()
        return len(seals)


def _head() -> tuple[int, bytes, datetime | None]:
    head = Seal.objects.order_by("-sequence").first()
    return (head.sequence, bytes(head.hash), head.at) if head else (0, chain.GENESIS, None)


def _anchor_head(at: datetime) -> None:
    """An empty log is anchored too, so that a missing file is always a finding."""
    count, digest, sealed_at = _head()
    last = anchors.last(settings.AUDIT_ANCHOR)
    if last is None or (last.count, last.hash) != (count, digest):
        anchors.append(settings.AUDIT_ANCHOR, count=count, at=sealed_at or at, head=digest)
