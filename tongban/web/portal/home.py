"""Home, search, and an item's guide."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongban import clock
from tongban.base.notices import queries as notices
from tongban.base.people import queries as people
from tongban.base.people.models import User
from tongban.business.cases import acting, previewing
from tongban.business.cases import queries as cases
from tongban.business.items import guide as guides
from tongban.business.items import packages
from tongban.business.items import queries as items
from tongban.business.items.models import ServiceItem
from tongban.web.portal import applying, party
from tongban.web.portal.pages import pager, show
from tongban.web.ui import asked as ask
from tongban.web.ui import conditions, origins, parts
from tongban.web.ui.requests import AuthedRequest

PER_PAGE = 20


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where everybody arrives; staff are led on to their own."""
    reader = request.user if isinstance(request.user, User) else None
    if reader and not reader.subject_id and people.roles(reader):
        return redirect("workbench:start")
    about = party.current(cast(AuthedRequest, request)) if reader and reader.subject_id else None
    mine = list(party.cases_of(cast(AuthedRequest, request))[:3]) if about else []
    is_own = about is not None and reader is not None and about.subject_id == reader.subject_id
    hears = about is not None and (is_own or about.is_company)
    subject = about.subject_id if about and hears else ""
    unread = notices.unread(subject) if subject else 0
    return show(
        request,
        "home.html",
        "home",
        about=about,
        ready=_ready(reader) if reader and is_own else [],
        unread=unread,
        news=notices.box(subject).first() if unread else None,
        greeting=origins.part_of_day(timezone.localtime(clock.now())),
        cases=mine,
        packages=list(packages.live()),
        offered=[(v, guides.of(v)) for v in items.live_versions()[:8]],
        item_count=items.count(),
    )


def _ready(reader: User) -> list[dict[str, Any]]:
    """The first item that a person has not applied for, if it would be granted at once.

    One item, because every look is an audited read of what is known.
    """
    applied = set(cases.of_applicant(reader.subject_id).values_list("version__item_id", flat=True))
    versions = items.live_versions().exclude(item_id__in=applied)
    version = next((v for v in versions if guides.of(v).item.instant), None)
    if version is None:
        return []
    found = previewing.preview(version, reader, clock.now())
    if found.state != "ok":
        return []
    used = (fact for condition in found.conditions for fact in condition.facts)
    ready = {
        "item": version.item,
        "papers": len(found.proven),
        "questions": len(applying.questions_left(version, found, {})),
        "chips": conditions.chips(origins.origin(fact) for fact in used),
    }
    return [ready]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    asked = ask.words(request, "q", 100)
    found = items.find(asked) if asked else items.all_items()
    total = found.count()
    first = ask.page(request, total)
    return show(
        request,
        "search.html",
        "search",
        asked=asked,
        found=found[first : first + PER_PAGE],
        total=total,
        packages=packages.found(asked) if not first else [],
        pager=pager(first, total, PER_PAGE, q=asked),
    )


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """What it takes; to who is logged in, what is known of him and whether it would be granted."""
    item = get_object_or_404(ServiceItem.objects.select_related("office"), code=code)
    version = items.live_version(item)
    if version is None:
        return show(request, "listed.html", "search", item=item)
    read = guides.of(version)
    found, served = None, True
    if isinstance(request.user, User) and request.user.subject_id:
        about = party.current(cast(AuthedRequest, request))
        served = acting.serves(read, about)
        if served and acting.may(request.user, about.subject_id, code, clock.now()):
            found = previewing.preview(version, request.user, clock.now(), about)
    return show(
        request,
        "guide.html",
        "search",
        item=item,
        version=version,
        guide=read,
        preview=found,
        served=served,
        checks=[_check(c) for c in found.conditions] if found else [],
        materials=[_material(m, found) for m in read.materials if m.proven_by],
    )


def _check(condition: previewing.Condition) -> parts.Check:
    return parts.Check(
        condition.state,  # pyright: ignore[reportArgumentType]
        origins.told(condition.name),
        conditions.found([(origins.label(f), origins.words(f)) for f in condition.facts]),
        conditions.chips(origins.origin(f) for f in condition.facts),
    )


def _material(material: guides.Material, found: previewing.Preview | None) -> dict:
    proven = found is not None and material in found.proven
    chips: list[parts.Origin] = []
    if found is not None and proven:
        facts = next(f for f in material.proven_by if all(found.facts[k].is_known for k in f))
        chips = [origins.origin(found.facts[facts[0]])]
    return {"material": material, "proven": proven, "chips": chips}
