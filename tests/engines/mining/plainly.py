"""The figures of an event log a second time: plain loops over plain rows, written without a look at
the SQL. Times are microseconds.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

COUNTED = ("steps", "cases", "starts", "ends", "repeats", "repeating", "loops")
ENDING = ("complete", "ate_abort", "pi_abort")


class Row(NamedTuple):
    case: str
    activity: str
    at: int
    transition: str = "complete"
    instance: str | None = None
    resource: str | None = None
    office: str | None = None


@dataclass
class Step:
    activity: str
    ended: int
    resource: str | None
    office: str | None
    started: int | None = None


def micros(at: datetime) -> int:
    return (at - datetime.fromisoformat("1970-01-01T00:00:00+00:00")) // timedelta(microseconds=1)


def by_case(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Each case's events by time; those of one time stay in the order of the log."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.case].append(row)
    return {case: sorted(events, key=lambda row: row.at) for case, events in found.items()}


def steps(events: Sequence[Row]) -> list[Step]:
    """In the order in which they ended."""
    waiting: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    done: list[Step] = []
    for row in events:
        queue = waiting[row.activity, row.instance]
        if row.transition == "start":
            queue.append(row.at)
        elif row.transition in ENDING:
            started = queue.pop(0) if queue else None
            done.append(Step(row.activity, row.at, row.resource, row.office, started))
    return done


def waits(done: Sequence[Step]) -> list[int]:
    """Before each step but the first."""
    found = []
    for before, step in zip(done, done[1:], strict=False):
        begins = step.ended if step.started is None else step.started
        found.append(max(0, begins - before.ended))
    return found


def span(values: Sequence[int]) -> tuple[int, int, int]:
    """Sum, median, 95th percentile: the least value that so many do not exceed."""
    return sum(values), nth(values, 50), nth(values, 95)


def nth(values: Sequence, percent: int):
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(rank, 1) - 1]


def edges(cases: Mapping[str, list[Row]]) -> dict[tuple[str, str], tuple[int, tuple]]:
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for events in cases.values():
        done = steps(events)
        for before, step, waited in zip(done, done[1:], waits(done), strict=False):
            found[before.activity, step.activity].append(waited)
    return {edge: (len(values), span(values)) for edge, values in found.items()}


def activities(cases: Mapping[str, list[Row]]) -> dict[str, dict]:
    found: dict[str, dict] = defaultdict(
        lambda: {**dict.fromkeys(COUNTED, 0), "waits": [], "works": []}
    )
    for events in cases.values():
        done = steps(events)
        seen: Counter[str] = Counter()
        for number, step in enumerate(done):
            one = found[step.activity]
            one["steps"] += 1
            seen[step.activity] += 1
            one["repeats"] += seen[step.activity] > 1
            if number:
                one["waits"].append(waits(done[number - 1 : number + 1])[0])
                one["loops"] += done[number - 1].activity == step.activity
            if step.started is not None:
                one["works"].append(step.ended - step.started)
        for activity, times in seen.items():
            found[activity]["cases"] += 1
            found[activity]["repeating"] += times > 1
        if done:
            found[done[0].activity]["starts"] += 1
            found[done[-1].activity]["ends"] += 1
    return dict(found)


def course(events: Sequence[Row]) -> tuple[str, ...]:
    return tuple(step.activity for step in steps(events))


def variants(cases: Mapping[str, list[Row]]) -> dict[tuple[str, ...], int]:
    return dict(Counter(course(events) for events in cases.values()))


def handovers(cases: Mapping[str, list[Row]], carrier: str) -> dict[tuple[str, str], int]:
    found: Counter[tuple[str, str]] = Counter()
    for events in cases.values():
        hands = [getattr(step, carrier) for step in steps(events)]
        for giver, taker in zip(hands, hands[1:], strict=False):
            if giver is not None and taker is not None and giver != taker:
                found[giver, taker] += 1
    return dict(found)


class Dates(NamedTuple):
    """Of a case: when it began, ended and was promised to end; None where there is none."""

    began: int
    finished: int | None
    planned: int | None


def figures(cases: Mapping[str, list[Row]], dates: Mapping[str, Dates]) -> dict:
    """Of these cases together."""
    done = {case: steps(events) for case, events in cases.items()}
    lasted = [events[-1].at - events[0].at for events in cases.values()]
    repeats = [len(each) - len({step.activity for step in each}) for each in done.values()]
    judged = [d for d in (dates[case] for case in cases) if d.finished is not None]
    promised = [d for d in judged if d.planned is not None]
    sensible = [d for d in promised if d.planned > d.began and d.finished >= d.began]
    given = sum(d.planned - d.began for d in sensible)
    used = sum(d.finished - d.began for d in sensible)
    saved = [
        ((d.planned - d.began) - (d.finished - d.began)) / (d.planned - d.began) for d in sensible
    ]
    return {
        "cases": len(cases),
        "steps": sum(map(len, done.values())),
        "median": nth(lasted, 50),
        "p95": nth(lasted, 95),
        "waited": sum(sum(waits(each)) for each in done.values()),
        "reworked": sum(count > 0 for count in repeats),
        "repeats": sum(repeats),
        "resource_handovers": sum(handovers(cases, "resource").values()),
        "office_handovers": sum(handovers(cases, "office").values()),
        "finished": len(judged),
        "unpromised": len(judged) - len(promised),
        "on_time": sum(d.finished <= d.planned for d in promised),
        "late": sum(d.finished > d.planned for d in promised),
        "backwards": len(promised) - len(sensible),
        "speed_up": (given - used) / given if given else None,
        "median_speed_up": nth(saved, 50) if saved else None,
    }
