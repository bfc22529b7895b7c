"""A request whose account is known, and what was typed into it."""

from django.http import HttpRequest

from tongban.base.people.models import User


class AuthedRequest(HttpRequest):
    """What a view behind `citizen_only` or `for_posts` is handed."""

    user: User


def typed(request: HttpRequest, name: str) -> str:
    """A browser counts a line break as one character and sends two."""
    return request.POST.get(name, "").replace("\r\n", "\n")
