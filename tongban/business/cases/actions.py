"""Everything that changes a case. Callers: web, api, jobs, simulation."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from tongban import records, sql
from tongban.base.audit import actions as audit
from tongban.base.calendar import queries as calendar
from tongban.base.people import queries as people
from tongban.base.people.models import User
from tongban.business.cases import (
    acting,
    attachments,
    deadlines,
    deciding,
    evidence,
    filling,
    objections,
    permissions,
    reading,
    running,
    simulated,
)
from tongban.business.cases.acting import Party
from tongban.business.cases.filling import NotFilledIn
from tongban.business.cases.locking import check_clock_runs, check_open, close, locked, locked_work
from tongban.business.cases.models import (
    PURPOSE,
    Case,
    CaseEvent,
    Decision,
    Draft,
    ProcessHead,
    ProcessRow,
    WorkItem,
)
from tongban.business.cases.verbs import history, signing
from tongban.business.items import guide as guides
from tongban.business.items.models import ItemVersion
from tongban.engines import forms, processes
from tongban.errors import Refusal

TIMERS_AT_ONCE = 100
ALONE = "SELECT to_json(pg_advisory_xact_lock(hashtextextended($1, 0))::text)"
RUNNING = """
    SELECT to_json(cases_case.number) FROM cases_case
    JOIN items_itemversion AS version ON version.id = cases_case.version_id
    WHERE applicant_id = $1 AND version.item_id = $2 AND cases_case.status = 'running' LIMIT 1
"""
# The case, not the timer: whoever moves a case locks it first and may then take timers away.
TAKE = """
    SELECT json_build_array(cases_case.id, cases_case.number) FROM cases_processrow
    JOIN cases_case ON cases_case.id = case_id
    WHERE cases_processrow.id = $1 FOR UPDATE OF cases_case SKIP LOCKED
"""
FIRES = """
    SELECT json_build_array(number, head.status) FROM cases_processrow
    LEFT JOIN cases_processhead AS head USING (case_id) WHERE cases_processrow.id = $1
"""
COUNT = "SELECT to_json(nextval(pg_get_serial_sequence('cases_case', 'id')))"
DRAFT_IS_DONE = "DELETE FROM cases_draft WHERE version_id = $1 AND applicant_id = $2"

logger = logging.getLogger(__name__)


class AlreadyRunning(Refusal):
    """You already have case {number} for this item; follow it instead of applying again."""

    zh = "您已有在办的 {number}，请查看进度，不必重复申请。"


class CannotWithdraw(Refusal):
    """Case {number} is finished and can no longer be withdrawn."""

    zh = "办件 {number} 已办结，不能再撤回。"


class BeingServed(Refusal):
    """Case {number} is decided and the decision is on its way to you: it can no longer be
    withdrawn."""

    zh = "办件 {number} 已作出决定，正在送达，不能再撤回。"


class CannotApply(Refusal):
    """{item} can be found here, but not yet applied for; the guide says where to go."""

    zh = "{item}目前只能查询，还不能在这里申请，请按指南前往办理。"


class TimersStuck(Refusal):
    """The time came for cases {numbers}, and their processes cannot go on; the log says why."""

    zh = "办件 {numbers} 到期，但流程无法继续；原因见日志。"

    def __init__(self, stuck: Mapping[int, str]):
        """`stuck`: timer → the number of its case."""
        super().__init__(numbers=", ".join(sorted(set(stuck.values()))))
        self.timers = frozenset(stuck)


class SayWhy(Refusal):
    """A refusal needs a reason that the applicant can read."""

    zh = "不予许可必须写明理由，申请人会看到。"


class NothingToDecide(Refusal):
    """This step of case {number} decides nothing: say that it is done."""

    zh = "办件 {number} 的这一步不作决定：办完后点“办理完毕”即可。"


@dataclass(frozen=True)
class Application:
    """What an applicant hands in: answers by question, and what he says is wrong by question."""

    answers: Mapping[str, str | list[str]]
    disputed: Mapping[str, str]
    channel: str
    uploads: attachments.Uploads = field(default_factory=dict)


@transaction.atomic
def save_draft(
    *,
    version: ItemVersion,
    user: User,
    answers: Mapping[str, str | list[str]],
    at: datetime,
    about: Party | None = None,
) -> Draft:
    """Without `about` it is the user's own."""
    about = _about(version, user, about, at)
    draft, _ = Draft.objects.update_or_create(
        version=version,
        applicant_id=about.subject_id,
        defaults={"answers_sealed": evidence.seal_answers(answers), "saved_at": at},
    )
    return draft


