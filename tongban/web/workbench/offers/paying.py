"""The month's list of payments, and of what is to come back."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban import clock
from tongban.business.offers import payments, queries, sealing
from tongban.business.offers.models import Offer, PaymentLine, PaymentList
from tongban.data.exchange.masks import masked
from tongban.web.ui import asked, parts
from tongban.web.ui.requests import AuthedRequest, typed
from tongban.web.workbench.offers.looking import HANDLING, mine
from tongban.web.workbench.pages import for_posts, show
from tongban.web.workbench.words import number, stamp

SHOWN = 50


@for_posts(*HANDLING)
@require_http_methods(["GET", "POST"])
def lists(request: AuthedRequest, code: str) -> HttpResponse:
    """Every month's list; a POST makes one."""
    found = mine(request, code)
    if request.method == "POST":
        made = payments.make(
            offer=found, month=_month(typed(request, "month")), user=request.user, at=clock.now()
        )
        return redirect("workbench:payments", code, made.pk)
    held = list(queries.payment_lists(found))
    today = timezone.localdate(clock.now()).replace(day=1)
    following = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    closed = {each.month for each in held if each.status == PaymentList.Status.CLOSED}
    return show(
        request,
        "offer_payments.html",
        "offers",
        offer=found,
        table=_lists(found, held),
        months=[each for each in (today, following) if each not in closed],
    )


@for_posts(*HANDLING)
@require_safe
def payment_list(request: AuthedRequest, code: str, list_id: int) -> HttpResponse:
    found = _one(mine(request, code), list_id)
    paid = found.lines.filter(left_out="").order_by("pk")
    count = paid.count()
    first = asked.page(request, count)
    last = min(first + SHOWN, count)
    pager = parts.Pager(
        first + 1,
        last,
        count,
        f"?from={max(first - SHOWN, 0)}" if first else "",
        f"?from={last}" if last < count else "",
    )
    return show(
        request,
        "offer_payment_list.html",
        "offers",
        offer=found.offer,
        list=found,
        kpis=(
            parts.Kpi(_("人数"), number(found.count), ""),
            parts.Kpi(_("总额（元）"), f"{found.total:,.2f}", ""),
        ),
        is_closed=found.status == PaymentList.Status.CLOSED,
        table=_paid(paid[first:last]),
        pager=pager if count > SHOWN else None,
        left_out=_left_out(found.lines.exclude(left_out="").order_by("pk")[: SHOWN + 1]),
    )


@for_posts(*HANDLING)
@require_POST
def close(request: AuthedRequest, code: str, list_id: int) -> HttpResponse:
    found = _one(mine(request, code), list_id)
    shown = typed(request, "count")
    if not (shown.isascii() and shown.isdigit()):
        raise Http404
    payments.close(list_id=found.pk, shown=int(shown[:9]), user=request.user, at=clock.now())
    return redirect("workbench:payments", code, list_id)


@for_posts(*HANDLING)
@require_POST
def export(request: AuthedRequest, code: str, list_id: int) -> HttpResponse:
    """The list as a file; it stands in the log of everybody in it."""
    found = _one(mine(request, code), list_id)
    text = payments.exported(
        list_id=found.pk, user=request.user, at=clock.now(), language=get_language() or "zh"
    )
    response = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-{found.month:%Y-%m}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _one(offer: Offer, list_id: int) -> PaymentList:
    return get_object_or_404(
        PaymentList.objects.select_related("offer__item", "made_by", "closed_by"),
        offer=offer,
        pk=list_id,
    )


def _month(given: str) -> date:
    try:
        return date.fromisoformat(f"{given[:7]}-01")
    except ValueError:
        raise Http404 from None


def _lists(offer: Offer, held: list[PaymentList]) -> parts.Table:
    columns = (
        parts.Column(_("月份"), place="first"),
        parts.Column(_("状态"), place="end"),
        parts.Column(_("人数"), "number"),
        parts.Column(_("总额（元）"), "number"),
        parts.Column(_("编制"), place="start"),
    )
    rows = tuple(
        parts.Row(
            (
                parts.Cell(
                    f"{each.month:%Y-%m}",
                    href=reverse("workbench:payments", args=[offer.code, each.pk]),
                ),
                _state(each),
                number(each.count),
                f"{each.total:,.2f}",
                f"{each.made_by.display_name} {stamp(each.made_at)}",
            )
        )
        for each in held
    )
    return parts.Table(_("发放名单"), columns, rows)


def _state(found: PaymentList) -> parts.Tag:
    label = PaymentList.Status(found.status).label
    if found.status == PaymentList.Status.CLOSED:
        return parts.Tag(str(label), "ok", icon="check")
    return parts.Tag(str(label), "unknown", icon="hourglass")


def _paid(lines: Any) -> parts.Table:
    """On a page the account is masked, whoever looks."""
    columns = (
        parts.Column(_("姓名"), place="first"),
        parts.Column(_("账户"), "mono"),
        parts.Column(_("金额（元）"), "number", place="end"),
        parts.Column(_("来由"), place="start"),
    )
    rows = []
    for line in lines.select_related("candidate"):
        told = sealing.paid(line)
        account = masked("first6_last4", told.get("account") or "") or "—"
        rows.append(parts.Row((told.get("name") or "—", account, _money(told), _whence(line))))
    return parts.Table(_("发放明细"), columns, tuple(rows))


def _left_out(lines: Any) -> parts.Table | None:
    columns = (parts.Column(_("姓名"), place="first"), parts.Column(_("未列入原因"), place="end"))
    rows = tuple(
        parts.Row(
            (
                parts.Cell(
                    sealing.paid(line).get("name") or "—",
                    line.candidate.number if line.candidate else "",
                ),
                str(PaymentLine.LeftOut(line.left_out).label),
            )
        )
        for line in lines.select_related("candidate")
    )
    return parts.Table(_("未列入的人"), columns, rows) if rows else None


def _money(told: Any) -> str:
    amount = told.get("amount")
    return f"{amount:,.2f}" if amount is not None else "—"


def _whence(line: PaymentLine) -> str:
    if line.candidate is None:
        return _("一直在发放")
    return str(line.candidate.number)
