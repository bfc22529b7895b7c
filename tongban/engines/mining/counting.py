"""What the reader of a log is told about it before any figure."""

from collections.abc import Mapping
from datetime import UTC

from ..tables.quoting import identifier
from .log import Columns, Connection, Reading, attributes_of
from .names import CASE, START, TIME
from .times import has_offset, offset


def reading(
    con: Connection, columns: Columns, transitions: Mapping[str, int], counted: Mapping[str, int]
) -> Reading:
    ((events, cases, activities, first, last),) = con.execute(
        "SELECT count(*), count(DISTINCT no), count(DISTINCT activity), min(utc), max(utc)"
        " FROM events"
    ).fetchall()
    ((single,),) = con.execute("SELECT count(*) FROM cases WHERE events = 1").fetchall()
    ((steps, timed, overlapping),) = con.execute(
        "SELECT count(*), count(started), count(*) FILTER (overlapped) FROM steps"
    ).fetchall()
    ((out_of_order,),) = con.execute(
        "SELECT count(*) FILTER (utc < before) FROM (SELECT utc, max(utc) OVER (PARTITION BY no"
        " ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM events)"
    ).fetchall()
    offsets, without_zone = _offsets(con, columns)
    return Reading(
        events=events,
        cases=cases,
        activities=activities,
        first=first.replace(tzinfo=UTC),
        last=last.replace(tzinfo=UTC),
        offsets=offsets,
        without_zone=without_zone,
        zone=columns.zone,
        out_of_order=out_of_order,
        duplicates=_duplicates(con, columns),
        single=single,
        transitions=transitions,
        steps=steps,
        timed=timed,
        unfinished=transitions.get(START, 0) - timed,
        overlapping=overlapping,
        changing=_changing(con, columns),
        **counted,
    )


def _offsets(con: Connection, columns: Columns) -> tuple[tuple[str, ...], int]:
    if TIME in columns.typed:
        return (), 0
    cell = identifier(TIME)
    found = con.execute(
        f"SELECT CASE WHEN {has_offset(cell)} THEN {offset(cell)} ELSE '' END, count(*)"
        f" FROM log_rows GROUP BY 1 ORDER BY 1"
    ).fetchall()
    counts = dict(found)
    return tuple(text for text in counts if text), counts.get("", 0)


def _duplicates(con: Connection, columns: Columns) -> int:
    """All columns are compared of those events only that share case, activity and instant."""
    cells = ", ".join(map(identifier, columns.names))
    ((more,),) = con.execute(
        f"WITH shared AS (SELECT unnest(list(place)) AS place FROM events"
        f" GROUP BY no, activity, utc HAVING count(*) > 1)"
        f" SELECT coalesce(sum(count - 1), 0) :: BIGINT FROM (SELECT count(*) AS count"
        f" FROM log_rows JOIN shared ON _position = place GROUP BY {cells})"
    ).fetchall()
    return more


def _changing(con: Connection, columns: Columns) -> dict[str, int]:
    named = attributes_of(columns.names)
    if not named:
        return {}
    cells = [identifier(name) for name in named]
    differs = ", ".join(f"min({cell}) <> max({cell}) AS {cell}" for cell in cells)
    counts = ", ".join(f"count(*) FILTER ({cell})" for cell in cells)
    ((found),) = con.execute(
        f"SELECT {counts} FROM (SELECT {differs} FROM log_rows GROUP BY {identifier(CASE)})"
    ).fetchall()
    return {name: count for name, count in zip(named, found, strict=True) if count}
