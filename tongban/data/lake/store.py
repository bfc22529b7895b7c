"""The lake and the engine as this deployment is set up."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from tongban.data.lake.keyring import RowKeyring
from tongban.engines.tables import DuckEngine, Lake


def lake() -> Lake:
    return Lake(settings.LAKE_URL, RowKeyring())


def engine() -> DuckEngine:
    return DuckEngine(
        lake(),
        memory_limit=settings.ENGINE_MEMORY,
        threads=settings.ENGINE_THREADS,
        scratch=scratch(),
    )


def scratch() -> Path:
    settings.SCRATCH.mkdir(parents=True, exist_ok=True, mode=0o700)
    return settings.SCRATCH


@contextlib.contextmanager
def table_lock(table: str) -> Iterator[None]:
    """One writer per table, on all machines that share the database."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"lake:{table}"])
        yield
