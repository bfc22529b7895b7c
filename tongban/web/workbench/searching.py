"""The search box of the workbench: what this account may see, in groups, the nearest first.

Cases are found by their number; by the applicant's name only among what waits for this account,
whose names its list shows anyway."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban import clock
from tongban.base.people import queries as people
from tongban.base.people.models import User
from tongban.business.cases import queries as cases
from tongban.business.cases.models import Case
from tongban.business.items import queries as items
from tongban.data.lake import queries as lake
from tongban.data.registers import queries as registers
from tongban.web.ui import asked as ask
from tongban.web.ui.requests import AuthedRequest
from tongban.web.workbench import words
from tongban.web.workbench.pages import CASES, DATA, DECIDING, Role, for_posts, places_of, show

EACH = 8  # hits shown of a kind
LONGEST = 100


@dataclass(frozen=True)
class Hit:
    name: str
    note: str
    url: str


@dataclass(frozen=True)
class Kind:
    name: str
    hits: list[Hit]


@for_posts(*Role.values)
@require_safe
def search(request: AuthedRequest) -> HttpResponse:
    user = request.user
    asked = ask.words(request, "q", LONGEST)
    found = [kind for kind in _kinds(user, asked) if kind.hits] if asked else []
    count = sum(len(kind.hits) for kind in found)
    return show(request, "search.html", "", asked=asked, found=found, count=count)


def _kinds(user: User, asked: str) -> Iterator[Kind]:
    held = people.roles(user)
    if held & set(DECIDING):
        yield Kind(_("待办"), _waiting(user, asked))
    if held & set(CASES):
        yield Kind(_("办件"), _cases(user, asked))
    if held & set(DATA):
        yield Kind(_("数据源"), _sources(asked))
        yield Kind(_("事实"), _facts(asked))
    yield Kind(_("页面"), _pages(user, asked))
    yield Kind(_("事项"), _items(asked))


def _waiting(user: User, asked: str) -> list[Hit]:
    """By the applicant's name."""
    return [
        Hit(one.applicant, one.work_item.case.number, _case_url(one.work_item.case))
        for one in cases.to_do(user, clock.now())
        if asked in one.applicant
    ][:EACH]


def _cases(user: User, asked: str) -> list[Hit]:
    """By the number, which may be given without the region it begins with."""
    short = f"{people.city().region_code}-{asked}"
    found = [*cases.of_staff(user, asked)[:EACH], *cases.of_staff(user, short)[:EACH]]
    return [
        Hit(case.number, f"{case.version.item.name} · {words.case_status(case).text}", url)
        for case in found[:EACH]
        for url in [_case_url(case)]
    ]


def _sources(asked: str) -> list[Hit]:
    return [
        Hit(
            resource.name,
            f"{resource.code} · {resource.owner.short}",
            reverse("workbench:source", args=[resource.code]),
        )
        for resource in lake.resources()
        if _says(asked, resource.code, resource.table, resource.name)
    ][:EACH]


def _facts(asked: str) -> list[Hit]:
    return [
        Hit(
            fact.label,
            f"{fact.key} · {fact.source}",
            f"{reverse('workbench:lineage')}?column={fact.model}.{fact.column}",
        )
        for fact in registers.all_facts()
        if _says(asked, fact.key, fact.label)
    ][:EACH]


def _pages(user: User, asked: str) -> list[Hit]:
    return [
        Hit(place.label, "", place.url)
        for _group, _page, place in places_of(user)
        if _says(asked, place.label)
    ]


def _items(asked: str) -> list[Hit]:
    return [
        Hit(
            item.name,
            f"{item.code} · {item.office_name}",
            reverse("portal:guide", args=[item.code]),
        )
        for item in items.find(asked)[:EACH]
    ]


def _says(asked: str, *texts: str) -> bool:
    return any(asked.casefold() in text.casefold() for text in texts)


def _case_url(case: Case) -> str:
    return reverse("workbench:case", args=[case.number])
