"""A colleague signs beside the one who decides: he agrees or not, and says why. The decision waits
for everybody who was asked."""

from datetime import datetime

from django.db import transaction

from tongban import sql
from tongban.base.people.models import Post, User
from tongban.business.cases import permissions, running
from tongban.business.cases.locking import check_clock_runs, check_open, close, locked_work
from tongban.business.cases.models import CaseEvent, WorkItem
from tongban.business.cases.verbs import history, telling
from tongban.engines import processes
from tongban.errors import Refusal

BESIDE = """
    SELECT to_json(string_agg(assignee.display_name, ', ' ORDER BY step.task))
    FROM cases_workitem AS step JOIN people_user AS assignee ON assignee.id = step.assignee_id
    WHERE step.case_id = $1 AND step.beside = $2 AND step.status = 'open'
"""
SIGNING = (Post.Role.APPROVER, Post.Role.CLERK, Post.Role.LEAD)


class SignersFirst(Refusal):
    """Case {number} still waits for the signatures of {names}."""

    zh = "办件 {number} 还在等待{names}会签。"


class SignInstead(Refusal):
    """You are asked to sign this step of case {number}, not to decide it: agree or disagree."""

    zh = "办件 {number} 的这一步请您会签，不由您作出决定：请选择同意或不同意。"


class NothingToSign(Refusal):
    """Nobody asked for a signature here: this step of case {number} is to be decided."""

    zh = "办件 {number} 的这一步不是会签，请直接办理。"


class SignerAsksNobody(Refusal):
    """You are asked to sign case {number} yourself: only who decides it asks others to sign."""

    zh = "办件 {number} 请您本人会签：只有作出决定的人可以请他人会签。"


class CannotSign(Refusal):
    """{name} has no post at {office_en} that works with cases."""

    zh = "{name}在{office_zh}没有办件岗位，不能会签。"


class SignsAlready(Refusal):
    """{name} was asked to sign case {number} already."""

    zh = "已请{name}会签办件 {number}。"


class DecidesHimself(Refusal):
    """You decide this step of case {number} yourself: ask a colleague to sign beside you."""

    zh = "办件 {number} 的这一步由您办理，请选择其他同事会签。"


class SayWhyNot(Refusal):
    """Whoever disagrees says why."""

    zh = "不同意的，请写明理由。"


@transaction.atomic
def add_signer(*, work_item_id: int, user: User, to: User, words: str, at: datetime) -> WorkItem:
    """Returns the step of the signer; it is his alone."""
    step = locked_work(work_item_id)
    permissions.check_can_complete(user, step)
    check_open(step)
    if step.beside is not None:
        raise SignerAsksNobody(number=step.case.number)
    _check_signer(user, to, step)
    question = history.optional(words)
    by = history.at_step(user, step)
    added = processes.AddSigner(step.task, str(user.pk), at)
    running.advance(step.case, added, by=by, at=at)
    made = _newest(step)
    made.assignee = to
    made.save(update_fields=["assignee"])
    history.note_step(made, CaseEvent.Transition.ASSIGN, by, at, question, receiver=to)
    details = {"task": step.task, "signer": str(to.pk)}
    history.record("work.signer_added", step.case, by, at, details)
    number = step.case.number
    telling.colleague(
        to,
        step.case,
        f"{user.display_name}请您会签办件 {number} 的“{step.name_zh}”。{question}",
        f'{user.display_name} asks you to sign "{step.name_en}" of case {number}. '
        f"{question}".strip(),
        at,
    )
    return made


@transaction.atomic
def sign(*, work_item_id: int, user: User, agree: bool, words: str, at: datetime) -> WorkItem:
    step = locked_work(work_item_id)
    permissions.check_can_complete(user, step)
    check_open(step)
    if step.beside is None:
        raise NothingToSign(number=step.case.number)
    check_clock_runs(step.case, at)
    why = history.optional(words)
    if not agree and not why:
        raise SayWhyNot
    close(step, WorkItem.Status.DONE, user, at)
    by = history.at_step(user, step)
    details = {"agree": agree}
    history.note_step(step, CaseEvent.Transition.COMPLETE, by, at, why, details)
    answer = {"agreed": agree, "opinion": why}
    done = processes.TaskDone(step.task, answer, str(user.pk), at)
    running.advance(step.case, done, by=by, at=at)
    history.record("work.signed", step.case, by, at, {"task": step.task, **details})
    _tell_who_asked(step, user, agree, why, at)
    return step


def check_is_main(step: WorkItem) -> None:
    """Whoever decides waits for those who were asked to sign beside him, and a signer does not
    decide."""
    if step.beside is not None:
        raise SignInstead(number=step.case.number)
    names = sql.prepared(BESIDE, str(step.case_id), str(step.task))
    if names:
        raise SignersFirst(number=step.case.number, names=names)


def _check_signer(user: User, to: User, step: WorkItem) -> None:
    office, number = step.office, step.case.number
    if to == user:
        raise DecidesHimself(number=number)
    if not to.is_active or not to.posts.filter(office=office, role__in=SIGNING).exists():
        offices = {"office_zh": office.short_zh, "office_en": office.short_en}
        raise CannotSign(name=to.display_name, **offices)
    permissions.check_not_own(to, step.case)
    check_not_asked(to, step)


def check_not_asked(to: User, step: WorkItem) -> None:
    """Nobody signs twice, nor beside himself."""
    if _open_beside(step).filter(assignee=to).exists():
        raise SignsAlready(name=to.display_name, number=step.case.number)


def _open_beside(step: WorkItem):
    return step.case.work_items.filter(beside=step.task, status=WorkItem.Status.OPEN)


def _newest(step: WorkItem) -> WorkItem:
    made = _open_beside(step).select_related("office").order_by("task").last()
    assert made is not None
    made.case = step.case
    return made


def _tell_who_asked(step: WorkItem, user: User, agree: bool, why: str, at: datetime) -> None:
    asked = step.case.events.filter(
        instance=str(step.task), transition=CaseEvent.Transition.ASSIGN
    ).first()
    assert asked is not None
    zh, en = ("同意", "agrees") if agree else ("不同意", "disagrees")
    number = step.case.number
    telling.colleague(
        User.objects.get(pk=int(asked.resource)),
        step.case,
        f"{user.display_name}会签办件 {number} 的“{step.name_zh}”：{zh}。{why}",
        f'{user.display_name} {en}: "{step.name_en}" of case {number}. {why}'.strip(),
        at,
    )
