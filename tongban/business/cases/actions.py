"""Everything that changes a case. Callers: web, api, jobs, simulation."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from tongban.base.audit import actions as audit
from tongban.base.calendar import queries as calendar
from tongban.base.people import queries as people
from tongban.base.people.models import User
from tongban.business.cases import (
    attachments,
    deadlines,
    deciding,
    evidence,
    objections,
    permissions,
    reading,
    running,
)
from tongban.business.cases.models import PURPOSE, Case, Decision, Draft, ProcessRow, WorkItem
from tongban.business.items import guide as guides
from tongban.business.items.models import ItemVersion
from tongban.engines import forms, processes
from tongban.engines.feel import Unknown
from tongban.errors import Refusal
from tongban.sql import only_row

logger = logging.getLogger(__name__)


class NotFilledIn(Refusal):
    """{count} questions still need an answer."""

    zh = "还有 {count} 个问题需要回答。"

    def __init__(self, problems: Mapping[str, forms.Problem]):
        super().__init__(count=len(problems))
        self.problems = problems


class AlreadyDone(Refusal):
    """This step of case {number} was done on {on:%Y-%m-%d %H:%M}."""

    zh = "办件 {number} 的这一步已于 {on:%Y-%m-%d %H:%M} 办理。"


class CalledOff(Refusal):
    """This step of case {number} was called off on {on:%Y-%m-%d %H:%M}: nothing is left to do."""

    zh = "办件 {number} 的这一步已于 {on:%Y-%m-%d %H:%M} 取消，无需再办。"


class AlreadyRunning(Refusal):
    """You already have case {number} for this item; follow it instead of applying again."""

    zh = "您已有在办的 {number}，请查看进度，不必重复申请。"


class CannotWithdraw(Refusal):
    """Case {number} is finished and can no longer be withdrawn."""

    zh = "办件 {number} 已办结，不能再撤回。"


class CannotApply(Refusal):
    """{item} can be found here, but not yet applied for; the guide says where to go."""

    zh = "{item}目前只能查询，还不能在这里申请，请按指南前往办理。"


class TimersStuck(Refusal):
    """The time came for cases {numbers}, and their processes cannot go on; the log says why."""

    zh = "办件 {numbers} 到期，但流程无法继续；原因见日志。"


class SayWhy(Refusal):
    """A refusal needs a reason that the applicant can read."""

    zh = "不予许可必须写明理由，申请人会看到。"


@dataclass(frozen=True)
class Application:
    """What an applicant hands in: answers by question, and what he says is wrong by question."""

    answers: Mapping[str, str | list[str]]
    disputed: Mapping[str, str]
    channel: str
    uploads: attachments.Uploads = field(default_factory=dict)


@transaction.atomic
def save_draft(
    *, version: ItemVersion, user: User, answers: Mapping[str, str | list[str]], at: datetime
) -> Draft:
    permissions.check_can_apply(user)
    draft, _ = Draft.objects.update_or_create(
        version=version,
        applicant_id=user.subject_id,
        defaults={"answers_sealed": evidence.seal_answers(answers), "saved_at": at},
    )
    return draft


@transaction.atomic
def submit(*, version: ItemVersion, user: User, application: Application, at: datetime) -> Case:
    """Make a case and run it as far as it goes by itself: to its end, or to the first person.

    Raises NotFilledIn with a problem per question; then nothing has changed.
    """
    permissions.check_can_apply(user)
    _refuse_a_second(version, user)
    attachments.check(application.uploads)
    guide, form = guides.of(version), forms_of(version)
    facts = reading.facts_for(version, user, at)
    prefilled = forms.prefill(form, reading.known(facts))
    answers = _answers(form, application)
    submission = forms.validate(form, answers, prefilled, application.disputed)
    if submission.problems:
        raise NotFilledIn(submission.problems)
    case = _create(version, user, application.channel, submission, at)
    disputed = {
        one.fact: words
        for key, words in submission.disputed.items()
        if (one := form.named(key)) and one.fact
    }
    evidence.keep(case, facts, disputed)
    objections.raise_each(case, disputed, at)
    asked_for = {k: files for k, files in application.uploads.items() if k in submission.values}
    attachments.keep(case, form, asked_for)
    given = {f.material for f in form.fields if f.material and _is_given(submission, f)}
    evidence.require(case, guide, given)
    by = running.Actor(str(user.pk), "applicant")
    running.advance(case, processes.Start({}, at), by=by, at=at)
    case.automatic = case.status != Case.Status.RUNNING
    case.save(update_fields=["automatic"])
    Draft.objects.filter(version=version, applicant_id=user.subject_id).delete()
    audit.record(
        "case.submitted",
        ("case", case.number),
        actor=str(user.pk),
        at=at,
        office=case.office.code,
        subjects=[user.subject_id],
        details={"item": version.item.code, "status": case.status},
    )
    return case


@transaction.atomic
def complete(*, work_item_id: int, user: User, grant: bool, words: str, at: datetime) -> Case:
    """An officer decides what the rules could not; the reason goes to the applicant."""
    case = _lock(WorkItem.objects.values_list("case_id", flat=True).get(pk=work_item_id))
    work_item = WorkItem.objects.select_related("office", "case").get(pk=work_item_id)
    permissions.check_can_complete(user, work_item)
    _check_open(work_item)
    if not grant and not words.strip():
        raise SayWhy
    Decision.objects.create(
        case=case,
        decision=work_item.node,
        decision_version=case.version.content_hash,
        edition=evidence.edition(case),
        result=Decision.Result.TRUE if grant else Decision.Result.FALSE,
        reasons_sealed=deciding.seal({"zh": [], "en": []}),
        trace_sealed=deciding.seal({}),
        words_sealed=deciding.seal(words.strip()),
        decided_at=at,
        decided_by=str(user.pk),
    )
    work_item.status, work_item.closed_at, work_item.done_by = WorkItem.Status.DONE, at, user
    work_item.save(update_fields=["status", "closed_at", "done_by"])
    by = running.Actor(str(user.pk), work_item.post, work_item.office.code)
    outputs = {"approved": grant, "opinion": words.strip()}
    running.advance(
        case, processes.TaskDone(work_item.task, outputs, str(user.pk), at), by=by, at=at
    )
    audit.record(
        "case.decided",
        ("case", case.number),
        actor=str(user.pk),
        at=at,
        office=work_item.office.code,
        post=work_item.post,
        subjects=[case.applicant_id],
        details={"granted": grant},
    )
    return case


@transaction.atomic
def withdraw(*, case_id: int, user: User, at: datetime) -> Case:
    case = _lock(case_id)
    if user.subject_id != case.applicant_id:
        raise permissions.NotYourCase(number=case.number)
    if case.status != Case.Status.RUNNING:
        raise CannotWithdraw(number=case.number)
    running.end_unfinished(case, by=running.Actor(str(user.pk), "applicant"), at=at)
    audit.record(
        "case.withdrawn",
        ("case", case.number),
        actor=str(user.pk),
        at=at,
        office=case.office.code,
        subjects=[case.applicant_id],
    )
    return case


def fire_timers(*, at: datetime, limit: int = 100) -> int:
    """Fire what is due, each in its own transaction; several workers share the work.

    A case that cannot go on holds up no other: its timer stays as it was, and TimersStuck names the
    case once the others have fired.
    """
    fired = 0
    stuck: dict[int, str] = {}  # by timer, the number of the case
    while fired - len(stuck) < limit and _fire_one(at, stuck):
        fired += 1
    if stuck:
        raise TimersStuck(numbers=", ".join(sorted(set(stuck.values()))))
    return fired


@transaction.atomic
def _fire_one(at: datetime, stuck: dict[int, str]) -> bool:
    # The case, not the timer: whoever moves a case locks it first and may then take timers away.
    timer = (
        ProcessRow.objects.select_for_update(skip_locked=True, of=("case",))
        .select_related("case")
        .filter(kind=ProcessRow.Kind.TIMER, due__lte=at)
        .exclude(pk__in=list(stuck))
        .order_by("due", "pk")
        .first()
    )
    if timer is None:
        return False
    try:
        with transaction.atomic():
            _fire(timer, at)
    except Refusal as refusal:
        number = timer.case.number
        logger.warning("A timer of case %s did not fire: %s", number, refusal.told("en"))
        stuck[timer.pk] = number
    return True


def _fire(timer: ProcessRow, at: datetime) -> None:
    case = _lock(timer.case_id)
    if case.status != Case.Status.RUNNING:
        timer.delete()
    elif ProcessRow.objects.filter(pk=timer.pk).exists():
        running.advance(case, processes.TimerDue(timer.number, at), by=running.PLATFORM, at=at)


def _answers(form: forms.Form, application: Application) -> dict[str, str | list[str]]:
    """What was typed, and for a question for files the names of those that were handed in."""
    pickers = {field.key for field in form.fields if field.type == "filepicker"}
    typed = {key: said for key, said in application.answers.items() if key not in pickers}
    names = {key: [one.name for one in files] for key, files in application.uploads.items()}
    return {**typed, **names}


def _is_given(submission: forms.Submission, asked: forms.Field) -> bool:
    """Did the applicant hand in something for it, beyond what was known or disputed?"""
    value = submission.values.get(asked.key)
    return asked.fact is None and not isinstance(value, Unknown) and value not in (None, "", [])


def forms_of(version: ItemVersion) -> forms.Form:
    return reading.form_of(version.form)


def _lock(case_id: int) -> Case:
    """Every change of a case begins here, before anything that hangs on the case is locked: two
    changes then wait for each other and never block each other."""
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related("office", "version__item")
        .get(pk=case_id)
    )


def _check_open(work_item: WorkItem) -> None:
    if work_item.status == WorkItem.Status.OPEN:
        return
    assert work_item.closed_at is not None
    refusal = AlreadyDone if work_item.status == WorkItem.Status.DONE else CalledOff
    raise refusal(number=work_item.case.number, on=timezone.localtime(work_item.closed_at))


def _refuse_a_second(version: ItemVersion, user: User) -> None:
    with connection.cursor() as cursor:
        lock = f"apply:{version.item_id}:{user.subject_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
    running_case = Case.objects.running().filter(
        applicant_id=user.subject_id, version__item_id=version.item_id
    )
    first = running_case.first()
    if first is not None:
        raise AlreadyRunning(number=first.number)


def _create(
    version: ItemVersion, user: User, channel: str, submission: forms.Submission, at: datetime
) -> Case:
    office = version.item.office
    assert office is not None
    days = deadlines.of(version, timezone.localdate(at), calendar.current())
    return Case.objects.create(
        number=_number(at),
        version=version,
        office=office,
        applicant_id=user.subject_id,
        applicant_sealed=settings.VAULT.seal(user.display_name.encode(), PURPOSE),
        channel=channel,
        submitted_at=at,
        accepted_at=at,
        promised_on=days.promised_on,
        statutory_on=days.statutory_on,
        due_is_provisional=days.provisional,
        answers_sealed=evidence.seal_answers(submission.values),
    )


def _number(at: datetime) -> str:
    """Region, day, and the database's own count: never given twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('cases_case', 'id'))")
        (count,) = only_row(cursor)
    return f"{people.city().region_code}-{timezone.localdate(at):%y%m%d}-{count:06d}"
