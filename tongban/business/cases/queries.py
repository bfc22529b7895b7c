"""Cases as lists and pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from tongban.base.calendar import queries as calendar
from tongban.base.people.models import Post, User
from tongban.business.cases import deadlines, deciding, evidence, permissions, simulated
from tongban.business.cases.acting import Party
from tongban.business.cases.models import (
    PURPOSE,
    Case,
    CaseEvent,
    Decision,
    Draft,
    Evidence,
    Requirement,
    Suspension,
    WorkItem,
)
from tongban.business.certificates import queries as certificates
from tongban.business.certificates.models import Certificate
from tongban.business.items import guide as guides
from tongban.business.items.models import ItemVersion
from tongban.engines.clocks import Calendar, Clocks, Light, Pause, due, light, remaining


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
class StepClock:
    """The clock of one step that has a limit of its own."""

    light: Light
    due_on: date
    days_left: int  # in its unit; negative once overdue
    days_total: int
    unit: str  # working · calendar
    is_provisional: bool


@dataclass(frozen=True)
class Moved:
    """The days that a case would have; `until` is the last one on which its clock stands."""

    until: date | None
    promised_on: date
    statutory_on: date


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
    """`with_whom` is the colleague who has the step now; empty where this account may do it."""

    work_item: WorkItem
    deadline: Deadline
    applicant: str
    step: StepClock | None  # None where the step has no limit of its own
    with_whom: str


@dataclass(frozen=True)
class Burden:
    """`pressing`: those due today or overdue."""

    waiting: int
    pressing: int


def draft(version: ItemVersion, user: User, about: Party | None = None) -> dict[str, Any]:
    """What was answered so far, by the user for himself or for whom it is about; empty without a
    draft."""
    subject_id = about.subject_id if about else user.subject_id
    kept = Draft.objects.filter(version=version, applicant_id=subject_id).first()
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
    """What waits for this account or was handed to a colleague by its post, the most pressing
    first; five queries."""
    return told(work_of(user), user, at)


def told(work: QuerySet[WorkItem], user: User, at: datetime) -> list[ToDo]:
    """Open steps as a list shows them to this account, the most pressing first."""
    items = (
        work.select_related("case__version__item", "case__office", "case__extension")
        .select_related("office", "assignee")
        .prefetch_related("case__suspensions", "case__work_items")
        .order_by("case__promised_on", "due_on", "opened_at", "pk")
    )
    days = calendar.current()
    return [_to_do(item, user, at, days) for item in items]


def _to_do(item: WorkItem, user: User, at: datetime, days: Calendar) -> ToDo:
    other = item.assignee if item.assignee != user else None
    return ToDo(
        item,
        deadline(item.case, at, days),
        applicant(item.case),
        step_clock(item, at, days),
        other.display_name if other else "",
    )


def burden(user: User, at: datetime) -> Burden:
    """How much this account itself can do now, and how much of it is due by the end of today: the
    case, or the step. Where the clock stands, nobody can go on."""
    today = timezone.localdate(at)
    pressing = Q(case__promised_on__lte=today) | Q(due_on__lte=today)
    own = work_of(user).filter(~Exists(standing(today)), Q(assignee=None) | Q(assignee=user))
    counts = own.aggregate(waiting=Count("pk"), pressing=Count("pk", filter=pressing))
    return Burden(**counts)


def standing(today: date, of: str = "case") -> QuerySet[Suspension]:
    """What stops the clock of a case, for a query over steps or, by their `pk`, over cases."""
    return Suspension.objects.filter(case=OuterRef(of), ended_at=None, authorised_until__gte=today)


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
                # The version that the case was moved to may not ask for the material any more.
                for fact in requirement.facts or wanted.get(requirement.material, ())
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
        open_work=case.work_items.filter(status=WorkItem.Status.OPEN, beside=None)
        .select_related("office", "assignee")
        .order_by("task")
        .first(),
        certificate=certificates.by_case(case.number),
    )


def deadline(case: Case, at: datetime, days: Calendar) -> Deadline:
    """The lamp also goes by the open steps, and by a suspension that lasts too long."""
    today = timezone.localdate(at)
    promised, statutory = deadlines.clocks(case)
    return Deadline(
        light=light(Clocks(promised, statutory, deadlines.other_clocks(case)), today, days),
        promised_on=case.promised_on,
        statutory_on=case.statutory_on,
        days_left=remaining(promised.start, today, promised.limit, days, promised.pauses),
        days_total=promised.limit.whole,
        unit=promised.limit.unit,
        is_provisional=case.due_is_provisional,
    )


def step_clock(step: WorkItem, at: datetime, days: Calendar) -> StepClock | None:
    clock = deadlines.step_clock(step, deadlines.pauses_of(step.case))
    if clock is None:
        return None
    assert step.due_on is not None
    today = timezone.localdate(at)
    return StepClock(
        light=light(Clocks(clock), today, days),
        due_on=step.due_on,
        days_left=remaining(clock.start, today, clock.limit, days, clock.pauses),
        days_total=clock.limit.days,
        unit=clock.limit.unit,
        is_provisional=step.due_is_provisional,
    )


def if_suspended(case: Case, days: int, at: datetime) -> Moved:
    """What becomes of the days of a case whose clock stands from today for so many working days."""
    known, today = calendar.current(), timezone.localdate(at)
    until = deadlines.authorised_until(today, days, known)
    pause = Pause(today, until, Suspension.Ground.INSPECTION)
    ends = [
        due(each.start, each.limit, known, (*each.pauses, pause)).on
        for each in deadlines.clocks(case)
    ]
    return Moved(until, *ends)


def if_extended(case: Case, days: int) -> Moved:
    """The same where the head of the office gives it so many working days more."""
    known = calendar.current()
    ends = [
        due(each.start, replace(each.limit, extended=days), known, each.pauses).on
        for each in deadlines.clocks(case)
    ]
    return Moved(None, *ends)


def reasons(decision: Decision, language: str) -> list[str]:
    """The rules' reasons in words, one sentence each."""
    return deciding.opened(decision.reasons_sealed)["zh" if language.startswith("zh") else "en"]


