"""Rows of models in and out by prepared statements, for what every step of every case does: a query
set builds the text of its statement anew, which takes ten times as long as carrying it out."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import AutoField, BinaryField, DateField, DateTimeField, Field, Model

from tongban.sql import prepared

T = TypeVar("T", bound=Model)


def insert(rows: Sequence[Model]) -> None:
    """New rows of one table, whose ids nobody asks for."""
    if rows:
        prepared(inserting(type(rows[0])), written(rows))


@cache
def inserting(model: type[Model]) -> str:
    """A statement that adds what `written` gives, as its one parameter."""
    table, quote = model._meta.db_table, connection.ops.quote_name
    columns, given, values = [], [], []
    for field in _given(model):
        name, binary = quote(field.column), isinstance(field, BinaryField)
        columns.append(name)
        given.append(f"{name} {'text' if binary else field.db_type(connection)}")
        values.append(f"decode({name}, 'hex')" if binary else name)
    return (
        f"INSERT INTO {quote(table)} ({', '.join(columns)}) SELECT {', '.join(values)}"
        f" FROM jsonb_to_recordset($1) AS new ({', '.join(given)})"
    )


def written(rows: Sequence[Model]) -> str:
    """Rows of one table in JSON."""
    fields = [(each.column, each.attname) for each in _given(type(rows[0]))]
    plain = [{column: getattr(row, name) for column, name in fields} for row in rows]
    return json.dumps(plain, ensure_ascii=False, default=_plain)


def cells(alias: str, model: type[Model], *without: str) -> str:
    """What a statement selects for `read`: the row of a table in it, but for some fields."""
    quote = connection.ops.quote_name
    columns = ", ".join(f"{alias}.{quote(each.column)}" for each in _fields(model, without))
    key = model._meta.pk
    assert key is not None
    return f"CASE WHEN {alias}.{quote(key.column)} IS NOT NULL THEN json_build_array({columns}) END"


def read(model: type[T], found: list[Any] | None, *without: str) -> T | None:
    """The row; a field that was left out is fetched when somebody asks for it."""
    if found is None:
        return None
    fields = _fields(model, without)
    values = [_read(field, cell) for field, cell in zip(fields, found, strict=True)]
    return model.from_db(connection.alias, [each.attname for each in fields], values)


@cache
def _fields(model: type[Model], without: tuple[str, ...]) -> "list[Field[Any, Any]]":
    return [each for each in model._meta.concrete_fields if each.name not in without]


@cache
def _given(model: type[Model]) -> "list[Field[Any, Any]]":
    """All but an id that the table counts."""
    return [each for each in model._meta.concrete_fields if not isinstance(each, AutoField)]


def _plain(value: Any) -> str:
    match value:
        case date():
            return value.isoformat()
        case bytes() | memoryview():
            return value.hex()
    raise TypeError(type(value))


def _read(field: "Field[Any, Any]", cell: Any) -> Any:
    match field:
        case _ if cell is None:
            return None
        case BinaryField():
            return bytes.fromhex(cell.removeprefix("\\x"))
        case DateTimeField():
            return datetime.fromisoformat(cell)
        case DateField():
            return date.fromisoformat(cell)
    return cell
