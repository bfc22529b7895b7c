"""Figures of cases, together or by an attribute: how long, how often again, in time or not.

    on-time rate    finished no later than planned / finished with a promise      (按时办结率)
    speed-up        (sum of promised - sum of used) / sum of promised             (提速率)
    of one case     (promised - used) / promised, where promised = planned - began,
                    used = finished - began: the share of the promised time that was not needed

Durations are elapsed time, nights and holidays included. Open cases are counted apart and are in
neither rate. A case whose promise ends before the case begins, or that ended before it began, has
no speed-up; it is counted in `backwards`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from .log import EventLog
from .traits import Trait, attribute, chosen

FIGURES = """
    count(*), sum(steps) :: BIGINT,
    quantile_disc(lasted, [0.5, 0.95]), sum(waited) :: BIGINT,
    count(*) FILTER (repeats > 0), sum(repeats) :: BIGINT,
    sum(resource_handovers) :: BIGINT, sum(office_handovers) :: BIGINT,
    count(finished), count(*) FILTER (finished IS NOT NULL AND planned IS NULL),
    count(*) FILTER (on_time), count(*) FILTER (NOT on_time),
    count(*) FILTER (on_time IS NOT NULL AND NOT sensible),
    sum(promised) :: BIGINT, sum(used) :: BIGINT,
    quantile_disc((promised - used) / promised, 0.5)
"""


@dataclass(frozen=True)
class Figures:
    value: str | None
    """Of the attribute; None where the case has none, or where all cases are counted together."""
    cases: int
    steps: int
    median: timedelta
    """From the first event of a case to its last."""
    p95: timedelta
    waited: timedelta
    reworked: int
    """Cases in which some activity is done again."""
    repeats: int
    """Steps beyond the first of their activity in the case."""
    resource_handovers: int
    office_handovers: int
    finished: int
    unpromised: int
    """Finished, but nothing was promised."""
    on_time: int
    late: int
    backwards: int
    speed_up: float | None
    median_speed_up: float | None

    @property
    def open(self) -> int:
        return self.cases - self.finished

    @property
    def on_time_rate(self) -> float | None:
        judged = self.on_time + self.late
        return self.on_time / judged if judged else None


def together(log: EventLog, traits: Sequence[Trait] = ()) -> Figures:
    """All chosen cases; of an empty choice every figure is 0."""
    (row,) = log.rows(f"SELECT NULL, {FIGURES} FROM cases{chosen(log, traits)}")
    return _figures(row)


def grouped(log: EventLog, column: str, traits: Sequence[Trait] = ()) -> tuple[Figures, ...]:
    """By the values of an attribute or a month: months in their order, else the largest first."""
    value = attribute(log, column)
    order = "count(*) DESC, value" if value.startswith("CAST") else "value"
    found = log.rows(
        f"SELECT {value} AS value, {FIGURES} FROM (SELECT * FROM cases{chosen(log, traits)})"
        f" JOIN case_attributes USING (no) GROUP BY value ORDER BY {order} NULLS LAST"
    )
    return tuple(map(_figures, found))


def _figures(row: tuple[Any, ...]) -> Figures:
    value, cases, steps, lasted, waited, *counts, promised, used, median_speed_up = row
    median, p95 = lasted or (0, 0)
    reworked, repeats, resources, offices, finished, unpromised, on_time, late, backwards = counts
    return Figures(
        value=value,
        cases=cases,
        steps=steps or 0,
        median=timedelta(microseconds=median),
        p95=timedelta(microseconds=p95),
        waited=timedelta(microseconds=waited or 0),
        reworked=reworked,
        repeats=repeats or 0,
        resource_handovers=resources or 0,
        office_handovers=offices or 0,
        finished=finished,
        unpromised=unpromised,
        on_time=on_time,
        late=late,
        backwards=backwards,
        speed_up=(promised - used) / promised if promised else None,
        median_speed_up=median_speed_up,
    )
