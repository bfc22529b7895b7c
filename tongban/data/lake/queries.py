"""What the lake holds and how it got there; no rows of data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from tongban.data.lake import contract as contracts
from tongban.data.lake.contract import Contract
from tongban.data.lake.models import CurrentEdition, Edition, Load, QuarantinedRow, Resource
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
STANDING = """
    SELECT definitions.stamp, edition.number
    FROM (SELECT 1) AS always
    LEFT JOIN lake_definitionsstamp AS definitions ON true
    LEFT JOIN lake_currentedition AS current ON true
    LEFT JOIN lake_edition AS edition ON edition.id = current.edition_id
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
    row = CurrentEdition.objects.select_related("edition").first()
    return row.edition if row else None


def tables_of(edition: Edition) -> dict[str, int]:
    """Every table of the edition with its version."""
    return dict(edition.tables.values_list("table", "version"))


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
    """The stamp of all definitions and the number of the edition that readers see; one query."""
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


def kept(found: Edition) -> list[int]:
    """Numbers of this edition and of those before it that can be gone back to, nearest first."""
    numbers: list[int] = []
    step: Edition | None = found
    while step is not None and len(numbers) < KEPT_EDITIONS:
        numbers.append(step.number)
        step = step.based_on
    return numbers


def is_kept(found: Edition) -> bool:
    """False once an edition was published that keeps others in its place."""
    after = f"{'__'.join(['based_on'] * KEPT_EDITIONS)}"
    seen = (Edition.Status.PUBLISHED, Edition.Status.WITHDRAWN)
    return not Edition.objects.filter(**{after: found}, status__in=seen).exists()


def editions():
    """Newest first."""
    return Edition.objects.select_related("based_on").order_by("-number")


def resources():
    return Resource.objects.select_related("owner").order_by("code")
