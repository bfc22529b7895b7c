"""A request whose account is known."""

from django.http import HttpRequest

from tongban.base.people.models import User


class AuthedRequest(HttpRequest):
    """What a view behind `citizen_only` or `for_posts` is handed."""

    user: User
