"""What holds for every page: the session slides, a refusal becomes a page to act on, a fragment
without a session leads to the log-in."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import get_language

from tongban import clock
from tongban.base.audit import actions as audit
from tongban.errors import Refusal
from tongban.web.ui.context import inside
from tongban.web.ui.problems import refused, unreadable

SEEN = "seen"  # when a session was last prolonged, seconds since 1970
PROLONG_SECONDS = 60


class SlidingSessionMiddleware:
    """A session ends SESSION_COOKIE_AGE after its last request, to the minute, and what it was
    shown is not kept by the browser.

    Django's own setting writes it on every request, which costs a reading API a commit each.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = request.session
        if session.accessed and SESSION_KEY in session:
            # The next one at a shared computer must not find the page by going back.
            response.headers.setdefault("Cache-Control", "private, no-store")
            now = int(clock.now().timestamp())
            if abs(now - session.get(SEEN, 0)) >= PROLONG_SECONDS:
                session[SEEN] = now
        return response


class RefusalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _holds_nul(request):
            return unreadable(request)
        return _led_to_log_in(request, self.get_response(request))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal):
            return None
        keep_refusal(request, error)
        return refused(request, error.told(get_language() or "zh"))


def keep_refusal(request: HttpRequest, refusal: Refusal) -> None:
    """In the audit log; a page that shows the refusal itself calls this too."""
    if not request.user.is_authenticated:
        return
    match = request.resolver_match
    audit.record_refusal(
        refusal,
        "request.refused",
        ("page", match.view_name if match else request.path),
        actor=str(request.user.pk),
        at=clock.now(),
    )


def _holds_nul(request: HttpRequest) -> bool:
    """No text of the database can hold the character NUL, so nothing here can mean it."""
    given = (*request.GET.lists(), *request.POST.lists())
    return "\0" in request.path or any("\0" in text for name, of in given for text in (name, *of))


def _led_to_log_in(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A fragment that needs a log-in takes the whole page there: htmx would put it into its place.

    Afterwards the reader is back on the page that the fragment belongs to.
    """
    login = resolve_url(settings.LOGIN_URL)
    is_led = response.status_code == 302 and response["Location"].startswith(login)
    if not is_led or request.headers.get("HX-Request") != "true":
        return response
    page = inside(request, request.headers.get("HX-Current-URL", "")) or "/"
    whole = HttpResponse(status=204)
    whole["HX-Redirect"] = f"{login}?{urlencode({'next': page})}"
    return whole
