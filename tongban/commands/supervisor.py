"""Starts the platform's processes, restarts what dies, stops all of them together."""

import atexit
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tongban import embedded

Say = Callable[[str], object]

# Python computes in one thread of a process: every second core has a web process, the others are
# for the database, the worker and the engine. Further threads answer while one waits for a query.
# More would need more connections than the embedded server gives, and slow each other down.
MOST_PROCESSES = 16
THREADS = 5
THROUGH = (0, 1)  # done, or refused in words


@dataclass(frozen=True)
class Pace:
    """Seconds: between two looks, for a stop, and before the first and any later new start."""

    tick: float = 0.5
    patience: float = 15.0
    first_pause: float = 1.0
    longest_pause: float = 30.0
    steady: float = 60.0  # who lived as long as this did not die in a row

    def pause(self, times: int) -> float:
        """Before another try, after so many in a row."""
        return min(self.first_pause * 2.0 ** (times - 1), self.longest_pause)


@dataclass
class Child:
    """One process, the leader of a group of its own, and how often it died in a row."""

    name: str
    argv: Sequence[str]
    lasting: bool = True  # False: it has something to do, and ends when that is done or refused
    process: subprocess.Popen | None = None
    deaths: int = 0
    since: float = 0.0
    not_before: float = 0.0

    def start(self, now: float) -> None:
        self.process = subprocess.Popen(self.argv, start_new_session=True)
        self.since = now

    def tend(self, now: float, say: Say, pace: Pace) -> None:
        """Start it again if it died; wait longer after each death in a row."""
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return
            if not self.lasting and code in THROUGH:
                return
            _end_group(self.process)
            self.deaths = 1 if now - self.since >= pace.steady else self.deaths + 1
            pause = pace.pause(self.deaths)
            self.process, self.not_before = None, now + pause
            say(f"{self.name} ended with {code}; it starts again in {pause:g} s")
        if now >= self.not_before:
            self.start(now)


@dataclass
class Server:
    """The embedded database, and how often it did not start in a row: what a killed one left at
    work keeps the next one out until it has ended."""

    state: Path
    failures: int = 0
    not_before: float = 0.0

    def tend(self, now: float, say: Say, pace: Pace) -> None:
        if now < self.not_before or embedded.is_running(self.state):
            return
        say("the database had stopped; starting it")
        try:
            embedded.start(self.state)
            self.failures = 0
        except (subprocess.CalledProcessError, psycopg.OperationalError):
            # The second: it told of the one that was killed that it was ready, and then ended.
            self.failures += 1
            pause = pace.pause(self.failures)
            self.not_before = now + pause
            say(f"the database did not start; it is tried again in {pause:g} s")


def children(host: str, port: int) -> list[Child]:
    python = sys.executable
    processes, threads = serving(os.cpu_count() or 1)
    serve = [python, "-m", "granian", "--interface", "wsgi", "tongban.wsgi:application"]
    return [
        Child(
            "web",
            [
                *serve,
                *("--host", host, "--port", str(port)),
                *("--workers", str(processes), "--blocking-threads", str(threads)),
                *("--respawn-failed-workers", "--workers-kill-timeout", "5", "--no-ws"),
                *("--log-level", "warning"),
            ],
        ),
        Child("worker", [python, "-m", "tongban", "worker"]),
        Child("sealer", [python, "-m", "tongban", "seal"]),
    ]


def serving(cores: int) -> tuple[int, int]:
    """Processes of the web, and threads of each; granian warns of more than 2 × cores + 1."""
    return min(max(1, cores // 2), MOST_PROCESSES), min(THREADS, 2 * cores + 1)


def run(family: Sequence[Child], state: Path | None, say: Say, pace: Pace | None = None) -> None:
    """Until SIGTERM or SIGINT. `state` is the embedded server's folder; None: one elsewhere."""
    pace = pace or Pace()
    server = Server(state) if state else None
    signals: list[int] = []  # not an Event: its lock may be held when the signal arrives
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: signals.append(number))
    try:
        while not signals:
            if server is not None:
                server.tend(time.monotonic(), say, pace)
            for child in family:
                child.tend(time.monotonic(), say, pace)
            time.sleep(pace.tick)
    finally:
        _stop(family, say, pace)
        if state is not None:
            atexit.unregister(embedded.stop)  # the command line's, were it the one that started it
            if embedded.is_running(state):
                embedded.stop(state)


def _stop(family: Sequence[Child], say: Say, pace: Pace) -> None:
    running = [(child.name, child.process) for child in family if child.process]
    for _, process in running:
        process.terminate()
    deadline = time.monotonic() + pace.patience
    for name, process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{name} did not end within {pace.patience:g} s and was killed")
        _end_group(process)


def _end_group(process: subprocess.Popen) -> None:
    """What a killed leader left behind would keep its port."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # nobody is left
    process.wait()
