"""Cases through the actions that the pages call (G10): submit, and four steps of officers.

    .venv/bin/python -m benchmarks.case_actions [--count 40] [--people 5000] [--workers 2]

Submitted, an officer's step, a gateway that chooses, three officers' steps at once, a join, the
notice, the end. Each action is one durable transaction with all that it brings: facts read through
the gate and kept as evidence, work items, decisions, events, notices, the audit log. One worker,
then several at once, as the web's processes are, each with an applicant of its own. Printed too is
what a finished case takes in the database, by growth of its tables with indexes.
"""

import argparse
import multiprocessing
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import instant, processes, throwaway
from benchmarks.pairs import percentile, table

COUNT, PEOPLE, WORKERS = 40, 5_000, 2
CITY = Path(__file__).parents[1] / "cities" / "yunze"
TB = "https://tongban.org/bpmn"
STATE = "cases_case", "cases_processhead", "cases_processrow"
APPROVED = '<extensionElements><tb:output target="approved" source="approved"/></extensionElements>'


def main() -> str:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--workers", type=int, default=WORKERS)
    given = parser.parse_args()
    return run(given.count, given.people, given.workers)


def run(count: int = COUNT, people: int = PEOPLE, workers: int = WORKERS) -> str:
    with throwaway.state():
        from django.core.management import call_command

        with Path(os.devnull).open("w") as nowhere:
            call_command("demo", people=people, no_serve=True, stdout=nowhere)
        version, officer = _version(), _officer()
        applicant, *others = instant.eligible(1 + workers)
        _case(version, applicant, officer)  # compiled, prepared, cached
        before = _sizes()
        steps = [took for _ in range(count) for took in _case(version, applicant, officer)]
        after = _sizes()
        together = _together(version, others, officer, count)
    submits, rest = steps[::5], [took for at, took in enumerate(steps) if at % 5]
    lines = [
        ["submitted", *_times(submits)],
        ["an officer's step", *_times(rest)],
        ["a whole case", f"{sum(steps) / count * 1000:.0f}", ""],
    ]
    grown = {name: (after[name] - before[name]) / count / 1024 for name in after}
    held = sum(grown[name] for name in STATE)
    return (
        f"{count / sum(steps):,.1f} cases/s by one worker, {count} of them; {together:,.1f} by "
        f"{workers} at once, {count} each; load {os.getloadavg()[0]:.1f}\n\n"
        f"{table(['', 'p50 ms', 'p95 ms'], lines)}\n"
        f"KB a finished case: {held:.1f} of the case and its process, "
        f"{sum(grown.values()):.1f} with evidence, decisions, work, events, notices and audit\n"
    )


def _times(took: list[float]) -> list[str]:
    return [f"{percentile(took, share) * 1000:.1f}" for share in (0.5, 0.95)]


def drawn() -> str:
    """The process of the engine's benchmark with officers at its steps and a notice at its end."""
    text = processes.drawn().decode()
    for old, new in (
        ("<definitions ", f'<definitions xmlns:tb="{TB}" '),
        ('<process id="p" isExecutable="true">', _process()),
        ('<userTask id="accept"/>', f'<userTask id="accept">{APPROVED}</userTask>'),
        ("complete &gt; 0", "approved = true"),
        ('sourceRef="join" targetRef="end"', 'sourceRef="join" targetRef="tell"'),
        ('<endEvent id="end"/>', _notice("tell", "end")),
    ):
        assert old in text, old
        text = text.replace(old, new)
    return text


def _process() -> str:
    declared = '<tb:variable name="approved" type="boolean"/>'
    begin = '<process id="p" isExecutable="true">'
    return f"{begin}<extensionElements>{declared}</extensionElements>"


def _notice(task: str, end: str) -> str:
    return (
        f'<serviceTask id="{task}" tb:operation="notify_refusal"/><endEvent id="{end}"/>'
        f'<sequenceFlow id="{task}-{end}" sourceRef="{task}" targetRef="{end}"/>'
    )


def _version() -> Any:
    from tongban import clock
    from tongban.business.items import actions, bundle

    read = bundle.read(CITY / "items" / "B09")
    return actions.publish(bundle=replace(read, process_text=drawn()), by="bench", at=clock.now())


def _officer() -> Any:
    from tongban.base.people.models import Post

    post = Post.objects.select_related("user").filter(office__code="GA", role="approver").first()
    assert post is not None
    return post.user


def _case(version: Any, applicant: Any, officer: Any) -> list[float]:
    """Seconds of each step."""
    from tongban import clock
    from tongban.business.cases import actions
    from tongban.business.cases.actions import Application
    from tongban.business.cases.models import Case
    from tongban.business.cases.verbs import finishing

    began = time.perf_counter()
    application = Application(instant.ANSWERS, {}, Case.Channel.WEB)
    case = actions.submit(version=version, user=applicant, application=application, at=clock.now())
    took = [time.perf_counter() - began]
    while todo := case.work_items.filter(status="open").values_list("pk", "node").first():
        step, node = todo
        began = time.perf_counter()
        if node == "accept":  # the gateway reads it; the three behind it are only done
            actions.complete(work_item_id=step, user=officer, grant=True, words="", at=clock.now())
        else:
            finishing.finish(work_item_id=step, user=officer, words="", at=clock.now())
        took.append(time.perf_counter() - began)
    assert (len(took), Case.objects.get(pk=case.pk).status) == (5, Case.Status.REFUSED)
    return took


def _together(version: Any, applicants: list[Any], officer: Any, count: int) -> float:
    """Cases per second of all workers, from when all are ready until the last one has finished."""
    from django.db import connections

    connections.close_all()
    forks = multiprocessing.get_context("fork")
    ready, begin = forks.Semaphore(0), forks.Event()
    working = [
        forks.Process(target=_work, args=(version, each, officer, count, ready, begin))
        for each in applicants
    ]
    for each in working:
        each.start()
    for _ in working:
        ready.acquire()
    began = time.perf_counter()
    begin.set()
    for each in working:
        each.join()
    took = time.perf_counter() - began
    assert all(each.exitcode == 0 for each in working)
    return len(working) * count / took


def _work(version: Any, applicant: Any, officer: Any, count: int, ready: Any, begin: Any) -> None:
    _case(version, applicant, officer)  # its connection, its prepared statements
    ready.release()
    begin.wait()
    for _ in range(count):
        _case(version, applicant, officer)


def _sizes() -> dict[str, int]:
    """Bytes of every table, its indexes and long values included."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute(
            "SELECT relname, pg_total_relation_size(relid) FROM pg_stat_user_tables"
            " WHERE relname ~ '^(cases|notices|audit)_'"
        )
        return dict(cursor.fetchall())


if __name__ == "__main__":
    os.write(1, main().encode())
