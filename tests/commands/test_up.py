"""`tongban up` on an empty folder: everything comes up, comes back, and goes."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psycopg
import pytest

from tests.commands.folders import CITY
from tests.commands.processes import (
    TONGBAN,
    Running,
    children,
    descendants,
    free_port,
    is_alive,
    until,
)
from tongban import embedded
from tongban.commands import migrating

LINUX = sys.platform == "linux"
FIRST_OF_A_CONTAINER = (  # it inherits what it did not start, and nobody else sees that end
    sys.executable,
    "-c",
    "import ctypes, os, sys; ctypes.CDLL(None).prctl(36, 1, 0, 0, 0);"
    " os.execv(sys.argv[1], sys.argv[1:])",
)


class Platform(Running):
    """`tongban up`, waited for until its home page answers."""

    def __init__(self, words: Path, env: dict[str, str]):
        self.port = free_port()
        up = [*TONGBAN, "up", "--port", str(self.port)]
        super().__init__([*FIRST_OF_A_CONTAINER, *up] if LINUX else up, words, env)

    def home(self) -> str:
        """The home page, as soon as it answers."""

        def answered() -> str:
            assert self.process.poll() is None, self.told()
            return self._answers()

        return until(answered, self.told)

    def parts(self) -> dict[str, int]:
        """The process id of each part."""
        words = {"web": " granian ", "worker": " tongban worker", "sealer": " tongban seal"}
        own = children(self.process.pid)
        return {name: pid for name, word in words.items() for pid in own if word in own[pid]}

    def _answers(self) -> str:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", "/")
            answer = connection.getresponse()
            return answer.read().decode() if answer.status == 200 else ""
        except (OSError, HTTPException):
            return ""
        finally:
            connection.close()


COMPUTES = "SELECT FROM pg_stat_activity WHERE state = 'active' AND pid ="


@pytest.fixture(scope="module")
def env(tmp_path_factory) -> dict[str, str]:
    """Of a machine where nothing is set but an empty state folder."""
    ours = {"DATABASE_URL", "TONGBAN_DEMO", "TONGBAN_STATE", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "TONGBAN_STATE": str(tmp_path_factory.mktemp("up") / "state")}


@pytest.fixture(scope="module")
def state(env) -> Path:
    return Path(env["TONGBAN_STATE"])


@pytest.fixture(scope="module")
def platform(env, state) -> Iterator[Platform]:
    running = Platform(state.parent / "words", env)
    try:
        running.home()
        yield running
    finally:
        running.kill()
        if embedded.is_running(state):
            embedded.stop(state)


@contextmanager
def session(state: Path) -> Iterator[psycopg.Connection]:
    with psycopg.connect(embedded.url(state), autocommit=True) as connection:
        yield connection


def is_true(state: Path, condition: str) -> bool:
    with session(state) as connection:
        return connection.execute(f"SELECT {condition}").fetchone()[0]


def test_everything_comes_up_on_an_empty_folder(platform, state):
    assert "<html" in platform.home()
    assert set(platform.parts()) == {"web", "worker", "sealer"}
    assert embedded.is_running(state)
    assert platform.lines("http") == [f"http://127.0.0.1:{platform.port}"]
    assert "WARNING" not in platform.told()


def test_a_city_that_is_loaded_meanwhile_is_shown_and_its_events_are_sealed(platform, env, state):
    subprocess.run([*TONGBAN, "load", str(CITY)], env=env, check=True, capture_output=True)

    assert "云泽市" in platform.home()
    assert is_true(state, "EXISTS (SELECT FROM audit_event)")
    until(lambda: is_true(state, "NOT EXISTS (SELECT FROM audit_unsealed)"), platform.told)


def test_the_worker_takes_a_job(platform, state):
    with session(state) as queue:
        queue.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
            " VALUES ('default', 'tongban.base.jobs.jobs.sweep', '{\"timestamp\": 42}')"
        )
    done = "EXISTS (SELECT FROM procrastinate_jobs WHERE args->>'timestamp' = '42'"
    until(lambda: is_true(state, f"{done} AND status = 'succeeded')"), platform.told)


@pytest.mark.parametrize("part", ["web", "worker", "sealer"])
def test_a_killed_part_comes_back(platform, part):
    killed = platform.parts()[part]
    os.kill(killed, signal.SIGKILL)

    platform.lines(f"{part} ended with -9")
    back = until(lambda: platform.parts().get(part), platform.told)
    assert back != killed
    assert platform.home()


def test_a_killed_process_below_the_web_comes_back(platform):
    web = platform.parts()["web"]
    killed = max(children(web))
    os.kill(killed, signal.SIGKILL)

    until(lambda: killed not in children(web) and children(web), platform.told)
    assert platform.home()


def test_a_stopped_database_comes_back(platform, state):
    embedded.stop(state)
    platform.lines("the database had stopped")
    until(lambda: embedded.is_running(state), platform.told)
    assert platform.home()


def test_a_killed_database_comes_back_as_soon_as_what_it_left_at_work_has_ended(platform, state):
    """A query that computes does not notice that its server is gone, and keeps the next one out."""
    with session(state) as busy, ThreadPoolExecutor(1) as threads:
        backend = busy.info.backend_pid
        endless = threads.submit(busy.execute, "SELECT count(*) FROM generate_series(1, 1e12)")
        try:
            until(lambda: is_true(state, f"EXISTS ({COMPUTES} {backend})"), platform.told)
            os.kill(postmaster(state), signal.SIGKILL)
            platform.lines("the database did not start; it is tried again in 1 s")
        finally:
            os.kill(backend, signal.SIGKILL)
        assert isinstance(endless.exception(), psycopg.OperationalError)

    until(lambda: embedded.is_running(state), platform.told)
    assert platform.home()


def test_a_second_start_waits_for_one_that_migrates_and_ends_where_a_table_is_held(
    platform, env, state, tmp_path
):
    with session(state) as migrating_one, session(state) as holder, holder.transaction():
        migrating_one.execute(f"SELECT pg_advisory_lock({migrating.LOCK})")
        holder.execute("LOCK TABLE django_migrations")
        second = Platform(tmp_path / "words", {**env, "DATABASE_URL": embedded.url(state)})
        second.lines("another process is migrating")
        migrating_one.execute(f"SELECT pg_advisory_unlock({migrating.LOCK})")
        assert second.ended() == 1
    assert second.lines("迁移所需的表被其他进程占用")
    assert "Traceback" not in second.told()
    assert embedded.is_running(state), "it belongs to the first"
    assert platform.home()


def test_a_stop_ends_everything_and_the_database(platform, state):
    until(lambda: len(platform.parts()) == 3, platform.told)  # who lost the database starts again
    parts = platform.parts()
    everything = [*descendants(platform.process.pid), postmaster(state)]
    assert len(everything) > len(parts) == 3
    before = len(platform.told())

    assert platform.signalled(signal.SIGTERM) == 0
    assert [pid for pid in everything if is_alive(pid)] == []
    assert not embedded.is_running(state)
    assert re.findall("did not end|Traceback", platform.told()[before:]) == []


def postmaster(state: Path) -> int:
    return int((state / "pg" / "postmaster.pid").read_text().splitlines()[0])
