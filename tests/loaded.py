"""The demo city's rows, kept in memory from the first module that loads it: to copy them back
takes a tenth of the time, and all that a run of tests does first is to load the city again."""

from collections.abc import Callable
from copy import copy
from types import SimpleNamespace

from django.db import connection
from django.db.models import Model
from psycopg import sql

KEPT: dict[Callable[[], SimpleNamespace], tuple[dict[str, bytes], SimpleNamespace]] = {}
AS_MIGRATED = ("django_migrations", "django_content_type", "auth_permission")


def bring(load: Callable[[], SimpleNamespace]) -> SimpleNamespace:
    """What `load` gives, in the caller's transaction, which nothing else was written in. The
    numbers of later rows go on: a sequence is not rolled back."""
    if load in KEPT:
        _put(KEPT[load][0])
    else:
        made = load()
        KEPT[load] = (_rows(), made)
    given = vars(KEPT[load][1]).items()
    return SimpleNamespace(**{k: copy(v) if isinstance(v, Model) else v for k, v in given})


def _rows() -> dict[str, bytes]:
    with connection.cursor() as cursor:
        # Keys that are looked up at the end of the transaction would hinder the copying.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = {}
        for (table,) in cursor.fetchall():
            with cursor.copy(_statement("COPY {} TO STDOUT", table)) as out:
                found[table] = b"".join(out)
    return {table: rows for table, rows in found.items() if rows and table not in AS_MIGRATED}


def _put(rows: dict[str, bytes]) -> None:
    with connection.cursor() as cursor:
        # Triggers have done their part when the rows were made.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, content in rows.items():
            cursor.execute(_statement("DELETE FROM {}", table))
            with cursor.copy(_statement("COPY {} FROM STDIN", table)) as into:
                into.write(content)
        cursor.execute("SET LOCAL session_replication_role = origin")


def _statement(words: str, table: str) -> sql.Composed:
    return sql.SQL(words).format(sql.Identifier(table))
