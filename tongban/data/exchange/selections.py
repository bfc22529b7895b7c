"""The rows of one relation that a grant opens, as a query that can be run again years later."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from tongban.data.exchange import conditions, masks, pseudonyms
from tongban.data.exchange.conditions import Condition
from tongban.data.exchange.models import Grant
from tongban.data.exchange.terms import Reader
from tongban.data.lake import queries as lake
from tongban.data.lake import rows
from tongban.data.lake.models import Edition, Resource
from tongban.data.registers import queries as registers
from tongban.data.standards import functions
from tongban.engines.tables import Schema
from tongban.engines.tables.quoting import identifier
from tongban.errors import Refusal

NO_BIRTHDAY_AFTER = date(9999, 12, 31)  # so that a number reads the same whenever it is asked


class NeedsApplicant(Refusal):
    """Grant {grant} is for one applicant at a time; it gives no rows in bulk."""

    zh = "授权 {grant} 每次只针对一名申请人，不能批量取数。"


class NotComparable(Refusal):
    """{column} leaves masked or as a pseudonym under grant {grant}; rows cannot be chosen by it."""

    zh = "授权 {grant} 下的 {column} 已脱敏或为假名，不能用作条件。"


@dataclass(frozen=True)
class Selection:
    """`query` gives whole rows, in the clear; `values` are its parameters as text."""

    relation: str
    query: str
    values: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        return {"relation": self.relation, "query": self.query, "values": dict(self.values)}


@dataclass(frozen=True)
class KeyColumn:
    """The column of a relation that says whom a row is about, and through which identity table."""

    column: str
    identity: str = ""  # empty: the column holds the subject id itself
    identity_column: str = ""
    is_raw: bool = False  # as written in the source: read like a number first


def select(
    grant: Grant,
    reader: Reader,
    schema: Schema,
    *,
    where: Sequence[Condition] = (),
    limit: int | None = None,
) -> Selection:
    """Raises NeedsApplicant, NotComparable or ConditionInvalid; nothing has been read then."""
    types = {column.name: column.type for column in schema.columns}
    row_filter = conditions.parse(grant.row_filter)
    if "applicant" in conditions.names(row_filter):
        raise NeedsApplicant(grant=grant.code)
    for condition in where:
        for column in sorted(conditions.columns(condition)):
            if column in grant.mask or pseudonyms.points_at_subject(column):
                raise NotComparable(grant=grant.code, column=column)
    bound = [
        conditions.bind(row_filter, types, {"actor": reader.subject_id}),
        *(conditions.bind(condition, types) for condition in where),
    ]
    text, values = conditions.sql(conditions.All(tuple(bound)), types)
    query = f"SELECT * FROM {rows.named(grant.relation)} WHERE {text}"
    if limit is not None:  # the same rows every time, whoever asks again
        query += f" ORDER BY {_order(grant.relation, schema)} LIMIT {limit}"
    return Selection(grant.relation, query, values)


def leaving(
    con: duckdb.DuckDBPyConnection,
    selection: Selection,
    schema: Schema,
    columns: Sequence[str],
    mask: Mapping[str, str],
    grant: str,
) -> Any:
    """These columns of the selected rows as an Arrow table, masked and with pseudonyms."""
    types = {column.name: column.type for column in schema.columns}
    shown = ", ".join(
        f"{_shown(column, types[column], mask.get(column))} AS {identifier(column)}"
        for column in columns
    )
    found = rows.as_arrow(con, f"SELECT {shown} FROM ({selection.query})", selection.values)
    return pseudonyms.replaced(found, grant)


def includes(edition: Edition, selection: Selection, subject_id: str) -> bool | None:
    """Is this subject among the selected rows? None where nothing in them says whom they are
    about."""
    key = key_column(selection.relation, rows.schema(edition, selection.relation))
    if key is None:
        return None
    tables = {selection.relation, key.identity} - {""}
    with rows.attached(edition, tables) as con:
        functions.register(con, run_date=NO_BIRTHDAY_AFTER, successors={})
        column = identifier(key.column)
        if key.identity:
            column = f"citizen_id({column})" if key.is_raw else column
            column = (
                f"{column} IN (SELECT {identifier(key.identity_column)}"
                f" FROM {rows.named(key.identity)} WHERE subject_id = $subject)"
            )
        else:
            column = f"{column} = $subject"
        query = f"SELECT 1 FROM ({selection.query}) WHERE {column} LIMIT 1"
        return rows.as_arrow(con, query, {**selection.values, "subject": subject_id}).num_rows > 0


def key_column(relation: str, schema: Schema) -> KeyColumn | None:
    """Where the relation says whom a row is about."""
    if "subject_id" in schema.names:
        return KeyColumn("subject_id")
    for register in registers.registers():
        if register.key.column in schema.names:
            return KeyColumn(register.key.column, register.identity, register.key.column)
        for column in _written_keys(relation, register.key.element):
            return KeyColumn(column, register.identity, register.key.column, is_raw=True)
    return None


def _written_keys(relation: str, element: str) -> Collection[str]:
    """Columns of a source's table that hold such keys as they were written."""
    resource = Resource.objects.filter(table=relation).first()
    if resource is None or element != "citizen_id":
        return ()
    contract = lake.live_contract(resource)
    return [column.name for column in contract.columns if column.element == element]


def _order(relation: str, schema: Schema) -> str:
    """Rows of one subject may change places, so his key alone decides where there is one."""
    key = key_column(relation, schema)
    names = [key.column] if key else schema.names
    return ", ".join(map(identifier, names))


def _shown(column: str, kind: str, mask: str | None) -> str:
    return masks.sql(mask, identifier(column), kind) if mask else identifier(column)
