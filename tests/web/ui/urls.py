"""Pages that go wrong in every way, beside our own."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse  # noqa: TID251 - these are pages
from django.urls import include, path

from tongban.errors import Refusal


class AlreadyAccepted(Refusal):
    """Case {number} was already accepted."""

    zh = "办件 {number} 已经受理过。"


def refuse(request: HttpRequest) -> HttpResponse:
    raise AlreadyAccepted(number="260922-000507")


def fail(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def deny(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


urlpatterns = [
    path("ui/", include("tongban.web.ui.urls")),
    path("accounts/", include("allauth.urls")),
    path("refuse", refuse),
    path("fail", fail),
    path("deny", deny),
]
handler403 = "tongban.web.ui.problems.forbidden"
handler404 = "tongban.web.ui.problems.not_found"
handler500 = "tongban.web.ui.problems.server_error"
