"""Who may act in which role. check_* refuses; is_* answers."""

from collections.abc import Iterable

from django.utils import translation

from tongban.base.people import queries
from tongban.base.people.models import Post, User
from tongban.errors import Refusal


class NotYourPost(Refusal):
    """This is for {needed_en}; you are {yours_en}."""

    zh = "这里只供{needed_zh}使用，您现在是{yours_zh}。"


def check_holds(user: User, *roles: str) -> None:
    """Raises NotYourPost unless the account holds one of the roles at any office."""
    held = queries.roles(user)
    if not held & set(roles):
        raise _not_yours(roles, held)


def check_holds_at(user: User, office_code: str, role: str) -> None:
    """Raises NotYourPost unless the account holds this very post."""
    if office_code not in queries.offices_as(user, role):
        raise _not_yours([role], queries.roles(user), office_code)


def holds(user: User, *roles: str) -> bool:
    return bool(queries.roles(user) & set(roles))


def _not_yours(needed: Iterable[str], yours: Iterable[str], office: str = "") -> NotYourPost:
    words = {}
    for short, language, separator in (("zh", "zh-hans", "、"), ("en", "en", ", ")):
        needed_words = _named(needed, language, separator)
        words[f"needed_{short}"] = f"{office} {needed_words}".strip()
        words[f"yours_{short}"] = _named(sorted(yours), language, separator)
    return NotYourPost(**words)


def _named(roles: Iterable[str], language: str, separator: str) -> str:
    """What is no role of ours (it came with an address) is named as it came."""
    known: dict[str, object] = {str(value): label for value, label in Post.Role.choices}
    with translation.override(language):
        return separator.join(str(known.get(role, role)) for role in roles) or "—"
