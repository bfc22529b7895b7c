"""One sheet of an .xlsx workbook, each cell as the text that the file holds for it.

A number that Excel shortened stays as it is (3.29901E+17), a date stays its serial number (44927):
to guess what was meant is the work of the checks. Empty rows are no records.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ..quoting import identifier, literal
from .extensions import engine_with
from .handover import Engine, Rejections, Spool, hand_over, json_of, refuse_without_rows, rows_of
from .names import check_names
from .options import BadOption
from .places import inside
from .port import Extract, Words, connects
from .records import NoHeader
from .workbook import BROKEN, NotAWorkbook, Sheet, letters, measure

OUTSIDE = Words("a cell has a value to the right of the header", "表头右侧之外的单元格有内容")


@connects("excel")
@dataclass(frozen=True)
class ExcelSheet:
    base: Path
    path: str
    sheet: str = ""
    header: int = 1

    def __post_init__(self) -> None:
        if self.header < 1:
            raise BadOption("excel", "header", Words("a row number from 1", "从 1 起的行号"))

    def check(self) -> None:
        file = inside(self.base, self.path)
        sheet = self._measured(file)
        with engine_with("excel") as reader:
            self._columns(reader, file, sheet)

    def extract(self, con: Engine, scratch: Path) -> Extract:
        file = inside(self.base, self.path)
        sheet = self._measured(file)
        refuse_without_rows(self.path, sheet.rows)
        spool = Spool(scratch)
        rejections = Rejections(self.path)
        with engine_with("excel", spool.folder / "spill") as reader:
            columns = self._columns(reader, file, sheet)
            every = (
                f"SELECT *, row_number() OVER () AS _line FROM {_cells(file, sheet, sheet.last)}"
            )
            with _answering(self.path):
                cells = spool.copy(reader, every)
                self._split(reader, columns, sheet, (spool, cells), rejections)
            cells.unlink()
        extract = Extract(spool.name, columns, sheet.rows, tuple(rejections.all), self.path)
        return hand_over(con, spool, extract, raw=json_of(columns))

    def _measured(self, file: Path) -> Sheet:
        sheet = measure(file, self.path, self.sheet, self.header)
        if sheet.last < self.header:
            raise NoHeader(file=self.path)
        return sheet

    def _columns(self, reader: Engine, file: Path, sheet: Sheet) -> tuple[str, ...]:
        """The header's cells. One that is merged from above has the text above."""
        with _answering(self.path):
            rows = reader.execute(f"SELECT * FROM {_cells(file, sheet, self.header)}").fetchall()
        names = list(rows[self.header - 1])
        for first, last, column in sheet.merged:
            if first < self.header <= last:
                names[column - 1] = rows[first - 1][column - 1]
        while names and not names[-1]:
            names.pop()
        if not names:
            raise NoHeader(file=self.path)
        columns = tuple(name or "" for name in names)
        check_names(self.path, columns)
        return columns

    def _split(
        self,
        reader: Engine,
        columns: tuple[str, ...],
        sheet: Sheet,
        copied: tuple[Spool, Path],
        rejections: Rejections,
    ) -> None:
        """The rows that have a value: those within the header's columns, and the others."""
        every = [identifier(letters(number)) for number in range(1, sheet.width + 1)]
        spool, path = copied
        inner, outer = every[: len(columns)], every[len(columns) :]
        rows = (
            f"(SELECT *, row_number() OVER (ORDER BY _line) AS _position FROM"
            f" {rows_of(path)}"
            f" WHERE _line > {self.header} AND ({_any(every)}))"
        )
        cells = ", ".join(
            f"{cell} AS {identifier(column)}" for cell, column in zip(inner, columns, strict=True)
        )
        within = f"SELECT {cells}, _position, _line FROM {rows} WHERE NOT ({_any(outer)})"
        spool.take(spool.copy(reader, within))
        found = spool.run(
            reader,
            f"SELECT _position, CAST(to_json([{', '.join(every)}]) AS VARCHAR), _line FROM {rows}"
            f" WHERE {_any(outer)} ORDER BY _position",
        )
        while row := found.fetchone():
            rejections.add(row[0], row[1], OUTSIDE, row[2])


@contextmanager
def _answering(file: str) -> Generator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise NotAWorkbook(file, BROKEN) from error


def _any(cells: list[str]) -> str:
    return " OR ".join(f"{cell} IS NOT NULL" for cell in cells) or "false"


def _cells(file: Path, sheet: Sheet, last: int) -> str:
    # with a range, the engine neither stops at an empty row nor narrows the sheet to its header
    return (
        f"read_xlsx({literal(str(file))}, sheet = {literal(sheet.name)}, header = false,"
        f" all_varchar = true, stop_at_empty = false, range = 'A1:{letters(sheet.width)}{last}')"
    )
