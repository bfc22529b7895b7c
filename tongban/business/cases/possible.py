"""Which verbs an account may use on a case, and what stands in the way of one at the
moment.

What is never its to do is left out. Every verb checks all of this again when it is used.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from tongban.base.people import queries as people
from tongban.base.people.models import Post, User
from tongban.business.cases import permissions, running
from tongban.business.cases.locking import check_clock_runs
from tongban.business.cases.models import Case, WorkItem
from tongban.business.cases.verbs import (
    correcting,
    extending,
    returning,
    revoking,
    signing,
    suspending,
    urging,
)
from tongban.engines.processes.model import UserTask
from tongban.errors import Refusal

NOT_HIS = (
    permissions.HandedOver,
    permissions.MayNotUrge,
    permissions.NotForLead,
    permissions.NotHandling,
    permissions.NotYourWork,
    permissions.YourOwnCase,
)


class Verb(StrEnum):
    DECIDE = "decide"
    SIGN = "sign"
    SEND_BACK = "send_back"
    HAND_OVER = "hand_over"
    TAKE_BACK = "take_back"
    ADD_SIGNER = "add_signer"
    SKIP = "skip"
    ASK = "ask"
    SUSPEND = "suspend"
    RESUME = "resume"
    EXTEND = "extend"
    URGE = "urge"
    REVOKE = "revoke"


class NoColleague(Refusal):
    """Nobody else holds the post {needed_en} at {office_en}: there is nobody to hand it to."""

    zh = "{office_zh}没有其他人担任{needed_zh}，无人可以转办。"


class NobodyToSign(Refusal):
    """{office_en} has no other colleague who works with cases and was not asked yet."""

    zh = "{office_zh}没有其他可以会签的同事。"


class NothingToAsk(Refusal):
    """Everything in case {number} comes from registers: the applicant answered nothing himself that
    he could correct."""

    zh = "办件 {number} 的内容都来自政府数据，没有申请人自己填写、可以补正的内容。"


@dataclass(frozen=True)
class Possible:
    """`why_not`: what stands in the way at the moment."""

    verb: Verb
    why_not: Refusal | None = None


Check = Callable[[], object]


def for_case(case: Case, user: User, at: datetime) -> tuple[Possible, ...]:
    """What concerns the case as a whole."""
    if case.status == Case.Status.RUNNING:
        return tuple(_running(case, user, at))
    decided = case.status in (Case.Status.GRANTED, Case.Status.REFUSED)
    leads = decided and _is_his(lambda: permissions.check_can_lead(user, case))
    return (Possible(Verb.REVOKE),) if leads else ()


def for_step(step: WorkItem, user: User, at: datetime) -> tuple[Possible, ...]:
    """What concerns one open step."""
    if step.beside is not None:
        return tuple(_beside(step, user, at))
    return tuple(_main(step, user, at))


def colleagues(step: WorkItem, user: User) -> QuerySet[User]:
    """To whom the step can be handed over."""
    return _others(step, user, [step.post]).exclude(pk__in=_asked(step))


def signers(step: WorkItem, user: User) -> QuerySet[User]:
    """Who can be asked to sign beside it."""
    return _others(step, user, signing.SIGNING).exclude(pk__in=_asked(step))


def _asked(step: WorkItem) -> QuerySet[Any]:
    """Who was asked to sign beside it and has not."""
    beside = step.case.work_items.filter(beside=step.task, status=WorkItem.Status.OPEN)
    return beside.filter(assignee__isnull=False).values("assignee")


def _running(case: Case, user: User, at: datetime) -> Iterator[Possible]:
    standing = suspending.open_one(case)
    is_stopped = standing is not None and not suspending.is_the_applicants(standing, at)
    if _is_his(lambda: permissions.check_can_handle(user, case)):
        yield _possible(Verb.ASK, lambda: _check_ask(case, at))
        if is_stopped:
            yield Possible(Verb.RESUME)
        else:
            yield _possible(Verb.SUSPEND, lambda: suspending.check_runs(case))
    if _is_his(lambda: permissions.check_can_lead(user, case)):
        yield _possible(Verb.EXTEND, lambda: _check_extend(case, at))
        yield _possible(Verb.REVOKE, lambda: revoking.check_decided(case))
    if _is_his(lambda: permissions.check_can_urge(user, case)):
        yield _possible(Verb.URGE, lambda: urging.check(case, user, at))


def _main(step: WorkItem, user: User, at: datetime) -> Iterator[Possible]:
    case = step.case
    if _is_his(lambda: permissions.check_can_complete(user, step)):
        yield _possible(Verb.DECIDE, lambda: _check_goes_on(step, at))
        if returning.targets(step):
            yield _possible(Verb.SEND_BACK, lambda: check_clock_runs(case, at))
        yield _possible(Verb.ADD_SIGNER, lambda: _check_signers(step, user))
        yield _possible(Verb.HAND_OVER, lambda: _check_colleagues(step, user))
    if step.assignee is not None and _is_his(lambda: _check_holds(user, step)):
        yield Possible(Verb.TAKE_BACK)
    node = running.definition_of(case.version).nodes[step.node]
    skippable = node.skippable if isinstance(node, UserTask) else None
    if skippable and _is_his(lambda: permissions.check_can_skip(user, step, skippable)):
        yield _possible(Verb.SKIP, lambda: _check_goes_on(step, at))


def _beside(step: WorkItem, user: User, at: datetime) -> Iterator[Possible]:
    if _is_his(lambda: permissions.check_can_complete(user, step)):
        yield _possible(Verb.SIGN, lambda: check_clock_runs(step.case, at))


def _is_his(check: Check) -> bool:
    try:
        check()
    except NOT_HIS:
        return False
    return True


def _possible(verb: Verb, check: Check) -> Possible:
    try:
        check()
    except Refusal as refusal:
        return Possible(verb, refusal)
    return Possible(verb)


def _check_holds(user: User, step: WorkItem) -> None:
    permissions.check_holds_post(user, step)
    permissions.check_not_own(user, step.case)


def _check_goes_on(step: WorkItem, at: datetime) -> None:
    signing.check_is_main(step)
    check_clock_runs(step.case, at)


def _check_ask(case: Case, at: datetime) -> None:
    correcting.check_once(case)
    if not correcting.filled(case).own():
        raise NothingToAsk(number=case.number)
    if correcting.stops_the_clock(case, at):
        suspending.check_runs(case)


def _check_extend(case: Case, at: datetime) -> None:
    extending.check_once(case)
    extending.check_in_time(case, at)


def _check_colleagues(step: WorkItem, user: User) -> None:
    if not colleagues(step, user).exists():
        zh, en = people.role_names(step.post)
        raise NoColleague(needed_zh=zh, needed_en=en, **_office(step))


def _check_signers(step: WorkItem, user: User) -> None:
    if not signers(step, user).exists():
        raise NobodyToSign(**_office(step))


def _office(step: WorkItem) -> dict[str, str]:
    return {"office_zh": step.office.short_zh, "office_en": step.office.short_en}


def _others(step: WorkItem, user: User, roles: Collection[str]) -> QuerySet[User]:
    """Active staff of the office in these posts, but for this account and the applicant himself."""
    posts = Post.objects.filter(office=step.office, role__in=roles)
    staff = User.objects.filter(is_active=True, pk__in=posts.values("user")).exclude(pk=user.pk)
    return staff.exclude(subject_id=step.case.applicant_id).order_by("display_name", "pk")
