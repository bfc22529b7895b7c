"""A restore that was interrupted: nobody reads that database before it has been finished.

Between the moment in which an older backup is back and the moment in which whoever was erased since
has left it again, the database holds a table that says so. Every connection looks for it once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from tongban.errors import Refusal
from tongban.sql import only_row

TABLE = "restore_unfinished"
_restoring = ContextVar("restoring", default=False)


class RestoreUnfinished(Refusal):
    """A restore into this database was interrupted; whoever was erased under law since the backup
    was made may still stand in it, so nobody may read it. Run `tongban restore {file}` again: it
    goes on where it stopped."""

    zh = (
        "向该数据库的恢复曾被中断，其中可能仍有备份之后依法删除的个人数据，因此任何人不得读取。"
        "请再次执行 tongban restore {file}，它会从中断处继续。"
    )


class InUse(Refusal):
    """Somebody else is connected to the database ({count} sessions), and would read it before the
    restore is done. Stop the platform first."""

    zh = "另有 {count} 个会话连接着该数据库，可能在恢复完成前读取它。请先停止平台。"


@dataclass(frozen=True)
class Unfinished:
    file: str
    proof: str  # of the archive's manifest
    erasures: str  # the list that was handed in; empty where none was
    began: datetime


def check(connection: Any, **_: Any) -> None:
    """Raises RestoreUnfinished, and leaves no connection behind."""
    if _restoring.get():
        return
    with connection.cursor() as cursor:
        found = _found(cursor)
    if found is not None:
        connection.close()
        raise RestoreUnfinished(file=found.file)


@contextmanager
def restoring() -> Iterator[None]:
    """In this block the database may be read all the same: by the restore itself."""
    token = _restoring.set(True)
    try:
        yield
    finally:
        _restoring.reset(token)


def found() -> Unfinished | None:
    with connection.cursor() as cursor:
        return _found(cursor)


def begin(begun: Unfinished) -> None:
    """From now on every new connection is refused. Raises InUse where there are older ones."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {TABLE} (file text, proof text, erasures text, began timestamptz)"
        )
        cursor.execute(f"INSERT INTO {TABLE} VALUES (%s, %s, %s, %s)", astuple(begun))
    if count := _others():
        end()
        raise InUse(count=count)


def end() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")


def _found(cursor: Any) -> Unfinished | None:
    cursor.execute("SELECT to_regclass(%s)", [f"public.{TABLE}"])
    if only_row(cursor) == (None,):
        return None
    cursor.execute(f"SELECT file, proof, erasures, began FROM public.{TABLE}")
    return Unfinished(*only_row(cursor))


def _others() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        (count,) = only_row(cursor)
        return count
