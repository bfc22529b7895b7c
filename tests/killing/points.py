"""Where a process may die: before and after each statement, commit and change of a file.

Armed in a process that was forked for it; nothing of the product knows. A place is known by its
number: the same work passes the same places in the same order.
"""

import os
import resource
import signal
import sys
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

# innermost frame first: module and function → phase
PHASES: Mapping[tuple[str, str], str] = {
    ("tongban.engines.tables.duck", "stage"): "stage",
    ("tongban.engines.tables.lake", "commit"): "commit",
    ("tongban.data.lake.loading", "_settle"): "commit",
    ("tongban.data.lake.loading", "load"): "stage",
    ("tongban.data.lake.actions", "put_table"): "commit",
    ("tongban.data.lake.actions", "publish"): "publish",
    ("tongban.data.standards.actions", "note_results"): "commit",
    ("tongban.data.registers.deriving", "_store_facts"): "publish",
    ("tongban.data.registers.deriving", "build"): "stage",
    ("tongban.data.registers.actions", "derive"): "publish",
    ("tongban.data.registers.actions", "let_in_corrections"): "publish",
    ("tongban.business.cases.keeping", "store"): "commit",
    ("tongban.business.cases.running", "advance"): "effect",
    ("tongban.base.audit.actions", "seal_pending"): "commit",
    ("procrastinate.worker", "run"): "effect",
    ("procrastinate.worker", "_run_loop"): "effect",
    ("procrastinate.worker", "_process_job"): "effect",
}
LIVE: "weakref.WeakSet[Any]" = weakref.WeakSet()  # connections of this process
TORN = 64  # bytes of a file that are written before the process dies within it


@dataclass(frozen=True)
class Place:
    phase: str
    inside: bool  # a transaction
    what: str
    torn: bool = False  # a file is about to be written

    def __str__(self) -> str:
        return f"{self.phase}{' in a transaction' if self.inside else ''}, {self.what}"


class Points:
    """Counts the places that are passed; at one of them, `act` is called."""

    def __init__(self, at: int = -1, act: Callable[[Place], None] = lambda place: None):
        self.passed: list[Place] = []
        self._at, self._act = at, act

    def arm(self) -> None:
        _wrap(psycopg.Cursor, "execute", self._statement)
        _wrap(psycopg.Cursor, "executemany", self._statement)
        _wrap(psycopg.Connection, "commit", self._commit)
        _wrap_async(psycopg.AsyncCursor, "execute", self._statement)
        _wrap_files(self)

    def reached(self, what: str, *, torn: bool = False) -> None:
        inside = any(
            not connection.closed and connection.info.transaction_status != TransactionStatus.IDLE
            for connection in list(LIVE)
        )
        place = Place(_phase(what), inside, what, torn)
        self.passed.append(place)
        if len(self.passed) - 1 == self._at:
            self._act(place)

    def _statement(self, cursor: Any, order: str, *given: Any) -> None:
        LIVE.add(cursor.connection)
        statement = given[0] if given else ""
        text = statement if isinstance(statement, str) else type(statement).__name__
        words = text.split()
        self.reached(f"{order} {' '.join(words[:2])}"[:60])

    def _commit(self, connection: Any, order: str) -> None:
        LIVE.add(connection)
        self.reached(f"{order} COMMIT")


def kill(place: Place) -> None:
    """At once; or, before a file is written, in the middle of that: the system then ends the
    process as soon as the file is longer."""
    if place.torn:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (TORN, TORN))
    else:
        os.kill(os.getpid(), signal.SIGKILL)


def _wrap(owner: Any, name: str, told: Callable[..., None]) -> None:
    done = getattr(owner, name)

    def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
        told(self, "before", *args[:1])
        result = done(self, *args, **kwargs)
        told(self, "after", *args[:1])
        return result

    setattr(owner, name, wrapped)


def _wrap_async(owner: Any, name: str, told: Callable[..., None]) -> None:
    done = getattr(owner, name)

    async def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
        told(self, "before", *args[:1])
        result = await done(self, *args, **kwargs)
        told(self, "after", *args[:1])
        return result

    setattr(owner, name, wrapped)


def _wrap_files(points: Points) -> None:
    from tongban.base.audit import anchors
    from tongban.engines.tables import commits
    from tongban.engines.tables.duck import DuckEngine
    from tongban.engines.tables.storage import Storage

    def files(owner: Any, name: str, *, torn: bool) -> None:
        def told(_: Any, order: str, *given: Any) -> None:
            points.reached(f"{order} {name}")
            if torn and order == "before":
                points.reached(f"within {name}", torn=True)

        _wrap(owner, name, told)

    files(DuckEngine, "_verified", torn=False)
    files(Storage, "delete", torn=False)
    files(Storage, "replace", torn=True)
    files(anchors, "append", torn=False)
    for name in ("create", "replace", "append"):
        files(commits, name, torn=True)

    def folder(_: Any, order: str, *given: Any) -> None:
        points.reached(f"{order} make_folder")
        if order == "after":
            points.reached("within rows.parquet", torn=True)

    _wrap(Storage, "make_folder", folder)


def _phase(what: str) -> str:
    """By the innermost function that is known; a commit that no phase claims ends what began."""
    frame = sys._getframe(2)
    while frame is not None:
        found = PHASES.get((frame.f_globals.get("__name__", ""), frame.f_code.co_name))
        if found:
            return found
        frame = frame.f_back
    return "commit" if "COMMIT" in what else "begin"
