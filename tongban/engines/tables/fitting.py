"""Do the rows of a query fit the schema they are staged under?"""

import re

from tongban.errors import Refusal

from .schema import Column, Schema

# DECIMAL(p,s) is checked by its digits
WIDENS = {
    "BIGINT": re.compile(r"U?(TINY|SMALL|HUGE|BIG)?INT|U?INTEGER"),
    "DOUBLE": re.compile(r"FLOAT"),
    "VARCHAR": re.compile(r"JSON"),
    "TIMESTAMP": re.compile(r"TIMESTAMP_(S|MS)"),
}
DIGITS = re.compile(r"DECIMAL\((\d+),(\d+)\)")


class ColumnsNotAsDeclared(Refusal):
    """The rows for {table} are not what its schema says: missing {missing}; unknown {unknown};
    of another type {mistyped}."""

    zh = "{table} 的数据与表结构不符：缺少 {missing}；多出 {unknown}；类型不符 {mistyped}。"


def check_columns(table: str, schema: Schema, found: dict[str, str]) -> None:
    missing = [c.name for c in schema.columns if c.name not in found]
    unknown = [name for name in found if schema.get(name) is None]
    mistyped = [
        f"{c.name} ({found[c.name]} → {c.duckdb})"
        for c in schema.columns
        if c.name in found and not _widens(found[c.name], c)
    ]
    if missing or unknown or mistyped:
        raise ColumnsNotAsDeclared(
            table=table,
            missing=", ".join(missing) or "-",
            unknown=", ".join(unknown) or "-",
            mistyped=", ".join(mistyped) or "-",
        )


def _widens(kind: str, column: Column) -> bool:
    """Can the engine's type become the column's without any value changing?"""
    if kind == column.duckdb:
        return True
    has, needs = DIGITS.fullmatch(kind), DIGITS.fullmatch(column.duckdb)
    if has and needs:
        precision, scale = int(needs[1]), int(needs[2])
        return scale >= int(has[2]) and precision - scale >= int(has[1]) - int(has[2])
    pattern = WIDENS.get(column.duckdb)
    return bool(pattern and pattern.fullmatch(kind))
