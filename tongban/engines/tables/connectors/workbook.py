"""The outside of an .xlsx file: where a sheet is, how far it reaches, how many rows have a value.

The engine reads the cells. It stops with an internal error where rows are out of order, and it does
not say how many there were, so this looks first, in its own way.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import dirname, join, normpath
from zipfile import BadZipFile, ZipFile

from tongban.errors import Refusal

from .port import Words
from .untyped import Element, etree

CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
LARGEST = 1 << 32  # bytes of XML in one workbook
BROKEN = Words("it is no such file, or not complete", "不是该类文件或不完整")
TOO_LARGE = Words("it is too large when unpacked", "解压后过大")
DOCTYPE = Words("it declares entities", "含有 DOCTYPE 声明")
DISORDERED = Words("its rows or cells are out of order", "行或单元格次序错乱")
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_LINK = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


class NotAWorkbook(Refusal):
    """{file} cannot be read as an Excel workbook: {why}. Open it in Excel, save it again as .xlsx
    without a password, and deliver that."""

    zh = (
        "{file} 无法按 Excel 工作簿读取：{why_zh}。请用 Excel 打开，另存为不带密码的 .xlsx 后报送。"
    )

    def __init__(self, file: str, why: Words):
        super().__init__(file=file, why=why.en, why_zh=why.zh)


class NoSuchSheet(Refusal):
    """{file} has no sheet {sheet}. Correct it in the contract; the workbook has: {known}."""

    zh = "{file} 中没有工作表 {sheet}，现有：{known}。请更正资源约定中的工作表名。"


class _Disordered(Exception):
    pass


@dataclass
class Sheet:
    """`merged` holds first row, last row and column of the cells merged downwards."""

    name: str
    rows: int = 0
    width: int = 0
    last: int = 0
    merged: list[tuple[int, int, int]] = field(default_factory=list[tuple[int, int, int]])


def measure(path: Path, name: str, sheet: str, header: int) -> Sheet:
    """The sheet (the first one if `sheet` is empty), counting its rows below the header."""
    try:
        with ZipFile(path) as book:
            _refuse_traps(book, name)
            parts = _parts(book)
            if sheet not in ("", *parts):
                raise NoSuchSheet(file=name, sheet=sheet, known=", ".join(parts))
            found = Sheet(sheet or next(iter(parts)))
            _walk(book, parts[found.name], found, header)
            return found
    except _Disordered:
        raise NotAWorkbook(name, DISORDERED) from None
    except (BadZipFile, KeyError, zlib.error, etree.XMLSyntaxError, StopIteration) as error:
        raise NotAWorkbook(name, BROKEN) from error


def _refuse_traps(book: ZipFile, name: str) -> None:
    if sum(info.file_size for info in book.infolist()) > LARGEST:
        raise NotAWorkbook(name, TOO_LARGE)
    for part in book.namelist():
        with book.open(part) as file:
            if b"<!DOCTYPE" in file.read(1024).replace(b"\0", b""):
                raise NotAWorkbook(name, DOCTYPE)


def _parts(book: ZipFile) -> dict[str, str]:
    """The part that holds each sheet, by the sheet's name."""
    main = next(target for kind, _, target in _links(book, "") if kind.endswith("/officeDocument"))
    targets = {link: target for _, link, target in _links(book, main)}
    return {
        element.get("name", ""): targets[element.get(LINK) or element.get(STRICT_LINK) or ""]
        for element in _elements(book, main, "sheet")
    }


def _links(book: ZipFile, part: str) -> Iterator[tuple[str, str, str]]:
    folder = dirname(part)
    for element in _elements(book, f"{folder}/_rels/{part[len(folder) :]}.rels", "Relationship"):
        target = normpath(join("/", folder, element.get("Target", ""))).lstrip("/")
        yield element.get("Type", ""), element.get("Id", ""), target


def _elements(book: ZipFile, part: str, *tags: str) -> Iterator[Element]:
    with book.open(part.replace("//", "/").lstrip("/")) as file:
        wanted = tuple("{*}" + tag for tag in tags)
        for _, element in etree.iterparse(
            file, events=("end",), tag=wanted, resolve_entities=False, no_network=True
        ):
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]


def _walk(book: ZipFile, part: str, sheet: Sheet, header: int) -> None:
    previous = 0
    for element in _elements(book, part, "row", "mergeCell"):
        if etree.QName(element).localname == "mergeCell":
            _note_merged(element.get("ref", ""), sheet)
            continue
        number = int(element.get("r") or previous + 1)
        if number <= previous:
            raise _Disordered
        previous = number
        if width := _filled(element, number):
            sheet.width, sheet.last = max(sheet.width, width), number
            sheet.rows += number > header


def _filled(row: Element, number: int) -> int:
    """The last column of this row that has a value, 0 if none has."""
    column = filled = 0
    for cell in row.iterchildren("{*}c"):
        place = CELL.fullmatch(cell.get("r") or f"{letters(column + 1)}{number}")
        if place is None or int(place[2]) != number or column_number(place[1]) <= column:
            raise _Disordered
        column = column_number(place[1])
        value = cell.find("{*}v")
        if value is not None and value.text or cell.find("{*}is") is not None:
            filled = column
    return filled


def _note_merged(area: str, sheet: Sheet) -> None:
    ends = [CELL.fullmatch(end) for end in area.split(":")]
    first, last = ends[0], ends[-1]
    if first and last and first[1] == last[1]:
        sheet.merged.append((int(first[2]), int(last[2]), column_number(first[1])))


def column_number(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def letters(column: int) -> str:
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
