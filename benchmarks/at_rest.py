"""What protecting columns on the disk costs, by five ways of doing it (docs/adr/0001).

    .venv/bin/python -m benchmarks.at_rest [--rows 3000000] [--rounds 7]

The same rows are written and read back by each way in turn, the order turning with the rounds.
Printed: median CPU-seconds of this process, all threads, and the median over the rounds of the
ratio to plain Parquet. Every way must give the same answer.
"""

import argparse
import os
import secrets
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.parquet.encryption import create_encryption_properties

from tongban.engines.tables import Column, Connection, DataKey, DuckEngine, Lake, Schema
from tongban.vault import SoftwareVault

SCHEMA = Schema(
    (
        Column("id", "integer", 2),
        Column("name", "string", 3),
        Column("citizen", "string", 4),
        Column("phone", "string", 4),
        Column("born", "date", 3),
        Column("street", "string", 1),
        Column("seen", "timestamp", 2),
        Column("fee", "decimal(12,2)", 2),
    )
)
CLOSED = [column.name for column in SCHEMA.columns if not column.open]
SOURCE = """
    CREATE TABLE source AS SELECT i AS id, '名' || hash(i) % 90000 AS name,
        '3299' || (10000000000000 + hash(i, 1) % 90000000000000)::VARCHAR AS citizen,
        '139' || (10000000 + hash(i, 2) % 90000000)::VARCHAR AS phone,
        DATE '1930-01-01' + (hash(i, 3) % 34000)::INT AS born, '街道' || hash(i, 4) % 300 AS street,
        TIMESTAMP '2026-01-01' + to_seconds(i) AS seen,
        (hash(i, 5) % 1000000 / 100)::DECIMAL(12,2) AS fee
    FROM range({rows}) t(i)
"""
ANSWER = "count(*), max(name), max(citizen), max(phone), min(born), max(street), sum(fee)"
BATCH = 122_880  # rows of one of the engine's row groups
SAMPLE = 50  # sealing each value is measured on so small a part of the rows, and multiplied
ROWS, ROUNDS = 3_000_000, 7
VAULT = SoftwareVault(secrets.token_bytes(32))
KEY = secrets.token_bytes(32)


@dataclass(frozen=True)
class Way:
    name: str
    write: Callable[[Connection, Path], None]
    read: Callable[[Connection, Path], list[tuple]]
    part: int = 1


def plain_write(con: Connection, folder: Path) -> None:
    con.execute(f"COPY source TO '{folder}/a.parquet' (FORMAT parquet, COMPRESSION zstd)")


def plain_read(con: Connection, folder: Path) -> list[tuple]:
    return con.execute(f"SELECT {ANSWER} FROM '{folder}/a.parquet'").fetchall()


def duckdb_write(con: Connection, folder: Path) -> None:
    con.execute(
        f"COPY source TO '{folder}/a.parquet'"
        " (FORMAT parquet, COMPRESSION zstd, ENCRYPTION_CONFIG {footer_key_value: ?})",
        [KEY],
    )


def encrypted_read(con: Connection, folder: Path) -> list[tuple]:
    source = f"read_parquet('{folder}/a.parquet', encryption_config = {{footer_key_value: ?}})"
    return con.execute(f"SELECT {ANSWER} FROM {source}", [KEY]).fetchall()


def arrow_write(con: Connection, folder: Path) -> None:
    """One page a column chunk: the engine cannot read a second one (see `default_pages`)."""
    _arrow_copy(con, folder, write_batch_size=BATCH, max_rows_per_page=BATCH, data_page_size=2**30)


def default_pages(con: Connection, folder: Path) -> str:
    """What the engine says to pyarrow's file with its pages as they come."""
    _arrow_copy(con, folder)
    try:
        return str(encrypted_read(con, folder))
    except duckdb.Error as error:
        return str(error).partition("\n")[0]


def _arrow_copy(con: Connection, folder: Path, **pages: int) -> None:
    batches = con.execute("FROM source").to_arrow_reader(BATCH)
    with pq.ParquetWriter(
        folder / "a.parquet",
        batches.schema,
        compression="zstd",
        encryption_properties=create_encryption_properties(KEY),
        **pages,
    ) as writer:
        for batch in batches:
            writer.write_batch(batch, row_group_size=BATCH)


def sm4_values_write(con: Connection, folder: Path) -> None:
    """Each value of grade 3 and 4 sealed on its own, as the product seals fields in PostgreSQL."""
    part = f"FROM source WHERE id % {SAMPLE} = 0"
    table = con.execute(part).to_arrow_table()
    for i, name in enumerate(table.column_names):
        if name in CLOSED:
            values = table[name].cast(pa.string()).to_pylist()
            sealed = pa.array([VAULT.seal(value.encode(), name) for value in values], pa.binary())
            table = table.set_column(i, name, sealed)
    pq.write_table(table, folder / "a.parquet", compression="zstd")


def sm4_values_read(con: Connection, folder: Path) -> list[tuple]:
    table = pq.read_table(folder / "a.parquet")
    for i, name in enumerate(table.column_names):
        if name in CLOSED:
            opened = [VAULT.open(value, name).decode() for value in table[name].to_pylist()]
            column = pa.array(opened).cast(pa.date32() if name == "born" else pa.string())
            table = table.set_column(i, name, column)
    return con.from_arrow(table).aggregate(ANSWER).fetchall()


