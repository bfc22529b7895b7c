"""What follows what: the directly-follows graph with its waiting, and the activities it joins.

The graph is that of van der Aalst, Process Mining (2nd edition, 6.1.1): an edge a → b counts how
often a step of b is the next one after a step of a in the same case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from .log import EventLog
from .times import quantiles
from .traits import Trait, chosen

WAITED = 8  # its column among those of an activity


@dataclass(frozen=True)
class Span:
    """Of several durations: the sum, the median and the 95th percentile.

    A percentile is one of the durations, the least that so many do not exceed.
    """

    total: timedelta
    median: timedelta
    p95: timedelta


@dataclass(frozen=True)
class Edge:
    source: str
    target: str
    count: int
    waited: Span


@dataclass(frozen=True)
class Activity:
    name: str
    steps: int
    cases: int
    """In how many cases it is done at all."""
    starts: int
    """How many cases begin with it."""
    ends: int
    repeats: int
    """Steps beyond the first one in the case: rework."""
    repeating: int
    """Cases in which it is done again."""
    loops: int
    """Repeats that come directly after the same activity."""
    waited: Span | None
    """Before each step that is not the first of its case."""
    share: float
    """Of all waiting in the log, 0 where nothing waits."""
    timed: int
    """Steps with a start; `worked` is over these."""
    worked: Span | None


@dataclass(frozen=True)
class Graph:
    edges: tuple[Edge, ...]
    """The commonest first."""
    activities: tuple[Activity, ...]
    """What waits most, in sum, comes first: the first is the bottleneck."""

    @property
    def starts(self) -> Mapping[str, int]:
        return {a.name: a.starts for a in self.activities if a.starts}

    @property
    def ends(self) -> Mapping[str, int]:
        return {a.name: a.ends for a in self.activities if a.ends}


def graph(log: EventLog, traits: Sequence[Trait] = ()) -> Graph:
    where = chosen(log, traits)
    found = log.rows(
        f"SELECT CAST(activity AS VARCHAR), count(*), count(*) FILTER (time_done = 1),"
        f" count(*) FILTER (n = 1), count(*) FILTER (is_last), count(*) FILTER (time_done > 1),"
        f" count(*) FILTER (time_done = 2), count(*) FILTER (activity = activity_before),"
        f" sum(waited) :: BIGINT, {quantiles('waited')},"
        f" count(started), sum(worked) :: BIGINT, {quantiles('worked')}"
        f" FROM steps{where} GROUP BY activity"
    )
    waiting = sum(row[WAITED] or 0 for row in found)
    activities = sorted((_activity(row, waiting) for row in found), key=_most_waiting)
    edges = log.rows(
        f"SELECT CAST(activity_before AS VARCHAR), CAST(activity AS VARCHAR), count(*) AS count,"
        f" sum(waited) :: BIGINT, {quantiles('waited')} FROM (SELECT * FROM steps{where})"
        f" WHERE activity_before IS NOT NULL GROUP BY activity_before, activity"
        f" ORDER BY count DESC, activity_before, activity"
    )
    return Graph(
        tuple(
            Edge(source, target, count, _span(total, parts))
            for source, target, count, total, parts in edges
        ),
        tuple(activities),
    )


def _activity(row: tuple[Any, ...], waiting: int) -> Activity:
    name, steps, cases, starts, ends, repeats, repeating, loops, waited, parts, *work = row
    timed, worked, work_parts = work
    return Activity(
        name=name,
        steps=steps,
        cases=cases,
        starts=starts,
        ends=ends,
        repeats=repeats,
        repeating=repeating,
        loops=loops,
        waited=None if waited is None else _span(waited, parts),
        share=(waited or 0) / waiting if waiting else 0.0,
        timed=timed,
        worked=_span(worked, work_parts) if timed else None,
    )


def _most_waiting(activity: Activity) -> tuple[timedelta, str]:
    waited = activity.waited.total if activity.waited else timedelta()
    return -waited, activity.name


def _span(total: int, parts: Sequence[int]) -> Span:
    median, p95 = parts
    return Span(*(timedelta(microseconds=each) for each in (total, median, p95)))
