"""A package that was applied for: one page of progress, one list of corrections."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban import clock
from tongban.business.cases import evidence
from tongban.business.cases.filling import NotFilledIn
from tongban.business.cases.models import PackageCase
from tongban.business.cases.packages import actions, correcting, queries
from tongban.business.cases.reading import form_of
from tongban.business.cases.verbs import history
from tongban.business.items import packages
from tongban.engines.forms import Field
from tongban.errors import Refusal
from tongban.web.portal import following
from tongban.web.portal.asking import asking, uploads_of
from tongban.web.portal.correcting import Attempt
from tongban.web.portal.pages import citizen_only, show
from tongban.web.ui import parts
from tongban.web.ui.middleware import keep_refusal
from tongban.web.ui.requests import AuthedRequest, typed


@citizen_only
@require_safe
def package(request: AuthedRequest, number: str) -> HttpResponse:
    return _page(request, queries.by_number(number, request.user))


@citizen_only
@require_POST
def withdraw(request: AuthedRequest, number: str) -> HttpResponse:
    found = queries.by_number(number, request.user)
    words = typed(request, "words")
    try:
        actions.withdraw(package_id=found.pk, user=request.user, at=clock.now(), words=words)
    except Refusal as refusal:
        keep_refusal(request, refusal)
        return _page(request, found, refusal.told(get_language() or "zh"))
    return redirect("portal:package", number)


@citizen_only
@require_http_methods(["GET", "POST"])
def correct(request: AuthedRequest, number: str) -> HttpResponse:
    found = queries.by_number(number, request.user)
    if not correcting.open_requests(found):
        return redirect("portal:package", number)
    if request.method == "GET":
        return _correction(request, found, Attempt({}, {}))
    given = _typed(request, found)
    asked = {field.key for field in correcting.asked_with(found, given)}
    if not asked <= set(request.POST.getlist("shown")):
        return _correction(request, found, Attempt(given, {}, changed=True))
    try:
        told = correcting.correct(
            package_id=found.pk,
            user=request.user,
            answers=given,
            uploads=_uploads(request, found),
            at=clock.now(),
        )
    except NotFilledIn as refusal:
        return _correction(request, found, Attempt(given, refusal.problems))
    except Refusal as refusal:
        keep_refusal(request, refusal)
        words = refusal.told(get_language() or "zh")
        return _correction(request, found, Attempt(given, {}, refused=words))
    names = _("、").join(case.office.short for case in told)
    messages.success(request, _("已提交，%(offices)s会按新的内容办理。") % {"offices": names})
    return redirect("portal:package", number)


@citizen_only
@require_POST
def questions(request: AuthedRequest, number: str) -> HttpResponse:
    """The questions anew when an answer shows or hides one; nothing (204) when they stay."""
    found = queries.by_number(number, request.user)
    given = _typed(request, found)
    asked = correcting.asked_with(found, given)
    if [field.key for field in asked] == request.POST.getlist("shown"):
        return HttpResponse(status=204)
    return render(request, "portal/questions.html", asking(asked, {**_said(found), **given}, {}))


def _page(request: AuthedRequest, found: PackageCase, refused: str = "") -> HttpResponse:
    now = clock.now()
    page = queries.page(found, now)
    requests = correcting.open_requests(found)
    return show(
        request,
        "package.html",
        "me",
        status=409 if refused else 200,
        page=page,
        package=found,
        terms=packages.terms_of(found.version),
        courses=[_course(each, request) for each in page.courses],
        asked=len(correcting.asked(found)),
        asking_offices=[each.case.office.short for each in requests],
        until=correcting.until(requests),
        refused=refused,
        most=history.LONGEST,
    )


def _course(course: queries.Course, request: AuthedRequest) -> dict[str, Any]:
    certificate = course.certificate
    return {
        "case": course.case,
        "line": parts.Line(following.stages_of(course.case, clock.now())),
        "course": course,
        "card": following.card(certificate, request) if certificate else None,
    }


def _correction(request: AuthedRequest, found: PackageCase, attempt: Attempt) -> HttpResponse:
    asked = correcting.asked_with(found, attempt.typed)
    requests = correcting.open_requests(found)
    language = get_language() or "zh"
    listed = tuple((key, one.told(language)) for key, one in attempt.problems.items())
    return show(
        request,
        "package_correct.html",
        "me",
        status=422 if listed else 409 if attempt.refused else 200,
        package=found,
        until=correcting.until(requests),
        said=[
            (each.case, evidence.opened_words(bytes(each.words_sealed or b""))) for each in requests
        ],
        problems=parts.Problems(listed) if listed else None,
        refused=attempt.refused,
        changed=attempt.changed,
        **asking(asked, {**_said(found), **attempt.typed}, attempt.problems),
    )


def _said(found: PackageCase) -> dict[str, Any]:
    """What the applicant said before."""
    return {one.key: one.said for one in correcting.asked(found)}


def _typed(request: AuthedRequest, found: PackageCase) -> dict[str, str | list[str]]:
    """An answer for each question that was on the page, also where it was emptied."""
    shown = set(request.POST.getlist("shown"))
    return {
        field.key: request.POST.getlist(field.key)
        if field.type == "checklist"
        else request.POST.get(field.key, "")
        for field in _fields(found)
        if field.key in shown and field.type != "filepicker"
    }


def _fields(found: PackageCase) -> list[Field]:
    fields: dict[str, Field] = {}
    for each in correcting.open_requests(found):
        for field in form_of(each.case.version).fields:
            fields.setdefault(field.key, field)
    return list(fields.values())


def _uploads(request: AuthedRequest, found: PackageCase) -> dict[str, Any]:
    files: dict[str, Any] = {}
    for each in correcting.open_requests(found):
        if set(request.FILES) - set(files):
            files = {**uploads_of(request, form_of(each.case.version)), **files}
    return files
