"""What happens to cases, handed in to the lake as one more source (docs/adr/0005, 0016).

Numbers of events are given before their transactions end, so a later number may be seen sooner. The
mark therefore keeps which numbers may still turn up (`open`), and settles those up to a number when
every transaction that could hold one of them has ended: whoever writes an event holds a lock on the
table from before its number is given until after it can be seen.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from tongban.data.lake.feeding import Batch
from tongban.sql import only_row

FEED = "case_events"  # as a contract's connection names it
COLUMNS = (
    *("event", "case", "activity", "activity_zh", "activity_en", "instance", "transition", "at"),
    *("resource", "role", "office", "item", "version", "channel", "case_office", "submitted"),
    *("accepted", "finished", "promised", "statutory", "status", "automatic"),
)
EVERYTHING = "{[1,)}"
MOST = 50_000  # rows of one batch
# In this order: a transaction that wrote an event up to this number and has not ended by the second
# query is in its answer.
HIGHEST = """
    SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('cases_caseevent', 'id')), 0)
"""
WRITERS = """
    SELECT coalesce(array_agg(DISTINCT virtualtransaction), '{}') FROM pg_locks
    WHERE locktype = 'relation' AND relation = 'cases_caseevent'::regclass
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
            'AccessExclusiveLock')
        AND pid <> pg_backend_pid()
"""
# Times are written in UTC: every reader of the log can order them.
EVENTS = """
    SELECT event.id::text, kase.number, activity, activity_zh, activity_en, instance, transition,
        to_char(at AT TIME ZONE 'UTC', %(instant)s), resource, role, event.office,
        item.code, version.number::text, kase.channel, office.code,
        to_char(kase.submitted_at AT TIME ZONE 'UTC', %(instant)s),
        to_char(kase.accepted_at AT TIME ZONE 'UTC', %(instant)s),
        CASE WHEN kase.status <> 'withdrawn'  -- nobody but its applicant ended that one
            THEN to_char(kase.finished_at AT TIME ZONE 'UTC', %(instant)s) END,
        kase.promised_on::text, kase.statutory_on::text, kase.status, kase.automatic::text
    FROM cases_caseevent AS event
    JOIN cases_case AS kase ON kase.id = event.case_id
    JOIN people_office AS office ON office.id = kase.office_id
    JOIN items_itemversion AS version ON version.id = kase.version_id
    JOIN items_serviceitem AS item ON item.id = version.item_id
    WHERE event.id >= lower(%(open)s::int8multirange) AND event.id <@ %(open)s::int8multirange
        AND NOT EXISTS (
            SELECT FROM cases_simulatedcase AS simulated WHERE simulated.case_id = event.case_id)
    ORDER BY event.id
    LIMIT %(most)s
"""
INSTANT = 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'
STILL_OPEN = """
    SELECT (%(open)s::int8multirange
        - coalesce((SELECT range_agg(int8range(id, id + 1)) FROM unnest(%(taken)s::bigint[]) AS id),
            '{}')
        - int8multirange(int8range(NULL, %(settled)s + 1)))::text
"""


@dataclass(frozen=True)
class Mark:
    """`open`: the numbers that may still turn up. Those up to `highest` are settled as soon as none
    of `writers` writes any more."""

    open: str = EVERYTHING
    highest: int = 0
    writers: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"open": self.open, "highest": self.highest, "writers": list(self.writers)}

    @classmethod
    def of(cls, content: Any) -> "Mark":
        if content is None:
            return cls()
        return cls(content["open"], content["highest"], tuple(content["writers"]))


def since(content: Any) -> Batch:
    """A feed: the events of real cases that this mark does not cover, each once, and the mark that
    does."""
    mark = Mark.of(content)
    with connection.cursor() as cursor:
        cursor.execute(HIGHEST)
        (highest,) = only_row(cursor)
        cursor.execute(WRITERS)
        (writers,) = only_row(cursor)
        cursor.execute(EVENTS, {"open": mark.open, "instant": INSTANT, "most": MOST})
        rows = cursor.fetchall()
        taken = [int(row[0]) for row in rows]
        after = _after(mark, highest, set(writers)) if len(rows) < MOST else mark
        settled = 0 if after is mark else mark.highest if after.writers else after.highest
        cursor.execute(STILL_OPEN, {"open": mark.open, "taken": taken, "settled": settled})
        (still_open,) = only_row(cursor)
    return Batch(COLUMNS, rows, Mark(still_open, after.highest, after.writers).to_json())


def _after(mark: Mark, highest: int, writers: set[str]) -> Mark:
    """The same while one of its writers still writes: in busy hours nothing else would settle."""
    if writers & set(mark.writers):
        return mark
    return Mark(mark.open, highest, tuple(sorted(writers)))
