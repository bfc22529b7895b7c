"""A small .xlsx writer: one sheet, rows streamed, the same rows give the same bytes.

Strings are written inline, so no table of shared strings has to be kept until the end.
"""

import zipfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

# The limit of the format is 1,048,576 rows with the header.
ROWS_PER_FILE = 1_000_000
_BATCH = 1_000
LONG_AGO = (1980, 1, 1, 0, 0, 0)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{TYPES}">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_TYPE}.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{SHEET_TYPE}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

Cell = str | float


class Workbook:
    def __init__(self, path: Path, sheet: str, header: Iterable[str]) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        workbook = (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            f'<sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
        )
        for name, text in {**PARTS, "xl/workbook.xml": workbook}.items():
            self._zip.writestr(_entry(name), DECLARATION + text)
        self._sheet = self._zip.open(_entry("xl/worksheets/sheet1.xml"), "w", force_zip64=True)
        self._sheet.write(f'{DECLARATION}<worksheet xmlns="{MAIN}"><sheetData>'.encode())
        self._row = 0
        self._waiting: list[str] = []
        self.write(header)

    def write(self, cells: Iterable[Cell]) -> None:
        self._row += 1
        row = self._row
        text = "".join(_cell(chr(65 + i), row, cell) for i, cell in enumerate(cells))
        self._waiting.append(f'<row r="{row}">{text}</row>')
        if len(self._waiting) == _BATCH:
            self._flush()

    def _flush(self) -> None:
        self._sheet.write("".join(self._waiting).encode())
        self._waiting.clear()

    def close(self) -> None:
        self._flush()
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        self.close()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _cell(column: str, row: int, value: Cell) -> str:
    if isinstance(value, str):
        if not value:
            return ""
        text = escape(value)
        return f'<c r="{column}{row}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f'<c r="{column}{row}"><v>{value}</v></c>'