def sm4_chunks_write(con: Connection, folder: Path) -> None:
    """The kindest to SM4: all closed columns of a row group sealed as one block beside the file."""
    batches = con.execute("FROM source").to_arrow_reader(BATCH)
    rest = [name for name in SCHEMA.names if name not in CLOSED]
    with pq.ParquetWriter(
        folder / "a.parquet", batches.schema.empty_table().select(rest).schema, compression="zstd"
    ) as writer:
        for number, batch in enumerate(batches):
            block = batch.select(CLOSED)
            sink = pa.BufferOutputStream()
            options = pa.ipc.IpcWriteOptions(compression="zstd")
            with pa.ipc.new_stream(sink, block.schema, options=options) as stream:
                stream.write_batch(block)
            sealed = VAULT.seal(sink.getvalue().to_pybytes(), "block")
            (folder / f"{number}.sealed").write_bytes(sealed)
            writer.write_batch(batch.select(rest), row_group_size=BATCH)


def sm4_chunks_read(con: Connection, folder: Path) -> list[tuple]:
    return con.from_arrow(_opened(folder)).aggregate(ANSWER).fetchall()


def _opened(folder: Path) -> pa.RecordBatchReader:
    file = pq.ParquetFile(folder / "a.parquet")

    def batches() -> Iterator[pa.RecordBatch]:
        for number in range(file.num_row_groups):
            sealed = (folder / f"{number}.sealed").read_bytes()
            (closed,) = pa.ipc.open_stream(VAULT.open(sealed, "block"))
            (rest,) = file.read_row_group(number).combine_chunks().to_batches()
            columns = {**_columns(rest), **_columns(closed)}
            yield pa.RecordBatch.from_pydict(columns, schema=SCHEMA.arrow())

    return pa.RecordBatchReader.from_batches(SCHEMA.arrow(), batches())


def _columns(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    return dict(zip(batch.schema.names, batch.columns, strict=True))


class Keys:
    """One key for all: what a keyring costs is not asked here."""

    def create(self, table: str, run: str) -> DataKey:
        return DataKey(f"{table}/{run}", KEY)

    def secret(self, id: str) -> bytes:
        return KEY

    def destroy(self, ids: frozenset[str], reason: str) -> None:
        raise AssertionError("nothing is destroyed here")


def lake_way(engine: DuckEngine, lake: Lake) -> Way:
    """What the product does: encrypted by the engine, read back and verified, committed."""

    def write(con: Connection, folder: Path) -> None:
        staged = engine.stage(con, "FROM source", "ods.people", SCHEMA, folder.name)
        lake.commit(staged, lock=nullcontext())

    def read(con: Connection, folder: Path) -> list[tuple]:
        engine.attach(con, lake.snapshot("ods.people"), "ods.people")
        return con.execute(f"SELECT {ANSWER} FROM ods.people").fetchall()

    return Way("tables of the lake: (b), verified and committed", write, read)


WAYS = (
    Way("(a) plain Parquet: only volume encryption", plain_write, plain_read),
    Way("(b) DuckDB, AES-256-GCM, whole file", duckdb_write, encrypted_read),
    Way("(c) SM4-GCM in Python, each value", sm4_values_write, sm4_values_read, SAMPLE),
    Way("(c) SM4-GCM in Python, block of columns", sm4_chunks_write, sm4_chunks_read),
    Way("(d) pyarrow, AES-256-GCM, whole file", arrow_write, encrypted_read),
)


@dataclass
class Figures:
    write: list[float]
    read: list[float]
    size: int = 0


def measure(con: Connection, ways: list[Way], folder: Path, rounds: int) -> dict[str, Figures]:
    figures = {way.name: Figures([], []) for way in ways}
    answers: dict[str, list[tuple]] = {}
    for number in range(rounds + 1):  # the first warms up and is not counted
        turn = number % len(ways)
        for way in ways[turn:] + ways[:turn]:
            target = folder / f"r{number}-{ways.index(way)}"
            target.mkdir()
            began = time.process_time()
            way.write(con, target)
            written = time.process_time()
            answers[way.name] = way.read(con, target)
            done = time.process_time()
            if number:
                figures[way.name].write.append((written - began) * way.part)
                figures[way.name].read.append((done - written) * way.part)
            size = sum(path.stat().st_size for path in target.iterdir()) * way.part
            figures[way.name].size = figures[way.name].size or size
            shutil.rmtree(target)
    whole = {way.name: answers[way.name] for way in ways if way.part == 1}
    assert len(set(map(str, whole.values()))) == 1, whole
    return figures


def table(figures: dict[str, Figures]) -> str:
    base = next(iter(figures.values()))
    lines = [
        "| way | write, CPU s | × plain | read, CPU s | × plain | MB |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, found in figures.items():
        cells = [
            name,
            f"{statistics.median(found.write):.2f}",
            f"{_ratio(found.write, base.write):.2f}",
            f"{statistics.median(found.read):.2f}",
            f"{_ratio(found.read, base.read):.2f}",
            f"{found.size / 1e6:.0f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _ratio(ours: list[float], plain: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(ours, plain, strict=True))


def main() -> str:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    return run(given.rows, given.rounds)


def run(rows: int = ROWS, rounds: int = ROUNDS) -> str:
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name, "scratch")
        lake = Lake(f"{name}/lake", Keys())
        engine = DuckEngine(lake, memory_limit="6GB", threads=2, scratch=scratch)
        with engine.connect() as con:
            con.execute(SOURCE.format(rows=rows))
            odd = scratch / "default-pages"
            odd.mkdir()
            said = default_pages(con, odd)
            ways = [*WAYS, lake_way(engine, lake)]
            figures = measure(con, ways, scratch, rounds)
        figures[ways[-1].name].size = sum(f.size for f in lake.snapshot("ods.people").files)
    machine = f"{rows} rows, n = {rounds}, load {os.getloadavg()[0]:.1f}"
    return f"{machine}\n\n{table(figures)}\n\n(d) with default pages, read by DuckDB: {said}\n"


if __name__ == "__main__":
    os.write(1, main().encode())
