"""What a process tells other cases: written down in the step that tells it, with a job for it.

A message waits until somebody waits for it; a signal is heard by whoever waits when it arrives.
No step holds two cases: `delivering` moves whoever hears it, afterwards.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app

from tongban import sql
from tongban.business.cases import keeping
from tongban.business.cases.models import Case, CaseMessage
from tongban.engines.feel.values import Value
from tongban.engines.processes import SendMessage, State, ThrowSignal, values
from tongban.engines.processes.rows import Subscription

DELIVER = "cases.deliver"
PURPOSE = "message"
# Begun together with others, and waited for alone: see `let_begin`.
BEGIN = "SELECT to_json(pg_advisory_xact_lock_shared(hashtextextended($1, 0))::text)"
BEGUN = "SELECT to_json(pg_advisory_xact_lock(hashtextextended($1, 0))::text)"
WAITING = "tongban.cases.waiting"


def send(case: Case, effect: SendMessage | ThrowSignal, at: datetime) -> None:
    correlation = effect.correlation if isinstance(effect, SendMessage) else None
    message = CaseMessage.objects.create(
        kind=CaseMessage.Kind.MESSAGE
        if isinstance(effect, SendMessage)
        else CaseMessage.Kind.SIGNAL,
        name=effect.name,
        digest=_bytes(keeping.digest(correlation)),
        sealed=_sealed(correlation, effect.payload),
        sender=case,
        node=effect.node,
        sent_at=at,
    )
    enqueue([message.pk])


def expect(before: State, after: State) -> None:
    """Something the case has begun to wait for may have been sent already."""
    begun = after.subscriptions.keys() - before.subscriptions.keys()
    waits = [after.subscriptions[each] for each in begun]
    wanted = [_sent_for(each) for each in waits if each.kind == "message"]
    if wanted:
        sql.prepared(BEGIN, WAITING)
    for sent in wanted:
        unheard = CaseMessage.objects.filter(sent, kind=CaseMessage.Kind.MESSAGE, heard_at=None)
        enqueue(unheard.order_by("pk").values_list("pk", flat=True)[:1])


@transaction.atomic
def let_begin() -> None:
    """A case that is just beginning to wait looked for a message before this one was there, and is
    not seen to wait before its step is over: wait for that. Who begins after this sees it."""
    sql.prepared(BEGUN, WAITING)


def unheard(case: Case) -> list[CaseMessage]:
    """Sent, and fit for what the case waits for; until the job that delivers them has run."""
    waits = keeping.load(case).subscriptions.values()
    sent = CaseMessage.objects.filter(kind=CaseMessage.Kind.MESSAGE, heard_at=None)
    wanted = [_sent_for(each) for each in waits if each.kind == "message"]
    return [message for each in wanted for message in sent.filter(each).select_related("sender")]


def opened(message: CaseMessage) -> tuple[Value, Mapping[str, Value]]:
    """Its correlation and what it says."""
    held = json.loads(settings.VAULT.open(bytes(message.sealed), PURPOSE))
    said = {name: values.load(value) for name, value in held["payload"].items()}
    return values.load(held["correlation"]), said


def nothing() -> bytes:
    """What is left of one that is erased."""
    return _sealed(None, {})


def _sent_for(waits: Subscription) -> Q:
    if waits.correlation is None:
        return Q(name=waits.name)
    return Q(name=waits.name, digest=_bytes(keeping.digest(waits.correlation)))


def _sealed(correlation: Value, payload: Mapping[str, Value]) -> bytes:
    said = {name: values.dump(value) for name, value in payload.items()}
    held: dict[str, Any] = {"correlation": values.dump(correlation), "payload": said}
    return settings.VAULT.seal(json.dumps(held, ensure_ascii=False).encode(), PURPOSE)


def _bytes(digest: str | None) -> bytes | None:
    return None if digest is None else bytes.fromhex(digest)


def enqueue(messages: Iterable[int]) -> None:
    """Have them delivered. The job names the message alone: what it says may be personal."""
    for message in messages:
        app.configure_task(DELIVER, lock=f"message {message}").defer(message=message)
