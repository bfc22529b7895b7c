"""Turn a refusal into a page a person can act on, in the reader's language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from tongban import clock
from tongban.base.audit import actions as audit
from tongban.errors import Refusal
from tongban.web.ui.problems import refused


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
