"""The pages of steps that other systems carry out: what waits where, and what a person can do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongban import clock
from tongban.business.cases import outside, outside_problems, outside_queries, permissions
from tongban.business.cases.models import OutsideCall
from tongban.business.cases.outside_queries import CallPage, ServiceRow
from tongban.business.cases.outside_terms import Item, Terms
from tongban.web.ui import parts
from tongban.web.ui.requests import AuthedRequest, typed
from tongban.web.workbench.pages import OUTSIDE, for_posts, show
from tongban.web.workbench.words import stamp

Status = OutsideCall.Status
TONES = {Status.ANSWERED: "ok", Status.TAKEN_OVER: "ok", Status.FAILED: "bad"}


@dataclass(frozen=True)
class Filter:
    """A state, how many stand there, and the address that shows them alone."""

    label: str
    count: int
    url: str
    is_current: bool


@dataclass(frozen=True)
class Line:
    """One thing that was said: by whom, what went wrong, what was in it, why."""

    label: str
    at: Any
    who: str
    problem: str
    outputs: tuple[tuple[str, str], ...]
    words: str
    is_bad: bool


@dataclass(frozen=True)
class Asked:
    """A value of the result that a person gives."""

    name: str
    label: str
    kind: str
    required: bool


@for_posts(*OUTSIDE)
@require_safe
def all_calls(request: AuthedRequest) -> HttpResponse:
    """What is not finished, the oldest first; by service and by state."""
    now, user = clock.now(), request.user
    services = outside_queries.services(user)
    code = request.GET.get("service", "")
    status = request.GET.get("status", "")
    status = status if status in Status.values else ""
    found = outside_queries.calls(user, code=code, status=status)
    shown = list(found[: outside_queries.SHOWN + 1])
    return show(
        request,
        "outside.html",
        "outside",
        services=_services(services),
        has_services=bool(services),
        strange=[(each.service.name, one) for each in services for one in each.findings],
        filters=_filters(services, code, status),
        table=_calls(shown[: outside_queries.SHOWN], now),
        count=len(shown),
        is_cut=len(shown) > outside_queries.SHOWN,
        most=outside_queries.SHOWN,
        is_whole=not (code or status),
    )


@for_posts(*OUTSIDE)
@require_safe
def call(request: AuthedRequest, call_id: int) -> HttpResponse:
    """What was said between the two, what both believe, and what a person can do."""
    get_object_or_404(OutsideCall, pk=call_id)
    page = outside_queries.opened(call_id=call_id, user=request.user, at=clock.now())
    language = get_language() or "zh"
    terms = page.terms
    return show(
        request,
        "outside_call.html",
        "outside",
        page=page,
        call=page.call,
        step=page.step_zh if language.startswith("zh") else page.step_en,
        system=terms.system.told(language),
        state=_state(page.call),
        clock=_clock(page),
        problem=_problem(page.call.error, page.call.error_about),
        lines=[_line(each, terms) for each in page.said],
        inputs=_pairs(page.inputs, terms.inputs),
        outputs=_pairs(page.outputs, terms.outputs),
        theirs=_theirs(page),
        case_url=_case_url(request, page.call),
        asked=[
            Asked(name, item.name.told(language), item.type.removesuffix("?"), item.required)
            for name, item in terms.outputs.items()
        ],
        may_retry=page.may_act and page.is_waited_for and page.call.status == Status.FAILED,
        may_take_over=page.may_act and page.is_waited_for,
        most=outside.LONGEST_WORDS,
    )


@for_posts(*OUTSIDE)
@require_POST
def retry(request: AuthedRequest, call_id: int) -> HttpResponse:
    get_object_or_404(OutsideCall, pk=call_id)
    words = typed(request, "words")
    outside.retry(call_id=call_id, user=request.user, words=words, at=clock.now())
    return redirect("workbench:outside_call", call_id)


@for_posts(*OUTSIDE)
@require_POST
def take_over(request: AuthedRequest, call_id: int) -> HttpResponse:
    get_object_or_404(OutsideCall, pk=call_id)
    given = {
        name.removeprefix("output-"): typed(request, name).strip()
        for name in request.POST
        if name.startswith("output-")
    }
    outside.take_over(
        call_id=call_id,
        user=request.user,
        outputs=given,
        words=typed(request, "words"),
        at=clock.now(),
    )
    return redirect("workbench:outside_call", call_id)


def _services(rows: Sequence[ServiceRow]) -> parts.Table:
    columns = (
        parts.Column(_("外部服务"), place="first"),
        parts.Column(_("负责单位")),
        parts.Column(_("未办成"), kind="number"),
        parts.Column(_("进行中"), kind="number"),
        parts.Column(_("已有结果"), kind="number"),
        parts.Column(_("最近对账"), place="end"),
    )
    return parts.Table(_("外部服务"), columns, tuple(_service(row) for row in rows))


def _service(row: ServiceRow) -> parts.Row:
    service, counts = row.service, row.counts
    busy = sum(counts.get(status, 0) for status in OutsideCall.OPEN)
    done = counts.get(Status.ANSWERED, 0) + counts.get(Status.TAKEN_OVER, 0)
    system = row.terms.system.told(get_language() or "zh")
    problem = _problem(service.error, service.error_about)
    told = stamp(service.reconciled_at) if service.reconciled_at else _("尚未对账")
    return parts.Row(
        (
            parts.Cell(service.name, system, f"?{urlencode({'service': service.code})}"),
            service.office.short,
            parts.Cell(str(counts.get(Status.FAILED, 0)), bad=bool(counts.get(Status.FAILED))),
            str(busy),
            str(done),
            parts.Cell(told, problem, bad=bool(problem)),
        )
    )


def _filters(rows: Sequence[ServiceRow], code: str, chosen: str) -> list[Filter]:
    """The states that occur, in the order in which a call goes through them."""
    found = []
    for status, label in Status.choices:
        mine = [row for row in rows if code in ("", row.service.code)]
        count = sum(row.counts.get(status, 0) for row in mine)
        query = {"status": status, **({"service": code} if code else {})}
        if count:
            found.append(Filter(str(label), count, f"?{urlencode(query)}", status == chosen))
    return found


def _calls(found: Sequence[OutsideCall], now: Any) -> parts.Table:
    columns = (
        parts.Column(_("时限"), place="start"),
        parts.Column(_("办件"), place="first"),
        parts.Column(_("外部服务")),
        parts.Column(_("状态")),
        parts.Column(_("说明")),
        parts.Column(_("开始时间"), place="end"),
    )
    rows = tuple(_row(each, now) for each in found)
    return parts.Table(_("外部步骤"), columns, rows)


def _row(call: OutsideCall, now: Any) -> parts.Row:
    due = outside_queries.due(call, now)
    return parts.Row(
        (
            parts.Clock(due.light.value, _until(call), due.used),
            parts.Cell(
                call.case.number,
                call.case.version.item.name,
                reverse("workbench:outside_call", args=[call.pk]),
            ),
            call.service.name,
            _state(call),
            _problem(call.error, call.error_about) or "—",
            stamp(call.opened_at),
        )
    )


def _until(call: OutsideCall) -> str:
    return _("最晚 %s") % stamp(call.deadline)


def _clock(page: CallPage) -> parts.Clock:
    return parts.Clock(page.due.light.value, _until(page.call), page.due.used)


def _state(call: OutsideCall) -> parts.Tag:
    status = Status(call.status)
    return parts.Tag(str(status.label), TONES.get(status, "line"))


def _problem(code: str, about: str) -> str:
    return outside_problems.told(code, about, get_language() or "zh")


def _line(said: outside_queries.Said, terms: Terms) -> Line:
    message = said.message
    return Line(
        label=message.get_kind_display(),  # pyright: ignore[reportAttributeAccessIssue]
        at=message.at,
        who=message.by.display_name if message.by else "",
        problem=_problem(message.error, message.error_about),
        outputs=_pairs(said.outputs, terms.outputs),
        words=said.words,
        is_bad=message.kind in ("error", "failed", "contradiction"),
    )


def _pairs(values: Mapping[str, Any], agreed: Mapping[str, Item]) -> tuple[tuple[str, str], ...]:
    """In the order of what is agreed today; what no longer is stands behind, by its own name."""
    language = get_language() or "zh"
    known = [(item.name.told(language), name) for name, item in agreed.items() if name in values]
    others = [(name, name) for name in values if name not in agreed]
    return tuple((label, _value(values[name])) for label, name in (*known, *others))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return "—" if value is None else str(value)


def _theirs(page: CallPage) -> str:
    """What the other side was last known to believe."""
    if page.findings:
        return "；".join(
            one.get_kind_display()  # pyright: ignore[reportAttributeAccessIssue]
            for one in page.findings
        )
    if page.call.status in (Status.ANSWERED,):
        return _("已办完，结果与我方一致")
    if page.call.receipt:
        return _("已收，回执号 %s") % page.call.receipt
    return _("没有回音")


def _case_url(request: AuthedRequest, call: OutsideCall) -> str:
    """Only who may see the case is led to it."""
    try:
        permissions.check_can_see(request.user, call.case)
    except permissions.NotYourCase:
        return ""
    return reverse("workbench:case", args=[call.case.number])
