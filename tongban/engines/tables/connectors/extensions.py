"""A DuckDB of its own for sources that the engine reads through an extension."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ..doors import CIPHER, SEALED, load


@contextmanager
def engine_with(name: str, spill: Path | None = None) -> Generator[duckdb.DuckDBPyConnection]:
    """What a source brings (settings, an attached password, an internal error that invalidates the
    database) stays in here and ends with it. What does not fit into memory goes to the `spill`
    folder, encrypted; without one, nothing does."""
    folder = str(spill) if spill else ""
    con = duckdb.connect(config={**SEALED, "memory_limit": "768MB", "temp_directory": folder})
    try:
        load(con, name, CIPHER)
        yield con
    finally:
        con.close()
