"""The process that erases, or restores, is killed in its middle: called again it finishes, and
until then nobody can read what should have gone.

Each time something is held that the process needs, so that it stands still at a known place.
"""

import fcntl
import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from tests.commands.processes import TONGBAN, Running, address, empty_database, until
from tests.commands.tiny import BASIS, HE, TABLES, environment, here, places, rows_of, silent, state
from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.commands import backing, erasing
from tongban.commands.erasing import ledger
from tongban.commands.unfinished import RestoreUnfinished
from tongban.data.lake import store
from tongban.data.pipelines.models import Erased

__all__ = ["environment", "here", "places", "state"]
FIRST, SECOND = TABLES
ERASED_IN_FIRST = (
    f"EXISTS (SELECT FROM audit_event WHERE kind = 'table.erased' AND subject_id = '{FIRST}')"
)
WAITS = (
    "EXISTS (SELECT FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock')"
)


@contextmanager
def session(url: str) -> Iterator[Callable[[str], bool]]:
    """Whether a condition is so, asked of a database by a session of its own."""
    with psycopg.connect(url, autocommit=True) as outside:
        yield lambda condition: outside.execute(f"SELECT {condition}").fetchone()[0]


@contextmanager
def held(url: str, statement: str) -> Iterator[None]:
    with psycopg.connect(url) as holder:
        holder.execute(statement)
        yield


def killed(argv: list[str], words: Path, env: dict[str, str], is_there: Callable[[], bool]) -> None:
    """Started, and killed as soon as it is where it should be."""
    process = Running([*TONGBAN, *argv], words, env)
    try:

        def arrived() -> bool:
            assert process.process.poll() is None, process.told()
            return is_there()

        until(arrived, process.told)
        assert process.signalled(signal.SIGKILL) == -signal.SIGKILL
    finally:
        process.kill()


TABLE_LOCK = f"SELECT pg_advisory_xact_lock(hashtextextended('lake:{SECOND}', 0))"
PLACES = {
    "between two tables": TABLE_LOCK,
    "between the commit of the lake and that of the database": (
        f"SELECT FROM lake_datakey WHERE \"table\" = '{SECOND}' FOR UPDATE"
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_an_erasure_that_was_killed_is_finished_by_calling_it_again(state, here, place):
    number = state / "number"
    number.write_text(HE)
    arguments = ["erase", "--key-file", str(number), "--basis", BASIS, "--by", "qin", "--yes"]
    url = address(connection.settings_dict["NAME"])

    with held(url, PLACES[place]), session(url) as is_so:
        killed(arguments, state / "words", here, lambda: is_so(ERASED_IN_FIRST) and is_so(WAITS))

    target = erasing.of_key("person", HE)
    assert erasing.prove(target, silent).found.keys() >= {
        f"lake {SECOND}",
        "registers_subjectfacts.sealed",
    }
    assert tuple(map(rows_of, TABLES)) == (4, 5)
    assert Erased.objects.get().finished_at is None

    call_command(*arguments, json=True)

    assert erasing.prove(target, silent).is_clean
    assert tuple(map(rows_of, TABLES)) == (4, 4)
    assert all(store.engine().damaged(store.lake().snapshot(table)) == () for table in TABLES)
    assert Erased.objects.get().finished_at is not None
    assert len(ledger.read(ledger.place())) == 1
    assert Event.objects.filter(kind="erasure.finished").count() == 1


def test_a_restore_that_was_killed_shows_nobody_before_it_has_been_finished(
    state, environment, capfd
):
    file = state / "backup.tar"
    backing.take(file, at=MONDAY, told=silent)
    erasing.erase(erasing.of_key("person", HE), basis=BASIS, by="7", at=MONDAY, told=silent)
    listed, home = ledger.place(), state / "home"
    arguments = ["restore", str(file), "--erasures", str(listed), "--json"]
    own_list = home / "audit" / "erasures"
    own_list.parent.mkdir(parents=True)

    with empty_database("tongban_killed") as url:
        env = environment | {"DATABASE_URL": url, "TONGBAN_STATE": str(home)}
        with own_list.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # it must write there before it erases anybody
            killed(arguments, state / "one", env, lambda: (home / "lake").exists() and is_back(url))
        assert count(url, "registers_subjectfacts") == 1, "he is back and nobody has erased him"
        nobody_reads(url, file)

        up = Running([*TONGBAN, "up"], state / "up", env)
        assert up.ended() == 1
        assert f"tongban restore {file}" in up.told()
        assert "http://" not in up.told()

        with held(url, TABLE_LOCK), session(url) as is_so:
            again = ["restore", str(file), "--json"]
            killed(again, state / "two", env, lambda: is_so(ERASED_IN_FIRST) and is_so(WAITS))
        nobody_reads(url, file)

        last = Running([*TONGBAN, *again], state / "three", env)
        assert last.ended() == 0, last.told()
        proof = json.loads(last.told().splitlines()[-1])
        assert [(t["table"], t["expected"], t["found"]) for t in proof["tables"]] == [
            *((FIRST, 4, 4), (SECOND, 5, 5)),
        ]
        (searched,) = proof["erased_again"]
        assert (proof["sound"], searched["found"]) == (True, {})
        assert count(url, "registers_subjectfacts") == 0
        opened = other_database(url)
        opened.ensure_connection()
        opened.close()
        assert ledger.read(own_list) == ledger.read(listed)


def is_back(url: str) -> bool:
    with session(url) as is_so:
        return is_so("to_regclass('registers_subjectfacts') IS NOT NULL")


def count(url: str, table: str) -> int:
    with psycopg.connect(url) as outside:
        return outside.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def other_database(url: str):
    other = connection.copy()
    other.settings_dict = {**other.settings_dict, "NAME": url.rpartition("/")[2]}
    return other


def nobody_reads(url: str, file: Path) -> None:
    other = other_database(url)
    for _ in range(2):  # a second try does not find an open connection
        with pytest.raises(RestoreUnfinished) as refused, other.cursor() as cursor:
            cursor.execute("SELECT * FROM registers_subjectfacts")
    assert f"再次执行 tongban restore {file}，它会从中断处继续" in refused.value.told("zh")
    assert f"Run `tongban restore {file}` again: it goes on" in refused.value.told("en")
