"""The folder's CSV files as rows of the models they fill."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import Model

from tongban.base.calendar.models import CalendarDay
from tongban.base.people.models import Office, Region
from tongban.commands.city.findings import Findings
from tongban.commands.city.texts import read_text
from tongban.data.standards.compiling import ELEMENT_CHECKS
from tongban.data.standards.models import Code, Element
from tongban.errors import Refusal

TYPE = re.compile(r"string|integer|boolean|date|timestamp|decimal\(\d+,\d+\)")
REST = "…"  # what a row has beyond its header
Read = Callable[[str], Any]
Fields = Mapping[str, tuple[str, Read]]  # column of the file → field of the model, how to read it


class CannotRead(Refusal):
    """line {line}, {column}: cannot read '{cell}'"""

    zh = "第 {line} 行 {column}：不能读取“{cell}”"


class CellTooLong(Refusal):
    """{count} characters, at most {most}"""

    zh = "有 {count} 个字符，至多 {most} 个"


class CellEmpty(Refusal):
    """the cell is empty"""

    zh = "单元格为空"


class InCell(Refusal):
    """line {line}, {column}: {problem_en}"""

    zh = "第 {line} 行 {column}：{problem_zh}"


class CellMissing(Refusal):
    """line {line}: there is no cell for {column}"""

    zh = "第 {line} 行：缺少 {column} 的单元格"


class TooManyCells(Refusal):
    """line {line}: {count} cells too many; put what holds a comma into quotes"""

    zh = "第 {line} 行：多出 {count} 个单元格，含逗号的内容请加引号"


class RowTwice(Refusal):
    """line {line}: {key} is there twice; keep one row for it"""

    zh = "第 {line} 行：{key} 出现了两次，请只保留一行"


class ColumnsMissing(Refusal):
    """missing columns {columns}"""

    zh = "缺少列 {columns}"


class NotCsv(Refusal):
    """line {line} is not CSV: {problem}"""

    zh = "第 {line} 行不是 CSV：{problem}"


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _yes(text: str) -> bool:
    return {"true": True, "false": False}[text]


def _grade(text: str) -> int:
    return {"1": 1, "2": 2, "3": 3, "4": 4}[text]


def _type(text: str) -> str:
    if not TYPE.fullmatch(text):
        raise ValueError(text)
    return text


def _check(text: str) -> str:
    if text != "none" and text not in ELEMENT_CHECKS:
        raise ValueError(text)
    return "" if text == "none" else text


def _of(model: type[Model], fields: Fields) -> Fields:
    """Text takes what the model's field takes: no more characters, and nothing only where nothing
    may stand."""
    return {
        column: (name, _text(model._meta.get_field(name)) if read is str else read)
        for column, (name, read) in fields.items()
    }


def _text(field: Any) -> Read:
    def read(text: str) -> str:
        if len(text) > field.max_length:
            raise CellTooLong(count=len(text), most=field.max_length)
        if not text and not field.blank:
            raise CellEmpty
        return text

    return read


REGIONS = _of(
    Region,
    {
        "code": ("code", str),
        "name_zh": ("name_zh", str),
        "name_en": ("name_en", str),
        "level": ("level", str),
        "parent": ("parent_code", str),
        "valid_from": ("valid_from", _day),
        "valid_to": ("valid_until", _day),
        "successor": ("successor_code", str),
    },
)
OFFICES = _of(
    Office,
    {
        "id": ("code", str),
        "name_zh": ("name_zh", str),
        "name_en": ("name_en", str),
        "short_zh": ("short_zh", str),
        "short_en": ("short_en", str),
        "uscc": ("uscc", str),
        "region": ("region_code", str),
    },
)
CALENDAR = _of(
    CalendarDay,
    {
        "day": ("day", date.fromisoformat),
        "working": ("working", _yes),
        "note_zh": ("note_zh", str),
        "note_en": ("note_en", str),
    },
)
ELEMENTS = _of(
    Element,
    {
        "code": ("code", str),
        "name_zh": ("name_zh", str),
        "name_en": ("name_en", str),
        "type": ("type", _type),
        "grade": ("grade", _grade),
        "format": ("format", str),
        "codelist": ("codelist", str),
        "check": ("check_name", _check),
    },
)
CODES = _of(
    Code,
    {
        "code": ("code", str),
        "name_zh": ("name_zh", str),
        "name_en": ("name_en", str),
        "valid_from": ("valid_from", _day),
        "valid_to": ("valid_until", _day),
        "maps_to": ("maps_to", str),
    },
)


def rows(
    path: Path, fields: Fields, findings: Findings, name: str | None = None
) -> list[dict[str, Any]]:
    """The file's rows; what cannot be read is a finding with its line and column.

    The first column of `fields` is the key. `name` is how findings call the file.
    """
    file = name or path.name
    found: dict[Any, dict[str, Any]] = {}
    with findings.gather(file):
        for line, cells in _cells(read_text(path), fields):
            with findings.gather(file):
                row = _row(line, cells, fields)
                key = next(iter(row.values()))
                if key in found:
                    raise RowTwice(line=line, key=key)
                found[key] = row
    return list(found.values())


def _cells(text: str, fields: Fields) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey=REST, strict=True)
    missing = [name for name in fields if name not in (reader.fieldnames or ())]
    if missing:
        raise ColumnsMissing(columns=", ".join(missing))
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise NotCsv(line=reader.reader.line_num, problem=error) from error


def _row(line: int, cells: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    if REST in cells:
        raise TooManyCells(line=line, count=len(cells[REST]))
    found: dict[str, Any] = {}
    for column, (name, read) in fields.items():
        if cells[column] is None:
            raise CellMissing(line=line, column=column)
        try:
            found[name] = read(cells[column])
        except (CellTooLong, CellEmpty) as refusal:
            words = {"problem_zh": refusal.told("zh"), "problem_en": refusal.told("en")}
            raise InCell(line=line, column=column, **words) from refusal
        except (ValueError, KeyError) as error:
            raise CannotRead(line=line, column=column, cell=cells[column]) from error
    return found
