"""A step that another system carries out, as rows: opened with the step, called off with it, and
what both sides say about it. Who drives it is `outside.py`.

Everything happens in the caller's transaction, under the lock on the case.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from procrastinate.contrib.django import app

from tongban.base.jobs.lanes import OUTSIDE
from tongban.base.people.models import User
from tongban.business.cases import outside_terms
from tongban.business.cases.models import Case, CaseEvent, ProcessRow
from tongban.business.cases.outside_models import (
    PURPOSE,
    OutsideCall,
    OutsideMessage,
    OutsideService,
)
from tongban.business.cases.outside_problems import Problem
from tongban.business.cases.outside_terms import PREFIX, Mistyped, Terms, Value
from tongban.engines.processes import CallService
from tongban.errors import Refusal

Status, Kind = OutsideCall.Status, OutsideMessage.Kind
SEND, CALL_OFF = "send outside call", "call off outside call"  # names of jobs
# What the log of the case says of what was said; the names are those of XES (docs/adr/0005).
TRANSITIONS: Mapping[str, str] = {
    Kind.SENT: "assign",
    Kind.RECEIPT: "start",
    Kind.RESULT: "complete",
    Kind.FAILED: "ate_abort",
    Kind.RETRIED: "reassign",
    Kind.TAKEN_OVER: "reassign",
}


class UnknownService(Refusal):
    """There is no outside service {code}; describe it in the city's outside.toml and load it."""

    zh = "没有外部服务 {code}，请先在城市目录的 outside.toml 中写明并装载。"


class InputMissing(Refusal):
    """The process gives no {name} to the outside service {code}. Name it with tb:input at the
    step."""

    zh = "流程没有向外部服务 {code} 提供 {name}，请在该步骤用 tb:input 写明。"


class InputMistyped(Refusal):
    """What the process gives to the outside service {code} as {name} is no {kind}."""

    zh = "流程向外部服务 {code} 提供的 {name} 不是 {kind} 类型。"


def service(code: str) -> OutsideService:
    """Raises UnknownService."""
    found = OutsideService.objects.select_related("office").filter(code=code).first()
    if found is None:
        raise UnknownService(code=code)
    return found


def begin(case: Case, effect: CallService, at: datetime) -> OutsideCall:
    """What is sent is what was agreed and nothing else that the process knows; a job sends it as
    soon as this transaction is committed."""
    asked = service(effect.operation.removeprefix(PREFIX))
    terms = outside_terms.of(asked)
    call = OutsideCall.objects.create(
        case=case,
        service=asked,
        task=effect.task,
        node=effect.node,
        key=f"{case.number}-{effect.task}",
        opened_at=at,
        deadline=terms.deadline(at),
        next_at=at,
        inputs_sealed=seal(_inputs(terms, effect.inputs)),
    )
    send_soon(call)
    return call


def send_soon(call: OutsideCall) -> None:
    """One job at a time per call."""
    _later(SEND, call)


def end(case: Case, at: datetime, task: int | None = None) -> None:
    """The step is called off (without `task`, every step is): whoever works on it is told."""
    found = OutsideCall.objects.filter(case=case, status__in=[*OutsideCall.OPEN, Status.FAILED])
    for call in found if task is None else found.filter(task=task):
        if call.status == Status.FAILED and not is_waited_for(call):
            continue  # it failed, and the process has taken another way since
        move(call, Status.CANCELLED, closed_at=at, next_at=None)
        say(call, Kind.CANCELLED, at)
        if call.sent_at:
            tell_of_end(call)


def forget(subject_id: str) -> None:
    """Of somebody who is erased: that something was said, and when, stays; what it was goes."""
    calls = OutsideCall.objects.filter(case__applicant_id=subject_id)
    OutsideMessage.objects.filter(call__in=calls, content_sealed__isnull=False).update(
        content_sealed=seal({}), digest=None
    )
    calls.update(inputs_sealed=seal({}))
    calls.filter(outputs_sealed__isnull=False).update(outputs_sealed=seal({}), outputs_digest=b"")


