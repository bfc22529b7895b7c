"""Choosing in whose name to use the portal (办理身份)."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_POST, require_safe

from tongban import clock
from tongban.base.notices import queries as notices
from tongban.business.cases import acting
from tongban.errors import Refusal
from tongban.web.portal.pages import citizen_only, show
from tongban.web.portal.party import CHOSEN, token
from tongban.web.ui.requests import AuthedRequest, typed


class NoSuchParty(Refusal):
    """You do not act for this one, or not any more. Choose again."""

    zh = "您不代表所选的主体，或者授权已经结束，请重新选择。"


@citizen_only
@require_safe
def choose(request: AuthedRequest) -> HttpResponse:
    """Everybody for whom the user may act."""
    now, user = clock.now(), request.user
    chosen = request.session.get(CHOSEN) or user.subject_id
    shown = [
        {
            "name": each.name,
            "is_own": each.subject_id == user.subject_id,
            "is_company": each.is_company,
            "is_current": each.subject_id == chosen,
            "token": token(user, each.subject_id),
            "unread": notices.unread(each.subject_id),
        }
        for each in acting.parties(user, now)
    ]
    return show(request, "parties.html", "me", parties=shown)


@citizen_only
@require_POST
def switch(request: AuthedRequest) -> HttpResponse:
    wanted = typed(request, "party")
    for each in acting.parties(request.user, clock.now()):
        if constant_time_compare(wanted, token(request.user, each.subject_id)):
            if each.subject_id == request.user.subject_id:
                request.session.pop(CHOSEN, None)
            else:
                request.session[CHOSEN] = each.subject_id
            return redirect(reverse("portal:home"))
    raise NoSuchParty
