"""Mandates: given, seen by both sides, revoked."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongban import clock
from tongban.base.people import mandates
from tongban.business.cases import acting
from tongban.business.cases.acting import Party
from tongban.business.items import guide as guides
from tongban.business.items import queries as items
from tongban.errors import Refusal
from tongban.web.portal import party
from tongban.web.portal.pages import citizen_only, show
from tongban.web.ui import parts
from tongban.web.ui.middleware import keep_refusal
from tongban.web.ui.requests import AuthedRequest, typed

NAMES = ("agent", "agent_name", "from", "until")
DAYS = 90  # proposed


class NotADay(Refusal):
    """“{text}” is no date; write it as 2026-09-21."""

    zh = "“{text}”不是日期，请写成 2026-09-21 的样子。"


@citizen_only
@require_http_methods(["GET", "POST"])
def mandate_page(request: AuthedRequest) -> HttpResponse:
    about = party.current(request)
    if request.method == "GET":
        today = timezone.localdate(clock.now())
        proposed = {"from": today.isoformat(), "until": (today + timedelta(DAYS)).isoformat()}
        return _page(request, about, proposed)
    party.check_same(request)
    given = {name: typed(request, name) for name in NAMES}
    try:
        _grant(request, about, given)
    except Refusal as refusal:
        keep_refusal(request, refusal)
        return _page(request, about, given, refusal.told(get_language() or "zh"))
    messages.success(request, _("授权已生效，对方可以在“办理身份”中选择您。"))
    return redirect("portal:mandates")


@citizen_only
@require_POST
def revoke(request: AuthedRequest, mandate_id: int) -> HttpResponse:
    now = clock.now()
    about = acting.check_speaks(request.user, party.current(request).subject_id, now)
    mandates.revoke(mandate_id=mandate_id, principal_id=about.subject_id, by=request.user, at=now)
    messages.success(request, _("授权已撤销，立即生效。"))
    return redirect("portal:mandates")


def _grant(request: AuthedRequest, about: Party, given: Mapping[str, str]) -> None:
    now = clock.now()
    speaking = acting.check_speaks(request.user, about.subject_id, now)
    offered = {code for code, _name in _items(about)}
    mandates.grant(
        principal=(speaking.subject_id, speaking.name),
        agent=(given["agent"], given["agent_name"]),
        items=[code for code in request.POST.getlist("items") if code in offered],
        period=(_day(given["from"]), _day(given["until"])),
        by=request.user,
        at=now,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotADay(text=text) from error


def _items(about: Party) -> list[tuple[str, str]]:
    """What such a one can apply for."""
    return [
        (version.item.code, version.item.name)
        for version in items.live_versions()
        if acting.serves(guides.of(version), about)
    ]


def _page(
    request: AuthedRequest, about: Party, given: Mapping[str, str], refused: str = ""
) -> HttpResponse:
    today = timezone.localdate(clock.now())
    offered = _items(about)
    names = dict(offered) | {v.item.code: v.item.name for v in items.live_versions()}
    return show(
        request,
        "mandates.html",
        "me",
        status=409 if refused else 200,
        about=about,
        speaks=acting.speaks(request.user, about.subject_id, clock.now()),
        party=party.token(request.user, about.subject_id),
        given=[_row(each, names, today) for each in mandates.given(about.subject_id)],
        held=[_row(each, names, today) for each in mandates.held(request.user, today)],
        refused=refused,
        fields=_fields(given),
        items=parts.Question(
            "items",
            _("可以代办哪些事项？"),
            tuple(parts.Option(code, name) for code, name in offered),
            tuple(request.POST.getlist("items")),
            _("一个都不选，就是全部事项。"),
            many=True,
            required=False,
        ),
    )


def _fields(given: Mapping[str, str]) -> list[parts.Field]:
    def field(name: str, label: str, kind: parts.forms.FieldKind, hint: str = "") -> parts.Field:
        return parts.Field(name, label, kind, given.get(name, ""), hint, autocomplete="off")

    return [
        field("agent", _("代办人的账号"), "text", _("在对方的“我的”页面上。")),
        field("agent_name", _("代办人的姓名"), "text"),
        field("from", _("从哪天起"), "date"),
        field("until", _("到哪天止"), "date", _("含当天，最长三年。")),
    ]


def _row(mandate: mandates.Mandate, names: Mapping[str, str], today: date) -> dict[str, Any]:
    return {
        "mandate": mandate,
        "items": [names.get(code, code) for code in mandate.items],
        "in_force": mandate.revoked_at is None and mandate.valid_until >= today,
        "later": mandate.valid_from > today,
    }
