"""Who may look at an item's decision, and who may change it. check_* refuses; can_* answers."""

from collections.abc import Sequence

from django.db.models import QuerySet

from tongban.base.people import queries as people
from tongban.base.people.models import Office, Post, User
from tongban.business.items.models import ServiceItem
from tongban.errors import Refusal

Role = Post.Role
EDITING = (Role.ITEM_MANAGER,)
LOOKING = (Role.ITEM_MANAGER, Role.APPROVER, Role.CLERK, Role.SUPERVISOR)


class NotYourItem(Refusal):
    """Item {code} belongs to {office_en}: this is for its {needed_en}."""

    zh = "事项 {code} 由{office_zh}实施，这里只供该单位的{needed_zh}使用。"


def check_can_look(user: User, item: ServiceItem) -> None:
    _check(user, item, LOOKING)


def check_can_edit(user: User, item: ServiceItem) -> None:
    _check(user, item, EDITING)


def can_edit(user: User, item: ServiceItem) -> bool:
    return _holds(user, item, EDITING)


def offices_looked_at(user: User) -> QuerySet[Office]:
    """Those whose decisions the account may look at."""
    return Office.objects.filter(posts__user=user, posts__role__in=LOOKING).distinct()


def _check(user: User, item: ServiceItem, roles: Sequence[str]) -> None:
    if _holds(user, item, roles):
        return
    names = [people.role_names(role) for role in roles]
    raise NotYourItem(
        code=item.code,
        office_zh=item.office.short_zh if item.office else item.office_name,
        office_en=item.office.short_en if item.office else item.office_name,
        needed_zh="、".join(zh for zh, _en in names),
        needed_en=", ".join(en for _zh, en in names),
    )


def _holds(user: User, item: ServiceItem, roles: Sequence[str]) -> bool:
    return user.posts.filter(office=item.office_id, role__in=roles).exists()
