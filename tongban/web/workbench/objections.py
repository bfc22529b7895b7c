"""The steward's page of objections: what citizens say is wrong with the office's facts."""

from collections.abc import Collection

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban import clock
from tongban.base.calendar import queries as calendar
from tongban.base.people import queries as people
from tongban.base.people.models import Post
from tongban.business.cases import objections
from tongban.business.cases import queries as cases
from tongban.business.cases.models import Objection
from tongban.web.ui import origins, parts
from tongban.web.ui.requests import AuthedRequest, typed
from tongban.web.workbench import waiting
from tongban.web.workbench.pages import DATA, for_posts, show
from tongban.web.workbench.words import stamp


@for_posts(*DATA)
@require_safe
def all_open(request: AuthedRequest) -> HttpResponse:
    """What waits for an answer; a supervisor watches, a steward opens."""
    now, days = clock.now(), calendar.current()
    mine = people.offices_as(request.user, Post.Role.STEWARD)
    found = list(objections.waiting(request.user))
    rows = tuple(
        parts.Row(
            (
                waiting.clock_of(objections.deadline(one, now, days)),
                parts.Cell(one.evidence.label, one.evidence.source, _address(one, mine)),
                one.office.short,
                parts.Cell(one.evidence.case.version.item.name, one.evidence.case.number),
                stamp(one.raised_at),
            )
        )
        for one in found
    )
    columns = (
        parts.Column(_("剩余时间"), place="start"),
        parts.Column(_("事实"), place="first"),
        parts.Column(_("提供单位")),
        parts.Column(_("事项")),
        parts.Column(_("提出时间"), place="end"),
    )
    table = parts.Table(_("异议核实"), columns, rows)
    return show(request, "objections.html", "objections", table=table, count=len(found))


@for_posts(Post.Role.STEWARD)
@require_http_methods(["GET", "POST"])
def one(request: AuthedRequest, objection_id: int) -> HttpResponse:
    """What the register says beside what the applicant says, and the answer."""
    get_object_or_404(Objection, pk=objection_id)
    if request.method == "POST":
        objections.answer(
            objection_id=objection_id,
            user=request.user,
            status=request.POST.get("status", ""),
            words=typed(request, "words"),
            at=clock.now(),
        )
        return redirect("workbench:objections")
    found = objections.opened(objection_id=objection_id, user=request.user, at=clock.now())
    row = found.evidence
    is_open = found.answered_at is None
    return show(
        request,
        "objection.html",
        "objections",
        objection=found,
        row=row,
        value=origins.evidence_words(row),
        origin=origins.origin(row),
        said=objections.said(found),
        answer=objections.answered(found),
        applicant=cases.applicant(row.case),
        clock=waiting.clock_of(objections.deadline(found, clock.now(), calendar.current()))
        if is_open
        else None,
        most=objections.LONGEST,
    )


def _address(found: Objection, mine: Collection[str]) -> str:
    """Only who may answer may open it: it shows a person's data."""
    return reverse("workbench:objection", args=[found.pk]) if found.office.code in mine else ""
