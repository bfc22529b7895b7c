"""Somebody who waits, or watches, asks the officers to go on: once on each working day."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tongban.base.calendar import queries as calendar
from tongban.base.people.models import User
from tongban.business.cases import permissions
from tongban.business.cases.locking import check_running, locked
from tongban.business.cases.models import Case, CaseEvent, WorkItem
from tongban.business.cases.verbs import history, telling
from tongban.errors import Refusal

WHO = {"applicant": ("申请人", "The applicant"), "lead": ("负责人", "The head of the office")}
WATCHING = ("监督人员", "A supervisor")


class UrgedAlready(Refusal):
    """You urged case {number} on {on}; you can do so again on the next working day."""

    zh = "您已于 {on} 催办过 {number}，下一个工作日可以再次催办。"


class WaitsForApplicant(Refusal):
    """Case {number} waits for what its applicant was asked to correct, until {until}."""

    zh = "办件 {number} 正在等待申请人补正（至 {until}），暂不能催办。"


class NobodyToUrge(Refusal):
    """Case {number} waits for no person at the moment: nobody could be urged."""

    zh = "办件 {number} 目前不在等待任何人办理，无需催办。"


@transaction.atomic
def urge(*, case_id: int, user: User, words: str, at: datetime) -> int:
    """Tells everybody who could do a step that waits; returns how many were told."""
    case = locked(case_id)
    permissions.check_can_urge(user, case)
    officers = check(case, user, at)
    why = history.optional(words)
    by = history.watcher(user, case)
    details = {"told": len(officers)}
    history.note(case, "tb:urge", CaseEvent.Transition.COMPLETE, by, at, why, details)
    history.record("case.urged", case, by, at, details)
    zh, en = WHO.get(by.post, WATCHING)
    for officer in officers:
        telling.colleague(
            officer,
            case,
            f"{zh}催办 {case.number}，最晚 {case.promised_on} 答复。{why}",
            f"{en} urges case {case.number}; it is to be answered by {case.promised_on}. "
            f"{why}".strip(),
            at,
        )
    return len(officers)


def check(case: Case, user: User, at: datetime) -> list[User]:
    """Whom it would tell now. Raises what stands in the way."""
    check_running(case)
    _check_is_ours(case, at)
    officers = _officers(case)
    if not officers:
        raise NobodyToUrge(number=case.number)
    _check_not_yet(case, user, at)
    return officers


def _check_is_ours(case: Case, at: datetime) -> None:
    today = timezone.localdate(at)
    asked = case.corrections.filter(
        asked_at__isnull=False, corrected_at=None, suspension__authorised_until__gte=today
    )
    waiting = asked.select_related("suspension").first()
    if waiting is not None:
        raise WaitsForApplicant(number=case.number, until=waiting.suspension.authorised_until)


def _officers(case: Case) -> list[User]:
    """Each once, the applicant himself left out."""
    steps = case.work_items.filter(status=WorkItem.Status.OPEN).select_related("assignee")
    found = {each.pk: each for step in steps.order_by("task") for each in _who(step)}
    return [each for each in found.values() if each.subject_id != case.applicant_id]


def _who(step: WorkItem) -> Iterator[User]:
    if step.assignee is not None:
        yield step.assignee
        return
    holders = User.objects.filter(posts__office=step.office_id, posts__role=step.post)
    yield from holders.filter(is_active=True).order_by("pk")


def _check_not_yet(case: Case, user: User, at: datetime) -> None:
    urged = case.events.filter(activity="tb:urge", resource=str(user.pk)).order_by("-at").first()
    if urged is None:
        return
    last, today = timezone.localdate(urged.at), timezone.localdate(at)
    if calendar.current().working_days(last, today) == 0:
        raise UrgedAlready(number=case.number, on=last)
