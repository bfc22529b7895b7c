"""Delimited text files.

A file that is well written is read by the engine where it lies. Any other is taken apart here,
since the engine would stop at its first odd line.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..quoting import identifier, literal
from .handover import PLACES, Engine, Spool, hand_over, path_literal, refuse_without_rows
from .layout import Layout, survey
from .names import check_names
from .options import BadOption
from .places import inside
from .port import Extract, Words, connects
from .records import Batch, Records
from .texts import BOM, blocks, decoded
from .untyped import Schema, Table, pa, pc

DELIMITERS = frozenset("\t !#$%&*+,-./:;<=>?@^_|~")
ROW_GROUP = 1 << 25


@connects("csv")
@dataclass(frozen=True)
class CsvFile:
    base: Path
    path: str
    encoding: Literal["utf-8", "utf-8-sig", "gb18030", "gbk"] = "utf-8"
    delimiter: str = ","

    def __post_init__(self) -> None:
        if self.delimiter not in DELIMITERS:
            raise BadOption(
                "csv", "delimiter", Words("one ASCII sign or a tab", "一个 ASCII 符号或制表符")
            )

    def check(self) -> None:
        """Reads the beginning of the file only."""
        file = inside(self.base, self.path)
        head = next(decoded(file, self.path, self.encoding)).removeprefix(BOM)
        check_names(self.path, Records(self.path, iter([head]), self.delimiter.encode()).header)

    def extract(self, con: Engine, scratch: Path) -> Extract:
        file = inside(self.base, self.path)
        spool = Spool(scratch)
        records = self._records(file)
        check_names(self.path, records.header)
        # the engine is shown a record for each line, so the header must be the first of them
        regular = records.lines.first == 2
        if regular and self.encoding.startswith("utf-8"):
            extract = self._in_place(con, file, spool, records)
        else:
            extract = self._copied(con, spool, records) if regular else None
        return extract or self._taken_apart(con, file, spool)

    def _in_place(self, con: Engine, file: Path, spool: Spool, records: Records) -> Extract | None:
        if (found := survey(records)) is None:
            return None
        layout, rows = found
        refuse_without_rows(self.path, rows)
        text = spool.folder / "source.csv"
        text.symlink_to(file)  # under a name that the engine cannot take for a pattern
        extract = Extract(spool.name, records.header, rows, (), self.path)
        con.execute(self._view(text, layout, extract))
        return extract

    def _copied(self, con: Engine, spool: Spool, records: Records) -> Extract | None:
        """The engine must not decode, so it gets the cells."""
        table = Cells(con, spool, records)
        found = survey(records, table.add)
        table.flush()
        if found is None:
            spool.drop()
            return None
        layout, rows = found
        refuse_without_rows(self.path, rows)
        extract = Extract(spool.name, records.header, rows, (), self.path)
        return hand_over(con, spool, extract, raw=layout.sql(records.header))

    def _taken_apart(self, con: Engine, file: Path, spool: Spool) -> Extract:
        records = self._records(file)
        write(con, spool, records)
        refuse_without_rows(self.path, records.count)
        rejected = tuple(records.rejections.all)
        extract = Extract(spool.name, records.header, records.count, rejected, self.path)
        return hand_over(con, spool, extract)

    def _records(self, file: Path) -> Records:
        return Records(self.path, blocks(file, self.path, self.encoding), self.delimiter.encode())

    def _view(self, text: Path, layout: Layout, extract: Extract) -> str:
        names = ", ".join(map(identifier, extract.columns))
        listed = ", ".join(map(literal, extract.columns))
        types = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in extract.columns)
        quote = literal('"' if layout.quotes else "")
        return (
            f"CREATE TEMP VIEW {extract.relation} AS SELECT {names}, _position,"
            f" _position + 1 AS _line, {layout.sql(extract.columns)} AS _raw FROM"
            f" (SELECT *, row_number() OVER () AS _position FROM read_csv({path_literal(text)},"
            f" auto_detect = false, header = true, columns = {{{types}}},"
            f" delim = {literal(self.delimiter)}, quote = {quote}, escape = {quote},"
            f" force_not_null = [{listed}], compression = 'none', hive_partitioning = false))"
        )


class Cells:
    """Lines that are a record each, on their way into the spool."""

    def __init__(self, con: Engine, spool: Spool, records: Records):
        self._con, self._spool, self._records = con, spool, records
        self._waiting: list[Table] = []
        self._size = self._position = 0

    def add(self, block: bytes, rows: int) -> None:
        cells = _cells(block, self._records)
        positions = pa.array(range(self._position + 1, self._position + rows + 1), pa.int64())
        lines = pa.array(range(self._position + 2, self._position + rows + 2), pa.int64())
        self._waiting.append(
            cells.append_column("_position", positions).append_column("_line", lines)
        )
        self._position += rows
        self._size += len(block)
        if self._size > ROW_GROUP:
            self.flush()

    def flush(self) -> None:
        if self._waiting:
            self._spool.add(self._con, pa.concat_tables(self._waiting))
        self._waiting, self._size = [], 0


def write(con: Engine, spool: Spool, records: Records) -> None:
    """Every record that fits, into the spool."""
    schema = pa.schema([(column, pa.string()) for column in records.header] + PLACES)
    waiting: list[Table] = []
    size = 0
    for batch in records.batches():
        text = b"\n".join([*batch.texts, b""])
        waiting.append(_table(text, batch, records, schema))
        size += len(text)
        if size > ROW_GROUP:
            spool.add(con, pa.concat_tables(waiting))
            waiting, size = [], 0
    spool.add(con, pa.concat_tables([schema.empty_table(), *waiting]))


def _table(text: bytes, batch: Batch, records: Records, schema: Schema) -> Table:
    if not text:
        return schema.empty_table()
    places = (batch.positions, batch.lines, batch.raws)
    arrays = [pa.array(values, type) for values, (_, type) in zip(places, PLACES, strict=True)]
    return pa.Table.from_arrays([*_cells(text, records).columns, *arrays], schema=schema)


def _cells(text: bytes, records: Records) -> Table:
    if text.startswith(BOM):
        text = BOM + text  # one is content here: the file's own mark is gone
    return pc.read_csv(
        pa.BufferReader(text),
        pc.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=records.header),
        pc.ParseOptions(
            delimiter=records.delimiter.decode(), newlines_in_values=True, ignore_empty_lines=False
        ),
        pc.ConvertOptions(
            check_utf8=False, column_types={column: pa.string() for column in records.header}
        ),
    )
