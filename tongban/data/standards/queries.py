"""Elements, codes, results and scores."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from tongban.base.audit import actions as audit
from tongban.base.people.models import Region
from tongban.data.lake import quarantine
from tongban.data.lake import queries as lake
from tongban.data.lake.contract import Contract
from tongban.data.lake.models import Load, QuarantinedRow, Resource
from tongban.data.standards.compiling import Standards, grade
from tongban.data.standards.models import CheckResult, Code, Element, Issue


@dataclass(frozen=True)
class Score:
    """Of 100 cells that were checked, how many are good; overall and by dimension."""

    overall: float
    dimensions: dict[str, float]
    rows: int
    quarantined: int


def standards() -> Standards:
    """Everything a contract is compiled against; three queries."""
    codes: dict[str, list[str]] = {}
    for codelist, code in Code.objects.values_list("codelist", "code").order_by("codelist", "code"):
        codes.setdefault(codelist, []).append(code)
    successors = Region.objects.exclude(successor_code="").values_list("code", "successor_code")
    return Standards(
        elements={element.code: element for element in Element.objects.all()},
        codes=codes,
        successors=dict(successors),
    )


def code_names(elements: Collection[str]) -> Mapping[tuple[str, str], tuple[str, str]]:
    """(element, code) → the code's Chinese and English name; two queries."""
    lists = Element.objects.filter(code__in=elements).exclude(codelist="")
    of_list: dict[str, list[str]] = {}
    for element, codelist in lists.values_list("code", "codelist"):
        of_list.setdefault(codelist, []).append(element)
    rows = Code.objects.filter(codelist__in=of_list)
    return {
        (element, code): (zh, en)
        for codelist, code, zh, en in rows.values_list("codelist", "code", "name_zh", "name_en")
        for element in of_list[codelist]
    }


def score(load: Load) -> Score:
    """One query. A corrected row has left the failures of its check."""
    dimensions: dict[str, float] = {}
    failed_all = checked_all = 0
    totals = load.results.values("dimension").annotate(failed=Sum("failed"))
    counts = {row["dimension"]: row["failed"] for row in totals}
    for dimension, checks in _checks_per_dimension(load).items():
        checked = checks * load.rows_read
        failed = counts.get(dimension, 0)
        dimensions[dimension] = _share(checked, failed)
        failed_all, checked_all = failed_all + failed, checked_all + checked
    return Score(_share(checked_all, failed_all), dimensions, load.rows_read, load.rows_quarantined)


def latest_score(resource: Resource) -> Score | None:
    load = lake.last_load(resource)
    return score(load) if load else None


def open_issues(office_codes: frozenset[str]):
    """Issues that wait for these offices, oldest first."""
    return (
        Issue.objects.filter(status=Issue.Status.OPEN, office__code__in=office_codes)
        .select_related("resource", "office")
        .order_by("opened_at", "pk")
    )


def _checks_per_dimension(load: Load) -> dict[str, int]:
    found: dict[str, int] = {}
    for dimension in CheckResult.objects.filter(load=load).values_list("dimension", flat=True):
        found[dimension] = found.get(dimension, 0) + 1
    return found


def _share(checked: int, failed: int) -> float:
    return 100.0 if checked == 0 else 100.0 * (checked - failed) / checked


def check_name(resource: Resource, code: str) -> str:
    """What a check is called, in the reader's language; its code where it is no longer there."""
    result = CheckResult.objects.filter(load__resource=resource, code=code).order_by("-pk").first()
    return result.name if result else code


def grades(contract: Contract) -> dict[str, int]:
    """The effective grade of every column; one query."""
    known = standards()
    return {column.name: grade(contract, column, known) for column in contract.columns}


@transaction.atomic
def opened_row(row: QuarantinedRow, *, by: str, at: datetime) -> quarantine.Opened:
    """A quarantined row in the clear, for its office's steward; audited."""
    audit.record(
        "row.opened",
        ("resource", row.resource.code),
        actor=by,
        at=at,
        details={"row": row.pk, "position": row.position},
    )
    return quarantine.opened(row)
