"""Rows of a relation under a grant, a steward's look at his own office's table, and the answer to
"was this person in it?"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tongban.base.audit import actions as audit
from tongban.base.audit.queries import BulkRead
from tongban.base.audit.reads import Query
from tongban.data.exchange import masks, prepared, selections, terms
from tongban.data.exchange.conditions import Condition
from tongban.data.exchange.conditions import columns as columns_of
from tongban.data.exchange.models import Grant
from tongban.data.exchange.selections import Selection
from tongban.data.exchange.terms import Reader
from tongban.data.lake import queries as lake
from tongban.data.lake import rows
from tongban.data.lake.actions import NoEdition
from tongban.data.lake.models import Edition, Resource
from tongban.engines.tables import FileMissing, KeyDestroyed, NoSuchTable, NoSuchVersion
from tongban.errors import Refusal

PREVIEW_ROWS = 20


class UnknownColumn(Refusal):
    """{relation} has no column {column} in edition {edition}."""

    zh = "第 {edition} 版的 {relation} 没有列 {column}。"


class NotYourOffice(Refusal):
    """{relation} is not a table of office {office}; look at your own."""

    zh = "{relation} 不是 {office} 的数据表，只能预览本单位的数据。"


@dataclass(frozen=True)
class Rows:
    """Rows as they left: `masked` columns as text, columns that point at a subject as
    pseudonyms of this grant."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    masked: frozenset[str]
    edition: int
    grant: str


@transaction.atomic
def read_rows(
    *,
    reader: Reader,
    use: str,
    relation: str,
    columns: Sequence[str],
    where: Sequence[Condition] = (),
    limit: int,
    at: datetime,
) -> Rows:
    """Rows of the current edition. One grant must cover the columns and those of `where`."""
    asked = {*columns, *(name for condition in where for name in columns_of(condition))}
    day = timezone.localdate(at)
    what = f"{relation}（{'、'.join(sorted(asked))}）"
    grant = terms.choose(
        prepared.current(), reader, use, day, relation=relation, columns=asked, what=what
    )
    terms.check_rows(grant, limit)
    edition = current()
    schema = rows.schema(edition, relation)
    check_columns(edition, relation, asked, schema.names)
    selection = selections.select(grant, reader, schema, where=where, limit=limit)
    return _read(reader, grant, edition, selection, columns, grant.mask, at)


@transaction.atomic
def preview(
    *, reader: Reader, use: str, relation: str, at: datetime, limit: int = PREVIEW_ROWS
) -> Rows:
    """The first rows of a source's table of the reader's own office, all granted columns; those
    without a mask are masked by their grade."""
    owner = Resource.objects.filter(table=relation).values_list("owner__code", flat=True).first()
    if owner != reader.office:
        raise NotYourOffice(relation=relation, office=reader.office)
    day = timezone.localdate(at)
    grant = terms.choose(
        prepared.current(), reader, use, day, relation=relation, columns=(), what=relation
    )
    edition = current()
    schema = rows.schema(edition, relation)
    columns = [name for name in grant.columns if name in schema.names]
    grades = {c.name: c.grade for c in schema.columns}
    by_grade = {name: masks.BY_GRADE[g] for name, g in grades.items() if g in masks.BY_GRADE}
    limit = min(limit, grant.rows_per_request)
    selection = selections.select(grant, reader, schema, limit=limit)
    return _read(reader, grant, edition, selection, columns, {**by_grade, **grant.mask}, at)


def was_included(read: BulkRead, subject_id: str) -> bool | None:
    """Was this subject among the rows of a bulk read? Runs its queries again in its edition.

    None where nobody can tell any more: the edition or its files are gone, or the rows do not say
    whom they are about. For a person's SQL: was the subject among the rows it was run over?
    """
    edition = lake.edition(read.edition) if read.edition is not None else None
    if edition is None:
        return None
    given: Any = read.query.parameters.get("relations", [])
    answers = [_includes(edition, Selection(**each), subject_id) for each in given]
    if True in answers:
        return True
    return None if None in answers or not answers else False


def current() -> Edition:
    edition = lake.current_edition()
    if edition is None:
        raise NoEdition
    return edition


def check_columns(
    edition: Edition, relation: str, asked: Sequence[str] | set[str], held: Sequence[str]
) -> None:
    """A grant may name a column that a later edition no longer has."""
    for column in sorted(asked):
        if column not in held:
            raise UnknownColumn(relation=relation, column=column, edition=edition.number)


def _includes(edition: Edition, selection: Selection, subject_id: str) -> bool | None:
    try:
        return selections.includes(edition, selection, subject_id)
    except (rows.NotInEdition, KeyDestroyed, FileMissing, NoSuchTable, NoSuchVersion):
        return None


def _read(
    reader: Reader,
    grant: Grant,
    edition: Edition,
    selection: Selection,
    columns: Sequence[str],
    mask: Mapping[str, str],
    at: datetime,
) -> Rows:
    terms.count_use(grant, at)
    schema = rows.schema(edition, grant.relation)
    with rows.attached(edition, [grant.relation]) as con:
        found = selections.leaving(con, selection, schema, columns, mask, grant.code)
    record("rows.read", reader, grant, edition, selection, columns, found.num_rows, at)
    return Rows(
        columns=tuple(columns),
        rows=tuple(zip(*(column.to_pylist() for column in found.columns), strict=True)),
        masked=frozenset(columns) & frozenset(mask),
        edition=edition.number,
        grant=grant.code,
    )


def record(
    kind: str,
    reader: Reader,
    grant: Grant,
    edition: Edition,
    selection: Selection,
    columns: Sequence[str],
    held: int,
    at: datetime,
) -> None:
    """One event for all rows, which `was_included` asks years later."""
    audit.record(
        kind,
        ("relation", grant.relation),
        actor=reader.actor,
        office=reader.office,
        post=reader.post,
        purpose=grant.use,
        basis=grant.basis_zh,
        at=at,
        edition=edition.number,
        rows=held,
        query=Query(selection.query, {"relations": [selection.to_json()]}),
        details={"facts": list(columns), "grant": grant.code},
    )
