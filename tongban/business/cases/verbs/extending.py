"""The head of the office gives a case ten more working days, once, while there are days left
(Licensing Law, art. 42)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tongban.base.calendar import queries as calendar
from tongban.base.people.models import User
from tongban.business.cases import deadlines, evidence, permissions
from tongban.business.cases.locking import check_running, locked
from tongban.business.cases.models import Case, CaseEvent, Extension
from tongban.business.cases.verbs import history, telling
from tongban.errors import Refusal

DAYS = 10  # working days


class AlreadyExtended(Refusal):
    """Case {number} was extended on {on}: the law allows that once."""

    zh = "办件 {number} 已于 {on} 延长过期限，依法只能延长一次。"


class TooLateToExtend(Refusal):
    """The limit of case {number} ended on {on}: it can only be extended before it ends."""

    zh = "办件 {number} 的法定期限已于 {on} 届满，只能在届满前延长。"


@transaction.atomic
def extend(*, case_id: int, user: User, words: str, at: datetime) -> Extension:
    """Both days move: the applicant is told when he hears at the latest, and why."""
    case = locked(case_id)
    permissions.check_can_lead(user, case)
    check_running(case)
    check_once(case)
    check_in_time(case, at)
    why = history.needed(words)
    made = Extension.objects.create(
        case=case,
        days=DAYS,
        words_sealed=evidence.seal_words(why),
        granted_at=at,
        granted_by=user,
    )
    case.extension = made
    deadlines.move(case, calendar.current())
    by = history.lead(user, case)
    details = {"days": DAYS, "statutory_on": case.statutory_on.isoformat()}
    history.note(case, "tb:extension", CaseEvent.Transition.COMPLETE, by, at, why, details)
    history.record("case.extended", case, by, at, details)
    telling.applicant(
        case,
        f"经单位负责人批准延长 {DAYS} 个工作日，最晚 {case.promised_on} 答复"
        f"（法定期限 {case.statutory_on}）。理由：{why}",
        f"takes {DAYS} working days longer, as the head of the office has approved: it is answered "
        f"by {case.promised_on}, by law by {case.statutory_on}. {why}",
        at,
    )
    return made


def check_in_time(case: Case, at: datetime) -> None:
    if timezone.localdate(at) > case.statutory_on:
        raise TooLateToExtend(number=case.number, on=case.statutory_on)


def check_once(case: Case) -> None:
    before = Extension.objects.filter(case=case).first()
    if before is not None:
        raise AlreadyExtended(number=case.number, on=timezone.localdate(before.granted_at))
