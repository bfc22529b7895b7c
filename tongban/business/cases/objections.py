"""What an applicant says is wrong with a fact goes to the office that holds it. It has to check
and to answer within ten working days (Regulations on Sharing of Government Data, order 809)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tongban.base.audit import actions as audit
from tongban.base.calendar import queries as calendar
from tongban.base.notices import actions as notices
from tongban.base.people.models import Post, User
from tongban.business.cases import evidence, simulated
from tongban.business.cases.deadlines import OBJECTION
from tongban.business.cases.models import Case, Objection
from tongban.business.cases.queries import Deadline
from tongban.data.lake.models import Resource
from tongban.engines.clocks import Calendar, Clock, Clocks, due, light, remaining
from tongban.errors import Refusal

LONGEST = 2_000  # characters of an answer
ANSWERS = (Objection.Status.UPHELD, Objection.Status.REJECTED)


class NotYourOfficesFact(Refusal):
    """The fact comes from {office_en}; only its data steward may answer the objection."""

    zh = "该事实由{office_zh}提供，只有该单位的数据管理员可以答复异议。"


class AlreadyAnswered(Refusal):
    """The objection was answered on {on}."""

    zh = "该异议已于 {on} 答复。"


class NotAnswered(Refusal):
    """Say whether the applicant is right: press one of the two buttons."""

    zh = "请说明异议是否属实：点两个按钮中的一个。"


class SayWhatWasFound(Refusal):
    """Say in 1 to {most} characters what was found; the applicant will read it."""

    zh = "请用 1 至 {most} 个字说明核实的情况，申请人会看到。"


@dataclass(frozen=True)
class Told:
    """An objection in the clear; `answer` is empty while nobody has answered."""

    objection: Objection
    words: str
    answer: str


def raise_each(case: Case, said: Mapping[str, str], at: datetime) -> None:
    """`said` goes by fact. A fact of the platform itself lies with the office of the case."""
    if not said:
        return
    limit = due(timezone.localdate(at), OBJECTION, calendar.current())
    rows = case.evidence.filter(fact__in=said)
    owners = {r.code: r.owner for r in Resource.objects.select_related("owner")}
    Objection.objects.bulk_create(
        Objection(
            evidence=row,
            office=owners.get(row.source, case.office),
            words_sealed=evidence.seal_words(said[row.fact]),
            raised_at=at,
            due_on=limit.on,
            due_is_provisional=limit.provisional,
        )
        for row in rows
    )


@transaction.atomic
def answer(*, objection_id: int, user: User, status: str, words: str, at: datetime) -> Objection:
    """The steward of the office that holds the fact says what he found; the applicant is told."""
    found = _whole().select_for_update(of=("self",)).get(pk=objection_id)
    check_can_answer(user, found)
    if found.answered_at is not None:
        raise AlreadyAnswered(on=timezone.localdate(found.answered_at))
    if status not in ANSWERS:
        raise NotAnswered
    if not 0 < len(words.strip()) <= LONGEST:
        raise SayWhatWasFound(most=LONGEST)
    found.status, found.answered_at, found.answered_by = status, at, user
    found.answer_sealed = evidence.seal_words(words.strip())
    found.save(update_fields=["status", "answered_at", "answered_by", "answer_sealed"])
    _tell(found, at)
    _record("objection.answered", found, user, at, {"status": status})
    return found


@transaction.atomic
def opened(*, objection_id: int, user: User, at: datetime) -> Objection:
    """One objection for whom it concerns; looking at the person's value is audited."""
    found = _whole().get(pk=objection_id)
    check_can_answer(user, found)
    _record("objection.opened", found, user, at, {})
    return found


def check_can_answer(user: User, found: Objection) -> None:
    if not user.posts.filter(office=found.office, role=Post.Role.STEWARD).exists():
        names = {"office_zh": found.office.short_zh, "office_en": found.office.short_en}
        raise NotYourOfficesFact(**names)


def waiting(user: User) -> QuerySet[Objection]:
    """What a steward's offices have to answer, and what a supervisor watches; oldest first."""
    posts = list(user.posts.all())
    mine = Q(office__in=[post.office_id for post in posts if post.role == Post.Role.STEWARD])
    if any(post.role == Post.Role.SUPERVISOR for post in posts):
        mine = Q()
    found = _whole().filter(mine, ~simulated.has("evidence__case_id"))
    return found.filter(status=Objection.Status.OPEN).order_by("due_on", "pk")


def of_case(case: Case) -> list[Told]:
    return [
        Told(one, said(one), answered(one))
        for one in _whole().filter(evidence__case=case).order_by("pk")
    ]


def deadline(found: Objection, at: datetime, days: Calendar) -> Deadline:
    """The clock of an objection that waits for its answer."""
    start, today = timezone.localdate(found.raised_at), timezone.localdate(at)
    return Deadline(
        light=light(Clocks(None, Clock(start, OBJECTION)), today, days),
        promised_on=found.due_on,
        statutory_on=found.due_on,
        days_left=remaining(start, today, OBJECTION, days),
        days_total=OBJECTION.days,
        unit=OBJECTION.unit,
        is_provisional=found.due_is_provisional,
    )


def said(found: Objection) -> str:
    return evidence.opened_words(found.words_sealed)


def answered(found: Objection) -> str:
    """Empty while nobody has answered."""
    return evidence.opened_words(found.answer_sealed) if found.answer_sealed else ""


def _whole() -> QuerySet[Objection]:
    return Objection.objects.select_related("evidence__case__version__item", "office")


def _tell(found: Objection, at: datetime) -> None:
    case, row, office = found.evidence.case, found.evidence, found.office
    right = found.status == Objection.Status.UPHELD
    zh = "属实，将由来源更正" if right else "与来源一致，未作更正"
    en = "it is wrong and will be corrected at its source" if right else "it agrees with its source"
    notices.tell(
        subject_id=case.applicant_id,
        about=("case", case.number),
        zh=f"您对“{row.label_zh}”提出的异议，{office.short_zh}已核实：{zh}。"
        f"说明在办件 {case.number} 里。",
        en=f"{office.short_en} has checked what you said of “{row.label_en}”: {en}. "
        f"Case {case.number} says more.",
        at=at,
    )


def _record(kind: str, found: Objection, user: User, at: datetime, details: dict[str, str]) -> None:
    case = found.evidence.case
    audit.record(
        kind,
        ("case", case.number),
        actor=str(user.pk),
        at=at,
        office=found.office.code,
        post=Post.Role.STEWARD,
        purpose="objection",
        basis="《政务数据共享条例》",
        subjects=[case.applicant_id],
        details={"facts": [found.evidence.fact], **details},
    )
