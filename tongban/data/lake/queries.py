"""What the lake holds and how it got there; no rows of data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from tongban.data.lake import contract as contracts
from tongban.data.lake.contract import Contract
from tongban.data.lake.models import (
    CurrentEdition,
    Edition,
    EditionTable,
    Load,
    QuarantinedRow,
    Resource,
)
from tongban.errors import Refusal
from tongban.sql import only_row

ORIGINS = """
    SELECT resource.code, office.short_zh, office.short_en,
        resource.content #>> '{resource,name,zh}', resource.content #>> '{resource,name,en}',
        (SELECT started_at FROM lake_load AS load
         JOIN lake_edition AS edition ON edition.id = load.edition_id
         WHERE load.resource_id = resource.id AND load.status = 'done'
             AND edition.status = 'published' AND edition.number <= %s
         ORDER BY load.id DESC LIMIT 1)
    FROM lake_resource AS resource JOIN people_office AS office ON office.id = resource.owner_id
"""
# What was prepared for an edition serves those that feed it, too: they have the same facts.
STANDING = """
    SELECT definitions.stamp, run.number
    FROM (SELECT 1) AS always
    LEFT JOIN lake_definitionsstamp AS definitions ON true
    LEFT JOIN lake_currentedition AS current ON true
    LEFT JOIN lake_edition AS edition ON edition.id = current.edition_id
    LEFT JOIN lake_edition AS run ON run.id = coalesce(edition.feeds_id, edition.id)
"""

KEPT_EDITIONS = 3  # that readers see and those before it that can be gone back to


@dataclass(frozen=True)
class Origin:
    """Who stands behind a dataset, and when it was last read."""

    office_zh: str
    office_en: str
    resource_zh: str
    resource_en: str
    as_of: datetime | None


class UnknownResource(Refusal):
    """There is no resource {code}; `tongban load` brings contracts in."""

    zh = "没有数据资源 {code}，请先用 tongban load 装载契约。"


def current_edition() -> Edition | None:
    """What readers see; one query."""
    row = CurrentEdition.objects.select_related("edition__feeds").first()
    return row.edition if row else None


def tables_of(edition: Edition) -> dict[str, int]:
    """Every table of the edition with its version."""
    return {row.table: row.version for row in rows_of(edition)}


def rows_of(edition: Edition) -> list[EditionTable]:
    """One for each table of the edition; where one feeds another, its own prevail."""
    found = {row.table: row for row in edition.run.tables.all()}
    if edition.feeds is not None:
        found |= {row.table: row for row in edition.tables.all()}
    return list(found.values())


def resource(code: str) -> Resource:
    found = Resource.objects.select_related("owner").filter(code=code).first()
    if found is None:
        raise UnknownResource(code=code)
    return found


def live_contract(found: Resource) -> Contract:
    return contracts.from_content(found.content, f"{found.code} v{found.version}")


def origins(edition: int) -> Mapping[str, Origin]:
    """Of every resource by its code, as read for this edition; one query."""
    with connection.cursor() as cursor:
        cursor.execute(ORIGINS, [edition])
        return {code: Origin(*origin) for code, *origin in cursor.fetchall()}


def standing() -> tuple[UUID | None, int]:
    """The stamp of all definitions and the number of the edition that readers see, or that the
    one they see feeds; one query."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING)
        stamp, edition = only_row(cursor)
    return stamp, edition or 0


def last_load(found: Resource) -> Load | None:
    return found.loads.filter(status=Load.Status.DONE).order_by("-pk").first()


def open_rows(found: Resource):
    """Rows in quarantine that wait for the office, oldest first."""
    return found.quarantined.filter(status=QuarantinedRow.Status.OPEN).order_by("pk")


def accepted_rows(found: Resource):
    """Corrected rows that wait for the next edition, oldest first."""
    return found.quarantined.filter(status=QuarantinedRow.Status.ACCEPTED).order_by("pk")


def resources_with_corrections():
    """Those with corrected rows that wait for the next edition."""
    return resources().filter(quarantined__status=QuarantinedRow.Status.ACCEPTED).distinct()


def edition(number: int) -> Edition | None:
    return Edition.objects.filter(number=number).first()


def before(edition: Edition) -> Edition | None:
    """What can be gone back to: never to fewer rows of a feed, which would come again at once."""
    return edition.run.based_on


def kept(found: Edition) -> list[Edition]:
    """This edition and those before it that can be gone back to, nearest first."""
    steps = [found]
    while len(steps) < KEPT_EDITIONS and (step := before(steps[-1])) is not None:
        steps.append(step)
    return steps


def is_kept(found: Edition) -> bool:
    """False once an edition was published that keeps others in its place."""
    seen = (Edition.Status.PUBLISHED, Edition.Status.WITHDRAWN)
    whole = Edition.objects.filter(feeds=None, status__in=seen).order_by()
    steps = whole.values_list("pk", "based_on_id", "based_on__feeds_id")
    run_before = {pk: feeds or based_on for pk, based_on, feeds in steps}
    return all(_back(pk, run_before) != found.run.pk for pk in run_before)


def _back(pk: int, run_before: Mapping[int, int | None]) -> int | None:
    """So many steps that it is not kept any more."""
    step: int | None = pk
    for _step in range(KEPT_EDITIONS):
        step = run_before.get(step) if step is not None else None
    return step


def readable_rows(since: datetime) -> QuerySet[EditionTable]:
    """The versions of tables that somebody may still read.

    Of every run that did not fail; of what only feeds one, where readers see it, where a draft or a
    run began with it, or where it was closed after `since`.
    """
    began = Edition.objects.exclude(status=Edition.Status.FAILED)
    began = began.filter(Q(feeds=None) | Q(status=Edition.Status.DRAFT))
    wanted = (
        Q(edition__feeds=None)
        | Q(edition__status=Edition.Status.DRAFT)
        | Q(edition__closed_at__gte=since)
        | Q(edition__in=CurrentEdition.objects.values("edition"))
        | Q(edition__in=began.values("based_on"))
    )
    return EditionTable.objects.filter(wanted).exclude(edition__status=Edition.Status.FAILED)


def editions():
    """Newest first."""
    return Edition.objects.select_related("based_on", "feeds").order_by("-number")


def resources():
    return Resource.objects.select_related("owner").order_by("code")
