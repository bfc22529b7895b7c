"""780,000 events mined: graph, variants, rework and efficiency, beside loops in Python.

    .venv/bin/python -m benchmarks.mining [--events 780000]

A log as the lake holds it: texts and instants in a table of DuckDB. Preparing checks, numbers and
orders it once; all figures are then asked of that. The loops in plainly.py of the tests count
the same from the same rows in lists, and every figure is compared.
"""

import argparse
import os
import random
import time
from collections.abc import Callable

import duckdb
import pyarrow as pa

from benchmarks.pairs import percentile, table
from tests.engines.mining import compared, plainly
from tests.engines.mining.plainly import Dates, Row
from tongban.engines import mining
from tongban.engines.mining import EventLog, Promise

EVENTS, SEED, ROUNDS = 780_000, 20261122, 7
ITEMS, OFFICES, PEOPLE = 50, 32, 600
STEPS = ("submit", "accept", "check", "inspect", "review", "decide", "issue", "archive")
ODD = ("supplement", "ask_office", "return")
BEGINNING, HOUR = 1_767_225_600_000_000, 3_600_000_000  # microseconds
PROMISE = Promise(planned="case:planned", finished="case:finished", began="case:began")


def main() -> str:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=EVENTS)
    return run(parser.parse_args().events)


def run(events: int = EVENTS) -> str:
    rows, dates = _made(events)
    con = _connected(rows, dates)
    prepared = [_prepared(con, number) for number in range(ROUNDS)]
    log = prepared[-1][0]
    parts = {name: [_seconds(lambda a=ask: a(log)) for _ in range(ROUNDS)] for name, ask in ASKED}
    whole = [_seconds(lambda: _asked(log)) for _ in range(ROUNDS)]
    goal = [_seconds(lambda: _goal(log)) for _ in range(ROUNDS)]
    began = time.process_time()
    expected = compared.expected(plainly.by_case(rows), dates, _items(dates))
    loops = time.process_time() - began
    assert compared.found(log, "case:item") == expected
    middle = percentile(whole, 0.5)
    preparing = percentile([seconds for _, seconds in prepared], 0.5)
    lines = [
        *([name, _two(percentile(found, 0.5)), ""] for name, found in parts.items()),
        ["graph, variants, rework, efficiency (G21)", _two(percentile(goal, 0.5)), ""],
        ["all that is asked", _two(middle), f"{loops / middle:.0f}"],
        ["preparing the log, once", _two(preparing), ""],
        ["both", _two(preparing + middle), f"{loops / (preparing + middle):.0f}"],
        ["loops in Python", _two(loops), ""],
    ]
    return (
        f"{table(['', 'CPU s, median', 'times faster than the loops'], lines)}\n"
        f"{len(rows):,} events, {len(dates):,} cases, n = {ROUNDS}, all figures equal, "
        f"load {os.getloadavg()[0]:.1f}\n"
    )


ASKED: tuple[tuple[str, Callable[[EventLog], object]], ...] = (
    ("graph, waiting, rework by activity", mining.graph),
    ("variants", mining.variants),
    ("handovers", lambda log: mining.handovers(log, "office")),
    ("rework, on-time rate, speed-up", mining.together),
    ("the same by item", lambda log: mining.grouped(log, "case:item")),
)


def _asked(log: EventLog) -> list[object]:
    return [ask(log) for _, ask in ASKED]


def _goal(log: EventLog) -> None:
    mining.graph(log)
    mining.variants(log)
    mining.together(log)


def _made(events: int) -> tuple[list[Row], dict[str, Dates]]:
    """Cases with rework, questions to other offices and, now and then, a broken promise."""
    draw = random.Random(SEED)
    rows: list[Row] = []
    dates: dict[str, Dates] = {}
    while len(rows) < events:
        case = f"3299{len(dates):08}"
        office = f"SJ{draw.randrange(OFFICES):02}"
        at = began = BEGINNING + draw.randrange(365 * 24) * HOUR
        for activity in _course(draw)[: events - len(rows)]:
            at += int(draw.expovariate(1 / (6 * HOUR)))
            person = f"u{draw.randrange(PEOPLE)}"
            there = office if draw.random() < 0.8 else f"SJ{draw.randrange(OFFICES):02}"
            rows.append(Row(case, activity, at, resource=person, office=there))
        finished = at if draw.random() < 0.95 else None
        dates[case] = Dates(began + HOUR, finished, began + draw.choice([24, 72, 120]) * HOUR)
    return rows, dates


def _course(draw: random.Random) -> list[str]:
    course: list[str] = []
    for step in STEPS:
        if draw.random() < 0.07:
            continue
        course.append(step)
        if draw.random() < 0.05:
            course += [draw.choice(ODD), step]
    return course or ["submit"]


def _connected(rows: list[Row], dates: dict[str, Dates]) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    instants = pa.timestamp("us", "UTC")
    items = _items(dates)
    known = [dates[row.case] for row in rows]
    con.register(
        "given",
        pa.table(
            {
                "case:concept:name": [row.case for row in rows],
                "concept:name": [row.activity for row in rows],
                "time:timestamp": pa.array([row.at for row in rows], instants),
                "org:resource": [row.resource for row in rows],
                "org:group": [row.office for row in rows],
                "case:item": [items[row.case] for row in rows],
                "case:began": pa.array([each.began for each in known], instants),
                "case:finished": pa.array([each.finished for each in known], instants),
                "case:planned": pa.array([each.planned for each in known], instants),
            }
        ),
    )
    con.execute("CREATE TABLE log AS FROM given")
    return con


def _prepared(con: duckdb.DuckDBPyConnection, number: int) -> tuple[EventLog, float]:
    con.execute(f"CREATE SCHEMA round_{number}; SET schema = 'round_{number}'")
    began = time.process_time()
    log = mining.log_of(con, "main.log", source="log", zone="Asia/Shanghai", promise=PROMISE)
    return log, time.process_time() - began


def _items(dates: dict[str, Dates]) -> dict[str, str]:
    return {case: f"B{int(case) % ITEMS:02}" for case in dates}


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _two(seconds: float) -> str:
    return f"{seconds:.2f}"


if __name__ == "__main__":
    os.write(1, main().encode())
