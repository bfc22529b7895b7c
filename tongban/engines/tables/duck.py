"""The embedded engine over the lake: views of a snapshot, stagings, and a look at whole files."""

import json
import re
from base64 import b64encode
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tongban.errors import Refusal

from . import names, quoting
from .doors import Connection, shut_in
from .keys import DataKey
from .lake import Lake
from .reading import columns_of, described, parquet, refusal_of, without_values
from .schema import Column, Schema
from .snapshot import Snapshot, Staged, StagedFile

# one file: told to cut, the engine writes its row groups in any order
FILE = "rows.parquet"
# DECIMAL(p,s) is checked by its digits
WIDENS = {
    "BIGINT": re.compile(r"U?(TINY|SMALL|HUGE|BIG)?INT|U?INTEGER"),
    "DOUBLE": re.compile(r"FLOAT"),
    "VARCHAR": re.compile(r"JSON"),
    "TIMESTAMP": re.compile(r"TIMESTAMP_(S|MS)"),
}
DIGITS = re.compile(r"DECIMAL\((\d+),(\d+)\)")
# the engine answers these from the footers, without reading rows
COUNTED = {"integer", "date", "timestamp"}
IN_LOG = re.compile(r"-?\d+|\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2}(\.\d+)?)?")


class ColumnsNotAsDeclared(Refusal):
    """The rows for {table} are not what its schema says: missing {missing}; unknown {unknown};
    of another type {mistyped}."""

    zh = "{table} 的数据与表结构不符：缺少 {missing}；多出 {unknown}；类型不符 {mistyped}。"


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
    def connect(self) -> Generator[Connection]:
        """A private database in memory. What is wrong with the lake's files comes out as
        FileDamaged or FileMissing, whatever statement met it."""
        with shut_in(
            self.lake.storage, self.scratch, memory_limit=self.memory_limit, threads=self.threads
        ) as con:
            try:
                yield con
            except duckdb.Error as error:
                if refusal := refusal_of(error):
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
        *schemas, view = map(quoting.identifier, as_name.split("."))
        for schema in schemas:
            con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        body = " UNION ALL ".join(branches) or nothing
        con.execute(f"CREATE OR REPLACE VIEW {'.'.join([*schemas, view])} AS {body}")

    def stage(self, con: Connection, query: str, table: str, schema: Schema, run: str) -> Staged:
        """Write the query's rows, encrypted under a new key, and read back what was written.

        Nothing is visible before `Lake.commit`. Columns are taken by name; a narrower type becomes
        the declared one where no value can change, nothing else is converted.
        """
        names.table_folder(table)
        base = self.lake.latest(table)
        _check_columns(table, schema, _described(con, table, query))
        key = self.lake.keys.create(table, run)
        folder = f"{names.table_folder(table)}/{names.data_folder(run, key.id)}"
        self.lake.storage.make_folder(folder)
        columns = ", ".join(
            f"CAST({quoting.identifier(c.name)} AS {c.duckdb}) AS {quoting.identifier(c.name)}"
            for c in schema.columns
        )
        try:
            written = con.execute(
                f"COPY (SELECT {columns} FROM ({query}))"
                f" TO {quoting.literal(self.lake.storage.url(folder, FILE))}"
                " (FORMAT parquet, COMPRESSION zstd, RETURN_STATS,"
                " ENCRYPTION_CONFIG {footer_key_value: ?})",
                [key.secret],
            ).fetchall()
        except duckdb.Error as error:
            raise QueryFailed(table=table, problem=without_values(error)) from None
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

    def _branch(self, con: Connection, schema: Schema, key: str, paths: list[str]) -> str:
        secret = self.lake.keys.secret(key)
        _admit(con, DataKey(key, secret))
        try:
            held = columns_of(con, paths[0], secret)
        except duckdb.Error as error:
            raise refusal_of(error, paths[0]) or error from error
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
        _check_columns(table, schema, columns_of(con, url, key.secret))
        counted = [c for c in schema.columns if c.open and c.type in COUNTED]
        extremes = "".join(
            f", CAST({end}({quoting.identifier(c.name)}) AS VARCHAR)"
            for c in counted
            for end in ("min", "max")
        )
        query = f"SELECT count(*){extremes} FROM {parquet([url])}"
        ((read, *values),) = con.execute(query, [key.secret]).fetchall()
        if read != rows:
            raise NotWrittenWhole(table=table, written=rows, read=read)
        return StagedFile(path, rows, size, _stats(rows, counted, values))


