"""A step goes to a colleague of the same office and post. The post goes on seeing it, as handed
over, and can take it back."""

from datetime import datetime

from django.db import transaction

from tongban.base.people.models import User
from tongban.business.cases import permissions
from tongban.business.cases.locking import check_open, locked_work
from tongban.business.cases.models import CaseEvent, WorkItem
from tongban.business.cases.verbs import history, signing, telling
from tongban.errors import Refusal


class AlreadyTheirs(Refusal):
    """This step of case {number} is with {name} already."""

    zh = "办件 {number} 的这一步已由{name}办理。"


class ToYourself(Refusal):
    """Hand it to a colleague: you have this step of case {number} yourself."""

    zh = "办件 {number} 的这一步本来就由您办理，请选择一位同事。"


class NotOfThisPost(Refusal):
    """{name} does not hold the post that does this step of case {number} at {office_en}."""

    zh = "{name}不在{office_zh}担任办理 {number} 这一步的岗位。"


class NotHandedOver(Refusal):
    """This step of case {number} was handed to nobody: there is nothing to take back."""

    zh = "办件 {number} 的这一步没有交给他人，无需收回。"


class SignersOwn(Refusal):
    """A signature beside case {number} is asked of one person and cannot be handed on."""

    zh = "办件 {number} 的会签由指定的人员作出，不能转交。"


@transaction.atomic
def delegate(*, work_item_id: int, user: User, to: User, words: str, at: datetime) -> WorkItem:
    """Whoever could do the step hands it over: the post, or the one who has it now."""
    step = locked_work(work_item_id)
    permissions.check_can_complete(user, step)
    check_open(step)
    _check_is_nobodys_signature(step)
    _check_receiver(user, to, step)
    why = history.optional(words)
    handed_on = step.assignee is not None
    _hand(step, to)
    change = CaseEvent.Transition.REASSIGN if handed_on else CaseEvent.Transition.ASSIGN
    by = history.at_step(user, step)
    history.note_step(step, change, by, at, why, receiver=to)
    history.record("work.delegated", step.case, by, at, {"task": step.task, "to": str(to.pk)})
    number = step.case.number
    telling.colleague(
        to,
        step.case,
        f"{user.display_name}把办件 {number} 的“{step.name_zh}”交给您办理。{why}",
        f'{user.display_name} handed you "{step.name_en}" of case {number}. {why}'.strip(),
        at,
    )
    return step


@transaction.atomic
def take_back(*, work_item_id: int, user: User, words: str, at: datetime) -> WorkItem:
    """Whoever holds the post takes the step back for all of the post; so does the one who has it
    and cannot do it."""
    step = locked_work(work_item_id)
    permissions.check_holds_post(user, step)
    permissions.check_not_own(user, step.case)
    check_open(step)
    _check_is_nobodys_signature(step)
    had = step.assignee
    if had is None:
        raise NotHandedOver(number=step.case.number)
    why = history.optional(words)
    _hand(step, None)
    by = history.at_step(user, step)
    history.note_step(step, CaseEvent.Transition.REASSIGN, by, at, why)
    history.record("work.taken_back", step.case, by, at, {"task": step.task, "from": str(had.pk)})
    if had != user:
        number = step.case.number
        telling.colleague(
            had,
            step.case,
            f"{user.display_name}收回了办件 {number} 的“{step.name_zh}”，您不必再办理。{why}",
            f'{user.display_name} took back "{step.name_en}" of case {number}: you need not do it '
            f"any more. {why}".strip(),
            at,
        )
    return step


def _check_is_nobodys_signature(step: WorkItem) -> None:
    if step.beside is not None:
        raise SignersOwn(number=step.case.number)


def _check_receiver(user: User, to: User, step: WorkItem) -> None:
    number, office = step.case.number, step.office
    if step.assignee == to:
        raise (ToYourself(number=number) if to == user else _theirs(to, number))
    if to == user:
        raise ToYourself(number=number)
    if not to.is_active or not to.posts.filter(office=office, role=step.post).exists():
        offices = {"office_zh": office.short_zh, "office_en": office.short_en}
        raise NotOfThisPost(name=to.display_name, number=number, **offices)
    permissions.check_not_own(to, step.case)
    signing.check_not_asked(to, step)


def _theirs(to: User, number: str) -> AlreadyTheirs:
    return AlreadyTheirs(name=to.display_name, number=number)


def _hand(step: WorkItem, to: User | None) -> None:
    step.assignee = to
    step.save(update_fields=["assignee"])
