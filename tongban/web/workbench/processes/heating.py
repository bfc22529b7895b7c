"""The page of what a process's cases did: how often each step, how long, which ways."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from tongban import clock
from tongban.business.cases import heat, running, tallies
from tongban.business.cases import queries as cases
from tongban.business.cases.heat import Asked, CaseBehind
from tongban.business.items import queries as items
from tongban.business.items.models import ItemVersion
from tongban.web.ui import asked as ask
from tongban.web.ui.requests import AuthedRequest
from tongban.web.workbench.pages import for_posts
from tongban.web.workbench.processes import durations, marks, warmth
from tongban.web.workbench.processes.head import LOOKING, opened, page
from tongban.web.workbench.processes.looking import file_of

MONTH = timedelta(days=30)
MONTHS = (1, 3, 12)
MOST = 50
SORTS = {
    "": gettext_lazy("步骤"),
    "visits": gettext_lazy("经过"),
    "median": gettext_lazy("用时中位"),
    "p90": gettext_lazy("九成不超过"),
    "waiting": gettext_lazy("正在等"),
    "repeated": gettext_lazy("重来"),
    "called_off": gettext_lazy("中止"),
}
SWITCHES = (("", gettext_lazy("按次数")), ("time", gettext_lazy("按用时")))
NUMBERS: tuple[heat.Behind, ...] = ("visits", "waiting", "repeated", "called_off")
BEHIND: Mapping[heat.Behind, object] = {
    "visits": gettext_lazy("经过这一步的办件"),
    "waiting": gettext_lazy("正在这一步等的办件"),
    "repeated": gettext_lazy("不止一次到这一步的办件"),
    "called_off": gettext_lazy("在这一步中止过的办件"),
}


@dataclass(frozen=True)
class Choice:
    """What the reader asked for: `versions` are counted, `on` is the one that is drawn."""

    on: ItemVersion
    versions: tuple[ItemVersion, ...]
    months: int
    office: int
    shown: Literal["", "time"]
    sort: str
    version: str

    def url(self, **other: object) -> str:
        asked = {
            "version": self.version,
            "months": self.months or "",
            "office": self.office or "",
            "show": self.shown,
            "sort": self.sort,
            **other,
        }
        return f"?{urlencode({name: value for name, value in asked.items() if value})}"

    def asked(self, at: datetime) -> Asked:
        return Asked(
            versions=tuple(each.pk for each in self.versions),
            since=at - self.months * MONTH if self.months else None,
            office=self.office or None,
        )


@dataclass(frozen=True)
class Behind:
    """The cases that a number of a step consists of; `hidden` are those that the reader's posts do
    not open."""

    title: str
    step: str
    cases: tuple[tuple[CaseBehind, str, str], ...]  # with the times in words
    hidden: int
    is_cut: bool


@for_posts(*LOOKING)
@require_safe
def heated(request: AuthedRequest, code: str) -> HttpResponse:
    """`version`, `months` and `office` say which cases count, `show` what the colours mean, `sort`
    the order of the table; `step` and `what` name a number whose cases are listed."""
    head = opened(request, code)
    now = clock.now()
    versions = tuple(items.history(head.item))
    choice = _choice(request, head.live, versions)
    definitions = {each.pk: running.definition_of(each) for each in choice.versions}
    found = heat.of_several(running.definition_of(choice.on), definitions, choice.asked(now))
    labels = marks.labels(choice.on.process)
    offices = tallies.offices_of(each.pk for each in choice.versions)
    return page(
        request,
        "process_heat.html",
        head,
        "process_heat",
        choice=choice,
        versions=versions,
        months=[(n, ngettext("近 %(n)s 个月", "近 %(n)s 个月", n) % {"n": n}) for n in MONTHS],
        offices=offices if len(offices) > 1 else (),
        found=found,
        lines=warmth.lines(found, labels, choice.sort, now),
        flows=warmth.flows(found, running.definition_of(choice.on), labels),
        sorts=[(name, label, choice.url(sort=name)) for name, label in SORTS.items()],
        switches=[(name, label, choice.url(show=name)) for name, label in SWITCHES],
        scale=warmth.scale(found, choice.shown),
        behind=_behind(request, choice, labels, now),
        drawing=marks.drawn(
            file_of(choice.on), choice.on.process, warmth.marked(found, choice.shown)
        ),
    )


def _choice(request: AuthedRequest, live: ItemVersion, versions: tuple[ItemVersion, ...]) -> Choice:
    """What is not there is as if it was not asked for."""
    version = ask.words(request, "version", 10)
    named = [each for each in versions if str(each.number) == version]
    months = ask.number(request, "months", max(MONTHS)) or 0
    shown, sort = ask.words(request, "show", 10), ask.words(request, "sort", 10)
    return Choice(
        on=named[0] if named else live,
        versions=versions if version == "all" else tuple(named) or (live,),
        months=months if months in MONTHS else 0,
        office=ask.number(request, "office", 10**9) or 0,
        shown="time" if shown == "time" else "",
        sort=sort if sort in SORTS else "",
        version=version if named or version == "all" else "",
    )


def _behind(
    request: AuthedRequest, choice: Choice, labels: Mapping[str, str], now: datetime
) -> Behind | None:
    step = ask.words(request, "step", 255)
    asked = ask.words(request, "what", 20)
    what: heat.Behind | None = next((each for each in NUMBERS if each == asked), None)
    if not step or what is None:
        return None
    found = heat.behind(choice.asked(now), step, what, MOST + 1)
    numbers = [each.number for each in found]
    seen = cases.of_staff(request.user).filter(number__in=numbers)
    open_to_reader = set(seen.values_list("number", flat=True))
    shown = tuple(
        (each, durations.words(each.spent), _since(each, now))
        for each in found[:MOST]
        if each.number in open_to_reader
    )
    return Behind(
        title=str(BEHIND[what]),
        step=labels.get(step, step),
        cases=shown,
        hidden=len(found[:MOST]) - len(shown),
        is_cut=len(found) > MOST,
    )


def _since(case: CaseBehind, now: datetime) -> str:
    return durations.words(now - case.waits_since) if case.waits_since else ""
