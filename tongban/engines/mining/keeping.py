"""A prepared log in a file: preparing is done once, and whoever asks later opens the file.

The file is a database of the engine, encrypted, with the tables that preparing.py lists and one
more that says what cannot be read off them.
"""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from ..tables.doors import shut_in
from ..tables.quoting import literal
from ..tables.storage import Storage
from .log import Connection, EventLog, Promise, Reading
from .reading import MEMORY, THREADS

PREPARED = "prepared"


@contextmanager
def prepared_in(con: Connection, path: Path, key: bytes) -> Generator[None]:
    """Tables that the block makes without naming a schema lie in this new file."""
    con.execute(f"ATTACH {literal(str(path))} AS {PREPARED} ({_key(key)})")
    con.execute(f"USE {PREPARED}")
    try:
        yield
    finally:
        con.execute("USE memory")
        con.execute(f"DETACH {PREPARED}")


def keep(log: EventLog) -> None:
    """The last that is written to the file: without it nobody can open it."""
    about = {
        "source": log.source,
        "columns": log.columns,
        "types": dict(log.types),
        "promise": asdict(log.promise),
        "reading": asdict(log.reading),
        "activities": sorted(log.activities),
    }
    text = json.dumps(about, ensure_ascii=False, default=datetime.isoformat)
    log.con.execute(f"CREATE TABLE about AS SELECT {literal(text)} AS content")


@contextmanager
def kept_log(path: Path, key: bytes, *, scratch: Path) -> Generator[EventLog]:
    """The log as it was prepared; nobody can change it. It lives as long as the block."""
    with shut_in(
        Storage(str(path.parent), {}), scratch, memory_limit=MEMORY, threads=THREADS
    ) as con:
        con.execute(f"ATTACH {literal(str(path))} AS {PREPARED} ({_key(key)}, READ_ONLY)")
        con.execute(f"USE {PREPARED}")
        ((content,),) = con.execute("SELECT content FROM about").fetchall()
        yield _log(con, json.loads(content))


def _key(key: bytes) -> str:
    return f"ENCRYPTION_KEY {literal(key.hex())}"


def _log(con: Connection, about: Mapping[str, Any]) -> EventLog:
    promise, reading = dict(about["promise"]), dict(about["reading"])
    promise["finishing"] = tuple(promise["finishing"])
    reading["offsets"] = tuple(reading["offsets"])
    for name in ("first", "last"):
        reading[name] = datetime.fromisoformat(reading[name])
    return EventLog(
        con=con,
        source=about["source"],
        columns=tuple(about["columns"]),
        types=about["types"],
        promise=Promise(**promise),
        reading=Reading(**reading),
        activities=frozenset(about["activities"]),
    )
