"""Driving a step that another system carries out: send, ask, receive, retry, take over.

A call is claimed in one transaction, the other system is asked outside of any, and what it said is
taken in another one, which moves the case. Whoever dies in between has only used up a try: the same
key goes out again, and a result is taken once.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from django.db import transaction

from tongban.base.audit import actions as audit
from tongban.base.people.models import User
from tongban.business.cases import (
    outside_calls,
    outside_http,
    outside_outcomes,
    outside_permissions,
    outside_terms,
    running,
)
from tongban.business.cases import outside_problems as problems
from tongban.business.cases.outside_calls import Kind, Status
from tongban.business.cases.outside_http import Answer
from tongban.business.cases.outside_models import OutsideCall
from tongban.business.cases.outside_problems import Problem
from tongban.business.cases.outside_terms import LONGEST_TEXT, Mistyped, Terms, Value
from tongban.engines import processes
from tongban.errors import Refusal

Now = Callable[[], datetime]
AT_ONCE = 100
UNSENT = (Status.WAITING, Status.SENT)
LONGEST_WORDS = 500
AS = {
    "string": (f"文字，至多 {LONGEST_TEXT} 个字", f"text of at most {LONGEST_TEXT} characters"),
    "boolean": ("是或否", "yes or no"),
    "number": ("数", "a number"),
    "date": ("日期", "a date"),
}


class UnknownKey(Refusal):
    """There is no request with this key at the outside service {code}."""

    zh = "外部服务 {code} 没有这个请求键的请求。"


class Contradiction(Refusal):
    """Another result for request {key} was taken before; this one was kept aside for a person."""

    zh = "请求 {key} 此前已有不同的结果，这一结果未采用，已留待人工核对。"


class NotFailed(Refusal):
    """Request {key} has not failed: it is {status_en}. Only what failed can be tried again."""

    zh = "请求 {key} 没有失败，现为“{status_zh}”；只有失败的才能重试。"


class NoLongerWaiting(Refusal):
    """Nobody waits for request {key} any more: it is {status_en}, and the case has gone on."""

    zh = "已不再等待请求 {key} 的结果：现为“{status_zh}”，办件已继续或结束。"


class GiveReason(Refusal):
    """Say why, in at most {most} characters: the reason stays with the request."""

    zh = "请写明原因（至多 {most} 个字），原因会随请求留存。"


class NotTheResult(Refusal):
    """“{name_en}” must be given as {kind_en}."""

    zh = "“{name_zh}”应填写{kind_zh}。"


def send_due(*, now: Now, limit: int = AT_ONCE) -> int:
    """Send what is due, give up what is too late; several workers share the work.

    Each is sent at a time of its own: after a few that are slow, a signature of the time when all
    of this began would be too old for the other side."""
    at = now()
    overdue = OutsideCall.objects.filter(status__in=OutsideCall.OPEN, deadline__lte=at)
    for call_id in overdue.order_by("deadline", "pk").values_list("pk", flat=True)[:limit]:
        outside_outcomes.expire(call_id, at)
    return sum(attempt(call_id, now()) for call_id in _due(UNSENT, at, limit))


def poll_due(*, now: Now, limit: int = AT_ONCE) -> int:
    """Ask for the results that are due."""
    return sum(attempt(call_id, now()) for call_id in _due((Status.RECEIVED,), now(), limit))


def attempt(call_id: int, at: datetime) -> bool:
    """Send the call, or ask for its result, if it is due and in nobody's hands."""
    call = _claim(call_id, at)
    if call is None:
        return False
    terms = outside_terms.of(call.service)
    try:
        answer = _asked(call, terms, at)
    except Problem as problem:
        outside_outcomes.went_wrong(call_id, problem, at)
    else:
        outside_outcomes.take(call_id, answer, at)
    return True


def receive(*, code: str, content: bytes, at: datetime) -> None:
    """A result as the other system sends it by itself. The same one twice changes nothing; another
    one is kept aside, and refused. Raises UnknownKey, Problem, Contradiction."""
    body = outside_http.parsed(content)
    key = body.get("key")
    found = OutsideCall.objects.select_related("service").filter(
        service__code=code, key=key if isinstance(key, str) else ""
    )
    call = found.first()
    if call is None:
        raise UnknownKey(code=code)
    try:
        answer = outside_http.judged(outside_terms.of(call.service), call.key, body, done=True)
    except problems.Stopped as stopped:
        return outside_outcomes.went_wrong(call.pk, stopped, at, by_itself=True)
    except Problem as problem:
        outside_outcomes.went_wrong(call.pk, problem, at, by_itself=True)
        raise
    if outside_outcomes.take(call.pk, answer, at) == Kind.CONTRADICTION:
        raise Contradiction(key=call.key)


def call_off(call_id: int, at: datetime) -> None:
    """Tell the other system that nobody waits any more. Raises Problem."""
    call = OutsideCall.objects.select_related("service").get(pk=call_id)
    outside_http.cancel(outside_terms.of(call.service), call.key, at)


