"""An event log that stands ready to be asked, and what was found when it was read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from ..tables.quoting import identifier
from .names import BEGAN_MONTH, CASE, FINISHED_MONTH, OF_CASE
from .times import instant, last_instant

Connection = duckdb.DuckDBPyConnection


@dataclass(frozen=True)
class Promise:
    """Which attributes of a case say until when it was promised, and when it was finished.

    All are columns of the case (`case:…`). A case is finished where `finished` holds a time, or,
    where `finishing` names activities instead, with the last step of one of these. It began with
    `began`, or with its first event.
    """

    planned: str | None = None
    finished: str | None = None
    finishing: tuple[str, ...] = ()
    began: str | None = None


@dataclass(frozen=True)
class Columns:
    """Of `log_rows`; `typed` are instants, all others texts."""

    names: tuple[str, ...]
    typed: frozenset[str]
    zone: str

    def instant(self, name: str) -> str:
        cell = identifier(name)
        typed = f"make_timestamp(epoch_us({cell}))"
        return typed if name in self.typed else instant(cell, self.zone)

    def last_instant(self, name: str) -> str:
        """A day without a time is over with its last microsecond."""
        return (
            self.instant(name) if name in self.typed else last_instant(identifier(name), self.zone)
        )


@dataclass(frozen=True)
class Reading:
    """What the log held. Nothing is dropped: what is odd is counted here and still in the log."""

    events: int
    cases: int
    activities: int
    first: datetime
    last: datetime
    offsets: tuple[str, ...]
    """Offsets from UTC that were written in the log; `zone` served the times without one."""
    without_zone: int
    zone: str
    out_of_order: int
    """Events behind a later one of their case. Time orders, then the place in the log."""
    duplicates: int
    """Events that are equal to another one in every column, beyond the first."""
    single: int
    """Cases of one event."""
    transitions: Mapping[str, int]
    steps: int
    """Executions of an activity that came to an end: nodes of the graph, counted."""
    timed: int
    """Of these, how many have a start, so that work is told from waiting."""
    unfinished: int
    """Starts without an end."""
    overlapping: int
    """Steps that began before the one before them had ended; they waited for 0."""
    changing: Mapping[str, int] = field(default_factory=dict[str, int])
    """Attributes of the case that change within it, in how many cases; the first value counts."""
    nested: int = 0
    """XES attributes inside of attributes, which are not read."""
    stray: int = 0
    """XES events outside of a trace, which belong to no case."""
    empty: int = 0
    """XES traces without events."""
    rejoined: int = 0
    """XES traces with the name of an earlier one: one case."""


@dataclass(frozen=True)
class EventLog:
    """The tables that preparing.py lists, on a connection that holds no other log.

    Traits choose cases, never a part of one, so what is known of a case is computed once.
    """

    con: Connection
    source: str
    columns: tuple[str, ...]
    types: Mapping[str, str]
    """XES types of columns that are no strings."""
    promise: Promise
    reading: Reading
    activities: frozenset[str]

    @property
    def attributes(self) -> tuple[str, ...]:
        """By what cases can be told apart and grouped."""
        months = [BEGAN_MONTH]
        if self.promise.finished or self.promise.finishing:
            months.append(FINISHED_MONTH)
        return (*attributes_of(self.columns), *months)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.con.execute(query).fetchall()


def attributes_of(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(c for c in columns if c.startswith(OF_CASE) and c != CASE)
