"""Facts of one subject, and the source cells behind them, under a grant."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tongban.base.audit import actions as audit
from tongban.data.exchange import conditions, masks, prepared, terms
from tongban.data.exchange.models import Grant
from tongban.data.exchange.prepared import Prepared
from tongban.data.exchange.terms import NotGranted, Reader
from tongban.data.lake import queries as lake
from tongban.data.lake import rows as lake_rows
from tongban.data.lake.models import Edition
from tongban.data.pipelines import queries as pipelines
from tongban.data.registers import rows
from tongban.data.registers.models import FactDefinition
from tongban.errors import Refusal

OURS = ("本平台", "this platform")  # of a fact that no office's dataset holds, e.g. a certificate


class OnlyYourOwn(Refusal):
    """Grant {grant} is for one's own data only."""

    zh = "授权 {grant} 只能用于读取本人的数据。"


class OutsideGrant(Refusal):
    """This person is not among those whom grant {grant} is about."""

    zh = "此人不在授权 {grant} 的范围之内。"


@dataclass(frozen=True)
class Fact:
    """A fact as it left the gate. `value` is None when it is unknown."""

    key: str
    label_zh: str
    label_en: str
    value: Any
    zh: str  # the value as people read it: a code's name, 是 or 否
    en: str
    is_masked: bool
    grade: int
    type: str
    source: str  # resource code, e.g. GA01
    office_zh: str
    office_en: str
    resource_zh: str
    resource_en: str
    as_of: datetime | None
    row: str
    edition: int

    @property
    def is_known(self) -> bool:
        return self.value is not None


@transaction.atomic
def read_facts(
    *, reader: Reader, use: str, subject_id: str, keys: Collection[str], at: datetime
) -> Mapping[str, Fact]:
    """These facts of one subject. Raises NotGranted unless one grant covers all of them."""
    held = rows.of_subject(subject_id)
    known = prepared.of(held.stamp, held.edition)
    definitions = _definitions(known, reader, use, keys)
    grant = _grant_for(known, reader, use, definitions.values(), at)
    stored = held.opened(timezone.localdate(at))
    _check_filter(known, grant, reader, subject_id, stored)
    terms.count_use(grant, at)
    facts = {
        key: _fact(definition, stored.get(key), grant, known)
        for key, definition in definitions.items()
    }
    _record("facts.read", reader, grant, subject_id, sorted(facts), held.edition, at)
    return facts


@transaction.atomic
def source_cells(
    *, reader: Reader, use: str, subject_id: str, fact: str, row: str, at: datetime
) -> Mapping[str, str | None]:
    """The cells of the source row that a fact of this subject was made from: column → as written.

    Who may read the fact may see them, masked alike; a cell of a higher grade than the fact is
    masked by its grade. `row` is Fact.row; nothing comes back for a row that is no longer the one
    that the fact of this subject was made from.
    """
    held = rows.of_subject(subject_id)
    known = prepared.of(held.stamp, held.edition)
    definition = _definitions(known, reader, use, [fact])[fact]
    grant = _grant_for(known, reader, use, [definition], at)
    stored = held.opened(timezone.localdate(at))
    _check_filter(known, grant, reader, subject_id, stored)
    terms.count_use(grant, at)
    place = _place(row)
    edition = lake.edition(held.edition)
    found = stored.get(fact)
    if place is None or edition is None or found is None or found.row != row:
        return {}
    cells = _cells(edition, place, definition, grant)
    _record("source.read", reader, grant, subject_id, [fact], held.edition, at)
    return cells


def may_read(reader: Reader, use: str, on: date) -> frozenset[str]:
    """The facts that this reader may read for this use, under any one of its grants."""
    known = prepared.current()
    held = [(g.relation, set(g.columns)) for g in terms.valid(known, reader, use, on)]
    return frozenset(
        fact.key
        for fact in known.facts.values()
        if any(fact.model == relation and fact.column in columns for relation, columns in held)
    )


def _definitions(
    known: Prepared, reader: Reader, use: str, keys: Collection[str]
) -> Mapping[str, FactDefinition]:
    definitions = {key: known.facts[key] for key in keys if key in known.facts}
    unknown = set(keys) - set(definitions)
    if unknown or not definitions:
        raise NotGranted(reader=str(reader), use=use, what="、".join(sorted(unknown)) or "—")
    return definitions


