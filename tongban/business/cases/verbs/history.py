"""Every verb leaves an event in the log of its case: on the step that it concerns, or on the case
as a whole. The reason is sealed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tongban.base.audit import actions as audit
from tongban.base.people.models import Post, User
from tongban.business.cases import evidence
from tongban.business.cases.models import Case, CaseEvent, WorkItem
from tongban.business.cases.running import Actor
from tongban.errors import Refusal

LONGEST = 200  # characters of a reason

# An activity of the case as a whole: no node of a process can have a colon in its id.
NAMES: Mapping[str, tuple[str, str]] = {
    "tb:clock": ("计时", "Clock"),
    "tb:correction": ("补正", "Correction"),
    "tb:extension": ("延长期限", "Extension of the limit"),
    "tb:migration": ("迁移到新版本", "Move to the new version"),
    "tb:opinion": ("意见", "Opinion"),
    "tb:revocation": ("撤销决定", "Revocation of the decision"),
    "tb:urge": ("催办", "Urging"),
    "tb:withdrawal": ("撤回申请", "Withdrawal of the application"),
}


class SayTheReason(Refusal):
    """Say in 1 to {most} characters why: it stays in the history of the case."""

    zh = "请用 1 至 {most} 个字说明理由，理由将留在办件记录中。"


class TooManyWords(Refusal):
    """Say it in at most {most} characters."""

    zh = "请用不超过 {most} 个字说明。"


def needed(words: str) -> str:
    """The reason without the space around it. Raises SayTheReason."""
    if not 0 < len(words.strip()) <= LONGEST:
        raise SayTheReason(most=LONGEST)
    return words.strip()


def optional(words: str) -> str:
    """Raises TooManyWords."""
    if len(words.strip()) > LONGEST:
        raise TooManyWords(most=LONGEST)
    return words.strip()


def said(event: CaseEvent) -> str:
    """The reason in the clear; empty where none was given."""
    return evidence.opened_words(bytes(event.words_sealed)) if event.words_sealed else ""


def applicant(user: User) -> Actor:
    return Actor(str(user.pk), "applicant")


def lead(user: User, case: Case) -> Actor:
    return Actor(str(user.pk), Post.Role.LEAD, case.office.code)


def item_manager(user: User, case: Case) -> Actor:
    return Actor(str(user.pk), Post.Role.ITEM_MANAGER, case.office.code)


def handler(user: User, case: Case) -> Actor:
    """Whoever has the case in hand: by the post that one of its open steps is for, else as the head
    of the office."""
    steps = case.work_items.filter(status=WorkItem.Status.OPEN).order_by("task")
    held = user.posts.filter(office=case.office).values_list("role", flat=True)
    for step in steps.filter(post__in=held):
        return at_step(user, step)
    return lead(user, case)


def watcher(user: User, case: Case) -> Actor:
    """Whoever may urge: the applicant, a supervisor of any office, the head of this one."""
    if user.subject_id and user.subject_id == case.applicant_id:
        return applicant(user)
    watching = user.posts.filter(role=Post.Role.SUPERVISOR).select_related("office").first()
    if watching is not None:
        return Actor(str(user.pk), watching.role, watching.office.code)
    if user.posts.filter(office=case.office, role=Post.Role.LEAD).exists():
        return lead(user, case)
    return applicant(user)  # whoever acts for him


def at_step(user: User, step: WorkItem) -> Actor:
    return Actor(str(user.pk), step.post, step.office.code)


def note(
    case: Case,
    activity: str,
    transition: str,
    by: Actor,
    at: datetime,
    words: str = "",
    details: Mapping[str, Any] | None = None,
) -> CaseEvent:
    """Of the case as a whole."""
    zh, en = NAMES[activity]
    return CaseEvent.objects.create(
        case=case,
        activity=activity,
        activity_zh=zh,
        activity_en=en,
        **_rest(transition, by, at, words, details),
    )


def note_step(
    step: WorkItem,
    transition: str,
    by: Actor,
    at: datetime,
    words: str = "",
    details: Mapping[str, Any] | None = None,
    receiver: User | None = None,
) -> CaseEvent:
    """Of one step; `receiver` is whom it was handed to."""
    return CaseEvent.objects.create(
        case=step.case,
        activity=step.node,
        activity_zh=step.name_zh,
        activity_en=step.name_en,
        instance=str(step.task),
        receiver=str(receiver.pk) if receiver else "",
        **_rest(transition, by, at, words, details),
    )


def record(
    kind: str, case: Case, by: Actor, at: datetime, details: Mapping[str, Any] | None = None
) -> None:
    """The audit row of a verb."""
    audit.record(
        kind,
        ("case", case.number),
        actor=by.account,
        at=at,
        office=by.office or case.office.code,
        post=by.post,
        subjects=[case.applicant_id],
        details=details,
    )


def _rest(
    transition: str, by: Actor, at: datetime, words: str, details: Mapping[str, Any] | None
) -> dict[str, Any]:
    return {
        "transition": transition,
        "at": at,
        "resource": by.account,
        "role": by.post,
        "office": by.office,
        "details": dict(details or {}),
        "words_sealed": evidence.seal_words(words) if words else None,
    }
