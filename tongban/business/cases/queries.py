"""Cases as lists and pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from tongban.base.calendar import queries as calendar
from tongban.base.people.models import Post, User
from tongban.business.cases import deciding, evidence, permissions
from tongban.business.cases.models import (
    PURPOSE,
    Case,
    CaseEvent,
    Decision,
    Draft,
    Evidence,
    Requirement,
    WorkItem,
)
from tongban.business.certificates import queries as certificates
from tongban.business.certificates.models import Certificate
from tongban.business.items import guide as guides
from tongban.business.items.models import ItemVersion
from tongban.engines.clocks import Calendar, Clock, Clocks, Light, Limit, light, remaining


@dataclass(frozen=True)
class Deadline:
    """A clock as it stands today: what lamp is lit and what is left of the promise."""

    light: Light
    promised_on: date
    statutory_on: date
    days_left: int  # of the promise, in its unit; negative once overdue
    days_total: int
    unit: str  # working · calendar
    is_provisional: bool


@dataclass(frozen=True)
class Proof:
    """A requirement beside the facts that prove it."""

    requirement: Requirement
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class CasePage:
    case: Case
    applicant: str
    deadline: Deadline | None  # None once finished
    proofs: tuple[Proof, ...]
    facts: tuple[Evidence, ...]
    answers: Mapping[str, Any]
    decisions: tuple[Decision, ...]
    officer_words: str
    events: tuple[CaseEvent, ...]
    open_work: WorkItem | None
    certificate: Certificate | None


@dataclass(frozen=True)
class ToDo:
    work_item: WorkItem
    deadline: Deadline
    applicant: str


@dataclass(frozen=True)
class Burden:
    """`pressing`: those due today or overdue."""

    waiting: int
    pressing: int


def draft(version: ItemVersion, user: User) -> dict[str, Any]:
    """What the applicant has answered so far; empty without a draft."""
    kept = Draft.objects.filter(version=version, applicant_id=user.subject_id).first()
    return evidence.opened_answers(kept.answers_sealed) if kept else {}


def by_number(number: str, user: User) -> Case:
    """Raises NotYourCase for a case that is not there, too: nobody learns which numbers exist."""
    case = (
        Case.objects.select_related("office", "version__item", "version__item__office")
        .filter(number=number)
        .first()
    )
    if case is None:
        raise permissions.NotYourCase(number=number)
    permissions.check_can_see(user, case)
    return case


def of_applicant(subject_id: str):
    """A person's cases, newest first."""
    return (
        Case.objects.of_applicant(subject_id)
        .select_related("office", "version__item")
        .order_by("-submitted_at")
    )


def to_do(user: User, at: datetime) -> list[ToDo]:
    """What waits for this account, the most pressing first; three queries."""
    items = (
        _waiting_for(user)
        .select_related("case__version__item", "case__office", "office")
        .order_by("case__promised_on", "opened_at", "pk")
    )
    days = calendar.current()
    return [ToDo(item, deadline(item.case, at, days), applicant(item.case)) for item in items]


def burden(user: User, at: datetime) -> Burden:
    """How much waits for this account, and how much of it is due by the end of today."""
    today = timezone.localdate(at)
    counts = _waiting_for(user).aggregate(
        waiting=Count("pk"), pressing=Count("pk", filter=Q(case__promised_on__lte=today))
    )
    return Burden(**counts)


def page(case: Case, at: datetime) -> CasePage:
    rows = tuple(case.evidence.order_by("source", "fact"))
    by_fact = {row.fact: row for row in rows}
    wanted = {
        m.code: m.proven_by[0] if m.proven_by else () for m in guides.of(case.version).materials
    }
    proofs = tuple(
        Proof(
            requirement,
            tuple(
                by_fact[fact]
                for fact in requirement.facts or wanted[requirement.material]
                if fact in by_fact  # an erased applicant's are gone
            ),
        )
        for requirement in case.requirements.order_by("pk")
    )
    decisions = tuple(case.decisions.order_by("pk"))
    return CasePage(
        case=case,
        applicant=applicant(case),
        deadline=deadline(case, at, calendar.current()) if case.finished_at is None else None,
        proofs=proofs,
        facts=rows,
        answers=evidence.answers(case),
        decisions=decisions,
        officer_words=_words(decisions),
        events=tuple(case.events.order_by("pk")),
        open_work=case.work_items.filter(status=WorkItem.Status.OPEN)
        .select_related("office")
        .first(),
        certificate=certificates.by_case(case.number),
    )


def deadline(case: Case, at: datetime, days: Calendar) -> Deadline:
    guide = guides.of(case.version)
    today, start = timezone.localdate(at), timezone.localdate(case.accepted_at or case.submitted_at)
    promised = Limit(guide.limits.promised.days, guide.limits.promised.unit)
    statutory = Limit(guide.limits.statutory.days, guide.limits.statutory.unit)
    lit = light(Clocks(Clock(start, promised), Clock(start, statutory)), today, days)
    return Deadline(
        light=lit,
        promised_on=case.promised_on,
        statutory_on=case.statutory_on,
        days_left=remaining(start, today, promised, days),
        days_total=promised.days,
        unit=promised.unit,
        is_provisional=case.due_is_provisional,
    )


def reasons(decision: Decision, language: str) -> list[str]:
    """The rules' reasons in words, one sentence each."""
    return deciding.opened(decision.reasons_sealed)["zh" if language.startswith("zh") else "en"]


def applicant(case: Case) -> str:
    return settings.VAULT.open(bytes(case.applicant_sealed), PURPOSE).decode()


def _waiting_for(user: User):
    mine = Q(pk__in=())
    for post in user.posts.all():
        mine |= Q(office_id=post.office_id, post=post.role)
    return WorkItem.objects.filter(mine, status=WorkItem.Status.OPEN)


def _words(decisions: tuple[Decision, ...]) -> str:
    for decision in reversed(decisions):
        if decision.words_sealed is not None:
            return deciding.opened(decision.words_sealed)
    return ""


def of_staff(user: User, number: str = ""):
    """Cases of the offices where this account works with cases; a supervisor's: all."""
    posts = list(user.posts.all())
    found = Case.objects.select_related("office", "version__item").order_by("-submitted_at", "-pk")
    if not any(post.role == Post.Role.SUPERVISOR for post in posts):
        staffed = [p.office_id for p in posts if p.role in permissions.STAFF_WHO_SEE_CASES]
        found = found.filter(office_id__in=staffed)
    return found.filter(number__startswith=number) if number else found
