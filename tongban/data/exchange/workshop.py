"""A person's SQL over relations that are masked and filtered before it sees them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow
from django.db import transaction
from django.utils import timezone

from tongban.base.audit import actions as audit
from tongban.base.audit.reads import Query
from tongban.data.exchange import prepared, sandbox, selections, statements, terms
from tongban.data.exchange.bulk import current
from tongban.data.exchange.models import Grant
from tongban.data.exchange.sandbox import Limits
from tongban.data.exchange.selections import Selection
from tongban.data.exchange.statements import Statement
from tongban.data.exchange.terms import NotGranted, Reader
from tongban.data.lake import rows, store
from tongban.data.lake.models import Edition
from tongban.engines.tables import Schema
from tongban.errors import Refusal

pa: Any = pyarrow  # without type stubs
LIMITS = Limits()
MOST_ROWS = 1_000
NOTHING_NAMED = "_"  # stands for the rows where the query names no column of theirs


class TooMuchForSql(Refusal):
    """{relation} has {held} rows under grant {grant}, which gives {most} at once; a query over
    part of them would be wrong."""

    zh = "{relation} 在授权 {grant} 下有 {held} 行，每次限 {most} 行；只取一部分会得出错误结果。"


@dataclass(frozen=True)
class Result:
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool


@dataclass(frozen=True)
class _Opened:
    """One relation as the query gets it."""

    grant: Grant
    selection: Selection
    columns: tuple[str, ...]
    rows: Any


def run_sql(
    *, reader: Reader, use: str, query: str, at: datetime, limit: int = MOST_ROWS
) -> Result:
    """The first rows of one SELECT over relations that this reader was granted: at most `limit`,
    and no more than the smallest of the grants gives at once; `truncated` says that there are more.

    An attempt counts against the quota even where the query then fails: it has cost as much.
    """
    statement = statements.read(query)
    grants = _grants(statement, reader, use, at)
    limit = min(limit, *(grant.rows_per_request for grant in grants.values()))
    terms.check_rows(next(iter(grants.values())), limit)
    with transaction.atomic():
        for _, grant in sorted(grants.items()):  # in one order, so that no two wait for each other
            terms.count_use(grant, at)
    with transaction.atomic():
        edition = current()
        opened = [_open(edition, grant, reader, statement) for grant in grants.values()]
        answer = sandbox.run(
            statement.sql,
            {each.selection.relation: each.rows for each in opened},
            limit=limit,
            limits=LIMITS,
            scratch=store.scratch(),
        )
        _record(reader, use, statement, edition, opened, answer.rows.num_rows, at)
    return Result(
        columns=tuple(answer.rows.column_names),
        rows=tuple(zip(*(c.to_pylist() for c in answer.rows.columns), strict=True)),
        truncated=answer.truncated,
    )


def _grants(statement: Statement, reader: Reader, use: str, at: datetime) -> Mapping[str, Grant]:
    """One grant for each relation, with the named columns that any of them gives."""
    day = timezone.localdate(at)
    ground = prepared.current()
    found: dict[str, Grant] = {}
    for relation in sorted(statement.relations):
        held = [g for g in terms.valid(ground, reader, use, day) if g.relation == relation]
        named = _named(statement, {c for grant in held for c in grant.columns})
        found[relation] = terms.choose(
            ground, reader, use, day, relation=relation, columns=named, what=relation
        )
    given = {column.lower() for grant in found.values() for column in grant.columns}
    unknown = (statement.columns or frozenset()) - given - statement.own_names
    if unknown or not found:
        what = "、".join(sorted(unknown)) or "—"
        raise NotGranted(reader=str(reader), use=use, what=what)
    return found


def _named(statement: Statement, columns: Collection[str]) -> set[str]:
    """Those of these columns that the query names; with a star none must be there."""
    return {c for c in columns if statement.columns is not None and c.lower() in statement.columns}


def _open(edition: Edition, grant: Grant, reader: Reader, statement: Statement) -> _Opened:
    schema = rows.schema(edition, grant.relation)
    columns = _columns(grant, schema, statement)
    selection = selections.select(grant, reader, schema)
    with rows.attached(edition, [grant.relation]) as con:
        count = f"SELECT count(*) AS n FROM ({selection.query})"
        held = rows.as_arrow(con, count, selection.values)["n"][0].as_py()
        if held > grant.rows_per_request:
            raise TooMuchForSql(
                relation=grant.relation, grant=grant.code, held=held, most=grant.rows_per_request
            )
        if columns:
            found = selections.leaving(con, selection, schema, columns, grant.mask, grant.code)
        else:
            found = pa.table({NOTHING_NAMED: pa.nulls(held, pa.int8())})
    return _Opened(grant, selection, columns, found)


def _columns(grant: Grant, schema: Schema, statement: Statement) -> tuple[str, ...]:
    """Granted, in the edition, and named by the query."""
    held = [name for name in grant.columns if name in schema.names]
    named = held if statement.columns is None else _named(statement, held)
    return tuple(name for name in held if name in named)


def _record(
    reader: Reader,
    use: str,
    statement: Statement,
    edition: Edition,
    opened: list[_Opened],
    returned: int,
    at: datetime,
) -> None:
    """`rows` is what the query was run over: an answer of no rows tells something of them, too."""
    audit.record(
        "sql.run",
        ("use", use),
        actor=reader.actor,
        office=reader.office,
        post=reader.post,
        purpose=use,
        basis="；".join(sorted({each.grant.basis_zh for each in opened}))[:200],
        at=at,
        edition=edition.number,
        rows=sum(each.rows.num_rows for each in opened),
        query=Query(statement.sql, {"relations": [e.selection.to_json() for e in opened]}),
        details={
            "facts": [f"{e.selection.relation}.{c}" for e in opened for c in e.columns],
            "grants": [e.grant.code for e in opened],
            "returned": returned,
        },
    )