def _admit(con: Connection, key: DataKey) -> None:
    """Let views name this key. The statement takes no parameter and so holds the key itself: the
    query log, which any statement can turn on, is turned off first."""
    con.execute("CALL disable_logging()")
    con.execute(
        f"PRAGMA add_parquet_key({quoting.literal(key.id)},"
        f" {quoting.literal(b64encode(key.secret).decode())})"
    )


def _projection(schema: Schema, held: dict[str, str]) -> str:
    """The schema's columns from files that hold these; nulls for the others."""
    columns = ", ".join(
        quoting.identifier(c.name)
        if c.name in held
        else f"CAST(NULL AS {c.duckdb}) AS {quoting.identifier(c.name)}"
        for c in schema.columns
    )
    return f"SELECT {columns}"


def _described(con: Connection, table: str, query: str) -> dict[str, str]:
    try:
        return described(con, f"SELECT * FROM ({query})")
    except duckdb.Error as error:
        raise QueryFailed(table=table, problem=without_values(error)) from None


def _check_columns(table: str, schema: Schema, found: dict[str, str]) -> None:
    missing = [c.name for c in schema.columns if c.name not in found]
    unknown = [name for name in found if schema.get(name) is None]
    mistyped = [
        f"{c.name} ({found[c.name]}, not {c.duckdb})"
        for c in schema.columns
        if c.name in found and not _widens(found[c.name], c)
    ]
    if missing or unknown or mistyped:
        raise ColumnsNotAsDeclared(table=table, missing=missing, unknown=unknown, mistyped=mistyped)


def _widens(kind: str, column: Column) -> bool:
    """Can the engine's type become the column's without any value changing?"""
    if kind == column.duckdb:
        return True
    has, needs = DIGITS.fullmatch(kind), DIGITS.fullmatch(column.duckdb)
    if has and needs:
        precision, scale = int(needs[1]), int(needs[2])
        return scale >= int(has[2]) and precision - scale >= int(has[1]) - int(has[2])
    pattern = WIDENS.get(column.duckdb)
    return bool(pattern and pattern.fullmatch(kind))


def _stats(rows: int, columns: list[Column], values: list[str | None]) -> str:
    """Row count and, of open columns, the smallest and largest value, as the log keeps them."""
    ends: dict[str, dict[str, object]] = {"minValues": {}, "maxValues": {}}
    for i, column in enumerate(columns):
        pair = values[2 * i : 2 * i + 2]
        # beyond the year 9999 and before the year 1 the log has no words for a date
        if all(value is not None and IN_LOG.fullmatch(value) for value in pair):
            for end, value in zip(ends, pair, strict=True):
                ends[end][column.name] = _in_log(column, str(value))
    return json.dumps({"numRecords": rows, **ends}, ensure_ascii=False)


def _in_log(column: Column, value: str) -> object:
    if column.type == "integer":
        return int(value)
    if column.type == "date":
        return value
    seconds, _, fraction = value.replace(" ", "T").partition(".")
    return f"{seconds}.{fraction[:3]:0<3}"  # the log counts milliseconds, cut off


def _read_through(con: Connection, path: str, secret: bytes) -> int:
    """Count rows while every page of every column is decrypted."""
    query = f"SELECT count(*), max(hash(t)) FROM {parquet([path])} AS t"
    ((rows, _),) = con.execute(query, [secret]).fetchall()
    return rows
