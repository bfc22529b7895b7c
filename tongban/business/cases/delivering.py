"""Whoever waits for what a case was told hears it, once."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from tongban.base.jobs import actions as jobs
from tongban.business.cases import messages, running
from tongban.business.cases.locking import locked
from tongban.business.cases.models import CaseMessage, ProcessRow
from tongban.engines import processes
from tongban.errors import Refusal

logger = logging.getLogger(__name__)


class SeveralWait(Refusal):
    """Cases {numbers} all wait for the message {name} of case {sender}, which is for one of them.
    Give the message and the event that waits for it a correlation that tells them apart."""

    zh = (
        "办件 {numbers} 都在等待办件 {sender} 的消息 {name}，而消息只能由其中一件接收。"
        "请为消息和等待它的事件设置能够区分办件的关联值。"
    )


def deliver(*, message: int, at: datetime) -> int:
    """How many cases heard it now. A message that nobody waits for waits itself."""
    told = CaseMessage.objects.select_related("sender").get(pk=message)
    if told.heard_at:
        return 0
    if told.kind == CaseMessage.Kind.MESSAGE:
        messages.let_begin()
        return int(_to_one(message, at))
    return _to_all(told, at)


@transaction.atomic
def _to_one(message: int, at: datetime) -> bool:
    told = CaseMessage.objects.select_for_update(of=("self",)).select_related("sender")
    one = told.get(pk=message)
    waiting = _receivers(one)
    if one.heard_at or not waiting:
        return False
    if len(waiting) > 1:
        numbers = ", ".join(waiting[each] for each in sorted(waiting))
        raise SeveralWait(numbers=numbers, name=one.name, sender=one.sender.number)
    (case_id,) = waiting
    correlation, payload = messages.opened(one)
    case = locked(case_id)
    if not _waiting(one).filter(case=case).exists():
        messages.enqueue([message])  # it went on while it was being locked; another may wait
        return False
    event = processes.Message(one.name, correlation, payload, at)
    running.advance(case, event, by=running.PLATFORM, at=at)
    one.heard_at, one.heard_by = at, case
    one.save(update_fields=["heard_at", "heard_by"])
    return True


def _to_all(told: CaseMessage, at: datetime) -> int:
    """Each in a transaction of its own: a case that cannot go on keeps no other from hearing it."""
    heard = 0
    for case_id, number in sorted(_cases(_waiting(told).exclude(case=told.sender)).items()):
        try:
            heard += _hears(told, case_id, at)
        except Refusal as refusal:
            logger.warning("Case %s did not hear a signal: %s", number, refusal.told("en"))
    CaseMessage.objects.filter(pk=told.pk).update(heard_at=at)
    return heard


def _hears(told: CaseMessage, case_id: int, at: datetime) -> bool:
    def hear() -> None:
        case = locked(case_id)
        if _waiting(told).filter(case=case).exists():
            event = processes.Signal(told.name, messages.opened(told)[1], at)
            running.advance(case, event, by=running.PLATFORM, at=at)

    return jobs.once(f"signal {told.pk} to {case_id}", hear, at=at)


def _receivers(told: CaseMessage) -> dict[int, str]:
    """Who waits for exactly this one, before who takes any of that name."""
    exactly = Q(digest=told.digest) if told.digest else Q(digest=None)
    return _cases(_waiting(told).filter(exactly)) or _cases(_waiting(told))


def _waiting(told: CaseMessage) -> QuerySet[ProcessRow]:
    rows = ProcessRow.objects.filter(
        kind=ProcessRow.Kind.SUBSCRIPTION, name=told.name, cells__kind=told.kind
    )
    if told.kind == CaseMessage.Kind.SIGNAL:
        return rows
    return (
        rows.filter(Q(digest=told.digest) | Q(digest=None))
        if told.digest
        else rows.filter(digest=None)
    )


def _cases(rows: QuerySet[ProcessRow]) -> dict[int, str]:
    return dict(rows.values_list("case_id", "case__number").distinct())
