"""A connection of the embedded engine with its doors shut.

It downloads nothing, reads and writes below the lake and the scratch folder only, encrypts what it
spills, and lets nobody change that. Its folders go with it; those of a killed process are found by
their locks and removed by the next one.
"""

import fcntl
import os
import shutil
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

import duckdb

from tongban.errors import Refusal

from .quoting import literal
from .storage import Storage, engine_secret

Connection = duckdb.DuckDBPyConnection

SPILL = "spill-"
LOCK = ".lock"
CIPHER = "httpfs"  # the only extension whose cipher may write
# downloads nothing, and leaves no row in plain text on the disk
SEALED = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_unsigned_extensions": "true",  # for those that `load` has checked
    "temp_file_encryption": "true",
}


class ExtensionMissing(Refusal):
    """The engine's extension {name} is not installed: add duckdb-extension-{package}=={version}."""

    zh = "未安装引擎扩展 {name}：请安装 duckdb-extension-{package}=={version}。"


def extension(name: str) -> Path:
    """The extension inside its package: loading it by path neither copies nor downloads."""
    spec = find_spec(f"duckdb_extension_{name}")
    version = duckdb.__version__
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder, "extensions", f"v{version}", f"{name}.duckdb_extension")
        if path.exists():
            return path
    raise ExtensionMissing(name=name, package=name.replace("_", "-"), version=version)


def load(con: Connection, *names: str) -> None:
    """Extensions whose signature was checked, into a connection that was told SEALED."""
    for name in names:
        con.execute(f"LOAD {_checked(name)}")


def _checked(name: str) -> str:
    path = extension(name)
    state = path.stat()
    _check_signature(str(path), (state.st_ino, state.st_size, state.st_mtime_ns))
    return literal(str(path))


@cache
def _check_signature(path: str, state: tuple[int, int, int]) -> None:
    """Once in a process and for each state of the file: it costs 0.2 CPU-seconds."""
    with closing(duckdb.connect()) as con:
        con.execute(f"LOAD {literal(path)}")


@contextmanager
def shut_in(
    storage: Storage,
    scratch: Path,
    *,
    memory_limit: str,
    threads: int,
    sources: Sequence[Path] = (),
) -> Generator[Connection]:
    with private_folder(scratch) as spill:
        con = duckdb.connect(
            config={
                **SEALED,
                "allow_persistent_secrets": "false",
                "python_enable_replacements": "false",
                "memory_limit": memory_limit,
                "threads": str(threads),
                "temp_directory": str(spill),
            }
        )
        try:
            load(con, CIPHER)
            if secret := engine_secret(storage):
                con.execute(secret)
            folders = [storage.url("")]
            folders += [f"{folder.resolve().as_posix()}/" for folder in (scratch, *sources)]
            con.execute(f"SET allowed_directories = [{', '.join(map(literal, folders))}]")
            con.execute("SET enable_external_access = false")
            con.execute("SET lock_configuration = true")
            yield con
        finally:
            con.close()


@contextmanager
def private_folder(scratch: Path) -> Generator[Path]:
    """A folder of one connection or one extract, readable by us alone."""
    scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in scratch.glob(f"{SPILL}*"):
        _sweep(left)
    made = Path(mkdtemp(prefix="new-", dir=scratch))
    with (made / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # only now may others find it: unlocked it would look like a dead process's
        folder = made.rename(scratch / made.name.replace("new-", SPILL, 1))
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


def _sweep(folder: Path) -> None:
    """Remove a folder whose process is gone: the system let go of its lock."""
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR)
    except FileNotFoundError:
        return  # being removed
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # at work
    else:
        shutil.rmtree(folder, ignore_errors=True)  # another process may sweep it too
    finally:
        os.close(descriptor)
