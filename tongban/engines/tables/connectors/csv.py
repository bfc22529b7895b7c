"""Delimited text files.

A file that is well written is read by the engine where it lies. Any other is taken apart here,
since the engine would stop at its first odd line.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from ..quoting import identifier, literal
from .handover import PLACES, folder_in, hand_over, path_literal, refuse_without_rows
from .layout import Layout, survey
from .names import check_names
from .options import BadOption
from .places import inside
from .port import Extract, Words, connects
from .records import Batch, Records
from .texts import BOM, blocks, decoded
from .untyped import Schema, Table, pa, pc, pq

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

    def extract(self, con: duckdb.DuckDBPyConnection, scratch: Path) -> Extract:
        file = inside(self.base, self.path)
        folder = folder_in(scratch)
        text = folder / "source.csv"
        if self.encoding.startswith("utf-8"):
            text.symlink_to(file)  # under a name that the engine cannot take for a pattern
        else:
            with text.open("wb") as out:
                out.writelines(decoded(file, self.path, self.encoding))
        records = self._records(text)
        check_names(self.path, records.header)
        # the engine is shown a record for each line, so the header must be the first of them
        if records.lines.first == 2 and (found := survey(records)):
            layout, rows = found
            refuse_without_rows(self.path, rows)
            extract = Extract(folder.name, records.header, rows, (), self.path)
            con.execute(self._view(text, layout, extract))
            return extract
        records = self._records(text)
        write(records, folder / "rows.parquet")
        text.unlink()
        refuse_without_rows(self.path, records.count)
        rejected = tuple(records.rejections.all)
        return hand_over(
            con, folder, Extract(folder.name, records.header, records.count, rejected, self.path)
        )

    def _records(self, text: Path) -> Records:
        return Records(self.path, blocks(text, self.path, self.encoding), self.delimiter.encode())

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


def write(records: Records, target: Path) -> None:
    """Every record that fits, into one Parquet file in the scratch folder."""
    schema = pa.schema([(column, pa.string()) for column in records.header] + PLACES)
    with pq.ParquetWriter(target, schema, use_dictionary=False) as writer:
        waiting: list[Table] = []
        size = 0
        for batch in records.batches():
            text = b"\n".join([*batch.texts, b""])
            waiting.append(_table(text, batch, records, schema))
            size += len(text)
            if size > ROW_GROUP:
                writer.write_table(pa.concat_tables(waiting))
                waiting, size = [], 0
        writer.write_table(pa.concat_tables([schema.empty_table(), *waiting]))


def _table(text: bytes, batch: Batch, records: Records, schema: Schema) -> Table:
    if not text:
        return schema.empty_table()
    cells = pc.read_csv(
        pa.BufferReader(text),
        pc.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=records.header),
        pc.ParseOptions(
            delimiter=records.delimiter.decode(), newlines_in_values=True, ignore_empty_lines=False
        ),
        pc.ConvertOptions(
            check_utf8=False, column_types={column: pa.string() for column in records.header}
        ),
    )
    places = (batch.positions, batch.lines, batch.raws)
    arrays = [pa.array(values, type) for values, (_, type) in zip(places, PLACES, strict=True)]
    return pa.Table.from_arrays([*cells.columns, *arrays], schema=schema)
