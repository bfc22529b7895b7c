"""Rows on their way to the engine: Parquet in a scratch folder, and one view over it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp

import duckdb

from tongban.errors import Refusal

from ..quoting import identifier, literal
from .names import check_names
from .port import Extract, Rejected, Words
from .untyped import pa, pq

PLACES = [("_position", pa.int64()), ("_line", pa.int64()), ("_raw", pa.string())]
BATCH = 20_000
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


def folder_in(scratch: Path) -> Path:
    """A new folder for one extract, readable by us alone; its name serves as the relation's."""
    return Path(mkdtemp(prefix="extract_", dir=scratch))


def json_of(columns: Sequence[str]) -> str:
    """The row as JSON, for a source that has no text form of its own."""
    names = map(identifier, columns)
    cells = ", ".join(f"{name} := {name}" for name in names)
    return f"CAST(to_json(struct_pack({cells})) AS VARCHAR)"


def path_literal(path: Path) -> str:
    """A literal that names this one file: the reader would take * ? [ in it for a pattern."""
    return literal("".join(f"[{char}]" if char in "*?[" else char for char in str(path)))


def hand_over(
    con: duckdb.DuckDBPyConnection, folder: Path, extract: Extract, raw: str = "_raw"
) -> Extract:
    """Make `extract.relation` on the connection from the Parquet files in the folder."""
    check_names(extract.source, extract.columns)
    files = ", ".join(path_literal(path) for path in sorted(folder.glob("*.parquet")))
    names = "".join(identifier(column) + ", " for column in extract.columns)
    con.execute(
        f"CREATE TEMP VIEW {extract.relation} AS SELECT {names}_position, _line, {raw} AS _raw"
        f" FROM read_parquet([{files}], union_by_name = true, hive_partitioning = false)"
    )
    counted = con.execute(f"SELECT count(*) FROM {extract.relation}").fetchone()
    assert counted is not None
    extract.reconcile(counted[0])
    return extract


class RowWriter:
    """Takes records one by one; a later record may bring columns that no earlier one had."""

    def __init__(self, source: str, scratch: Path):
        self.folder = folder_in(scratch)
        self.rejections = Rejections(source)
        self.position = 0
        self._columns: dict[str, None] = {}
        self._rows: list[Mapping[str, str | None]] = []
        self._places: list[tuple[int, int | None, str]] = []
        self._parts = 0

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

    def finish(self, con: duckdb.DuckDBPyConnection, rows: int) -> Extract:
        """Hand over what was taken; `rows` is what the source itself says it holds."""
        self._write()
        rejected = tuple(self.rejections.all)
        source, columns = self.rejections.source, tuple(self._columns)
        return hand_over(
            con, self.folder, Extract(self.folder.name, columns, rows, rejected, source)
        )

    def _write(self) -> None:
        # a wider schema needs a file of its own; the view lays them over each other by name
        schema = pa.schema([(column, pa.string()) for column in self._columns] + PLACES)
        cells = [[row.get(column) for row in self._rows] for column in self._columns]
        places = list(zip(*self._places, strict=True)) or [[], [], []]
        arrays = [
            pa.array(values, field.type)
            for values, field in zip([*cells, *places], schema, strict=True)
        ]
        pq.write_table(
            pa.Table.from_arrays(arrays, schema=schema), self.folder / f"{self._parts:06}.parquet"
        )
        self._rows, self._places = [], []
        self._parts += 1
