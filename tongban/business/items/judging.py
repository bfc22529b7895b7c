"""What is odd or wrong in a published list of items, row by row. Nothing is repaired."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongban.business.items import credit_codes
from tongban.business.items.credit_codes import Fault
from tongban.business.items.models import ServiceItem

SEGMENTS = 6  # base code, division, part, office, nature of the office, serial
OFFICE_SEGMENT = 4
TYPES = frozenset({*map(str, range(1, 11)), "20"})  # GB/T 39046 A.1
BRACKETS = FULL_WIDTH, HALF_WIDTH = frozenset("（）"), frozenset("()")
ROOM_FOR_COPIES = 6  # characters of `ServiceItem.code` kept for telling equal codes apart


class Oddity(models.TextChoices):
    """What a row can have besides a fault of a credit code; the first five keep it out."""

    CELLS = "cells", _("列数不符，未导入")
    NO_NAME = "no_name", _("没有事项名称，未导入")
    NO_OFFICE = "no_office", _("没有实施主体，未导入")
    TOO_LONG = "too_long", _("文字过长，未导入")
    SAME_ROW = "same_row", _("与另一行完全相同，只导入一次")
    NO_CODE = "no_code", _("没有实施编码")
    SAME_CODE = "same_code", _("实施编码与另一行相同")
    SAME_NAME = "same_name", _("同一部门有同名事项")
    SEGMENTS = "segments", _("实施编码不是 6 段")
    DIVISION = "division", _("实施编码中的区划与区划列不一致")
    OFFICES_DIFFER = "offices_differ", _("实施编码与部门代码列的信用代码不一致")
    TYPE = "type", _("事项类型代码不在国标中")
    AREA = "area", _("区划代码不是 12 位数字")
    HALF_WIDTH = "half_width", _("名称用了半角括号")


KEPT_OUT = frozenset(
    {Oddity.CELLS, Oddity.NO_NAME, Oddity.NO_OFFICE, Oddity.TOO_LONG, Oddity.SAME_ROW}
)


@dataclass(frozen=True)
class Row:
    """A row as it stands in the file; `number` is its line there, the header being line 1."""

    number: int
    department: str
    main_item: str
    item_name: str
    item_code: str
    task_type: str
    dept_code: str
    area_code: str

    @cached_property
    def segments(self) -> list[str]:
        return self.item_code.split("-")

    @cached_property
    def office_code(self) -> str:
        """The valid credit code inside the item code, in whatever segment; else empty."""
        return next(filter(credit_codes.is_valid, self.segments), "")

    @property
    def cells(self) -> tuple[str, ...]:
        return (
            *(self.department, self.main_item, self.item_name, self.item_code),
            *(self.task_type, self.dept_code, self.area_code),
        )

    @property
    def text(self) -> str:
        return ",".join(self.cells)


@dataclass(frozen=True)
class Finding:
    """`hint` tells where to look: other rows, or a valid code. Of a row that is kept out, `value`
    is the whole row."""

    row: int
    column: str
    kind: Fault | Oddity
    value: str
    hint: str = ""


def judged(rows: Sequence[Row]) -> list[Finding]:
    """Every finding, in the order of the rows."""
    offices: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        offices[row.department] |= {row.office_code} - {""}
    findings = chain(
        chain.from_iterable(_of_codes(row, offices[row.department]) for row in rows),
        chain.from_iterable(map(_of_row, rows)),
        _of_equals(rows),
    )
    return sorted(findings, key=lambda finding: finding.row)


def tally(rows: Sequence[Row]) -> dict[str, Any]:
    """The figures of a list: its codes by class, brackets, segments, names twice, offices."""
    names = _groups(rows, lambda row: (row.department, row.item_name))
    full, half = ({r.number for r in rows if signs & {*r.item_name}} for signs in BRACKETS)
    return {
        "item_code": {**_classes(rows), "valid_by_segment": _positions(rows)},
        "dept_code": {
            "valid": sum(credit_codes.is_valid(row.dept_code) for row in rows),
            "not_valid": sum(not credit_codes.is_valid(row.dept_code) for row in rows),
        },
        "segments": _counted(len(row.segments) for row in rows if row.item_code.strip()),
        "brackets": {"full": len(full), "half": len(half), "both": len(full & half)},
        "names_twice": [
            {"office": office, "name": name, "rows": [row.number for row in group]}
            for (office, name), group in names.items()
            if len(group) > 1
        ],
        "offices": _offices(rows),
    }


def _of_codes(row: Row, known: Iterable[str]) -> Iterator[Finding]:
    """A credit code counts wherever it stands in the item code; a damaged one where it belongs."""
    columns = {"dept_code": row.dept_code}
    if row.item_code.strip() and not row.office_code:
        columns["item_code"] = credit_codes.office_part(row.item_code)
    for column, text in columns.items():
        fault = credit_codes.fault(text)
        if fault:
            meant = ", ".join(credit_codes.perhaps(text, known))
            yield Finding(row.number, column, fault, text, meant)


def _of_row(row: Row) -> Iterator[Finding]:
    def found(column: str, kind: Oddity, hint: str = "") -> Finding:
        value = row.text if kind in KEPT_OUT else getattr(row, column)
        return Finding(row.number, column, kind, value, hint)

    if not row.item_name.strip():
        yield found("item_name", Oddity.NO_NAME)
    if not row.department.strip():
        yield found("department", Oddity.NO_OFFICE)
    for column in _too_long(row):
        yield found(column, Oddity.TOO_LONG)
    if row.task_type.lstrip("0") not in TYPES:
        yield found("task_type", Oddity.TYPE)
    if not is_division(row.area_code):
        yield found("area_code", Oddity.AREA)
    if HALF_WIDTH & {*row.item_name}:
        yield found("item_name", Oddity.HALF_WIDTH)
    yield from _of_item_code(row, found)


def _of_item_code(row: Row, found: Callable[..., Finding]) -> Iterator[Finding]:
    if not row.item_code.strip():
        yield found("item_code", Oddity.NO_CODE)
        return
    if len(row.segments) != SEGMENTS:
        yield found("item_code", Oddity.SEGMENTS, str(len(row.segments)))
    divisions = [segment for segment in row.segments if is_division(segment)]
    if divisions and row.area_code not in divisions:
        yield found("item_code", Oddity.DIVISION, row.area_code)
    own = credit_codes.is_valid(row.dept_code) and row.dept_code
    if own and row.office_code and own != row.office_code:
        yield found("item_code", Oddity.OFFICES_DIFFER, own)


def _of_equals(rows: Sequence[Row]) -> Iterator[Finding]:
    """Of equal rows the first one counts, and only that is held against others."""
    first: list[Row] = []
    for group in _groups(rows, lambda row: row.cells).values():
        first.append(group[0])
        for row in group[1:]:
            yield Finding(row.number, "", Oddity.SAME_ROW, row.text, str(group[0].number))
    same: Mapping[Oddity, tuple[str, Callable[[Row], Any]]] = {
        Oddity.SAME_CODE: ("item_code", lambda row: row.item_code),
        Oddity.SAME_NAME: ("item_name", lambda row: (row.department, row.item_name)),
    }
    for kind, (column, key) in same.items():
        named = [row for row in first if getattr(row, column).strip()]
        for group in _groups(named, key).values():
            for row in group if len(group) > 1 else ():
                others = ", ".join(str(other.number) for other in group if other is not row)
                yield Finding(row.number, column, kind, getattr(row, column), others)


def _too_long(row: Row) -> Iterator[str]:
    stored = {"item_name": "name_zh", "department": "office_name", "item_code": "code"}
    for column, field in stored.items():
        most = ServiceItem._meta.get_field(field).max_length or 0
        if len(getattr(row, column)) > most - ROOM_FOR_COPIES * (field == "code"):
            yield column


def is_division(text: str) -> bool:
    return len(text) == 12 and text.isascii() and text.isdigit()


def _classes(rows: Sequence[Row]) -> dict[str, int]:
    lengths = [{len(segment) for segment in row.segments} for row in rows if not row.office_code]
    seventeen = sum(credit_codes.LENGTH - 1 in each for each in lengths)
    eighteen = sum(
        credit_codes.LENGTH in each and credit_codes.LENGTH - 1 not in each for each in lengths
    )
    return {
        "valid": len(rows) - len(lengths),
        "seventeen_characters": seventeen,
        "eighteen_not_valid": eighteen,
        "none": len(lengths) - seventeen - eighteen,
    }


def _positions(rows: Sequence[Row]) -> dict[str, int]:
    return _counted(row.segments.index(row.office_code) + 1 for row in rows if row.office_code)


def _offices(rows: Sequence[Row]) -> dict[str, dict[str, int]]:
    return {
        office: {
            "rows": len(group),
            "item_code_not_valid": sum(not row.office_code for row in group),
            "dept_code_not_valid": sum(not credit_codes.is_valid(r.dept_code) for r in group),
        }
        for office, group in _groups(rows, lambda row: row.department).items()
    }


def _groups(rows: Iterable[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    groups: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(groups)


def _counted(values: Iterable[int]) -> dict[str, int]:
    return {str(value): count for value, count in sorted(Counter(values).items())}
