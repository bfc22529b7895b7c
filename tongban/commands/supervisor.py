"""Starts the platform's processes, restarts what dies, stops all of them together."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tongban import embedded

TICK_SECONDS = 0.5
PATIENCE_SECONDS = 15.0
LONGEST_PAUSE_SECONDS = 30.0


@dataclass
class Child:
    """One process and how often it died in a row."""

    name: str
    argv: Sequence[str]
    process: subprocess.Popen | None = None
    deaths: int = 0
    not_before: float = field(default=0.0)

    def start(self) -> None:
        self.process = subprocess.Popen(self.argv, start_new_session=True)

    def tend(self, now: float, say: Callable[[str], None]) -> None:
        """Start it again if it died; wait longer after each death in a row."""
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return
            self.deaths += 1
            pause = min(2.0 ** (self.deaths - 1), LONGEST_PAUSE_SECONDS)
            self.process, self.not_before = None, now + pause
            say(f"{self.name} ended with {code}; it starts again in {pause:.0f} s")
        if now >= self.not_before:
            self.start()


def children(host: str, port: int) -> list[Child]:
    python = sys.executable
    serve = [python, "-m", "granian", "--interface", "wsgi", "tongban.wsgi:application"]
    return [
        Child(
            "web",
            [
                *serve,
                *("--host", host, "--port", str(port)),
                *("--blocking-threads", "8", "--workers-kill-timeout", "5", "--no-ws"),
                *("--log-level", "warning"),
            ],
        ),
        Child("worker", [python, "-m", "tongban", "worker"]),
        Child("sealer", [python, "-m", "tongban", "seal"]),
    ]


def run(family: Sequence[Child], state: Path | None, say: Callable[[str], None]) -> None:
    """Until SIGTERM or SIGINT. `state` is the embedded server's folder; None: one elsewhere."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        while not stop.is_set():
            if state is not None and not embedded.is_running(state):
                say("the database had stopped; starting it")
                embedded.start(state)
            for child in family:
                child.tend(time.monotonic(), say)
            stop.wait(TICK_SECONDS)
    finally:
        _stop(family)
        if state is not None and embedded.is_running(state):
            embedded.stop(state)


def _stop(family: Sequence[Child]) -> None:
    running = [child.process for child in family if child.process and child.process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + PATIENCE_SECONDS
    for process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
