"""All cases of an office, a supervisor's of all: narrowed by status, item and number."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from tongban import clock
from tongban.base.calendar import queries as calendar
from tongban.business.cases import listing
from tongban.business.cases import queries as cases
from tongban.business.cases.listing import Asked, View
from tongban.business.cases.models import Case
from tongban.engines.clocks import Calendar
from tongban.web.ui import asked as ask
from tongban.web.ui import parts
from tongban.web.ui.requests import AuthedRequest
from tongban.web.workbench import waiting, words
from tongban.web.workbench.pages import CASES, for_posts, show

PER_PAGE = 50
LABELS: Mapping[View, Callable[[], str]] = {
    View.ALL: lambda: _("全部"),
    View.RUNNING: lambda: pgettext("case", "办理中"),
    View.LATE: lambda: _("超期未办结"),
    View.GRANTED: lambda: pgettext("case", "准予"),
    View.REFUSED: lambda: pgettext("case", "不予"),
    View.WITHDRAWN: lambda: _("已撤回"),
    View.REVOKED: lambda: _("决定已撤销"),
}


@dataclass(frozen=True)
class Tab:
    label: str
    count: int | None
    url: str
    is_current: bool


@for_posts(*CASES)
@require_safe
def all_cases(request: AuthedRequest) -> HttpResponse:
    """`view` is one of the tabs, `item` the code of an item, `q` how a number begins."""
    asked, now = _asked(request), clock.now()
    counts = listing.counts(request.user, asked, now)
    first = ask.offset(request)
    found = list(listing.of(request.user, asked, now)[first : first + PER_PAGE + 1])
    shown = found[:PER_PAGE]
    pager = parts.Pager(
        first + 1 if shown else 0,
        first + len(shown),
        counts.get(asked.view),
        _url(asked, max(first - PER_PAGE, 0)) if first else "",
        _url(asked, first + PER_PAGE) if len(found) > PER_PAGE else "",
    )
    return show(
        request,
        "cases.html",
        "cases",
        table=_table(shown, now),
        pager=pager,
        asked=asked,
        items=listing.items(request.user),
        tabs=[
            Tab(label(), counts.get(view), _url(replace(asked, view=view)), view == asked.view)
            for view, label in LABELS.items()
        ],
    )


def _asked(request: AuthedRequest) -> Asked:
    """What is not there is as if it was not asked for."""
    view = ask.words(request, "view", 12)
    return Asked(
        View(view) if view in {*View} else View.ALL,
        ask.words(request, "item", 32),
        ask.words(request, "q", 40),
    )


def _table(shown: list[Case], at: datetime) -> parts.Table:
    days = calendar.current()
    columns = (
        parts.Column(_("剩余时间"), place="start"),
        parts.Column(_("申请人和办件编号"), place="first"),
        parts.Column(_("事项")),
        parts.Column(_("当前环节")),
        parts.Column(_("状态")),
        parts.Column(_("提交")),
        parts.Column(_("办结"), place="end"),
    )
    return parts.Table(_("办件"), columns, tuple(_row(case, at, days) for case in shown))


def _row(case: Case, at: datetime, days: Calendar) -> parts.Row:
    runs = case.status == Case.Status.RUNNING
    open_steps = [step.name for step in case.work_items.all() if step.status == "open"]
    return parts.Row(
        (
            waiting.clock_of(cases.deadline(case, at, days)) if runs else "",
            parts.Cell(
                cases.applicant(case), case.number, reverse("workbench:case", args=[case.number])
            ),
            case.version.item.name,
            _("、").join(open_steps),
            words.case_status(case),
            words.stamp(case.submitted_at),
            _finished(case),
        )
    )


def _finished(case: Case) -> str | parts.Cell:
    if case.finished_at is None:
        return ""
    return parts.Cell(words.stamp(case.finished_at), _("自动") if case.automatic else _("人工"))


def _url(asked: Asked, first: int = 0) -> str:
    given = {
        "view": "" if asked.view is View.ALL else asked.view.value,
        "item": asked.item,
        "q": asked.number,
        "from": first or "",
    }
    return f"?{urlencode({name: value for name, value in given.items() if value})}"
