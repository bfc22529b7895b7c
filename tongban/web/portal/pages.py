"""What every page of the portal shows around its content, and who may see it."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required, user_passes_test
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.base.notices import queries as notices
from tongban.base.people import queries as people
from tongban.base.people.models import User
from tongban.business.cases.acting import Party
from tongban.web.portal import party
from tongban.web.ui.parts import CitizenFrame, City, Pager, Place
from tongban.web.ui.requests import AuthedRequest


def citizen_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Behind log-in, and for accounts that are a person's own; staff are led to the log-in."""
    is_citizen = user_passes_test(lambda user: bool(getattr(user, "subject_id", "")))
    checked = login_required(is_citizen(view))
    checked.for_citizens = True  # the log-in reads it
    return checked


def show(
    request: HttpRequest, template: str, here: str = "", *, status: int = 200, **context: Any
) -> HttpResponse:
    """Draw a page of the portal; `here` names the place in the navigation it belongs to."""
    about = _about(request)
    around = {"frame": _frame(here, _unread(about), about), "city": named_city()}
    if about is not None:
        around["party"] = party.token(about[0], about[1].subject_id)
    return render(request, f"portal/{template}", {**around, **context}, status=status)


def named_city() -> City:
    """Whose portal it is; before a city folder is loaded, nobody's."""
    city = people.city()
    if not city.name:
        return City(_("通办"))
    name = city.name.removesuffix("市").removesuffix(" City")
    return City(
        _("%(city)s通办") % {"city": name},
        government=_("%(city)s人民政府") % {"city": city.name},
        hotline=city.hotline,
    )


def pager(first: int, total: int, most: int, **asked: str) -> Pager:
    """Where a list stands that shows `most` at once; `asked` is kept in the addresses."""

    def url(start: int) -> str:
        return f"?{urlencode({**asked, 'from': start})}"

    last = min(first + most, total)
    return Pager(
        first + 1 if total else 0,
        last,
        total,
        url(max(first - most, 0)) if first else "",
        url(last) if last < total else "",
    )


Acting = tuple[User, Party]  # who, and in whose name


def _about(request: HttpRequest) -> Acting | None:
    user = request.user
    if not isinstance(user, User) or not user.subject_id:
        return None
    return user, party.current(cast(AuthedRequest, request))


def _unread(acting: Acting | None) -> int:
    """What a person is told is not for his agent; what a company is told is."""
    if acting is None:
        return 0
    user, about = acting
    is_his = about.is_company or about.subject_id == user.subject_id
    return notices.unread(about.subject_id) if is_his else 0


def _frame(here: str, unread: int, acting: Acting | None) -> CitizenFrame:
    def place(name: str, label: str, icon: str, count: int = 0) -> Place:
        url = reverse(f"portal:{name}")
        return Place(label, url, icon=icon, current=name == here, count=count)

    home = place("home", _("首页"), "home")
    items = place("search", _("办事"), "list-search")
    papers = place("papers", _("我的材料"), "folders")
    me = place("me", _("我的"), "user", unread)
    return CitizenFrame(
        places=(home, items, papers),
        tabs=(home, items, papers, me),
        links=(Place(_("谁查过我的数据"), reverse("portal:readers")),),
        me_url=reverse("portal:me"),
        acting_url=reverse("portal:parties") if acting else "",
        acting=acting[1].name if acting and acting[1].subject_id != acting[0].subject_id else "",
    )
