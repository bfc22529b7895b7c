"""Pages that say what went wrong. A fragment request gets the words alone, in the alert region."""

import logging
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import timezone

from tongban import clock
from tongban.web.ui.context import came_from, chrome

logger = logging.getLogger(__name__)

FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
NEVER_REPEATED = ("csrfmiddlewaretoken", "password")


def problem(request: HttpRequest, template: str, *, status: int, **words: Any) -> HttpResponse:
    response = render(request, template, {**words, "layout": _layout(request)}, status=status)
    return _aimed(request, response)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(request, "404.html", status=404)


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page of a request that no browser of ours would send."""
    return problem(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(request, "403.html", status=403)


def refused(request: HttpRequest, message: str) -> HttpResponse:
    return problem(request, "ui/refusal.html", status=409, message=message, back=came_from(request))


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of a bug: a number that the log knows too, and the reader's input kept.

    No context processor runs, so that a broken database cannot break this page as well.
    """
    number = f"{secrets.token_hex(2).upper()}-{timezone.localtime(clock.now()):%m%d}"
    logger.error("Error %s at %s %s", number, request.method, request.path)
    words = {
        **chrome(request),
        "number": number,
        "path": request.get_full_path(),
        "fragment": _is_fragment(request),
        "kept": _kept(request),
        "files": request.method == "POST" and bool(request.FILES),
        "csrf_token": get_token(request),
        "layout": _layout(request),
    }
    return _aimed(request, HttpResponse(get_template("500.html").render(words), status=500))


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    if request.method != "POST" or request.content_type not in FORMS:
        return []
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not any(word in name for word in NEVER_REPEATED)
    ]


def _is_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _layout(request: HttpRequest) -> str:
    return "ui/parts/problem.html" if _is_fragment(request) else "ui/problem.html"


def _aimed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if _is_fragment(request):
        response["HX-Retarget"] = "#tb-alert"
        response["HX-Reswap"] = "innerHTML show:#tb-alert:top"
    return response
