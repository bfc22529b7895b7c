"""Reading the log. Callers check `permissions` first; nothing here does."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import QuerySet

from tongban.base.audit.models import Event
from tongban.base.audit.reads import Query, query_of
from tongban.base.audit.verification import verify

__all__ = ["BulkRead", "Read", "Search", "events_about", "reads_of", "search", "verify"]

PAGE = 50
CHUNK = 200
NEWEST = 2**63 - 1


@dataclass(frozen=True)
class Search:
    """What the auditor looks for; None means any. `kind` is one verb, or an area: case, gate."""

    kind: str | None = None
    subject: tuple[str, str] | None = None
    actor: str | None = None
    office: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None  # not included


@dataclass(frozen=True)
class BulkRead:
    """A read of many rows, as it can be run again: by whom and why does not matter for that."""

    event: int
    subject: tuple[str, str]
    edition: int | None
    query: Query


@dataclass(frozen=True)
class Read:
    """One answer to "who read what of mine?"."""

    event: int
    at: datetime
    office: str
    purpose: str
    basis: str
    facts: tuple[str, ...]
    edition: int | None
    bulk: bool
    included: bool | None  # None: the edition can no longer be read, so nobody can tell
    actor: str = ""  # the account that asked for it


# Runs a bulk read again for one subject: was it in it? None where the edition is gone.
Included = Callable[[BulkRead, str], bool | None]


def search(wanted: Search, *, before: int = NEWEST, limit: int = PAGE) -> list[Event]:
    """Newest first; the id of the last event is `before` of the next page."""
    events = Event.objects.filter(id__lt=before, **_conditions(wanted))
    return list(events.order_by("-id")[:limit])


def events_about(
    subject: tuple[str, str], *, before: int = NEWEST, limit: int = PAGE
) -> list[Event]:
    return search(Search(subject=subject), before=before, limit=limit)


def reads_of(
    subject_id: str,
    *,
    since: datetime,
    included: Included,
    before: int = NEWEST,
    limit: int = PAGE,
) -> list[Read]:
    """Who read what of this subject, newest first; the last `event` is `before` of the next page.

    Small reads are found by index. Each bulk read is put to `included`, once per query and edition.
    """
    done = Event.objects.filter(rows__gt=0, outcome=Event.Outcome.DONE, at__gte=since)
    small = _newest_first(done.filter(subjects__contains=[subject_id]), before)
    bulk = _newest_first(done.filter(query__isnull=False, subjects=[]), before)
    known: dict[tuple[bytes, int | None], bool | None] = {}
    reads = (
        _read(event, _answer(event, subject_id, included, known))
        for event in heapq.merge(small, bulk, key=lambda event: -event.pk)
    )
    return list(islice((read for read in reads if read.included is not False), limit))


def _conditions(wanted: Search) -> dict[str, object]:
    subject_type, subject_id = wanted.subject or (None, None)
    conditions = {
        **_kind(wanted.kind),
        "subject_type": subject_type,
        "subject_id": subject_id,
        "actor": wanted.actor,
        "office": wanted.office,
        "outcome": wanted.outcome,
        "at__gte": wanted.since,
        "at__lt": wanted.until,
    }
    return {name: value for name, value in conditions.items() if value is not None}


def _kind(kind: str | None) -> dict[str, str]:
    if not kind:
        return {}
    return {"kind": kind} if "." in kind else {"kind__startswith": f"{kind}."}


def _newest_first(events: QuerySet[Event], before: int) -> Iterator[Event]:
    while page := list(events.filter(id__lt=before).order_by("-id")[:CHUNK]):
        yield from page
        before = page[-1].pk


def _answer(
    event: Event,
    subject_id: str,
    included: Included,
    known: dict[tuple[bytes, int | None], bool | None],
) -> bool | None:
    if event.subjects:
        return True
    same = (bytes(event.query_digest or b""), event.edition)
    if same not in known:
        bulk = BulkRead(
            event.pk, (event.subject_type, event.subject_id), event.edition, query_of(event)
        )
        known[same] = included(bulk, subject_id)
    return known[same]


def _read(event: Event, included: bool | None) -> Read:
    return Read(
        event=event.pk,
        at=event.at,
        office=event.office,
        purpose=event.purpose,
        basis=event.basis,
        facts=tuple(event.details.get("facts", ())),
        edition=event.edition,
        bulk=not event.subjects,
        included=included,
        actor=event.actor,
    )
