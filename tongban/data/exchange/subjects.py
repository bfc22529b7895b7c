"""Who it is: rows with their subject ids in the clear, for whoever carries out what an item decided
about a register (docs/adr/0015). Everybody else gets pseudonyms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tongban.data.exchange import prepared, selections, terms
from tongban.data.exchange.bulk import check_columns, current, record
from tongban.data.exchange.conditions import Condition
from tongban.data.exchange.conditions import columns as columns_of
from tongban.data.exchange.decided import LAYER
from tongban.data.exchange.models import Grant
from tongban.data.exchange.register_facts import SUBJECT, MaskedFact, TooManySubjects
from tongban.data.exchange.selections import Selection
from tongban.data.exchange.terms import Reader
from tongban.data.lake import rows
from tongban.data.lake.models import Edition
from tongban.engines.tables.quoting import identifier
from tongban.errors import Refusal

OFFER, PAYMENTS, POST = "offer", "payments", "item"


class NotCarriedOut(Refusal):
    """{reader} is not told for {use} who the rows of {relation} are about. That is for the post
    item:CODE alone, for the use offer:CODE and there for a table of decisions, or payments:CODE."""

    zh = (
        "{reader} 不能为 {use} 得知 {relation} 各行是谁。只有岗位 item:编码 可以为用途 offer:编码"
        "（只限决策结果表）或 payments:编码 得知。"
    )


@dataclass(frozen=True)
class Subjects:
    """Each row begins with the subject id, which never leaves the platform."""

    rows: tuple[Mapping[str, Any], ...]
    edition: int
    grant: str


@transaction.atomic
def subjects(
    *,
    reader: Reader,
    use: str,
    relation: str,
    columns: Sequence[str],
    where: Sequence[Condition] = (),
    at: datetime,
) -> Subjects:
    """All rows of the current edition under one grant that covers `columns` and `where`, by subject
    and unmasked. Raises NotCarriedOut, what a bulk read raises, MaskedFact and TooManySubjects: a
    part of them is never given. Audited as a bulk read, so that whoever was in it can be told."""
    _check_use(reader, use, relation)
    asked = {SUBJECT, *columns, *(name for condition in where for name in columns_of(condition))}
    day = timezone.localdate(at)
    what = f"{relation}（{'、'.join(sorted(asked))}）"
    grant = terms.choose(
        prepared.current(), reader, use, day, relation=relation, columns=asked, what=what
    )
    if masked := sorted(asked & set(grant.mask)):
        raise MaskedFact(grant=grant.code, columns="、".join(masked))
    edition = current()
    schema = rows.schema(edition, relation)
    check_columns(edition, relation, asked, schema.names)
    selection = selections.select(grant, reader, schema, where=where)
    terms.count_use(grant, at)
    found = _read(grant, edition, selection, [SUBJECT, *columns])
    record("subjects.read", reader, grant, edition, selection, columns, len(found), at)
    return Subjects(found, edition.number, grant.code)


def _check_use(reader: Reader, use: str, relation: str) -> None:
    kind, _, code = use.partition(":")
    is_theirs = bool(code) and reader.post == f"{POST}:{code}"
    decided = relation.startswith(f"{LAYER}.")
    if not is_theirs or not (kind == PAYMENTS or (kind == OFFER and decided)):
        raise NotCarriedOut(reader=str(reader), use=use, relation=relation)


def _read(
    grant: Grant, edition: Edition, selection: Selection, columns: Sequence[str]
) -> tuple[Mapping[str, Any], ...]:
    most = grant.rows_per_request
    shown = ", ".join(map(identifier, dict.fromkeys(columns)))
    with rows.attached(edition, [grant.relation]) as con:
        counted = rows.as_arrow(con, f"SELECT count(*) FROM ({selection.query})", selection.values)
        held = counted.column(0)[0].as_py()
        if held > most:
            raise TooManySubjects(relation=grant.relation, grant=grant.code, held=held, most=most)
        query = f"SELECT {shown} FROM ({selection.query}) ORDER BY {SUBJECT}"
        return tuple(rows.as_arrow(con, query, selection.values).to_pylist())
