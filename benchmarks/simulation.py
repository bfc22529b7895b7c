"""Two ways of working on the same arrivals and staff: with proof by fact, and on paper.

    .venv/bin/python -m benchmarks.simulation [--count 90000] [--actions 10000] [--people 20000]

First on the engine alone, in memory, `--count` cases in each way: what comes of them, and how long
that took. Then `--actions` of them through the real actions, by fact: a whole demo city is set up
in a throw-away state, and each case is held against what was told of it. By `--actions 0` the
second part is left out. What is assumed stands in simulation.toml of the city.
"""

import argparse
import os
import time
from pathlib import Path
from typing import Any

from benchmarks import throwaway

COUNT, ACTIONS, PEOPLE, MONTHS = 90_000, 10_000, 20_000, 24
CITY = Path(__file__).parents[1] / "cities" / "yunze"


def main() -> str:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--actions", type=int, default=ACTIONS)
    parser.add_argument("--people", type=int, default=PEOPLE)
    given = parser.parse_args()
    return run(given.count, given.actions, given.people)


def run(count: int = COUNT, actions: int = ACTIONS, people: int = PEOPLE) -> str:
    with throwaway.state():
        from django.core.management import call_command

        with Path(os.devnull).open("w") as nowhere:
            if actions:
                call_command("demo", people=people, no_serve=True, stdout=nowhere)
            else:
                call_command("load", CITY, stdout=nowhere)
        lines = [_alone(count)]
        if actions:
            lines.append(_through_actions(actions))
    return "\n".join([*lines, f"load {os.getloadavg()[0]:.1f}", ""])


def _alone(count: int) -> str:
    from tongban.commands.simulating import reports, runs

    made, seconds = _timed(runs.compare, count)
    found = {"cases": made.cases, **made.figures}
    told = reports.told(found, "en")
    return f"{told}\n{2 * count:,} cases on the engine alone in {seconds:,.0f} s\n"


def _through_actions(count: int) -> str:
    from tongban.business.cases.models import SimulatedCase
    from tongban.commands.simulating import runs

    made, seconds = _timed(runs.play, count)
    assert SimulatedCase.objects.filter(simulation=made).count() == made.figures["facts"]["arrived"]
    return (
        f"{count:,} cases, {made.total:,} moves, through the actions in {seconds:,.0f} s: "
        f"{seconds / count * 1000:.0f} ms a case, each as told\n"
    )


def _timed(work: Any, cases: int) -> tuple[Any, float]:
    from django.utils import timezone

    from tongban import clock
    from tongban.commands.simulating import terms

    at, began = clock.now(), time.perf_counter()
    made = work(
        terms.read(CITY),
        months=MONTHS,
        cases=cases,
        until=timezone.localdate(at),
        at=at,
        told=lambda step, done, total: None,
    )
    return made, time.perf_counter() - began


if __name__ == "__main__":
    os.write(1, main().encode())
