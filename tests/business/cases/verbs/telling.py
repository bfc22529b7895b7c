"""What a verb leaves behind, as a test reads it."""

from typing import Any

from tongban.base.audit.models import Event
from tongban.base.notices.models import Notice
from tongban.base.people.models import User
from tongban.business.cases.models import Case, CaseEvent, WorkItem
from tongban.business.cases.verbs import history


def step(case: Case, node: str) -> WorkItem:
    """The open step at this node that is no signer's."""
    return case.work_items.get(node=node, status=WorkItem.Status.OPEN, beside=None)


def last(case: Case, activity: str) -> CaseEvent:
    found = case.events.filter(activity=activity).order_by("pk").last()
    assert found is not None
    return found


def row(event: CaseEvent) -> tuple[Any, ...]:
    """Transition, who, as what, at which office, for whom, why, and the rest."""
    return (
        event.transition,
        event.resource,
        event.role,
        event.office,
        event.receiver,
        history.said(event),
        event.details,
    )


def audited(case: Case) -> Event:
    found = Event.objects.filter(subject_type="case", subject_id=case.number).order_by("pk").last()
    assert found is not None
    return found


def told(user: User) -> list[tuple[str, str]]:
    """What somebody was told, the oldest first: an officer by account, a citizen by subject."""
    mine = {"subject_id": user.subject_id} if user.subject_id else {"account": user}
    found = Notice.objects.filter(**mine).order_by("pk")
    return list(found.values_list("words_zh", "words_en"))
