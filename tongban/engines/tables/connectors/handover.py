"""Rows on their way to the engine: encrypted Parquet in a scratch folder, and one view over it.

The key of an extract is made with it and kept in memory alone: a process that is killed leaves
files that nobody can read.
"""

import secrets
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from tempfile import mkdtemp

import duckdb

from tongban.errors import Refusal

from ..keys import KEY_BYTES, DataKey
from ..quoting import identifier, literal
from ..reading import admit
from .names import check_names
from .port import Extract, Rejected, Words
from .untyped import Table, pa

Engine = duckdb.DuckDBPyConnection
PLACES = [("_position", pa.int64()), ("_line", pa.int64()), ("_raw", pa.string())]
BATCH = 20_000
INCOMING = "incoming_rows"
MOST_REJECTED = 100_000


class TooManyRejected(Refusal):
    """More than {most} records of {source} do not fit its columns, the last one at record
    {position}: {reason}. It is not what its contract says; check its form and delimiter."""

    zh = (
        "{source} 有超过 {most} 条记录与其列不符，最近一条为第 {position} 条：{reason_zh}。"
        "它与资源约定不一致，请核对文件格式和分隔符。"
    )


class NoRows(Refusal):
    """{file} has no rows: that is what a failed export looks like. Have it delivered again, or left
    out where there is nothing to report."""

    zh = "{file} 没有数据行，与导出失败无异。请重新报送；确无数据时无需报送。"


def refuse_without_rows(file: str, rows: int) -> None:
    if rows == 0:
        raise NoRows(file=file)


class Rejections:
    """Records that could not be split; refuses the source when they become the rule."""

    def __init__(self, source: str):
        self.source = source
        self.all: list[Rejected] = []

    def add(self, position: int, raw: str, reason: Words, line: int | None = None) -> None:
        if len(self.all) == MOST_REJECTED:
            raise TooManyRejected(
                source=self.source,
                most=MOST_REJECTED,
                position=position,
                reason=reason.en,
                reason_zh=reason.zh,
            )
        self.all.append(Rejected(position, raw, reason.en, reason.zh, line))


class Spool:
    """Where one extract lies, readable by this process alone; its name serves as the relation's."""

    def __init__(self, scratch: Path):
        self.folder = Path(mkdtemp(prefix="extract_", dir=scratch))
        self.name = self.folder.name
        self._key = DataKey(self.name, secrets.token_bytes(KEY_BYTES))
        self._parts: dict[tuple[str, ...], list[Path]] = {}  # by the columns they have
        self._written = 0

    def add(self, con: Engine, rows: Table) -> None:
        con.register(INCOMING, rows)
        path = self.copy(con, f"SELECT * FROM {INCOMING}")
        con.unregister(INCOMING)
        self.take(path, tuple(rows.column_names))

    def copy(self, con: Engine, query: str) -> Path:
        """The query's rows in a file, which is no part of the extract before it is taken."""
        self._written += 1
        path = self.folder / f"{self._written:06}.parquet"
        self.run(
            con,
            f"COPY ({query}) TO {literal(str(path))}"
            " (FORMAT parquet, ENCRYPTION_CONFIG {footer_key_value: $key})",
        )
        return path

    def run(self, con: Engine, query: str) -> Engine:
        """A query that reads or writes files of this spool."""
        return con.execute(query, {"key": self._key.secret})

    def take(self, path: Path, columns: tuple[str, ...] = ()) -> None:
        self._parts.setdefault(columns, []).append(path)

    def drop(self) -> None:
        """Forget the parts."""
        for path in chain.from_iterable(self._parts.values()):
            path.unlink()
        self._parts = {}

    def admit(self, con: Engine) -> str:
        """All parts, for the FROM of a view."""
        admit(con, self._key)
        key = f"footer_key: {literal(self._key.id)}"
        # not union_by_name: with encryption it ends in an internal error of the engine
        groups = (f"SELECT * FROM {_parquet(paths, key)}" for paths in self._parts.values())
        return f"({' UNION ALL BY NAME '.join(groups)})"


def rows_of(path: Path) -> str:
    """A file of the spool, for `Spool.run`."""
    return _parquet([path], "footer_key_value: $key")


def _parquet(paths: Sequence[Path], key: str) -> str:
    files = ", ".join(map(path_literal, paths))
    return f"read_parquet([{files}], encryption_config = {{{key}}}, hive_partitioning = false)"


def json_of(columns: Sequence[str]) -> str:
    """The row as JSON, for a source that has no text form of its own."""
    names = map(identifier, columns)
    cells = ", ".join(f"{name} := {name}" for name in names)
    return f"CAST(to_json(struct_pack({cells})) AS VARCHAR)"


def path_literal(path: Path) -> str:
    """A literal that names this one file: the reader would take * ? [ in it for a pattern."""
    return literal("".join(f"[{char}]" if char in "*?[" else char for char in str(path)))


def hand_over(con: Engine, spool: Spool, extract: Extract, raw: str = "_raw") -> Extract:
    """Make `extract.relation` on the connection from the parts of the spool."""
    check_names(extract.source, extract.columns)
    names = "".join(identifier(column) + ", " for column in extract.columns)
    con.execute(
        f"CREATE TEMP VIEW {extract.relation} AS SELECT {names}_position, _line, {raw} AS _raw"
        f" FROM {spool.admit(con)}"
    )
    counted = con.execute(f"SELECT count(*) FROM {extract.relation}").fetchone()
    assert counted is not None
    extract.reconcile(counted[0])
    return extract


class RowWriter:
    """Takes records one by one; a later record may bring columns that no earlier one had."""

    def __init__(self, source: str, con: Engine, scratch: Path):
        self._con, self._spool = con, Spool(scratch)
        self.rejections = Rejections(source)
        self.position = 0
        self._columns: dict[str, None] = {}
        self._rows: list[Mapping[str, str | None]] = []
        self._places: list[tuple[int, int | None, str]] = []

    def add(self, cells: Mapping[str, str | None], raw: str, line: int | None = None) -> None:
        self.position += 1
        self._columns |= dict.fromkeys(cells)
        self._rows.append(cells)
        self._places.append((self.position, line, raw))
        if len(self._rows) == BATCH:
            self._write()

    def reject(self, raw: str, reason: Words, line: int | None = None) -> None:
        self.position += 1
        self.rejections.add(self.position, raw, reason, line)

    def finish(self, rows: int) -> Extract:
        """Hand over what was taken; `rows` is what the source itself says it holds."""
        self._write()
        rejected = tuple(self.rejections.all)
        source, columns = self.rejections.source, tuple(self._columns)
        extract = Extract(self._spool.name, columns, rows, rejected, source)
        return hand_over(self._con, self._spool, extract)

    def _write(self) -> None:
        # a wider schema needs a file of its own; the view lays them over each other by name
        schema = pa.schema([(column, pa.string()) for column in self._columns] + PLACES)
        check_names(self.rejections.source, tuple(self._columns))
        cells = [[row.get(column) for row in self._rows] for column in self._columns]
        places = list(zip(*self._places, strict=True)) or [[], [], []]
        arrays = [
            pa.array(values, field.type)
            for values, field in zip([*cells, *places], schema, strict=True)
        ]
        self._spool.add(self._con, pa.Table.from_arrays(arrays, schema=schema))
        self._rows, self._places = [], []
