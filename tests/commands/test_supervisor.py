"""What dies is started again, what is to end ends, and nothing stays behind."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.commands.processes import Running, is_alive
from tongban.commands import supervisor

PACE = "Pace(tick=0.005, patience=60, first_pause=0.01, longest_pause=0.04)"
FAMILY = """
import sys
from tongban.commands.supervisor import Child, Pace, run

run([Child(name, [sys.executable, "-uc", code]) for name, code in {members!r}], None,
    lambda words: print(words, flush=True), {pace})
"""
# At one go: they all write to the same pipe.
WAITS = r"import os, signal; os.write(1, b'pid %d\n' % os.getpid()); signal.pause()"
OBSTINATE = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAITS}"
LEAVES_ONE_BEHIND = f"""
import os, signal, subprocess, sys
left = subprocess.Popen([sys.executable, "-uc", {WAITS!r}], stdout=subprocess.PIPE, text=True)
print(left.stdout.readline(), end="")
os.kill(os.getpid(), signal.SIGKILL)
"""

Supervised = Callable[..., Running]


@pytest.fixture
def supervised(tmp_path) -> Iterator[Supervised]:
    """Starts a supervisor over children that run the given pieces of Python."""
    made: list[Running] = []

    def start(*members: tuple[str, str], pace: str = PACE) -> Running:
        code = FAMILY.format(members=members, pace=pace)
        made.append(Running([sys.executable, "-c", code], tmp_path / "words"))
        return made[-1]

    yield start
    for running in made:
        running.kill()


def pids(running: Running, count: int) -> list[int]:
    return [int(line.split()[1]) for line in running.lines("pid ", count)]


def test_a_child_that_dies_is_started_again_after_a_pause_that_grows_to_a_limit(supervised):
    running = supervised(("web", "raise SystemExit(3)"))
    assert running.lines("web ended", 4) == [
        f"web ended with 3; it starts again in {pause} s"
        for pause in ("0.01", "0.02", "0.04", "0.04")
    ]


def test_a_child_that_lived_long_enough_starts_again_after_the_first_pause(supervised):
    running = supervised(("web", "raise SystemExit(3)"), pace="Pace(0.005, 60, 0.01, 0.04, 0)")
    assert set(running.lines("web ended", 3)) == {"web ended with 3; it starts again in 0.01 s"}


def test_one_that_dies_does_not_disturb_the_others(supervised):
    running = supervised(("web", WAITS), ("worker", "raise SystemExit(3)"))
    running.lines("worker ended", 3)
    (web,) = pids(running, 1)
    assert is_alive(web)
    assert "web ended" not in running.told()


def test_what_a_killed_child_left_behind_ends_before_it_starts_again(supervised):
    running = supervised(("web", LEAVES_ONE_BEHIND))
    left, _ = pids(running, 2)
    assert running.lines("web ended") == ["web ended with -9; it starts again in 0.01 s"]
    assert not is_alive(left)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all(supervised, number):
    running = supervised(("web", WAITS), ("worker", WAITS))
    started = pids(running, 2)
    assert running.signalled(number) == 0
    assert [pid for pid in started if is_alive(pid)] == []
    assert re.findall("ended|killed", running.told()) == []


def test_an_obstinate_child_is_killed_after_the_patience_and_this_is_said(supervised):
    running = supervised(("web", OBSTINATE), ("worker", WAITS), pace="Pace(0.005, 0.1)")
    started = pids(running, 2)
    assert running.signalled(signal.SIGTERM) == 0
    assert [pid for pid in started if is_alive(pid)] == []
    assert running.lines("w", 1) == ["web did not end within 0.1 s and was killed"]


@pytest.mark.parametrize(
    ("cores", "serving"), [(1, (1, 3)), (2, (1, 5)), (3, (1, 5)), (8, (4, 5)), (64, (16, 5))]
)
def test_the_web_takes_half_of_the_cores(cores, serving):
    assert supervisor.serving(cores) == serving


def test_pauses_double_from_the_first_to_the_longest_and_begin_anew_after_a_steady_life():
    """On a clock of the test's own; each life is a real process that ends."""
    pace = supervisor.Pace(first_pause=1, longest_pause=30, steady=60)
    child, said, now = supervisor.Child("web", ["false"]), [], 0.0
    waited = []
    for lived in (1, 1, 1, 1, 1, 1, 1, 59, 60, 1):
        child.tend(now, said.append, pace)
        assert child.process is not None
        child.process.wait()
        now += lived
        child.tend(now, said.append, pace)
        waited.append(child.not_before - now)
        child.tend(child.not_before - 0.1, said.append, pace)
        assert child.process is None, "not before the pause is over"
        now = child.not_before

    assert waited == [1, 2, 4, 8, 16, 30, 30, 30, 1, 2]
    assert said[0] == "web ended with 1; it starts again in 1 s"
    assert len(said) == 10


def test_one_that_lives_is_left_alone():
    child = supervisor.Child("web", ["sleep", "600"])
    child.tend(0.0, pytest.fail, supervisor.Pace())
    first = child.process
    try:
        child.tend(1000.0, pytest.fail, supervisor.Pace())
        assert child.process is first
    finally:
        supervisor._end_group(first)


def test_the_family_serves_where_it_is_told(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    web, worker, sealer = supervisor.children("127.0.0.1", 8123)
    words = " ".join(web.argv)
    assert "--host 127.0.0.1 --port 8123 --workers 2 --blocking-threads 5" in words
    assert [child.name for child in (web, worker, sealer)] == ["web", "worker", "sealer"]
    assert worker.argv[1:] == ["-m", "tongban", "worker"]
    assert sealer.argv[1:] == ["-m", "tongban", "seal"]


@pytest.mark.parametrize(
    "failing",
    [
        subprocess.CalledProcessError(1, "pg_ctl"),
        psycopg.OperationalError("connection refused"),  # it said that it was ready, and ended
    ],
)
def test_a_database_that_does_not_start_is_tried_again_later_and_ends_nothing(
    failing, monkeypatch, tmp_path
):
    tried, said, refuses = [], [], True

    def start(state):
        tried.append(state)
        if refuses:
            raise failing

    monkeypatch.setattr(supervisor.embedded, "is_running", lambda state: False)
    monkeypatch.setattr(supervisor.embedded, "start", start)
    server, pace = supervisor.Server(tmp_path), supervisor.Pace(first_pause=1)

    for second in (10.0, 10.5, 11.0, 12.0):
        server.tend(second, said.append, pace)
    assert len(tried) == 2
    assert said == [
        "the database had stopped; starting it",
        "the database did not start; it is tried again in 1 s",
        "the database had stopped; starting it",
        "the database did not start; it is tried again in 2 s",
    ]

    refuses = False
    server.tend(13.0, said.append, pace)
    assert (server.failures, len(tried)) == (0, 3)


@pytest.mark.parametrize(
    ("ends", "again"), [("true", False), ("false", False), ("kill -9 $$", True)]
)
def test_what_has_something_to_do_is_started_again_only_where_it_was_killed(ends, again):
    child = supervisor.Child("player", ["sh", "-c", ends], lasting=False)
    child.start(0.0)
    assert child.process is not None
    child.process.wait()
    said: list[str] = []
    child.tend(1.0, said.append, supervisor.Pace())
    assert bool(said) is again
    assert (child.process is None) is again
