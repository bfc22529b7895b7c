"""From a timer's time to the case that has moved on, beside 1,000 and 1,000,000 open ones (G11).

    .venv/bin/python -m benchmarks.timers [--open 1000000] [--single 40] [--burst 1000]

A worker of the product, a process of its own, fires real cases that wait at a timer and then for a
person. Beside them lie timers that are due next year. Single: due one after the other, half a
second apart. Burst: all due at one moment. The time ends when another session hears of the commit.
"""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import throwaway
from benchmarks.pairs import percentile, table

FEW, OPEN = 1_000, 1_000_000
SINGLE, BURST = 40, 1_000
AHEAD, APART = timedelta(seconds=3), timedelta(seconds=0.5)
PATIENCE = 300.0  # seconds; only a benchmark that fails waits as long
CITY = Path(__file__).parents[1] / "cities" / "yunze"
HEADER = ("open", "due", "p50 ms", "p95 ms", "max ms", "cases/s")
PROCESS = """<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="bench">
  <process id="p" isExecutable="true">
    <startEvent id="start"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="wait"/>
    <intermediateCatchEvent id="wait">
      <timerEventDefinition><timeDuration>PT1M</timeDuration></timerEventDefinition>
    </intermediateCatchEvent>
    <sequenceFlow id="f2" sourceRef="wait" targetRef="review"/>
    <userTask id="review"/>
    <sequenceFlow id="f3" sourceRef="review" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>
"""
TELL = """
    CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_notify('moved', NEW.case_id::text); RETURN NULL; END $$;
    CREATE TRIGGER tell AFTER INSERT ON cases_workitem FOR EACH ROW EXECUTE FUNCTION tell()
"""


def main() -> str:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--open", type=int, default=OPEN)
    parser.add_argument("--single", type=int, default=SINGLE)
    parser.add_argument("--burst", type=int, default=BURST)
    given = parser.parse_args()
    return run(given.open, given.single, given.burst)


def run(most: int = OPEN, single: int = SINGLE, burst: int = BURST) -> str:
    with throwaway.state() as state:
        from django.core.management import call_command
        from django.db import connection

        with Path(os.devnull).open("w") as nowhere:
            call_command("load", CITY, stdout=nowhere)
        version = _version()
        with connection.cursor() as cursor:
            cursor.execute(TELL)
        lines, opened = [], 0
        for wanted in (min(FEW, most), most):
            _open(version, wanted - opened)
            opened = wanted
            with _worker(state):
                _late([_case(version)], APART)  # it has started, and has fired once
                cases = [_case(version) for _ in range(single)]
                lines.append(_line(wanted, "single", _late(cases, APART)))
                cases = [_case(version) for _ in range(burst)]
                lines.append(_line(wanted, f"{burst:,} at once", _late(cases, timedelta())))
        plan = _plan()
    return f"{table(HEADER, lines)}\nload {os.getloadavg()[0]:.1f}; looked up by\n\n{plan}\n"


def _version() -> Any:
    """The item of the city with a process that waits for a minute."""
    from tongban.business.items.models import ItemVersion

    version = ItemVersion.objects.select_related("item__office").get(item__code="B09")
    version.pk, version.number, version.process = None, version.number + 1, PROCESS
    version.status = ItemVersion.Status.RETIRED
    version.save(force_insert=True)
    return version


def _case(version: Any) -> int:
    """It waits already; its timer is due in an hour and a minute."""
    from django.db import transaction

    from tongban import clock
    from tongban.business.cases import running
    from tongban.business.cases.models import Case
    from tongban.engines import processes

    at = clock.now() + timedelta(hours=1)
    with transaction.atomic():
        count = Case.objects.count()
        case = Case.objects.create(
            number=f"bench-{count}",
            version=version,
            office=version.item.office,
            applicant_id="P1",
            applicant_sealed=b"",
            channel="web",
            submitted_at=at,
            accepted_at=at,
            promised_on=at.date(),
            statutory_on=at.date(),
            due_is_provisional=False,
            answers_sealed=b"",
        )
        running.advance(case, processes.Start({}, at), by=running.PLATFORM, at=at)
    return case.pk


def _open(version: Any, count: int) -> None:
    """Copies of a case that waits, and of its timer, which is due within the year after next."""
    from django.db import connection

    from tongban.business.cases.models import Case, ProcessRow

    pattern = _case(version)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM cases_case")
        ((last,),) = cursor.fetchall()
        for model, other, where in (
            (Case, {"id": "%(last)s + n", "number": "'open-' || (%(last)s + n)"}, "id"),
            (
                ProcessRow,
                {"case_id": "%(last)s + n", "due": "now() + (366 + n %% 365) * interval '1 day'"},
                "kind = 'timer' AND case_id",
            ),
        ):
            names = [field.column for field in model._meta.concrete_fields]
            names = [name for name in names if name != "id" or name in other]
            values = ", ".join(other.get(name, f'"{name}"') for name in names)
            columns = ", ".join(f'"{name}"' for name in names)
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {values}"
                f" FROM {model._meta.db_table}, generate_series(1, %(count)s) n"
                f" WHERE {where} = %(pattern)s",
                {"last": last, "count": count, "pattern": pattern},
            )
        cursor.execute("SELECT setval(pg_get_serial_sequence('cases_case', 'id'), max(id))"
                       " FROM cases_case")  # fmt: skip
        cursor.execute("ANALYZE cases_case, cases_processrow")


@contextmanager
def _worker(state: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "tongban", "worker"]
    worker = subprocess.Popen(command, env={**os.environ, "TONGBAN_STATE": str(state)})
    try:
        yield
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(60)


def _late(cases: list[int], apart: timedelta) -> tuple[list[float], float]:
    """Seconds from each case's time until another session hears that it has moved on, and from the
    first time to the last case."""
    from django.db import connection

    from tongban import clock

    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as listener:
        listener.execute("LISTEN moved")
        first = clock.now() + AHEAD
        due = {case: first + number * apart for number, case in enumerate(cases)}
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE cases_processrow AS held SET due = given.due"
                " FROM unnest(%s::bigint[], %s::timestamptz[]) AS given (case_id, due)"
                " WHERE held.case_id = given.case_id AND held.kind = 'timer'",
                [list(due), list(due.values())],
            )
        heard: dict[int, datetime] = {}
        for told in listener.notifies(timeout=PATIENCE):
            heard[int(told.payload)] = clock.now()
            if len(heard) == len(cases):
                break
    assert heard.keys() == due.keys()
    late = [(heard[case] - due[case]).total_seconds() for case in cases]
    return late, (max(heard.values()) - first).total_seconds()


def _line(opened: int, name: str, found: tuple[list[float], float]) -> list[str]:
    late, seconds = found
    figures = [percentile(late, 0.5), percentile(late, 0.95), max(late)]
    rate = f"{len(late) / seconds:,.0f}" if name != "single" else ""
    return [f"{opened:,}", name, *(f"{figure * 1000:,.0f}" for figure in figures), rate]


def _plan() -> str:
    from tongban import clock
    from tongban.business.cases.models import ProcessRow

    timers = ProcessRow.objects.filter(kind="timer", due__lte=clock.now())
    return timers.order_by("due", "pk").values_list("pk")[:100].explain()


if __name__ == "__main__":
    os.write(1, main().encode())