@transaction.atomic
def submit(
    *,
    version: ItemVersion,
    user: User,
    application: Application,
    at: datetime,
    about: Party | None = None,
) -> Case:
    """Make a case and run it as far as it goes by itself: to its end, or to the first person.
    Without `about` it is the user's own.

    Raises NotFilledIn with a problem per question; then nothing has changed.
    """
    about = _about(version, user, about, at)
    _refuse_a_second(version, about)
    attachments.check(application.uploads)
    guide, form = guides.of(version), reading.form_of(version)
    acting.check_served(guide, about)
    facts = reading.facts_for(version, user, at, about)
    acting.check_exists(about, facts)
    prefilled = forms.prefill(form, reading.known(facts))
    answers = filling.answers(form, application.answers, application.uploads)
    submission = forms.validate(form, answers, prefilled, application.disputed)
    if submission.problems:
        raise NotFilledIn(submission.problems)
    case = _create(version, about, user, application.channel, submission, at)
    disputed = {
        one.fact: words
        for key, words in submission.disputed.items()
        if (one := form.named(key)) and one.fact
    }
    evidence.keep(case, facts, disputed)
    objections.raise_each(case, disputed, at)
    asked_for = {k: files for k, files in application.uploads.items() if k in submission.values}
    attachments.keep(case, form, asked_for)
    usable = evidence.usable(facts, disputed)
    evidence.require(case, guide, usable, filling.materials(form, submission))
    by = history.applicant(user)
    running.advance(case, processes.Start({}, at), by=by, at=at)
    if case.status != Case.Status.RUNNING:
        case.automatic = True
        case.save(update_fields=["automatic"])
    sql.prepared(DRAFT_IS_DONE, str(version.pk), about.subject_id)
    audit.record(
        "case.submitted",
        ("case", case.number),
        actor=str(user.pk),
        at=at,
        office=case.office.code,
        subjects=list(dict.fromkeys([about.subject_id, user.subject_id])),
        details={"item": version.item.code, "status": case.status},
    )
    return case


