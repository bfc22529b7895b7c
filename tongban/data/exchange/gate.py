"""The one gate: nothing that is known of anybody leaves the data box except through here.

A reader names a use; a grant must allow what is read; what leaves is masked as the grant says;
and the reading is audited in the transaction of the reading.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from tongban.base.audit import actions as audit
from tongban.base.people import queries as people
from tongban.data.exchange import masks
from tongban.data.exchange.models import Grant, GrantUse
from tongban.data.lake.models import Load, Resource
from tongban.data.registers import queries as registers
from tongban.data.registers import rows
from tongban.data.registers.models import FactDefinition
from tongban.errors import Refusal


class NotGranted(Refusal):
    """No grant lets {reader} read {what} for {use}."""

    zh = "没有授权允许 {reader} 为 {use} 读取 {what}。"


class OnlyYourOwn(Refusal):
    """Grant {grant} is for one's own data only."""

    zh = "授权 {grant} 只能用于读取本人的数据。"


class QuotaUsedUp(Refusal):
    """Grant {grant} allows {quota} requests a day; today's are used up."""

    zh = "授权 {grant} 每日限 {quota} 次，今天已用完。"


OWN = "subject_id = actor"
APPLICANT = "subject_id = applicant"


@dataclass(frozen=True)
class Reader:
    """Who reads: an account in a post at an office, or a citizen for himself."""

    actor: str
    post: str
    office: str
    subject_id: str = ""

    def __str__(self) -> str:
        return f"{self.office}/{self.post}"


@dataclass(frozen=True)
class Fact:
    """A fact as it left the gate. `value` is None when it is unknown."""

    key: str
    label_zh: str
    label_en: str
    value: Any
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
    definitions = registers.definitions(keys)
    grant = _grant_for(reader, use, definitions.values(), at.date())
    if grant.row_filter == OWN and subject_id != reader.subject_id:
        raise OnlyYourOwn(grant=grant.code)
    _count_use(grant, at.date())
    edition, stored = rows.of_subject(subject_id)
    origins = _origins({d.source for d in definitions.values()})
    facts = {
        key: _fact(definition, stored.get(key), origins[definition.source], grant, edition)
        for key, definition in definitions.items()
    }
    audit.record(
        "facts.read",
        ("subject", subject_id),
        actor=reader.actor,
        office=reader.office,
        post=reader.post,
        purpose=use,
        basis=grant.basis_zh,
        at=at,
        edition=edition,
        rows=1,
        subjects=[subject_id],
        details={"facts": sorted(facts), "grant": grant.code},
    )
    return facts


def may_read(reader: Reader, use: str, on: date) -> frozenset[str]:
    """The facts that this reader may read for this use, under any one of its grants."""
    held = [(grant.relation, set(grant.columns)) for grant in _grants(reader, use, on)]
    return frozenset(
        fact.key
        for fact in registers.all_facts()
        if any(fact.model == relation and fact.column in columns for relation, columns in held)
    )


def _grant_for(
    reader: Reader, use: str, definitions: Collection[FactDefinition], on: date
) -> Grant:
    for grant in _grants(reader, use, on):
        if all(d.model == grant.relation and d.column in grant.columns for d in definitions):
            return grant
    what = "、".join(sorted(d.key for d in definitions)) or "—"
    raise NotGranted(reader=str(reader), what=what, use=use)


def _grants(reader: Reader, use: str, on: date):
    return Grant.objects.filter(
        use=use,
        office=reader.office,
        post=reader.post,
        valid_from__lte=on,
        valid_until__gte=on,
        withdrawn_at=None,
    ).order_by("code")


def _count_use(grant: Grant, day: date) -> None:
    use, _ = GrantUse.objects.get_or_create(grant=grant, day=day, defaults={"count": 0})
    allowed = GrantUse.objects.filter(pk=use.pk, count__lt=grant.requests_per_day)
    if not allowed.update(count=F("count") + 1):
        raise QuotaUsedUp(grant=grant.code, quota=grant.requests_per_day)


@dataclass(frozen=True)
class _Origin:
    office_zh: str
    office_en: str
    resource_zh: str
    resource_en: str
    as_of: datetime | None


def _origins(sources: Collection[str]) -> Mapping[str, _Origin]:
    """Who stands behind each resource, and when it was last read; three queries."""
    resources = {r.code: r for r in Resource.objects.filter(code__in=sources)}
    latest = dict(
        Load.objects.filter(resource__code__in=sources, status=Load.Status.DONE)
        .order_by("resource__code", "pk")
        .values_list("resource__code", "started_at")
    )
    offices = {office.pk: office for office in people.offices().values()}
    found = {}
    for code in sources:
        resource = resources.get(code)
        if resource is None:  # the platform itself, e.g. a certificate just issued
            found[code] = _Origin("本平台", "this platform", code, code, None)
            continue
        office = offices[resource.owner_id]
        name = resource.content["resource"]["name"]
        found[code] = _Origin(
            office.short_zh, office.short_en, name["zh"], name["en"], latest.get(code)
        )
    return found


def _fact(
    definition: FactDefinition,
    stored: rows.Stored | None,
    origin: _Origin,
    grant: Grant,
    edition: int,
) -> Fact:
    value = rows.typed(stored.value, definition) if stored else None
    mask = grant.mask.get(definition.column)
    return Fact(
        key=definition.key,
        label_zh=definition.label_zh,
        label_en=definition.label_en,
        value=masks.masked(mask, value) if mask else value,
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
        edition=edition,
    )
