"""From an event of a case to an edition that shows it, beside a store of facts of 120,000 people.

    .venv/bin/python -m benchmarks.feeding [--people 120000] [--batches 20]

The store of facts is synthetic (the platform's own seals, 30 facts each); the contract, the
standards and the cases' tables are the demo city's. Each batch is the events of one case, committed
before the clock starts; it ends when readers see them. Beside it, what publishing cost before an
edition could name whose facts it uses: the copy of the store.
"""

import argparse
import os
import time

from benchmarks import person_facts, throwaway
from benchmarks.pairs import percentile, table

BATCHES, CASES = 20, 2_000


def main() -> str:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=person_facts.PEOPLE)
    parser.add_argument("--batches", type=int, default=BATCHES)
    given = parser.parse_args()
    return run(given.people, given.batches)


def run(people: int = person_facts.PEOPLE, batches: int = BATCHES) -> str:
    with throwaway.state():
        from tests.business.supervision import history
        from tongban.business.items import actions as items
        from tongban.business.items import bundle

        person_facts.fill(people)
        read = bundle.read(person_facts.CITY / "items" / "B09")
        version = items.publish(bundle=read, by="benchmark", at=person_facts.AT)
        history.make(version, CASES)
        first = _timed(_hand_in)
        times = []
        for number in range(batches):
            history.make(version, 1, seed=number, prefix=f"B{number:03}")
            times.append(_timed(_hand_in))
        copied = _timed(_copy)
    lines = [
        [f"the first batch, {CASES:,} cases", *_two([first])],
        [f"each of {batches} batches", *_two(times)],
        ["copying the store of facts", *_two([copied])],
    ]
    header = [f"beside the facts of {people:,}", "wall s, p50", "p95", "CPU s, p50"]
    return f"{table(header, lines)}\nload {os.getloadavg()[0]:.1f}\n"


def _hand_in() -> None:
    from tongban.business.supervision import actions

    assert actions.hand_in_events(by="benchmark", at=person_facts.AT)


def _copy() -> None:
    """As `beside_registers` did, in a transaction that is rolled back."""
    from django.db import transaction

    from tongban.data.lake import actions as lake
    from tongban.data.registers import deriving

    with transaction.atomic():
        edition = lake.open_edition(by="benchmark", at=person_facts.AT)
        assert deriving.keep_facts(edition, ["person"])
        transaction.set_rollback(True)


def _timed(work) -> tuple[float, float]:
    began, busy = time.monotonic(), time.process_time()
    work()
    return time.monotonic() - began, time.process_time() - busy


def _two(times: list[tuple[float, float]]) -> list[str]:
    walls, busy = [wall for wall, _ in times], [cpu for _, cpu in times]
    return [
        f"{x:.2f}" for x in (percentile(walls, 0.5), percentile(walls, 0.95), percentile(busy, 0.5))
    ]


if __name__ == "__main__":
    os.write(1, main().encode())
