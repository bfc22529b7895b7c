"""Log-in and the pages of one's account: allauth's, under the name of the city."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from allauth.account import views
from allauth.account.urls import urlpatterns as account_pages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, URLPattern, URLResolver, include, path, resolve

from tongban.base.people.models import User
from tongban.errors import Refusal
from tongban.web.portal.pages import named_city
from tongban.web.ui.context import inside
from tongban.web.ui.problems import unreadable


def of_the_city(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Their templates are drawn after the view has answered, so the city can be told them here."""

    @wraps(view)
    def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not _leads_somewhere(request):
            return unreadable(request)
        response = view(request, *args, **kwargs)
        if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
            response.context_data = {"city": named_city(), **(response.context_data or {})}
        return response

    return shown


def dressed(pages: Iterable[Any]) -> list[URLPattern | URLResolver]:
    return [
        URLPattern(page.pattern, of_the_city(page.callback), name=page.name)
        if isinstance(page, URLPattern)
        else path(str(page.pattern), include(dressed(page.url_patterns)))
        for page in pages
    ]


class NotACitizen(Refusal):
    """You are logged in as {who}, an account of staff. This page is for people and companies
    themselves: log out, then log in with your own account."""

    zh = (
        "您现在以 {who} 的身份登录，这是工作人员账号。"
        "这一页只供群众和企业本人使用：请先退出，再用本人账号登录。"
    )


def log_in(request: HttpRequest) -> HttpResponse:
    """Somebody who is logged in is sent on, except staff to a page that would send them back."""
    user = request.user
    if isinstance(user, User) and not user.subject_id and _is_for_citizens(request):
        raise NotACitizen(who=user.display_name or user.username)
    return views.login(request)


def _is_for_citizens(request: HttpRequest) -> bool:
    try:
        wanted = resolve(urlsplit(inside(request, request.GET.get("next", ""))).path)
    except Resolver404:
        return False
    return getattr(wanted.func, "for_citizens", False)


def _leads_somewhere(request: HttpRequest) -> bool:
    """Whether the address to go on to can be read as one: allauth takes that for granted."""
    try:
        for given in (request.GET, request.POST):
            urlsplit(given.get("next", ""))
    except ValueError:
        return False
    return True


def not_here(request: HttpRequest, **_words: str) -> HttpResponse:
    raise Http404


# Accounts are opened by administrators and have no address to write to: nobody resets a password by
# himself, and the log-in form links to the reset where the page exists. The pages of addresses keep
# their names, which allauth looks up, and are not there.
INSTEAD = {
    "account_login": log_in,
    "account_email": login_required(not_here),
    "account_email_verification_sent": not_here,
    "account_confirm_email": not_here,
}
OFFERED = [
    URLPattern(page.pattern, INSTEAD.get(page.name or "", page.callback), name=page.name)
    for page in account_pages
    if not (page.name or "").startswith("account_reset_password")
]

urlpatterns = dressed([*OFFERED, path("2fa/", include("allauth.mfa.urls"))])
