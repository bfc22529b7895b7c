"""Event logs for tests, made of plain rows."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import duckdb
import pyarrow as pa

from tests.engines.mining.plainly import Row
from tongban.engines.mining import EventLog, Promise, log_of

BEGINNING = datetime(2026, 3, 2, 1, tzinfo=UTC)  # a Monday, 9 o'clock in Shanghai
NO_PROMISE = Promise()
COLUMNS = {
    "case": "case:concept:name",
    "activity": "concept:name",
    "at": "time:timestamp",
    "transition": "lifecycle:transition",
    "instance": "concept:instance",
    "resource": "org:resource",
    "office": "org:group",
}


def text_of(at: int) -> str:
    """Microseconds since the epoch as ISO 8601."""
    return (datetime.fromtimestamp(0, UTC) + timedelta(microseconds=at)).isoformat()


def columns_of(rows: Sequence[Row]) -> dict[str, list]:
    found = {name: [getattr(row, field) for row in rows] for field, name in COLUMNS.items()}
    found["time:timestamp"] = [text_of(at) for at in found["time:timestamp"]]
    return found


def log(columns: dict[str, list], promise: Promise = NO_PROMISE, zone: str = "Asia/Shanghai"):
    """An EventLog on a connection of its own; every cell is text."""
    con = duckdb.connect(config={"threads": "1"})  # small logs: more only cost
    texts = {name: pa.array(cells, pa.string()) for name, cells in columns.items()}
    con.register("given", pa.table(texts))
    return log_of(con, "given", source="a.csv", zone=zone, promise=promise)


def simple(*courses: str, columns: Sequence[str] = (), promise: Promise = NO_PROMISE) -> EventLog:
    """A case for each text, a step an hour for each of its letters."""
    rows = [
        Row(f"c{number}", letter, int(BEGINNING.timestamp() * 1e6) + hour * 3_600_000_000)
        for number, course in enumerate(courses, 1)
        for hour, letter in enumerate(course)
    ]
    return log(columns_of(rows), promise)


def cells_of(texts: Sequence[str]) -> dict[str, list]:
    """An event a text, in a case of its own, which notes the text as well."""
    return {
        "case:concept:name": [f"c{number}" for number, _ in enumerate(texts)],
        "concept:name": list(texts),
        "time:timestamp": ["2026-03-02T09:00:00Z"] * len(texts),
        "case:note": list(texts),
    }
