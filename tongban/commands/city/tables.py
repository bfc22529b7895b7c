"""The folder's CSV files as rows of the models they fill."""

import csv
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tongban.commands.city.findings import Findings

Read = Callable[[str], Any]
Fields = Mapping[str, tuple[str, Read]]  # column of the file → field of the model, how to read it


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _yes(text: str) -> bool:
    return {"true": True, "false": False}[text]


REGIONS: Fields = {
    "code": ("code", str),
    "name_zh": ("name_zh", str),
    "name_en": ("name_en", str),
    "level": ("level", str),
    "parent": ("parent_code", str),
    "valid_from": ("valid_from", _day),
    "valid_to": ("valid_until", _day),
    "successor": ("successor_code", str),
}
OFFICES: Fields = {
    "id": ("code", str),
    "name_zh": ("name_zh", str),
    "name_en": ("name_en", str),
    "short_zh": ("short_zh", str),
    "short_en": ("short_en", str),
    "uscc": ("uscc", str),
    "region": ("region_code", str),
}
CALENDAR: Fields = {
    "day": ("day", date.fromisoformat),
    "working": ("working", _yes),
    "note_zh": ("note_zh", str),
    "note_en": ("note_en", str),
}
ELEMENTS: Fields = {
    "code": ("code", str),
    "name_zh": ("name_zh", str),
    "name_en": ("name_en", str),
    "type": ("type", str),
    "grade": ("grade", int),
    "format": ("format", str),
    "codelist": ("codelist", str),
    "check": ("check_name", lambda text: "" if text == "none" else text),
}
CODES: Fields = {
    "code": ("code", str),
    "name_zh": ("name_zh", str),
    "name_en": ("name_en", str),
    "valid_from": ("valid_from", _day),
    "valid_to": ("valid_until", _day),
    "maps_to": ("maps_to", str),
}


def rows(path: Path, fields: Fields, findings: Findings) -> list[dict[str, Any]]:
    """The file's rows; what cannot be read is a finding with its line and column."""
    if not path.exists():
        findings.add(path.name, "缺少这个文件", "the file is missing")
        return []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in fields if name not in (reader.fieldnames or ())]
        if missing:
            findings.add(
                path.name, f"缺少列 {'、'.join(missing)}", f"missing columns {', '.join(missing)}"
            )
            return []
        return [
            row
            for line, cells in enumerate(reader, 2)
            if (row := _row(path.name, line, cells, fields, findings)) is not None
        ]


def _row(
    file: str, line: int, cells: Mapping[str, str], fields: Fields, findings: Findings
) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    for column, (name, read) in fields.items():
        try:
            found[name] = read(cells[column])
        except (ValueError, KeyError, TypeError):
            findings.add(
                file,
                f"第 {line} 行 {column}：不能读取“{cells[column]}”",
                f"line {line}, {column}: cannot read '{cells[column]}'",
            )
            return None
    return found
