"""Cases on rows: the engine with its state in a durable PostgreSQL, a transaction a step (G10).

    .venv/bin/python -m benchmarks.cases [--count 200]

Start, a user task, a gateway that chooses, three user tasks at once, a join, the end: five steps.
One worker. SpiffWorkflow keeps its state as text in the same database. Last, one case is sent back
to its first step 200 times: what a step costs in the first and in the last twenty of these.
"""

import argparse
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks import processes, throwaway
from benchmarks.pairs import percentile, table
from tongban.engines.processes import Return, Start, State, TaskDone, advance, load

COUNT, RETURNS = 200, 200
AT = datetime(2026, 9, 21, 2, tzinfo=UTC)
LOCK = "SELECT to_json(id) FROM cases_case WHERE id = $1 FOR UPDATE"
CITY = Path(__file__).parents[1] / "cities" / "yunze"


def main() -> str:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=COUNT)
    return run(parser.parse_args().count)


def run(count: int = COUNT) -> str:
    with throwaway.state():
        from django.core.management import call_command

        with Path(os.devnull).open("w") as nowhere:
            call_command("load", CITY, stdout=nowhere)
        lines = [_line("the engine on rows", _on_rows, count), _line("SpiffWorkflow", _peer, count)]
        first, last = _sent_back()
    header = ["a case of five steps", "cases/s", "p50 ms a step", "p95 ms a step"]
    return (
        f"{table(header, lines)}\n{count} cases each, load {os.getloadavg()[0]:.1f}\n"
        f"{RETURNS} returns of one case: p50 {first:.1f} ms in the first twenty, {last:.1f} in the "
        f"last, × {last / first:.2f}\n"
    )


def _line(name: str, one: Callable[[int], list[float]], count: int) -> list[str]:
    one(0)  # compiled, prepared, cached
    steps = [took for number in range(1, count + 1) for took in one(number)]
    return [
        name,
        f"{count / sum(steps):,.0f}",
        f"{percentile(steps, 0.5) * 1000:.1f}",
        f"{percentile(steps, 0.95) * 1000:.1f}",
    ]


def _on_rows(number: int) -> list[float]:
    took, case = [], _case(number)
    event: Any = Start({"complete": Decimal(0)}, AT)
    while True:
        seconds, after = _step(case, event)
        took.append(seconds)
        if not after.tasks:
            assert after.status == "finished"
            return took
        event = TaskDone(next(iter(after.tasks)), {"complete": Decimal(1)}, "officer", AT)


def _step(case: Any, event: Any) -> tuple[float, State]:
    """The case locked, its state read, the engine asked, what changed written, durably."""
    from django.db import transaction

    from tongban import sql
    from tongban.business.cases import keeping

    began = time.perf_counter()
    with transaction.atomic():
        sql.prepared(LOCK, str(case.pk))
        before = keeping.load(case)
        after, _ = advance(_definition(), before, event)
        keeping.store(case, before, after)
    return time.perf_counter() - began, after


def _sent_back() -> tuple[float, float]:
    """Milliseconds of a return and the step after it, at the median: of the first, of the last."""
    case, took = _case(-1), []
    _, state = _step(case, Start({"complete": Decimal(0)}, AT))
    for _ in range(RETURNS):
        done = TaskDone(next(iter(state.tasks)), {"complete": Decimal(1)}, "officer", AT)
        forth, state = _step(case, done)
        back, state = _step(case, Return(next(iter(state.tasks)), "accept", "officer", AT))
        took.append(forth + back)
    assert [task.node for task in state.tasks.values()] == ["accept"]
    return percentile(took[:20], 0.5) * 1000, percentile(took[-20:], 0.5) * 1000


@cache
def _definition() -> Any:
    return load(processes.drawn())


@cache
def _specification() -> Any:
    return processes.parsed(processes.drawn())


def _case(number: int) -> Any:
    from tongban.business.cases.models import Case
    from tongban.business.items.models import ItemVersion

    version = ItemVersion.objects.select_related("item__office").get(item__code="B09")
    return Case.objects.create(
        number=f"rows-{number}",
        version=version,
        office=version.item.office,
        applicant_id="P1",
        applicant_sealed=b"",
        channel="web",
        submitted_at=AT,
        accepted_at=AT,
        promised_on=AT.date(),
        statutory_on=AT.date(),
        due_is_provisional=False,
        answers_sealed=b"",
    )


def _peer(number: int) -> list[float]:
    from django.db import connection, transaction
    from SpiffWorkflow.bpmn import BpmnWorkflow
    from SpiffWorkflow.util.task import TaskState

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS peer (id int PRIMARY KEY, state text)")
    case = BpmnWorkflow(_specification())
    case.get_next_task(spec_name="Start").data["complete"] = 0
    took = []
    while not case.completed:
        began = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            if took:
                cursor.execute("SELECT state FROM peer WHERE id = %s FOR UPDATE", [number])
                case = processes.SERIALIZER.deserialize_json(cursor.fetchall()[0][0])
                task = case.get_next_task(state=TaskState.READY, manual=True)
                task.data["complete"] = 1
                task.run()
            case.do_engine_steps()
            cursor.execute(
                "INSERT INTO peer VALUES (%s, %s)"
                " ON CONFLICT (id) DO UPDATE SET state = excluded.state",
                [number, processes.SERIALIZER.serialize_json(case)],
            )
        took.append(time.perf_counter() - began)
    return took


if __name__ == "__main__":
    os.write(1, main().encode())