def is_waited_for(call: OutsideCall) -> bool:
    """Does the step still stand open in the process? What is decided may still be served."""
    tasks = ProcessRow.objects.filter(kind=ProcessRow.Kind.TASK, number=call.task)
    return tasks.filter(case_id=call.case_id).exists()


def tell_of_end(call: OutsideCall) -> None:
    """Once, and if it cannot be told, the next reconciliation does."""
    _later(CALL_OFF, call)


def _later(job: str, call: OutsideCall) -> None:
    # The queue is named here, too: who asks for the job need not know the function behind it.
    app.configure_task(job, queue=OUTSIDE, lock=f"outside {call.key}").defer(call_id=call.pk)


def move(call: OutsideCall, status: str, **changes: Any) -> None:
    """To a status that the table allows, with what changes with it."""
    assert status in OutsideCall.TRANSITIONS[Status(call.status)], (call.status, status)
    update(call, status=status, **changes)


def update(call: OutsideCall, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(call, name, value)
    call.save(update_fields=list(changes))


def say(
    call: OutsideCall,
    kind: str,
    at: datetime,
    *,
    problem: Problem | None = None,
    by: User | None = None,
    values: Mapping[str, Value] | None = None,
    words: str = "",
) -> OutsideMessage:
    """Add to what was said, and to the log of the case where the case is touched by it."""
    content = {"outputs": outside_terms.plain(values)} if values is not None else {}
    content |= {"words": words} if words else {}
    if kind in TRANSITIONS:
        _log(call, kind, at, by)
    return OutsideMessage.objects.create(
        call=call,
        kind=kind,
        at=at,
        attempt=call.tries,
        error=problem.code if problem else "",
        error_about=problem.about if problem else "",
        by=by,
        digest=None if values is None else digest(values),
        content_sealed=seal(content) if content else None,
    )


def digest(values: Mapping[str, Value]) -> bytes:
    """Tells the same result from another without opening either."""
    return settings.VAULT.digest(outside_terms.canonical(values), PURPOSE)


def seal(content: Mapping[str, Any]) -> bytes:
    return settings.VAULT.seal(json.dumps(content, ensure_ascii=False).encode(), PURPOSE)


def opened(sealed: bytes | memoryview | None) -> dict[str, Any]:
    """Empty where nothing was kept, or where the applicant was erased."""
    return json.loads(settings.VAULT.open(bytes(sealed), PURPOSE)) if sealed else {}


def _inputs(terms: Terms, given: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return outside_terms.plain(outside_terms.taken(terms.inputs, given))
    except Mistyped as error:
        if error.missing:
            raise InputMissing(code=terms.code, name=error.name) from error
        kind = terms.inputs[error.name].type
        raise InputMistyped(code=terms.code, name=error.name, kind=kind) from error


def _log(call: OutsideCall, kind: str, at: datetime, by: User | None) -> None:
    first = CaseEvent.objects.filter(case_id=call.case_id, activity=call.node).first()
    CaseEvent.objects.create(
        case_id=call.case_id,
        activity=call.node,
        activity_zh=first.activity_zh if first else call.service.name_zh,
        activity_en=first.activity_en if first else call.service.name_en,
        instance=str(call.task),
        transition=TRANSITIONS[kind],
        at=at,
        resource=str(by.pk) if by else "",
        office=call.service.office.code if by else "",
        details={"outside": call.service.code, "step": kind, "try": call.tries},
    )


def in_both(label: Any, name: str) -> dict[str, str]:
    """A label within a sentence: the facts `name`_zh and `name`_en of a refusal."""
    with translation.override("zh-hans"):
        zh = str(label)
    with translation.override("en"):
        return {f"{name}_zh": zh, f"{name}_en": str(label).lower()}
