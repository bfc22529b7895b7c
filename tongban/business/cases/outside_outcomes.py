"""What becomes of a call once something is known of it: taken, sent again, given up.

Everything happens under the lock on the case.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tongban.base.audit import actions as audit
from tongban.base.people.models import User
from tongban.business.cases import locking, outside_calls, outside_terms, running
from tongban.business.cases import outside_problems as problems
from tongban.business.cases.outside_calls import Kind, Status
from tongban.business.cases.outside_http import Answer
from tongban.business.cases.outside_models import OutsideCall, OutsideMessage
from tongban.business.cases.outside_problems import Problem
from tongban.business.cases.outside_terms import Value
from tongban.engines import processes
from tongban.errors import Refusal

NO_ERROR = {"error": "", "error_about": ""}

logger = logging.getLogger(__name__)


@transaction.atomic
def take(call_id: int, answer: Answer, at: datetime) -> str:
    """What was learned of the call, as a kind of message; empty where nothing was."""
    call = locked(call_id)
    if answer.outputs is not None:
        return _take_result(call, answer.outputs, at)
    if call.status == Status.SENT:
        next_at = outside_terms.of(call.service).next_poll(at)
        outside_calls.move(
            call, Status.RECEIVED, receipt=answer.receipt, tries=0, next_at=next_at, **NO_ERROR
        )
        outside_calls.say(call, Kind.RECEIPT, at)
        return Kind.RECEIPT
    if call.status == Status.RECEIVED:
        next_at = outside_terms.of(call.service).next_poll(at)
        outside_calls.update(call, tries=0, next_at=next_at, **NO_ERROR)
    return ""


@transaction.atomic
def send_again(call_id: int, at: datetime) -> bool:
    """The other side knows nothing of it: the same key goes out anew. Not if it is over by now."""
    call = locked(call_id)
    if call.status not in (Status.SENT, Status.RECEIVED):
        return False
    outside_calls.say(call, Kind.FORGOTTEN, at)
    outside_calls.move(call, Status.WAITING, next_at=at, receipt="")
    outside_calls.send_soon(call)
    return True


@transaction.atomic
def went_wrong(call_id: int, problem: Problem, at: datetime, *, by_itself: bool = False) -> None:
    """Tried again as long as a try is left; what the other side said unasked uses up none."""
    if isinstance(problem, problems.Forgotten):
        send_again(call_id, at)
        return
    call = locked(call_id)
    if call.status not in OutsideCall.OPEN:
        return
    outside_calls.say(call, Kind.ERROR, at, problem=problem)
    outside_calls.update(call, error=problem.code, error_about=problem.about)
    tries_left = call.tries < outside_terms.of(call.service).tries.most
    if problem.final or not (tries_left or by_itself):
        give_up(call, problem, at)


@transaction.atomic
def expire(call_id: int, at: datetime) -> None:
    call = locked(call_id)
    if call.status in OutsideCall.OPEN and call.deadline <= at:
        give_up(call, problems.TimedOut(outside_terms.of(call.service).limit), at)


def locked(call_id: int) -> OutsideCall:
    """The call, its case locked before it: whoever changes either begins there."""
    case_id = OutsideCall.objects.values_list("case_id", flat=True).get(pk=call_id)
    case = locking.locked(case_id)
    call = OutsideCall.objects.select_related("service__office").get(pk=call_id)
    call.case = case
    return call


def _take_result(call: OutsideCall, values: Mapping[str, Value], at: datetime) -> str:
    """Once. A result that comes after another one, or too late, is kept aside."""
    if outside_calls.is_waited_for(call) and call.status in {*OutsideCall.OPEN, Status.FAILED}:
        return _go_on(call, values, at)
    digest = outside_calls.digest(values)
    if call.outputs_digest is None:
        kind = Kind.LATE
    elif bytes(call.outputs_digest) == digest:
        kind = Kind.REPEATED
    else:
        kind = Kind.CONTRADICTION
    if not OutsideMessage.objects.filter(call=call, kind=kind, digest=digest).exists():
        outside_calls.say(call, kind, at, values=values)
    return kind


def _go_on(call: OutsideCall, values: Mapping[str, Value], at: datetime) -> str:
    outside_calls.say(call, Kind.RESULT, at, values=values)
    try:
        with transaction.atomic():
            close(call, Status.ANSWERED, values, at)
            running.advance(
                call.case,
                processes.ServiceDone(call.task, values, at),
                by=running.PLATFORM,
                at=at,
            )
    except Refusal as refusal:
        logger.warning("Case %s cannot go on: %s", call.case.number, refusal.told("en"))
        fresh = locked(call.pk)
        _fail(fresh, problems.ProcessStuck(type(refusal).__name__), at)
        return Kind.FAILED
    audited("outside.answered", call, at)
    return Kind.RESULT


def give_up(call: OutsideCall, problem: Problem, at: datetime) -> None:
    """The process may catch it, by the problem's code; else the step stays open for a person."""
    _fail(call, problem, at)
    failed = processes.ServiceFailed(call.task, problem.code, at)
    try:
        with transaction.atomic():
            running.advance(call.case, failed, by=running.PLATFORM, at=at)
    except processes.NobodyCatches:
        return
    except Refusal as refusal:
        number = call.case.number
        logger.warning("Case %s cannot go on after an error: %s", number, refusal.told("en"))
        return
    if call.sent_at:
        outside_calls.tell_of_end(call)


def _fail(call: OutsideCall, problem: Problem, at: datetime) -> None:
    outside_calls.move(
        call, Status.FAILED, next_at=None, error=problem.code, error_about=problem.about
    )
    outside_calls.say(call, Kind.FAILED, at, problem=problem)
    audited("outside.failed", call, at)


def close(
    call: OutsideCall,
    status: str,
    values: Mapping[str, Value],
    at: datetime,
    user: User | None = None,
) -> None:
    outside_calls.move(
        call,
        status,
        next_at=None,
        closed_at=at,
        closed_by=user,
        outputs_sealed=outside_calls.seal({"outputs": outside_terms.plain(values)}),
        outputs_digest=outside_calls.digest(values),
        **NO_ERROR,
    )


def audited(kind: str, call: OutsideCall, at: datetime, user: User | None = None) -> None:
    details: dict[str, Any] = {"service": call.service.code, "task": call.task}
    if call.error:
        details["error"] = call.error
    audit.record(
        kind,
        ("case", call.case.number),
        actor=str(user.pk) if user else "platform",
        at=at,
        office=call.service.office.code,
        subjects=[call.case.applicant_id],
        details=details,
    )
