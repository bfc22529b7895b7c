"""Reading 30 facts of one person among 120,000 (G14: p95 under 5 ms by function call, under 20 ms
over HTTP through the gate).

    .venv/bin/python -m benchmarks.person_facts [--people 120000] [--reads 2000]

The store is synthetic, the seals are the platform's own; the database is PostgreSQL with its
defaults for durability, the web process is the one that `tongban up` starts. People are drawn at
random, after a tenth as many reads to warm up. Printed are milliseconds of wall time, and of CPU of
this process (over HTTP: of the client alone).
"""

import argparse
import http.client
import json
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import serving, throwaway
from benchmarks.pairs import percentile, table

PEOPLE, READS, FACTS = 120_000, 2_000, 30
AT = datetime(2026, 11, 21, 2, tzinfo=UTC)
CITY = Path(__file__).parent.parent / "cities" / "yunze"
VALUES = {"string": "云泽市江城区清荷路66号3幢502室", "integer": 14, "boolean": True}
VALUES |= {"date": "1990-03-07", "timestamp": "2026-11-21T02:00:00", "decimal": "1234.56"}


def main() -> str:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--reads", type=int, default=READS)
    given = parser.parse_args()
    return run(given.people, given.reads)


def run(people: int = PEOPLE, reads: int = READS) -> str:
    with throwaway.state():
        keys = _facts()
        _fill(keys, people)
        drawn = [_subject(n) for n in random.Random(1).choices(range(people), k=reads)]
        lines = [
            _measured("function call, unsealed", _direct, drawn),
            _measured("through the gate, audited", _gated(list(keys)), drawn),
        ]
        with _served(list(keys)) as ask:
            lines.append(_measured("the same over HTTP, logged in", ask, drawn))
    header = [f"{FACTS} facts of one of {people:,}", "p50 ms", "p95 ms", "p99 ms", "CPU ms"]
    return f"{table(header, lines)}\n{reads} reads each, load {os.getloadavg()[0]:.1f}\n"


def fill(people: int) -> None:
    """The demo city, and an edition with 30 facts of so many people."""
    _fill(_facts(), people)


def _facts() -> dict[str, str]:
    """The demo city's facts, and copies of one until there are 30; key → type."""
    from tongban.commands import city
    from tongban.data.exchange import actions as exchange
    from tongban.data.exchange import standing
    from tongban.data.registers.models import FactDefinition

    city.adopt(city.read_checked(CITY, AT.date()), by="benchmark", at=AT)
    phone = FactDefinition.objects.get(key="phone")
    for number in range(FACTS - FactDefinition.objects.count()):
        phone.pk, phone.key, phone.column = None, f"phone_{number}", f"phone_{number}"
        phone.save()
    facts = list(FactDefinition.objects.order_by("key"))
    words = {"zh": "基准测试", "en": "Benchmark"}
    terms = {
        "code": "G-BENCHMARK",
        "use": "benchmark",
        "name": words,
        "grantee": {"office": "SJ", "post": "steward"},
        "purpose": words,
        "basis": words,
        "grantor": "SJ",
        "relation": facts[0].model,
        "columns": ["subject_id", *(fact.column for fact in facts)],
        "row_filter": "subject_id = applicant",
        "quota": {"rows": 1, "per": "request", "requests": 1_000_000, "every": "day"},
        "from": date(2026, 1, 1),
        "until": date(2027, 1, 1),
    }
    exchange.adopt_standing(grant=standing.read(terms), by="benchmark", at=AT)
    return {fact.key: fact.type.partition("(")[0] for fact in facts}


def _fill(keys: dict[str, str], people: int) -> None:
    from django.db import connection

    from tongban.data.lake import actions as lake
    from tongban.data.registers import rows

    edition = lake.open_edition(by="benchmark", at=AT)
    lake.publish(edition=edition, by="benchmark", at=AT)
    columns = "(edition_number, subject_id, sealed)"
    with connection.cursor() as cursor:
        statement = f"COPY registers_subjectfacts {columns} FROM STDIN (FORMAT BINARY)"
        with cursor.copy(statement) as copy:
            copy.set_types(["int4", "varchar", "bytea"])
            for number in range(people):
                held = {key: (VALUES[kind], f"GA01:1:{number}") for key, kind in keys.items()}
                copy.write_row((edition.number, _subject(number), rows.seal(held)))
        cursor.execute("ANALYZE")


def _subject(number: int) -> str:
    return f"P{number:026}"


def _direct(subject: str) -> int:
    from tongban.data.registers import rows

    return len(rows.of_subject(subject).opened(AT.date()))


def _gated(keys: list[str]) -> Callable[[str], int]:
    from tongban.data.exchange import gate

    reader = gate.Reader("benchmark", "steward", "SJ")

    def read(subject: str) -> int:
        facts = gate.read_facts(
            reader=reader, use="benchmark", subject_id=subject, keys=keys, at=AT
        )
        return sum(fact.is_known for fact in facts.values())

    return read


@contextmanager
def _served(keys: list[str]) -> Iterator[Callable[[str], int]]:
    """A client that keeps its connection, and the session of an officer who holds the post."""
    from tongban.base.people.models import Office, Post, User

    officer = User.objects.create(username="benchmark")
    Post.objects.create(user=officer, office=Office.objects.get(code="SJ"), role="steward")
    with serving.web() as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        named = urlencode([("key", key) for key in keys])
        yield partial(_ask, connection, serving.cookie(officer), named)


def _ask(connection: http.client.HTTPConnection, cookie: str, keys: str, subject: str) -> int:
    path = f"/api/v1/subjects/{subject}/facts?use=benchmark&office=SJ&post=steward&{keys}"
    connection.request("GET", path, headers={"Cookie": cookie})
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise RuntimeError(f"{response.status}: {body[:300]!r}")
    return sum(fact["is_known"] for fact in json.loads(body))


def _measured(name: str, read: Callable[[str], int], subjects: list[str]) -> list[str]:
    for subject in subjects[: len(subjects) // 10]:
        assert read(subject) == FACTS
    took = []
    cpu = time.process_time()
    for subject in subjects:
        began = time.perf_counter()
        read(subject)
        took.append((time.perf_counter() - began) * 1000)
    cpu = (time.process_time() - cpu) * 1000 / len(subjects)
    return [name, *(f"{percentile(took, share):.2f}" for share in (0.5, 0.95, 0.99)), f"{cpu:.2f}"]


if __name__ == "__main__":
    os.write(1, main().encode())
