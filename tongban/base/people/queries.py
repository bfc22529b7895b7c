"""Who holds which post, and what offices are called."""

from collections.abc import Mapping

from django.utils import translation

from tongban import sql
from tongban.base.people.models import City, Office, Post, User
from tongban.errors import Refusal


class UnknownOffice(Refusal):
    """There is no office {code}; load it from offices.csv first."""

    zh = "没有部门 {code}，请先从 offices.csv 装载。"


def city() -> City:
    """The one city; before a folder is loaded, a nameless one."""
    return City.objects.first() or City(name_zh="", name_en="", region_code="")


def region_code() -> str:
    """The city's; empty before a folder is loaded."""
    return sql.prepared("SELECT to_json(region_code) FROM people_city ORDER BY id LIMIT 1") or ""


def roles(user: User) -> frozenset[str]:
    """The roles of an account at any office."""
    return frozenset(user.posts.values_list("role", flat=True))


def offices_as(user: User, role: str) -> frozenset[str]:
    """Codes of the offices where the account holds this role."""
    return frozenset(user.posts.filter(role=role).values_list("office__code", flat=True))


def role_names(role: str) -> tuple[str, str]:
    """What a post is called in Chinese and in English."""
    label = Post.Role(role).label
    with translation.override("zh-hans"):
        zh = str(label)
    with translation.override("en"):
        return zh, str(label)


def first_post(user: User) -> Post | None:
    return user.posts.select_related("office").order_by("pk").first()


def offices() -> Mapping[str, Office]:
    """Every office by its code; one query."""
    return {office.code: office for office in Office.objects.all()}


def office(code: str) -> Office:
    """Raises UnknownOffice."""
    found = Office.objects.filter(code=code).first()
    if found is None:
        raise UnknownOffice(code=code)
    return found


def staff():
    """Accounts that hold a post, with their posts; two queries."""
    return (
        User.objects.filter(posts__isnull=False)
        .distinct()
        .prefetch_related("posts__office")
        .order_by("username")
    )