def _grant_for(
    known: Prepared,
    reader: Reader,
    use: str,
    definitions: Collection[FactDefinition],
    at: datetime,
) -> Grant:
    models = sorted({d.model for d in definitions})
    columns = {d.column for d in definitions}
    what = "、".join(sorted(d.key for d in definitions))
    if len(models) > 1:
        raise NotGranted(reader=str(reader), use=use, what=what)
    day = timezone.localdate(at)
    return terms.choose(known, reader, use, day, relation=models[0], columns=columns, what=what)


def _check_filter(
    known: Prepared,
    grant: Grant,
    reader: Reader,
    subject_id: str,
    stored: Mapping[str, rows.Stored],
) -> None:
    """The row filter, decided on the facts of this one subject; what is unknown does not pass."""
    condition = conditions.parse(grant.row_filter)
    needed = conditions.columns(condition) - {"subject_id"}
    types: dict[str, str] = {"subject_id": "string"}
    row: dict[str, Any] = {"subject_id": subject_id}
    if needed:
        for definition in known.facts.values():
            if definition.model == grant.relation and definition.column in needed:
                types[definition.column] = definition.type
                row[definition.column] = _value(stored.get(definition.key), definition)
    named = {"actor": reader.subject_id, "applicant": subject_id}
    if conditions.holds(conditions.bind(condition, types, named), row) is True:
        return
    if "actor" in conditions.names(condition) and subject_id != reader.subject_id:
        raise OnlyYourOwn(grant=grant.code)
    raise OutsideGrant(grant=grant.code)


def _record(
    kind: str,
    reader: Reader,
    grant: Grant,
    subject_id: str,
    facts: list[str],
    edition: int,
    at: datetime,
) -> None:
    audit.record(
        kind,
        ("subject", subject_id),
        actor=reader.actor,
        office=reader.office,
        post=reader.post,
        purpose=grant.use,
        basis=grant.basis_zh,
        at=at,
        edition=edition,
        rows=1,
        subjects=[subject_id],
        details={"facts": facts, "grant": grant.code},
    )


def _cells(
    edition: Edition, place: tuple[str, int, int], definition: FactDefinition, grant: Grant
) -> Mapping[str, str | None]:
    code, load, position = place
    resource = lake.resource(code)
    found = lake_rows.source_row(edition, resource.table, load, position) or {}
    grades = {c.name: c.grade for c in lake_rows.schema(edition, resource.table).columns}
    wanted = {
        edge.source_column
        for edge in pipelines.upstream(definition.model, definition.column)
        if edge.source == resource.table and not edge.source_column.startswith("_")
    }
    mask = grant.mask.get(definition.column)
    return {
        column: _cell(value, mask, grades[column], definition.grade)
        for column, value in found.items()
        if column in wanted
    }


def _cell(value: str | None, mask: str | None, grade: int, of_fact: int) -> str | None:
    by_grade = masks.BY_GRADE.get(grade) if grade > of_fact else None
    for each in (mask, by_grade):
        value = masks.masked(each, value) if each else value
    return value


def _place(row: str) -> tuple[str, int, int] | None:
    """GA01:12:345 → resource, load, position."""
    parts = row.split(":")
    if len(parts) != 3 or not (parts[1].isdigit() and parts[2].isdigit()):
        return None
    return parts[0], int(parts[1]), int(parts[2])


def _fact(
    definition: FactDefinition, stored: rows.Stored | None, grant: Grant, known: Prepared
) -> Fact:
    origin = known.origins.get(definition.source)
    origin = origin or lake.Origin(*OURS, definition.source, definition.source, None)
    value = _value(stored, definition)
    mask = grant.mask.get(definition.column)
    if mask:
        value = masks.masked(mask, value)
    zh, en = _words(value, known.names.get((definition.element, str(value))))
    return Fact(
        key=definition.key,
        label_zh=definition.label_zh,
        label_en=definition.label_en,
        value=value,
        zh=zh,
        en=en,
        is_masked=mask is not None,
        grade=definition.grade,
        type=definition.type,
        source=definition.source,
        office_zh=origin.office_zh,
        office_en=origin.office_en,
        resource_zh=origin.resource_zh,
        resource_en=origin.resource_en,
        as_of=(stored.since if stored and stored.since else origin.as_of),
        row=stored.row if stored else "",
        edition=known.edition,
    )


def _value(stored: rows.Stored | None, definition: FactDefinition) -> Any:
    return rows.typed(stored.value, definition) if stored else None


def _words(value: Any, name: tuple[str, str] | None) -> tuple[str, str]:
    if value is None:
        return "", ""
    if name is not None:
        return name
    if isinstance(value, bool):
        return ("是", "Yes") if value else ("否", "No")
    return str(value), str(value)
