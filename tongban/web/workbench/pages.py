"""What every page of the workbench shows around its content, and who may see it."""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongban import clock
from tongban.base.notices import queries as notices
from tongban.base.people import permissions
from tongban.base.people import queries as people
from tongban.base.people.models import Post, User
from tongban.business.cases import queries as cases
from tongban.business.cases.queries import Burden
from tongban.business.items.permissions import LOOKING
from tongban.business.offers import permissions as offers
from tongban.web.ui.moments import WEEKDAYS
from tongban.web.ui.parts import Group, Place, StaffFrame
from tongban.web.ui.requests import AuthedRequest

Role = Post.Role
DECIDING = (Role.APPROVER, Role.CLERK, Role.LEAD)
CASES = (Role.APPROVER, Role.CLERK, Role.LEAD, Role.SUPERVISOR)
OUTSIDE = (Role.APPROVER, Role.SUPERVISOR)
OFFERS = offers.HANDLING
DATA = (Role.STEWARD, Role.SUPERVISOR)
WATCHING = (Role.SUPERVISOR, Role.LEAD)

# (group, page, label, icon, who); a page that is not yours is not offered.
PLACES = (
    ("cases", "todo", lambda: _("待办"), "inbox", DECIDING),
    ("cases", "cases", lambda: _("办件"), "folder-check", CASES),
    ("cases", "notices", lambda: _("通知"), "message", CASES),
    ("cases", "outside", lambda: _("外部步骤"), "plug-connected", OUTSIDE),
    ("cases", "offers", lambda: _("主动服务"), "bell-ringing", OFFERS),
    ("items", "decisions", lambda: _("判定规则"), "sitemap", LOOKING),
    ("items", "processes", lambda: _("办事流程"), "route", LOOKING),
    ("watching", "mining", lambda: _("效能与流程"), "chart-dots", WATCHING),
    ("watching", "simulation", lambda: _("办理模拟"), "flask", WATCHING),
    ("data", "sources", lambda: _("数据源"), "table", DATA),
    ("data", "issues", lambda: _("问题单"), "alert-square", DATA),
    ("data", "objections", lambda: _("异议核实"), "message-report", DATA),
    ("data", "lineage", lambda: _("血缘"), "git-branch", DATA),
    ("data", "facts", lambda: _("事实"), "books", DATA),
    ("admin", "editions", lambda: _("数据版次"), "versions", (Role.SYSTEM_ADMIN,)),
    ("admin", "grants", lambda: _("授权"), "key", (Role.SECURITY_ADMIN,)),
    ("admin", "accounts", lambda: _("账号与岗位"), "users", (Role.SECURITY_ADMIN,)),
    ("admin", "log", lambda: _("审计日志"), "shield-lock", (Role.AUDIT_ADMIN,)),
)
GROUPS: dict[str, Callable[[], str]] = {
    "cases": lambda: _("办件"),
    "items": lambda: pgettext("group", "事项"),
    "watching": lambda: _("监督"),
    "data": lambda: _("数据"),
    "admin": lambda: _("管理"),
}


def for_posts(*roles: str):
    """Behind log-in, and for accounts that hold one of these posts; others are told whose it is."""

    def wrap(view):
        @login_required
        def checked(request: AuthedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            permissions.check_holds(request.user, *roles)
            return view(request, *args, **kwargs)

        checked.roles = roles  # the repository's tests read it
        return checked

    return wrap


def show(
    request: AuthedRequest, template: str, here: str = "", *, status: int = 200, **context: Any
) -> HttpResponse:
    user = request.user
    context = {"frame": _frame(user, here), "city": {"name": people.city().name}, **context}
    return render(request, f"workbench/{template}", context, status=status)


def home_of(user: User) -> str:
    """The first page that this account's posts open."""
    held = people.roles(user)
    for _group, page, _label, _icon, roles in PLACES:
        if held & set(roles):
            return reverse(f"workbench:{page}")
    return reverse("portal:home")


def places_of(user: User) -> list[tuple[str, str, Place]]:
    """(group, page, place) of every page that this account's posts open."""
    held = people.roles(user)
    return [
        (group, page, Place(label(), reverse(f"workbench:{page}"), icon=icon))
        for group, page, label, icon, roles in PLACES
        if held & set(roles)
    ]


def _frame(user: User, here: str) -> StaffFrame:
    mine = places_of(user)
    has_to_do = any(page == "todo" for _group, page, _place in mine)
    burden = cases.burden(user, clock.now()) if has_to_do else Burden(0, 0)
    counts = {"todo": burden.waiting, "notices": notices.unread_by_account(user)}
    groups = []
    for group, label in GROUPS.items():
        places = tuple(
            replace(place, current=page == here, count=counts.get(page, 0))
            for of, page, place in mine
            if of == group
        )
        if places:
            groups.append(Group(label(), places))
    post = people.first_post(user)
    today = timezone.localtime(clock.now())
    return StaffFrame(
        groups=tuple(groups),
        search_url=reverse("workbench:search"),
        search_hint=_hint({page for _group, page, _place in mine}),
        notices_url=f"{reverse('workbench:todo')}?due=now" if has_to_do else "",
        unread=burden.pressing,
        today=f"{today:%Y-%m-%d} {WEEKDAYS[today.weekday()]}",
        post=f"{post.office.short} · {Post.Role(post.role).label}" if post else "",
    )


def _hint(pages: Collection[str]) -> str:
    """What the search box finds for this account."""
    if "todo" in pages:
        return _("办件编号、申请人、事项")
    if "cases" in pages:
        return _("办件编号、数据源、事实、事项")
    return _("数据源、事实、事项") if "sources" in pages else _("事项、页面")
