"""Who holds which post, and what offices are called."""

from collections.abc import Mapping

from tongban.base.people.models import City, Office, Post, User


def city() -> City:
    """The one city; before a folder is loaded, a nameless one."""
    return City.objects.first() or City(name_zh="", name_en="", region_code="")


def roles(user: User) -> frozenset[str]:
    """The roles of an account at any office."""
    return frozenset(user.posts.values_list("role", flat=True))


def offices_as(user: User, role: str) -> frozenset[str]:
    """Codes of the offices where the account holds this role."""
    return frozenset(user.posts.filter(role=role).values_list("office__code", flat=True))


def first_post(user: User) -> Post | None:
    return user.posts.select_related("office").order_by("pk").first()


def offices() -> Mapping[str, Office]:
    """Every office by its code; one query."""
    return {office.code: office for office in Office.objects.all()}


def staff():
    """Accounts that hold a post, with their posts; two queries."""
    return (
        User.objects.filter(posts__isnull=False)
        .distinct()
        .prefetch_related("posts__office")
        .order_by("username")
    )
