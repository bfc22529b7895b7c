"""What a story comes to, and two of them case by case."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

from tongban.commands.simulating.story import Story, Told
from tongban.commands.simulating.terms import Cost

DECIDED = ("granted", "refused")
# Upper ends of the bars of the distribution, in hours; the last bar is open.
BARS = (1 / 60, 1, 24, 72, 120, 240)
Figures = dict[str, Any]


def of(story: Story, cost: Cost) -> Figures:
    """Times are hours from submission to decision, nights and holidays included."""
    decided = [told for told in story.cases if told.result in DECIDED]
    took = sorted(map(hours, decided))
    spent = sum(told.minutes for told in story.cases) / 60
    materials = sum(told.materials for told in story.cases)
    return {
        "arrived": len(story.cases),
        **{
            result: sum(told.result == result for told in story.cases)
            for result in (*DECIDED, "withdrawn", "running")
        },
        "automatic": sum(told.automatic for told in decided),
        "median_hours": quantile(took, 0.5),
        "p95_hours": quantile(took, 0.95),
        "on_time": _share(decided, _in_time),
        "officer_hours": round(spent, 1),
        "corrections": sum(told.corrections for told in story.cases),
        "materials": materials,
        "cost_per_case": _per_case(spent * cost.officer_hour, len(story.cases)),
        "cost_to_applicant": _per_case(materials * cost.material, len(story.cases)),
        "bars": _bars(took),
        "by_month": _by_month(decided),
    }


def paired(first: Story, second: Story) -> Figures:
    """The same applicants in both: only those that were decided in both."""
    both = [
        (hours(one), hours(other))
        for one, other in zip(first.cases, second.cases, strict=True)
        if one.result in DECIDED and other.result in DECIDED
    ]
    saved = sorted(other - one for one, other in both)
    return {
        "cases": len(both),
        "sooner": sum(one < other for one, other in both),
        "same": sum(one == other for one, other in both),
        "later": sum(one > other for one, other in both),
        "median_saved_hours": quantile(saved, 0.5),
        "p05_saved_hours": quantile(saved, 0.05),
        "p95_saved_hours": quantile(saved, 0.95),
    }


def hours(told: Told) -> float:
    assert told.finished is not None
    return (told.finished - told.arrival.at) / timedelta(hours=1)


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """The smallest value that so many are not above; None of nothing."""
    if not ordered:
        return None
    return round(ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)], 4)


def _share(cases: Sequence[Told], holds: Callable[[Told], bool]) -> float | None:
    return round(sum(map(holds, cases)) / len(cases), 4) if cases else None


def _in_time(told: Told) -> bool:
    return told.finished is not None and told.finished.date() <= told.promised_on


def _per_case(cost: float, cases: int) -> float | None:
    return round(cost / cases, 2) if cases else None


def _bars(took: Iterable[float]) -> list[int]:
    """By the first end that a time does not exceed."""
    found = [0] * (len(BARS) + 1)
    for each in took:
        found[bisect_left(BARS, each)] += 1
    return found


def _by_month(decided: Iterable[Told]) -> list[list[Any]]:
    """Month of submission, cases, median hours."""
    found: dict[str, list[float]] = {}
    for told in decided:
        found.setdefault(f"{told.arrival.at:%Y-%m}", []).append(hours(told))
    return [
        [month, len(took), quantile(sorted(took), 0.5)] for month, took in sorted(found.items())
    ]
