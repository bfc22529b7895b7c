"""The throw-away process that runs a person's SQL: `python -m tongban.data.exchange.child`.

It knows nothing but what comes in on stdin (a line of JSON, then one Arrow stream per relation) and
says nothing but one line of JSON and an Arrow stream on stdout. It takes its own rights away before
it reads the first byte. Neither Django nor our settings are imported here, nor anything of ours.
"""

import ctypes
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import pyarrow

pa: Any = pyarrow  # without type stubs
BATCH = 1_000
NO_NEW_PRIVILEGES = 38
DUMPABLE = 4
# these speak of the statement; any other may quote a value of a row
WITHOUT_VALUES = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)


class TooLarge(Exception):
    """The answer has more bytes than may leave."""


def main() -> None:
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    give_up_rights(memory, seconds)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    try:
        answer, rows = run(source)
        answer["bytes"] = len(rows)  # a process that is killed may have said half of it
    except duckdb.Error as error:
        answer, rows = {"failed": kind(error), "words": words(error)}, b""
    except (MemoryError, pa.ArrowMemoryError):
        answer, rows = {"failed": "OutOfMemory", "words": ""}, b""
    except TooLarge:
        answer, rows = {"failed": "TooLarge", "words": ""}, b""
    target.write(json.dumps(answer).encode() + b"\n" + rows)
    target.flush()
    os._exit(0)  # nothing of the engine's is left to tidy up, and nothing may be written


def give_up_rights(memory: int, seconds: int) -> None:
    """`memory` in bytes of address space, beside what the libraries have taken already."""
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    limits = {
        resource.RLIMIT_AS: taken + memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,  # a core file would hold the rows
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_NOFILE: 16,
    }
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.prctl(DUMPABLE, 0, 0, 0, 0)  # no debugger of the same account looks in


def run(source: BinaryIO) -> tuple[dict[str, Any], bytes]:
    header = json.loads(source.readline())
    con = duckdb.connect(
        config={
            "threads": "1",
            "memory_limit": f"{header['memory_mb']}MB",
            "temp_directory": "",
            "max_temp_directory_size": "0KB",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "allow_persistent_secrets": "false",
            "allow_unsigned_extensions": "false",
            "python_enable_replacements": "false",
        }
    )
    con.execute("SET enable_external_access = false")  # refuses the temp_directory if given above
    for table in header["tables"]:
        fill(con, table, source.read(table["bytes"]))
    con.execute("SET lock_configuration = true")
    (statement,) = con.extract_statements(header["query"])
    if statement.type != duckdb.StatementType.SELECT:
        raise duckdb.BinderException("not a SELECT")
    return collected(con.execute(statement), header["limit"], header["most_bytes"])


def fill(con: duckdb.DuckDBPyConnection, table: dict[str, Any], stream: bytes) -> None:
    con.register("incoming", pa.ipc.open_stream(stream).read_all())
    schema, name = ('"' + part.replace('"', '""') + '"' for part in table["name"].split("."))
    con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    con.execute(f"CREATE TABLE {schema}.{name} AS SELECT * FROM incoming")
    con.unregister("incoming")


def collected(
    con: duckdb.DuckDBPyConnection, limit: int, most_bytes: int
) -> tuple[dict[str, Any], bytes]:
    """The first rows, no more than may leave; the rest is never computed where it need not be."""
    reader = con.to_arrow_reader(BATCH)
    batches, rows, size = [], 0, 0
    for each in reader:
        batch = each.slice(0, limit + 1 - rows)
        batches.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if size > most_bytes:
            raise TooLarge
        if rows > limit:
            break
    table = pa.Table.from_batches(batches, reader.schema).slice(0, limit)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return {"truncated": rows > limit}, sink.getvalue().to_pybytes()


def kind(error: duckdb.Error) -> str:
    return type(error).__name__.removesuffix("Exception")


def words(error: duckdb.Error) -> str:
    return str(error).splitlines()[0] if isinstance(error, WITHOUT_VALUES) else ""


if __name__ == "__main__":
    main()
