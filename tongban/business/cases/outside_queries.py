"""What other systems were asked, as the list and the page of one call show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet

from tongban.base.audit import actions as audit
from tongban.base.people.models import Post, User
from tongban.business.cases import outside_calls, outside_permissions, outside_terms
from tongban.business.cases.models import CaseEvent
from tongban.business.cases.outside_calls import Status
from tongban.business.cases.outside_models import (
    OutsideCall,
    OutsideFinding,
    OutsideMessage,
    OutsideService,
)
from tongban.business.cases.outside_terms import Terms
from tongban.engines.clocks import Light

UNFINISHED = (Status.FAILED, Status.WAITING, Status.SENT, Status.RECEIVED)
SHOWN = 100
HALF, NEARLY = 0.5, 0.8


@dataclass(frozen=True)
class ServiceRow:
    """A service with how many of its calls stand where, and what the last reconciliation left."""

    service: OutsideService
    terms: Terms
    counts: Mapping[str, int]
    findings: tuple[OutsideFinding, ...]


@dataclass(frozen=True)
class Due:
    """How much of the step's time limit is used; `light` as elsewhere, red where it has failed."""

    light: Light
    used: int  # per cent


@dataclass(frozen=True)
class Said:
    """A message, with what was in it and why somebody did it."""

    message: OutsideMessage
    outputs: Mapping[str, Any]
    words: str


@dataclass(frozen=True)
class CallPage:
    call: OutsideCall
    terms: Terms
    step_zh: str
    step_en: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    said: tuple[Said, ...]
    findings: tuple[OutsideFinding, ...]
    due: Due
    is_waited_for: bool
    may_act: bool


def services(user: User) -> tuple[ServiceRow, ...]:
    """Those that this account may look at, by name; three queries."""
    mine = _services(user)
    found = list(mine.select_related("office").order_by("code"))
    counts: dict[int, dict[str, int]] = {service.pk: {} for service in found}
    calls = OutsideCall.objects.filter(service__in=mine).values("service", "status")
    for row in calls.annotate(count=Count("pk")).order_by():
        counts[row["service"]][row["status"]] = row["count"]
    standing: dict[int, list[OutsideFinding]] = {service.pk: [] for service in found}
    for finding in OutsideFinding.objects.filter(service__in=mine, settled_at=None).order_by("pk"):
        standing[finding.service_id].append(finding)
    return tuple(
        ServiceRow(each, outside_terms.of(each), counts[each.pk], tuple(standing[each.pk]))
        for each in found
    )


def calls(user: User, *, code: str = "", status: str = "") -> QuerySet[OutsideCall]:
    """The oldest first; without a status those that are not finished. At most SHOWN are shown."""
    found = OutsideCall.objects.filter(service__in=_services(user))
    wanted = found.filter(status=status) if status else found.filter(status__in=UNFINISHED)
    if code:
        wanted = wanted.filter(service__code=code)
    return wanted.select_related("service__office", "case__version__item").order_by(
        "opened_at", "pk"
    )


@transaction.atomic
def opened(*, call_id: int, user: User, at: datetime) -> CallPage:
    """The call with what was sent and what came back; that it was opened is audited."""
    call = OutsideCall.objects.select_related("service__office", "case").get(pk=call_id)
    outside_permissions.check_can_see(user, call)
    audit.record(
        "outside.opened",
        ("case", call.case.number),
        actor=str(user.pk),
        at=at,
        office=call.service.office.code,
        subjects=[call.case.applicant_id],
        details={"service": call.service.code, "task": call.task},
    )
    step = CaseEvent.objects.filter(case_id=call.case_id, activity=call.node).first()
    return CallPage(
        call=call,
        terms=outside_terms.of(call.service),
        step_zh=step.activity_zh if step else call.node,
        step_en=step.activity_en if step else call.node,
        inputs=outside_calls.opened(call.inputs_sealed),
        outputs=outside_calls.opened(call.outputs_sealed).get("outputs", {}),
        said=tuple(_said(each) for each in call.messages.select_related("by").order_by("pk")),
        findings=tuple(
            OutsideFinding.objects.filter(
                service_id=call.service_id, key=call.key, settled_at=None
            ).order_by("pk")
        ),
        due=due(call, at),
        is_waited_for=outside_calls.is_waited_for(call),
        may_act=outside_permissions.can_act(user, call),
    )


def due(call: OutsideCall, at: datetime) -> Due:
    whole = (call.deadline - call.opened_at).total_seconds()
    share = min(max((at - call.opened_at).total_seconds() / whole, 0.0), 1.0)
    if call.status == Status.FAILED or (call.status in OutsideCall.OPEN and share >= 1):
        return Due(Light.RED, 100)
    if call.status not in OutsideCall.OPEN or share < HALF:
        return Due(Light.NONE, round(100 * share))
    return Due(Light.YELLOW if share >= NEARLY else Light.BLUE, round(100 * share))


def _services(user: User) -> QuerySet[OutsideService]:
    posts = list(user.posts.all())
    if any(post.role == Post.Role.SUPERVISOR for post in posts):
        return OutsideService.objects.all()
    offices = [each.office_id for each in posts if each.role in outside_permissions.ACTING]
    return OutsideService.objects.filter(office_id__in=offices)


def _said(message: OutsideMessage) -> Said:
    content = outside_calls.opened(message.content_sealed)
    return Said(message, content.get("outputs", {}), content.get("words", ""))
