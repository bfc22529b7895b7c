"""Executions of activities: an end, its start where the log holds one, and what came before."""

from ..tables.quoting import literal
from .log import Connection
from .names import ENDS, START
from .times import between

ENDED = f"transition IN ({', '.join(map(literal, ENDS))})"
STARTED = f"transition = {literal(START)}"

# A start waits until an end of the same activity and instance of its case takes it, the oldest
# first. `unmet` counts the ends that found none waiting: it grows when ends outnumber starts as
# never before. So an end that made it grow has no start, and any other the (ends - unmet)-th.
PAIRED = f"""
    WITH counted AS (
        SELECT *,
            count(*) FILTER ({STARTED}) OVER w AS starts,
            count(*) FILTER ({ENDED}) OVER w AS ends
        FROM events
        WHERE {STARTED} OR {ENDED}
        WINDOW w AS (
            PARTITION BY no, activity, instance ORDER BY utc, place ROWS UNBOUNDED PRECEDING
        )
    ),
    met AS (
        SELECT *, greatest(0, max(ends - starts) OVER w) AS unmet,
            greatest(0, max(ends - starts) OVER b) AS unmet_before
        FROM counted
        WINDOW
            w AS (
                PARTITION BY no, activity, instance ORDER BY utc, place ROWS UNBOUNDED PRECEDING
            ),
            b AS (
                PARTITION BY no, activity, instance ORDER BY utc, place
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            )
    )
    SELECT done.no, done.place, done.activity, done.resource, done.office,
        begun.utc AS started, done.utc AS ended
    FROM met AS done
    LEFT JOIN met AS begun
        ON begun.no = done.no AND begun.activity = done.activity
        AND begun.instance IS NOT DISTINCT FROM done.instance
        AND begun.{STARTED} AND begun.starts = done.ends - done.unmet
        AND done.unmet = coalesce(done.unmet_before, 0)
    WHERE done.{ENDED}
"""
UNTIMED = f"""
    SELECT no, place, activity, resource, office, CAST(NULL AS TIMESTAMP) AS started, utc AS ended
    FROM events WHERE {ENDED}
"""
# Ordered by their ends: of two that overlap, the one that is done first comes first, and what
# follows waits for the later one.
FOLLOWED = f"""
    CREATE TABLE steps AS
    SELECT no, activity, started, ended, resource, office,
        lag(activity) OVER w AS activity_before,
        lag(resource) OVER w AS resource_before,
        lag(office) OVER w AS office_before,
        CASE WHEN lag(no) OVER w IS NOT NULL
            THEN greatest(0, {between("lag(ended) OVER w", "coalesce(started, ended)")})
        END AS waited,
        coalesce(started < lag(ended) OVER w, false) AS overlapped,
        {between("started", "ended")} AS worked,
        CAST(row_number() OVER w AS INTEGER) AS n,
        lead(no) OVER w IS NULL AS is_last,
        CAST(row_number() OVER (PARTITION BY no, activity ORDER BY ended, place) AS INTEGER)
            AS time_done
    FROM ({{found}})
    WINDOW w AS (PARTITION BY no ORDER BY ended, place)
"""


def make(con: Connection, *, timed: bool) -> None:
    """The table `steps`.

    `waited`, in microseconds: start of this step - end of the one before it in the case, at least
    0; where the log has no start of a step, its end, so that its work is in it. NULL for the first.
    `worked`: end - start, pauses included. `time_done`: 1 for the first time in the case.
    """
    con.execute(FOLLOWED.format(found=PAIRED if timed else UNTIMED))
