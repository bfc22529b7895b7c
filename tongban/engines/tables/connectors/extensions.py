"""A DuckDB of its own for sources that the engine reads through an extension."""

from collections.abc import Generator
from contextlib import contextmanager

import duckdb

from ..doors import extension
from ..quoting import literal


@contextmanager
def engine_with(name: str) -> Generator[duckdb.DuckDBPyConnection]:
    """What a source brings (settings, an attached password, an internal error that invalidates the
    database) stays in here and ends with it."""
    con = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": "768MB",
        }
    )
    try:
        con.execute(f"LOAD {literal(str(extension(name)))}")
        yield con
    finally:
        con.close()
