"""What holds for every page: the session slides, a refusal becomes a page to act on."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from tongban import clock
from tongban.base.audit import actions as audit
from tongban.errors import Refusal
from tongban.web.ui.problems import refused

SEEN = "seen"  # when a session was last prolonged, seconds since 1970
PROLONG_SECONDS = 60


class SlidingSessionMiddleware:
    """A session ends SESSION_COOKIE_AGE after its last request, to the minute.

    Django's own setting writes it on every request, which costs a reading API a commit each.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = request.session
        if session.accessed and SESSION_KEY in session:
            now = int(clock.now().timestamp())
            if abs(now - session.get(SEEN, 0)) >= PROLONG_SECONDS:
                session[SEEN] = now
        return response


class RefusalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal):
            return None
        if request.user.is_authenticated:
            match = request.resolver_match
            audit.record_refusal(
                error,
                "request.refused",
                ("page", match.view_name if match else request.path),
                actor=str(request.user.pk),
                at=clock.now(),
            )
        return refused(request, error.told(get_language() or "zh"))