@transaction.atomic
def retry(*, call_id: int, user: User, words: str, at: datetime) -> OutsideCall:
    """A failed call begins anew, with the same key and a whole time limit."""
    call = outside_outcomes.locked(call_id)
    outside_permissions.check_can_act(user, call)
    reason = _reason(words)
    if call.status != Status.FAILED:
        raise NotFailed(key=call.key, **_status_words(call))
    _check_waited_for(call)
    outside_calls.say(call, Kind.RETRIED, at, by=user, words=reason)
    deadline = outside_terms.of(call.service).deadline(at)
    anew = {"tries": 0, "deadline": deadline, "next_at": at, "error": "", "error_about": ""}
    outside_calls.move(call, Status.WAITING, **anew, receipt="")
    outside_calls.send_soon(call)
    outside_outcomes.audited("outside.retried", call, at, user)
    return call


@transaction.atomic
def take_over(
    *, call_id: int, user: User, outputs: Mapping[str, str], words: str, at: datetime
) -> OutsideCall:
    """A person of the responsible office gives the result, and says why; the case goes on."""
    call = outside_outcomes.locked(call_id)
    outside_permissions.check_can_act(user, call)
    reason = _reason(words)
    _check_waited_for(call)
    values = _typed(outside_terms.of(call.service), outputs)
    outside_calls.say(call, Kind.TAKEN_OVER, at, by=user, values=values, words=reason)
    outside_outcomes.close(call, Status.TAKEN_OVER, values, at, user)
    if call.sent_at:
        outside_calls.tell_of_end(call)
    outside_outcomes.audited("outside.taken_over", call, at, user)
    by = running.Actor(str(user.pk), "", call.service.office.code)
    running.advance(call.case, processes.ServiceDone(call.task, values, at), by=by, at=at)
    return call


def _due(statuses: Collection[str], at: datetime, limit: int) -> list[int]:
    due = OutsideCall.objects.filter(status__in=statuses, next_at__lte=at)
    return list(due.order_by("next_at", "pk").values_list("pk", flat=True)[:limit])


@transaction.atomic
def _claim(call_id: int, at: datetime) -> OutsideCall | None:
    """Uses up one try before it is made, and puts off the next one."""
    free = OutsideCall.objects.select_for_update(skip_locked=True, of=("case",))
    call = (
        free.select_related("case", "service__office")
        .filter(pk=call_id, status__in=OutsideCall.OPEN, next_at__lte=at)
        .first()
    )
    if call is None:
        return None
    # What the lock was waited for is over; what was read before it may be, too.
    call.refresh_from_db(fields=["status", "next_at", "tries", "deadline", "receipt"])
    if call.status not in OutsideCall.OPEN or call.next_at is None or call.next_at > at:
        return None
    terms = outside_terms.of(call.service)
    if call.tries >= terms.tries.most:
        outside_outcomes.give_up(outside_outcomes.locked(call_id), problems.Unanswered(), at)
        return None
    tries = call.tries + 1
    claimed = {"tries": tries, "next_at": terms.next_try(at, tries)}
    if call.status == Status.RECEIVED:
        outside_calls.update(call, **claimed)
        return call
    if call.status == Status.WAITING:
        outside_calls.move(call, Status.SENT)
    outside_calls.update(call, **claimed, sent_at=at)
    outside_calls.say(call, Kind.SENT, at)
    audit.record(
        "outside.sent",
        ("case", call.case.number),
        actor="platform",
        at=at,
        office=call.service.office.code,
        purpose=terms.purpose.zh,
        basis=terms.basis.zh,
        subjects=[call.case.applicant_id],
        details={"service": terms.code, "inputs": sorted(terms.inputs), "try": tries},
    )
    return call


def _asked(call: OutsideCall, terms: Terms, at: datetime) -> Answer:
    if call.status == Status.RECEIVED:
        return outside_http.result(terms, call.key, call.receipt, at)
    inputs = outside_calls.opened(call.inputs_sealed)
    return outside_http.submit(terms, call.key, call.case.number, inputs, at)


def _check_waited_for(call: OutsideCall) -> None:
    open_to_people = {*OutsideCall.OPEN, Status.FAILED}
    if call.status not in open_to_people or not outside_calls.is_waited_for(call):
        raise NoLongerWaiting(key=call.key, **_status_words(call))


def _reason(words: str) -> str:
    reason = words.strip()
    if not 0 < len(reason) <= LONGEST_WORDS:
        raise GiveReason(most=LONGEST_WORDS)
    return reason


def _typed(terms: Terms, outputs: Mapping[str, str]) -> dict[str, Value]:
    try:
        return outside_terms.typed(terms.outputs, outputs)
    except Mistyped as error:
        item = terms.outputs[error.name]
        zh, en = AS[item.type.removesuffix("?")]
        words = {"name_zh": item.name.zh, "name_en": item.name.en}
        raise NotTheResult(**words, kind_zh=zh, kind_en=en) from error


def _status_words(call: OutsideCall) -> dict[str, str]:
    return outside_calls.in_both(Status(call.status).label, "status")
