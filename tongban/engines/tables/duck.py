"""The embedded engine over the lake: views of a snapshot, stagings, and a look at whole files."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tongban.errors import Refusal

from . import extremes, names, quoting
from .doors import Connection, shut_in
from .fitting import check_columns
from .keys import DataKey
from .lake import Lake
from .reading import admit, columns_of, described, parquet, refusal_of, without_values
from .schema import Schema
from .snapshot import Snapshot, Staged, StagedFile

# one file: told to cut, the engine writes its row groups in any order
FILE = "rows.parquet"


class QueryFailed(Refusal):
    """The rows for {table} could not be computed: {problem}"""

    zh = "未能算出 {table} 的数据：{problem}"


class NotWrittenWhole(Refusal):
    """{table}: {written} rows were written and {read} can be read back. Nothing was committed."""

    zh = "{table}：写入 {written} 行，读回 {read} 行；没有提交任何内容。"


@dataclass(frozen=True)
class Damage:
    path: str
    problem: Refusal


class DuckEngine:
    def __init__(self, lake: Lake, *, memory_limit: str, threads: int, scratch: Path):
        self.lake = lake
        self.memory_limit = memory_limit
        self.threads = threads
        self.scratch = scratch

    @contextmanager
    def connect(self, sources: Sequence[Path] = ()) -> Generator[Connection]:
        """A private database in memory that reads the lake, the scratch folder and `sources`.

        What is wrong with the lake's files comes out as FileDamaged or FileMissing, whatever
        statement met it.
        """
        with shut_in(
            self.lake.storage,
            self.scratch,
            memory_limit=self.memory_limit,
            threads=self.threads,
            sources=sources,
        ) as con:
            try:
                yield con
            except duckdb.Error as error:
                if refusal := refusal_of(error, self.lake.storage.url("")):
                    raise refusal from error
                raise

    def attach(self, con: Connection, snapshot: Snapshot, as_name: str) -> None:
        """A view with the snapshot's columns, null where older files lack one.

        `as_name` may be layer.table. Raises KeyDestroyed for a version somebody was erased from.
        """
        branches = [
            self._branch(con, snapshot.schema, key, paths)
            for key, paths in snapshot.by_key().items()
        ]
        nothing = _projection(snapshot.schema, {}) + " WHERE false"
        layer, _, name = as_name.rpartition(".")
        view = quoting.identifier(name)
        if layer:
            con.execute(f"CREATE SCHEMA IF NOT EXISTS {quoting.identifier(layer)}")
            view = f"{quoting.identifier(layer)}.{view}"
        body = " UNION ALL ".join(branches) or nothing
        con.execute(f"CREATE OR REPLACE VIEW {view} AS {body}")

    def stage(self, con: Connection, query: str, table: str, schema: Schema, run: str) -> Staged:
        """Write the query's rows, encrypted under a new key, and read back what was written.

        Nothing is visible before `Lake.commit`. Columns are taken by name; a narrower type becomes
        the declared one where no value can change, nothing else is converted.
        """
        names.table_folder(table)
        base = self.lake.latest(table)
        with self._answering(table):
            found = described(con, f"SELECT * FROM ({query})")
        check_columns(table, schema, found)
        key = self.lake.keys.create(table, run)
        folder = f"{names.table_folder(table)}/{names.data_folder(run, key.id)}"
        self.lake.storage.make_folder(folder)
        columns = ", ".join(
            f"CAST({quoting.identifier(c.name)} AS {c.duckdb}) AS {quoting.identifier(c.name)}"
            for c in schema.columns
        )
        with self._answering(table):
            written = con.execute(
                f"COPY (SELECT {columns} FROM ({query}))"
                f" TO {quoting.literal(self.lake.storage.url(folder, FILE))}"
                " (FORMAT parquet, COMPRESSION zstd, RETURN_STATS,"
                " ENCRYPTION_CONFIG {footer_key_value: ?})",
                [key.secret],
            ).fetchall()
        prefix = self.lake.storage.url(names.table_folder(table), "")
        files = tuple(
            self._verified(con, table, schema, key, (path.removeprefix(prefix), rows, size))
            for path, rows, size, *_ in written
        )
        return Staged(table, run, key.id, schema, files, base)

    def damaged(self, snapshot: Snapshot) -> tuple[Damage, ...]:
        """Every file of the snapshot that cannot be read whole; reads them all."""
        found: list[Damage] = []
        for file in snapshot.files:
            try:
                with self.connect() as con:
                    rows = _read_through(con, file.path, self.lake.keys.secret(file.key))
                if rows != file.rows:
                    raise NotWrittenWhole(table=snapshot.table, written=file.rows, read=rows)
            except Refusal as refusal:
                found.append(Damage(file.path, refusal))
        return tuple(found)

    @contextmanager
    def _answering(self, table: str) -> Generator[None]:
        """A query's error as an answer that quotes no row."""
        try:
            yield
        except duckdb.Error as error:
            damage = refusal_of(error, self.lake.storage.url(""))
            raise damage or QueryFailed(table=table, problem=without_values(error)) from None

    def _branch(self, con: Connection, schema: Schema, key: str, paths: list[str]) -> str:
        secret = self.lake.keys.secret(key)
        admit(con, DataKey(key, secret))
        try:
            held = columns_of(con, paths[0], secret)
        except duckdb.Error as error:
            raise refusal_of(error, paths[0], paths[0]) or error from error
        return f"{_projection(schema, held)} FROM {parquet(paths, key)}"

    def _verified(
        self,
        con: Connection,
        table: str,
        schema: Schema,
        key: DataKey,
        written: tuple[str, int, int],
    ) -> StagedFile:
        """The file as the engine reads it, which must be what the engine said it wrote."""
        path, rows, size = written
        url = self.lake.storage.url(names.table_folder(table), path)
        check_columns(table, schema, columns_of(con, url, key.secret))
        counted = extremes.counted(schema)
        query = f"SELECT count(*){extremes.expressions(counted)} FROM {parquet([url])}"
        ((read, *values),) = con.execute(query, [key.secret]).fetchall()
        if read != rows:
            raise NotWrittenWhole(table=table, written=rows, read=read)
        return StagedFile(path, rows, size, extremes.stats(rows, counted, values))


def _projection(schema: Schema, held: dict[str, str]) -> str:
    """The schema's columns from files that hold these; nulls for the others."""
    columns = ", ".join(
        quoting.identifier(c.name)
        if c.name in held
        else f"CAST(NULL AS {c.duckdb}) AS {quoting.identifier(c.name)}"
        for c in schema.columns
    )
    return f"SELECT {columns}"


def _read_through(con: Connection, path: str, secret: bytes) -> int:
    """Count rows while every page of every column is decrypted."""
    query = f"SELECT count(*), max(hash(t)) FROM {parquet([path])} AS t"
    ((rows, _),) = con.execute(query, [secret]).fetchall()
    return rows
