"""Putting an application right: what the office asked for, or what the applicant saw himself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongban import clock
from tongban.business.cases import actions, permissions
from tongban.business.cases import queries as cases
from tongban.business.cases.acting import Party
from tongban.business.cases.filling import NotFilledIn
from tongban.business.cases.models import Case
from tongban.business.cases.verbs import correcting
from tongban.business.cases.verbs.correcting import Filled
from tongban.engines.forms import Field, Problem
from tongban.errors import Refusal
from tongban.web.portal.asking import asking, uploads_of
from tongban.web.portal.pages import citizen_only, show
from tongban.web.ui import parts, stops
from tongban.web.ui.middleware import keep_refusal
from tongban.web.ui.requests import AuthedRequest

Typed = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Attempt:
    """What was typed, and what is wrong with it: per question, or as a whole. `changed`: an answer
    has opened another question."""

    typed: Typed
    problems: Mapping[str, Problem]
    refused: str = ""
    changed: bool = False


@citizen_only
@require_http_methods(["GET", "POST"])
def correct(request: AuthedRequest, number: str) -> HttpResponse:
    case = _own(request, number)
    correcting.check_can_correct(case)
    held = correcting.filled(case)
    if request.method == "POST":
        return _hand_in(request, case, held)
    kept = cases.draft(case.version, request.user, _of(case))
    return _form(request, case, held, Attempt(kept, {}))


@citizen_only
@require_POST
def questions(request: AuthedRequest, number: str) -> HttpResponse:
    """The questions anew when an answer shows or hides one; nothing (204) when they stay."""
    case = _own(request, number)
    held = correcting.filled(case)
    typed = _typed(request, case, held)
    asked = _asked(case, held, typed)
    if [field.key for field in asked] == request.POST.getlist("shown"):
        return HttpResponse(status=204)
    return render(request, "portal/questions.html", asking(asked, {**held.typed, **typed}, {}))


@citizen_only
@require_POST
def save_draft(request: AuthedRequest, number: str) -> HttpResponse:
    """以后再办: keep the answers and go back to the case."""
    case = _own(request, number)
    typed = _typed(request, case, correcting.filled(case))
    actions.save_draft(
        version=case.version, user=request.user, answers=typed, at=clock.now(), about=_of(case)
    )
    return redirect("portal:case", number)


def _own(request: AuthedRequest, number: str) -> Case:
    """Whoever may see the case as staff corrects nothing in it."""
    case = cases.by_number(number, request.user)
    permissions.check_is_applicant(request.user, case, clock.now())
    return case


def _of(case: Case) -> Party:
    return Party(case.applicant_id, cases.applicant(case))


def _hand_in(request: AuthedRequest, case: Case, held: Filled) -> HttpResponse:
    typed = _typed(request, case, held)
    asked = {field.key for field in _asked(case, held, typed)}
    if not asked <= set(request.POST.getlist("shown")):
        return _form(request, case, held, Attempt(typed, {}, changed=True))
    try:
        correcting.correct(
            case_id=case.pk,
            user=request.user,
            answers=typed,
            uploads=uploads_of(request, held.form),
            at=clock.now(),
        )
    except NotFilledIn as refusal:
        return _form(request, case, held, Attempt(typed, refusal.problems))
    except Refusal as refusal:
        if case.status != Case.objects.get(pk=case.pk).status:
            raise
        keep_refusal(request, refusal)
        told = refusal.told(get_language() or "zh")
        return _form(request, case, held, Attempt(typed, {}, refused=told))
    messages.success(request, _("已提交，工作人员会按新的内容办理。"))
    return redirect("portal:case", case.number)


def _typed(request: AuthedRequest, case: Case, held: Filled) -> dict[str, str | list[str]]:
    """An answer for each question that was on the page, also where it was emptied."""
    shown = set(request.POST.getlist("shown"))
    return {
        field.key: request.POST.getlist(field.key)
        if field.type == "checklist"
        else request.POST.get(field.key, "")
        for field in held.form.fields
        if field.key in shown and field.type != "filepicker"
    }


def _asked(case: Case, held: Filled, typed: Typed) -> list[Field]:
    """What the office asked for, or whatever is the applicant's own; with what that opens anew."""
    asked = correcting.open_one(case)
    own = {field.key for field in held.own()}
    wanted = set(asked.questions) if asked else own
    before, now = held.again({}, {}).shown, held.again(typed, {}).shown
    known = held.known.known.keys() - held.disputed.keys()
    return [
        field
        for field in held.form.fields
        if field.path in now
        and field.key not in known
        and (field.key in wanted or field.path not in before)
    ]


def _form(request: AuthedRequest, case: Case, held: Filled, attempt: Attempt) -> HttpResponse:
    asked = _asked(case, held, attempt.typed)
    language = get_language() or "zh"
    listed = tuple((key, one.told(language)) for key, one in attempt.problems.items())
    status = 422 if listed else 409 if attempt.refused else 200
    return show(
        request,
        "correct.html",
        "me",
        status=status,
        case=case,
        ask=stops.ask(case),
        problems=parts.Problems(listed) if listed else None,
        refused=attempt.refused,
        changed=attempt.changed,
        handed_in=_handed_in(case, asked),
        **asking(asked, {**held.typed, **attempt.typed}, attempt.problems),
    )


def _handed_in(case: Case, asked: Sequence[Field]) -> list[Any]:
    """Files that these questions have already: what is handed in now comes beside them."""
    return list(case.attachments.filter(field__in=[field.key for field in asked]).order_by("pk"))