@transaction.atomic
def complete(*, work_item_id: int, user: User, grant: bool, words: str, at: datetime) -> Case:
    """An officer decides what the rules could not; the reason goes to the applicant."""
    work_item = locked_work(work_item_id)
    case = work_item.case
    permissions.check_can_complete(user, work_item)
    check_open(work_item)
    signing.check_is_main(work_item)
    check_clock_runs(case, at)
    if work_item.node not in running.decision_steps(case.version):
        raise NothingToDecide(number=case.number)
    if not grant and not words.strip():
        raise SayWhy
    decision = Decision(
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
    records.insert([decision])
    close(work_item, WorkItem.Status.DONE, user, at)
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
def withdraw(*, case_id: int, user: User, at: datetime, words: str = "") -> Case:
    """The applicant takes the application back, as long as nothing is decided; he need not say
    why."""
    case = locked(case_id)
    permissions.check_is_applicant(user, case, at)
    if case.status != Case.Status.RUNNING:
        head = ProcessHead.objects.filter(case=case).first()
        served = head is not None and head.status == "running"
        raise (BeingServed if served else CannotWithdraw)(number=case.number)
    why = history.optional(words)
    by = history.applicant(user)
    history.note(case, "tb:withdrawal", CaseEvent.Transition.CALL_OFF, by, at, why)
    running.end_unfinished(case, by=by, at=at)
    history.record("case.withdrawn", case, by, at)
    return case


def fire_timers(*, at: datetime, limit: int = 100, besides: Collection[int] = ()) -> int:
    """Fire what is due but for `besides`, each in its own transaction; several workers share it.

    Returns how many have fired. A case that cannot go on holds up no other: its timer stays as it
    was, and TimersStuck names the case once the others have fired.
    """
    fired = 0
    stuck: dict[int, str] = {}  # by timer, the number of the case
    while fired < limit:
        before = fired, len(stuck)
        for timer_id in _due(at, {*besides, *stuck}):
            fired += _fire_one(timer_id, at, stuck)
            if fired == limit:
                break
        if (fired, len(stuck)) == before:
            break  # nothing is due any more, or others have it in hand
    if stuck:
        raise TimersStuck(stuck)
    return fired


def _due(at: datetime, besides: Collection[int]) -> list[int]:
    """The oldest, several at once: at midnight thousands are due at one moment, and looking for the
    first of them anew each time would go over all of them each time."""
    timers = ProcessRow.objects.filter(kind=ProcessRow.Kind.TIMER, due__lte=at)
    played = simulated.has("case_id")
    timers = timers.filter(played if simulated.is_playing() else ~played)
    others = timers.exclude(pk__in=list(besides)) if besides else timers
    return list(others.order_by("due", "pk").values_list("pk", flat=True)[:TIMERS_AT_ONCE])


@transaction.atomic
def _fire_one(timer_id: int, at: datetime, stuck: dict[int, str]) -> bool:
    """Did it fire? Not if it is gone, or if its case is in the hands of somebody else."""
    taken = sql.prepared(TAKE, str(timer_id))
    if taken is None:
        return False
    case_id, number = taken
    try:
        with transaction.atomic():
            return _fire(timer_id, case_id, at)
    except Refusal as refusal:
        logger.warning("A timer of case %s did not fire: %s", number, refusal.told("en"))
    except (OperationalError, InterfaceError):
        raise  # the database, not the case
    except Exception:  # a bug that one case meets must not stop everybody's clocks
        logger.exception("A timer of case %s did not fire", number)
    stuck[timer_id] = number
    return False


def _fire(timer_id: int, case_id: int, at: datetime) -> bool:
    case = locked(case_id)
    found = sql.prepared(FIRES, str(timer_id))
    if found is None:
        return False  # it went while the case was being locked
    number, process = found
    if process != "running":  # not the case: what is decided may still be served
        sql.prepared("DELETE FROM cases_processrow WHERE id = $1", str(timer_id))
    else:
        running.advance(case, processes.TimerDue(number, at), by=running.PLATFORM, at=at)
    return True


def _about(version: ItemVersion, user: User, about: Party | None, at: datetime) -> Party:
    """Whom it is for, once it is clear that the user may act for him in matters of the item."""
    permissions.check_can_apply(user)
    if about is None or about.subject_id == user.subject_id:
        return acting.own(user)
    acting.check(user, about.subject_id, version.item.code, at)
    return about


def _refuse_a_second(version: ItemVersion, about: Party) -> None:
    sql.prepared(ALONE, f"apply:{version.item_id}:{about.subject_id}")
    number = sql.prepared(RUNNING, about.subject_id, str(version.item_id))
    if number is not None:
        raise AlreadyRunning(number=number)


def _create(
    version: ItemVersion,
    about: Party,
    user: User,
    channel: str,
    submission: forms.Submission,
    at: datetime,
) -> Case:
    office = version.item.office
    assert office is not None
    days = deadlines.of(version, timezone.localdate(at), calendar.current())
    return Case.objects.create(
        number=_number(at),
        version=version,
        office=office,
        applicant_id=about.subject_id,
        applicant_sealed=settings.VAULT.seal(about.name.encode(), PURPOSE),
        acted_by=None if about.subject_id == user.subject_id else user,
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
    count = sql.prepared(COUNT)
    return f"{people.region_code()}-{timezone.localdate(at):%y%m%d}-{count:06d}"
