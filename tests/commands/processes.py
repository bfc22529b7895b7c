"""Real processes, watched until what a test waits for is so."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import psycopg
from django.db import connection
from psycopg import sql

TONGBAN = [sys.executable, "-m", "tongban"]
PATIENCE = 120.0  # seconds; only a test that fails waits as long
Found = TypeVar("Found")


def address(database: str) -> str:
    """Of another database on the server of this run, as DATABASE_URL has it."""
    given = connection.get_connection_params()
    host = given["host"].replace("/", "%2F")
    port = f":{given['port']}" if given.get("port") else ""
    return f"postgresql://{given['user']}:{given['password']}@{host}{port}/{database}"


@contextmanager
def empty_database(name: str) -> Iterator[str]:
    """The address of a database for other processes; it goes with the block."""
    quoted = sql.Identifier(name)
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(quoted)
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(quoted))
        yield address(name)
        server.execute(drop)


def until(found: Callable[[], Found], told: Callable[[], str] = str) -> Found:
    """The first true answer; `told` says what there is to see where none comes."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := found()):
        assert time.monotonic() < deadline, told()
        time.sleep(0.02)
    return answer


class Running:
    """A process whose words, and those of its children, go to one file."""

    def __init__(self, argv: Sequence[str], words: Path, env: Mapping[str, str] | None = None):
        self._words = words
        with words.open("wb") as out:
            self.process = subprocess.Popen(
                argv, stdout=out, stderr=subprocess.STDOUT, env=env, cwd=words.parent
            )

    def told(self) -> str:
        return self._words.read_text(encoding="utf-8")

    def lines(self, beginning: str, count: int = 1) -> list[str]:
        """The first so many lines that begin like this, as soon as they are there."""

        def found() -> list[str]:
            whole = self.told().rpartition("\n")[0].splitlines()
            return [line for line in whole if line.startswith(beginning)]

        return until(lambda: found() if len(found()) >= count else [], self.told)[:count]

    def signalled(self, number: int) -> int:
        """Its exit code."""
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        until(lambda: self.process.poll() is not None, self.told)
        return self.process.returncode

    def kill(self) -> None:
        """For the end of a test that failed: nothing may stay behind."""
        if self.process.poll() is None:
            for pid in [*descendants(self.process.pid), self.process.pid]:
                if is_alive(pid):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()


def children(pid: int) -> dict[int, str]:
    """Process ids right below this one, each with its command."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    )
    rows = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    return {int(row[0]): row[-1] for row in rows if int(row[1]) == pid}


def descendants(pid: int) -> list[int]:
    below = list(children(pid))
    return below + [deeper for child in below for deeper in descendants(child)]


def is_alive(pid: int) -> bool:
    """A zombie has ended, though nobody asked how."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return state.stdout.strip()[:1] not in {"", "Z"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
