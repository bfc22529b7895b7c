"""What every page of the portal shows around its content, and who may see it."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required, user_passes_test
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.base.notices import queries as notices
from tongban.base.people import queries as people
from tongban.web.ui.parts import CitizenFrame, Place


def citizen_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Behind log-in, and for accounts that are a person's own; staff are led to the log-in."""
    is_citizen = user_passes_test(lambda user: bool(getattr(user, "subject_id", "")))
    return login_required(is_citizen(view))


def show(
    request: HttpRequest, template: str, here: str = "", *, status: int = 200, **context: Any
) -> HttpResponse:
    """Draw a page of the portal; `here` names the place in the navigation it belongs to."""
    city = people.city()
    around = {
        "frame": _frame(here, _unread(request)),
        "city": {
            "name": _("%(city)s通办")
            % {"city": city.name.removesuffix("市").removesuffix(" City")},
            "government": _("%(city)s人民政府") % {"city": city.name},
            "hotline": city.hotline,
        },
    }
    return render(request, f"portal/{template}", {**around, **context}, status=status)


def _unread(request: HttpRequest) -> int:
    subject = getattr(request.user, "subject_id", "")
    return notices.unread(subject) if subject else 0


def _frame(here: str, unread: int) -> CitizenFrame:
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
    )