def applicant(case: Case) -> str:
    return settings.VAULT.open(bytes(case.applicant_sealed), PURPOSE).decode()


def work_of(user: User) -> QuerySet[WorkItem]:
    """Open steps of its posts, whoever has them now, and those that are its alone."""
    mine = Q(assignee=user) | posts_of(user)
    return WorkItem.objects.filter(mine, ~simulated.has("case_id"), status=WorkItem.Status.OPEN)


def posts_of(user: User) -> Q:
    """Steps for a post that the account holds; a signer's is for nobody's post."""
    mine = Q(pk__in=())
    for post in user.posts.all():
        mine |= Q(office_id=post.office_id, post=post.role, beside=None)
    return mine


def _words(decisions: tuple[Decision, ...]) -> str:
    for decision in reversed(decisions):
        if decision.words_sealed is not None:
            return deciding.opened(decision.words_sealed)
    return ""


def of_staff(user: User, number: str = ""):
    """Cases of the offices where this account works with cases; a supervisor's: all."""
    found = Case.objects.select_related("office", "version__item").order_by("-submitted_at", "-pk")
    offices = offices_seen(user)
    if offices is not None:
        found = found.filter(office_id__in=offices)
    return found.filter(number__startswith=number) if number else found


def offices_seen(user: User) -> list[int] | None:
    """The keys of the offices whose cases this account sees; None where it sees all."""
    posts = list(user.posts.all())
    if any(post.role == Post.Role.SUPERVISOR for post in posts):
        return None
    return [post.office_id for post in posts if post.role in permissions.STAFF_WHO_SEE_CASES]
