"""Who may act in which role. check_* refuses; is_* answers."""

from tongban.base.people import queries
from tongban.base.people.models import Post, User
from tongban.errors import Refusal


class NotYourPost(Refusal):
    """This is for {needed}; you are {yours}."""

    zh = "这里只供{needed}使用，您现在是{yours}。"


def check_holds(user: User, *roles: str) -> None:
    """Raises NotYourPost unless the account holds one of the roles at any office."""
    held = queries.roles(user)
    if not held & set(roles):
        raise NotYourPost(needed=_named(roles), yours=_named(sorted(held)) or "—")


def check_holds_at(user: User, office_code: str, role: str) -> None:
    """Raises NotYourPost unless the account holds this very post."""
    if office_code not in queries.offices_as(user, role):
        known = role in Post.Role.values
        held = _named(sorted(queries.roles(user))) or "—"
        raise NotYourPost(needed=f"{office_code} {_named([role]) if known else role}", yours=held)


def holds(user: User, *roles: str) -> bool:
    return bool(queries.roles(user) & set(roles))


def _named(roles) -> str:
    return "、".join(str(Post.Role(role).label) for role in roles)
