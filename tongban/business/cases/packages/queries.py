"""Packages as pages show them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from tongban.base.calendar import queries as calendar
from tongban.base.people.models import User
from tongban.business.cases import evidence, permissions
from tongban.business.cases import queries as cases
from tongban.business.cases.acting import Party
from tongban.business.cases.models import PURPOSE, Case, PackageCase, PackageDraft, WorkItem
from tongban.business.certificates import queries as certificates
from tongban.business.certificates.models import Certificate
from tongban.business.items.models import PackageVersion


class Outcome(StrEnum):
    RUNNING = "running"
    GRANTED = "granted"  # all that was not withdrawn
    PARTLY = "partly"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Course:
    """One item of it: how it stands, who has it, what came of it."""

    case: Case
    deadline: cases.Deadline | None  # None once finished
    step: WorkItem | None
    certificate: Certificate | None
    stopped_until: date | None


@dataclass(frozen=True)
class PackagePage:
    package: PackageCase
    applicant: str
    outcome: Outcome
    courses: tuple[Course, ...]
    promised_on: date | None  # of what still runs, the last


@dataclass(frozen=True)
class Sister:
    """Another case of the same package, as an officer of another office may know it."""

    item: str
    office: str
    status: str
    promised_on: date | None


def by_number(number: str, user: User) -> PackageCase:
    """Raises NotYourCase for one that is not there, too."""
    found = (
        PackageCase.objects.filter(number=number)
        .select_related("version__package", "lead", "acted_by")
        .first()
    )
    first = found.cases.select_related("office", "version__item").first() if found else None
    if found is None or first is None:
        raise permissions.NotYourCase(number=number)
    for case in found.cases.select_related("office", "version__item"):
        permissions.check_can_see(user, case)
    return found


def draft(version: PackageVersion, about: Party) -> dict[str, Any]:
    kept = PackageDraft.objects.filter(
        package=version.package_id, applicant_id=about.subject_id
    ).first()
    return evidence.opened_answers(kept.answers_sealed) if kept else {}


def of_applicant(subject_id: str) -> QuerySet[PackageCase]:
    """Newest first."""
    found = PackageCase.objects.filter(applicant_id=subject_id)
    return found.select_related("version__package").order_by("-submitted_at", "-pk")


def page(package: PackageCase, at: datetime) -> PackagePage:
    made = package.cases.select_related("office", "version__item", "extension").order_by("pk")
    courses = tuple(_course(case, at) for case in made.prefetch_related("suspensions"))
    running = [each.case.promised_on for each in courses if each.case.finished_at is None]
    return PackagePage(
        package=package,
        applicant=settings.VAULT.open(bytes(package.applicant_sealed), PURPOSE).decode(),
        outcome=outcome([each.case.status for each in courses]),
        courses=courses,
        promised_on=max(running, default=None),
    )


def outcome(statuses: list[str]) -> Outcome:
    """What is withdrawn counts for nothing, unless all of it is; a revoked decision grants
    nothing."""
    found = {status for status in statuses if status != Case.Status.WITHDRAWN}
    if not found:
        return Outcome.WITHDRAWN
    if Case.Status.RUNNING in found:
        return Outcome.RUNNING
    if found == {Case.Status.GRANTED}:
        return Outcome.GRANTED
    return Outcome.PARTLY if Case.Status.GRANTED in found else Outcome.REFUSED


def sisters(case: Case) -> list[Sister]:
    """The status and the days are no more than what any officer who works beside must know; its
    form, facts and reasons stay with its own office."""
    if case.package_id is None:
        return []
    others = Case.objects.filter(package=case.package_id).exclude(pk=case.pk).order_by("pk")
    return [
        Sister(
            item=each.version.item.name,
            office=each.office.short,
            status=str(Case.Status(each.status).label),
            promised_on=None if each.finished_at else each.promised_on,
        )
        for each in others.select_related("office", "version__item")
    ]


def _course(case: Case, at: datetime) -> Course:
    is_open = case.finished_at is None
    steps = case.work_items.filter(status=WorkItem.Status.OPEN, beside=None)
    standing = next((s for s in case.suspensions.all() if s.ended_at is None), None)
    return Course(
        case=case,
        deadline=cases.deadline(case, at, calendar.current()) if is_open else None,
        step=steps.select_related("office").order_by("task").first() if is_open else None,
        certificate=certificates.by_case(case.number),
        stopped_until=standing.authorised_until if standing and is_open else None,
    )
