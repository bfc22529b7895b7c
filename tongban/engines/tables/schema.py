"""Columns with type and grade, in the words of the engine, of Arrow and of the Delta log."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import deltalake
import pyarrow  # pyright: ignore[reportMissingTypeStubs]
from deltalake.schema import PrimitiveType

from tongban.errors import Refusal

pa: Any = pyarrow  # without type stubs

GRADE = "tongban.grade"  # the column's grade, in the metadata of its field in the Delta log
OPEN_GRADES = (1, 2)  # only these may leave a value outside the encrypted files
DECIMAL = re.compile(r"decimal\((\d{1,2}),(\d{1,2})\)")
MOST_DIGITS = 38

# ours: the engine's, the log's, Arrow's
TYPES: dict[str, tuple[str, str, Any]] = {
    "string": ("VARCHAR", "string", pa.string()),
    "integer": ("BIGINT", "long", pa.int64()),
    "double": ("DOUBLE", "double", pa.float64()),
    "boolean": ("BOOLEAN", "boolean", pa.bool_()),
    "date": ("DATE", "date", pa.date32()),
    "timestamp": ("TIMESTAMP", "timestamp_ntz", pa.timestamp("us")),
}
FROM_LOG = {delta: ours for ours, (_, delta, _) in TYPES.items()}


class BadColumn(Refusal):
    """Column {name!r} ({type}, grade {grade}) cannot be: {problem}."""

    zh = "字段 {name!r}（{type}，{grade} 级）不成立：{problem_zh}。"


class BadSchema(Refusal):
    """A table needs columns, each name once, whatever its case; found {names}."""

    zh = "表须有字段，且字段名不得重复（不分大小写）；现为 {names}。"


class UnsupportedColumn(Refusal):
    """Column {name!r} of the log has the type {type}, which Tongban does not write."""

    zh = "日志中字段 {name!r} 的类型是 {type}，通办不写这种类型。"


@dataclass(frozen=True)
class Column:
    """`type`: string integer double boolean date timestamp decimal(p,s); `grade`: 1 to 4."""

    name: str
    type: str
    grade: int

    def __post_init__(self) -> None:
        if not self.name or "\0" in self.name:
            self._refuse("it has no name", "没有名称")
        if self.grade not in (1, 2, 3, 4):
            self._refuse("grades go from 1 to 4", "级别为 1 至 4")
        if self.type not in TYPES and not self._digits:
            self._refuse("there is no such type", "没有这种类型")

    def _refuse(self, problem: str, problem_zh: str) -> None:
        raise BadColumn(
            name=self.name,
            type=self.type,
            grade=self.grade,
            problem=problem,
            problem_zh=problem_zh,
        )

    @cached_property
    def _digits(self) -> tuple[int, int] | None:
        match = DECIMAL.fullmatch(self.type)
        if match is None:
            return None
        precision, scale = int(match[1]), int(match[2])
        return (precision, scale) if scale <= precision and 1 <= precision <= MOST_DIGITS else None

    @property
    def duckdb(self) -> str:
        return self.type.upper() if self._digits else TYPES[self.type][0]

    @property
    def delta(self) -> str:
        return self.type if self._digits else TYPES[self.type][1]

    @property
    def arrow(self) -> Any:
        return pa.decimal128(*self._digits) if self._digits else TYPES[self.type][2]

    @property
    def open(self) -> bool:
        """May a value stand outside the encrypted files, as a statistic in the log?"""
        return self.grade in OPEN_GRADES


@dataclass(frozen=True)
class Schema:
    columns: tuple[Column, ...]

    def __post_init__(self) -> None:
        names = [column.name.casefold() for column in self.columns]
        if not names or len(set(names)) < len(names):
            raise BadSchema(names=", ".join(column.name for column in self.columns) or "-")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def get(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def differing(self, other: "Schema") -> tuple[str, ...]:
        """Columns of this one that the other lacks or has with another type."""
        return tuple(
            column.name
            for column in self.columns
            if getattr(other.get(column.name), "type", None) != column.type
        )

    def delta(self) -> deltalake.Schema:
        return deltalake.Schema([delta_field(column) for column in self.columns])

    def arrow(self) -> Any:
        return pa.schema([pa.field(column.name, column.arrow) for column in self.columns])


def delta_field(column: Column) -> deltalake.Field:
    return deltalake.Field(column.name, PrimitiveType(column.delta), metadata={GRADE: column.grade})


def from_log(schema: deltalake.Schema) -> Schema:
    """The schema that was committed, grades included; what another writer added is refused."""
    return Schema(tuple(_column(field) for field in schema.fields))


def _column(field: deltalake.Field) -> Column:
    name = getattr(field.type, "type", "")
    ours = name if DECIMAL.fullmatch(name) else FROM_LOG.get(name)
    if ours is None or GRADE not in field.metadata:
        raise UnsupportedColumn(name=field.name, type=name)
    return Column(field.name, ours, int(field.metadata[GRADE]))
