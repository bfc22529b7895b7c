"""Everything that changes standards, results and issues."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F

from tongban.base.audit import actions as audit
from tongban.data.lake.loading import Loaded
from tongban.data.lake.models import QuarantinedRow, Resource
from tongban.data.standards.models import CheckResult, Code, Element, Issue


@transaction.atomic
def load_elements(rows: Iterable[Mapping], *, by: str, at: datetime) -> int:
    """`rows` have the field names of Element; returns how many there are."""
    elements = [Element(**row) for row in rows]
    Element.objects.bulk_create(
        elements,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name_zh", "name_en", "type", "grade", "format", "codelist", "check_name"],
    )
    audit.record(
        "elements.loaded",
        ("standards", "elements"),
        actor=by,
        at=at,
        details={"rows": len(elements)},
    )
    return len(elements)


@transaction.atomic
def load_codelist(name: str, rows: Iterable[Mapping], *, by: str, at: datetime) -> int:
    codes = [Code(codelist=name, **row) for row in rows]
    Code.objects.bulk_create(
        codes,
        update_conflicts=True,
        unique_fields=["codelist", "code"],
        update_fields=["name_zh", "name_en", "valid_from", "valid_until", "maps_to"],
    )
    audit.record(
        "codelist.loaded", ("codelist", name), actor=by, at=at, details={"rows": len(codes)}
    )
    return len(codes)


@transaction.atomic
def note_results(*, loaded: Loaded, at: datetime) -> None:
    """Write down what each check found, and ask the office about rows in quarantine.

    A part of a source comes every half minute; one without a fault leaves nothing.
    """
    checks = loaded.checks if any(loaded.failing.values()) or not loaded.load.is_part else ()
    CheckResult.objects.bulk_create(
        CheckResult(
            load=loaded.load,
            code=check.code,
            column=check.column,
            dimension=check.dimension,
            severity=check.severity,
            name_zh=check.zh,
            name_en=check.en,
            failed=loaded.failing.get(check.code, 0),
        )
        for check in checks
    )
    _ask(loaded.load.resource, at)


@transaction.atomic
def settle_rows(*, resource: Resource, rows: Iterable[QuarantinedRow], at: datetime) -> None:
    """After corrections: their checks have as many failures less; an issue closes with its last
    row."""
    for row in rows:
        CheckResult.objects.filter(load_id=row.load_id, code=row.check_code, failed__gt=0).update(
            failed=F("failed") - 1
        )
    _ask(resource, at)


def _ask(resource: Resource, at: datetime) -> None:
    """One open issue per check that has rows in quarantine; the others are closed."""
    waiting: dict[str, list[int]] = {}
    outside = (QuarantinedRow.Status.OPEN, QuarantinedRow.Status.ACCEPTED)
    rows = resource.quarantined.filter(status__in=outside)
    for check_code, pk in rows.values_list("check_code", "pk"):
        waiting.setdefault(check_code, []).append(pk)
    issues = {issue.check_code: issue for issue in resource.issues.filter(status="open")}
    for check_code, rows in waiting.items():
        issue = issues.pop(check_code, None) or Issue.objects.create(
            resource=resource, office=resource.owner, check_code=check_code, opened_at=at
        )
        issue.rows.set(rows)
    for issue in issues.values():
        issue.status, issue.closed_at = Issue.Status.CLOSED, at
        issue.save(update_fields=["status", "closed_at"])
