"""Smallest and largest values of a file's open columns, as the Delta log keeps them.

Text has none there: the engine answers the others from the footer it has just written, and would
have to read every row for text.
"""

import json
import re
from collections.abc import Sequence

from .quoting import identifier
from .schema import Column, Schema

# the engine answers these from the footers, without reading rows
COUNTED = {"integer", "date", "timestamp"}
IN_LOG = re.compile(r"-?\d+|\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2}(\.\d+)?)?")


def counted(schema: Schema) -> list[Column]:
    """The columns whose extremes the log may hold."""
    return [column for column in schema.columns if column.open and column.type in COUNTED]


def expressions(columns: Sequence[Column]) -> str:
    """What to select, after something else, for `stats`."""
    return "".join(
        f", CAST({end}({identifier(column.name)}) AS VARCHAR)"
        for column in columns
        for end in ("min", "max")
    )


def stats(rows: int, columns: Sequence[Column], values: Sequence[str | None]) -> str:
    """Row count and, of open columns, the smallest and largest value, as the log keeps them."""
    ends: dict[str, dict[str, object]] = {"minValues": {}, "maxValues": {}}
    for i, column in enumerate(columns):
        pair = values[2 * i : 2 * i + 2]
        # beyond the year 9999 and before the year 1 the log has no words for a date
        if all(value is not None and IN_LOG.fullmatch(value) for value in pair):
            for end, value in zip(ends, pair, strict=True):
                ends[end][column.name] = _in_log(column, str(value))
    return json.dumps({"numRecords": rows, **ends}, ensure_ascii=False)


def _in_log(column: Column, value: str) -> object:
    if column.type == "integer":
        return int(value)
    if column.type == "date":
        return value
    seconds, _, fraction = value.replace(" ", "T").partition(".")
    return f"{seconds}.{fraction[:3]:0<3}"  # the log counts milliseconds, cut off
