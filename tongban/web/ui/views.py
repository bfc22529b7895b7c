"""The reader's size of text, and the gallery of components."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tongban.web.ui import gallery
from tongban.web.ui.context import SIZE_COOKIE, inside

YEAR = 365 * 24 * 60 * 60


@require_POST
def size(request: HttpRequest) -> HttpResponse:
    """Switch between the standard and the large size of text (大字)."""
    response = redirect(inside(request, str(request.POST.get("next", ""))) or "/")
    response.set_cookie(
        SIZE_COOKIE,
        "large" if request.POST.get("size") == "large" else "standard",
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for those who write templates; not there in production."""
    if not (settings.DEMO or settings.DEBUG):
        raise Http404
    citizens = request.GET.get("for") == "citizens"
    page = {
        "base": "ui/citizen.html" if citizens else "ui/staff.html",
        "frame": gallery.citizen_frame() if citizens else gallery.staff_frame(),
    }
    return render(request, "ui/components.html", page | gallery.examples())
