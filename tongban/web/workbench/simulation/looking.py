"""Two ways of working beside each other, with what they rest on; always said to be simulated."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tongban import clock
from tongban.business.cases import simulations
from tongban.business.cases.models import Simulation
from tongban.errors import Refusal
from tongban.web.ui.requests import AuthedRequest, typed
from tongban.web.workbench import words
from tongban.web.workbench.pages import for_posts, show
from tongban.web.workbench.simulation import pictures, tables

CASES, MONTHS = 20_000, 6


class NotANumber(Refusal):
    """“{text}” is no whole number."""

    zh = "“{text}”不是整数。"


@for_posts(*simulations.MAY_LOOK)
@require_safe
def simulation(request: AuthedRequest) -> HttpResponse:
    found = Simulation.objects.order_by("-pk")
    shown = found.filter(figures__isnull=False).first()
    context: dict[str, Any] = {}
    if shown is not None:
        figures: Any = shown.figures
        context = {
            "ways": tables.names(),
            "headline": tables.headline(figures),
            "shown_cases": words.number(shown.cases),
            "results": tables.results(figures),
            "paired": tables.paired(figures["paired"]),
            "assumed": tables.assumed(shown.terms),
            "staff": tables.staff(shown.terms),
            "bars": pictures.bars(figures),
            "months": pictures.months(figures),
        }
    return show(
        request,
        "simulation.html",
        "simulation",
        shown=shown,
        working=_working(),
        latest=found.first(),
        cases=CASES,
        for_months=MONTHS,
        most=simulations.MOST,
        longest=simulations.LONGEST,
        **context,
    )


@for_posts(*simulations.MAY_LOOK)
@require_safe
def progress(request: AuthedRequest) -> HttpResponse:
    """How far it is; the page anew when it has ended."""
    if not request.headers.get("HX-Request"):
        return redirect("workbench:simulation")
    working = _working()
    if working is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "workbench/simulating.html", {"working": working})


@for_posts(*simulations.MAY_LOOK)
@require_POST
def begin(request: AuthedRequest) -> HttpResponse:
    at = clock.now()
    simulations.begin(
        months=_number(typed(request, "months")),
        cases=_number(typed(request, "cases")),
        user=request.user,
        until=timezone.localdate(at),
        at=at,
    )
    return redirect("workbench:simulation")


def _working() -> Simulation | None:
    return Simulation.objects.filter(status__in=Simulation.WORKING).order_by("-pk").first()


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise NotANumber(text=text) from error
