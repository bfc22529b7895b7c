"""A lake and rows of the database that many tests read and each may change for itself.

To build one takes a hundred times as long as to read it. The database is rolled back to what was
built after each test (its transaction lies within this one), and the lake keeps every version.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction

OURS = ("LAKE_URL", "SCRATCH", "ENGINE_MEMORY", "ENGINE_THREADS")


@contextmanager
def lake(home: Path) -> Iterator[Path]:
    """Settings that lead into this folder, in a transaction that is rolled back at the end."""
    kept = {name: getattr(settings, name) for name in OURS}
    settings.LAKE_URL, settings.SCRATCH = str(home / "lake"), home / "scratch"
    settings.ENGINE_MEMORY, settings.ENGINE_THREADS = "500MB", 1
    try:
        with transaction.atomic():
            yield home
            transaction.set_rollback(True)
    finally:
        for name, value in kept.items():
            setattr(settings, name, value)
