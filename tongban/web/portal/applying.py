"""Applying: what is asked, what is already known, and submitting."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban import clock
from tongban.business.cases import acting, actions, deadlines, previewing
from tongban.business.cases import queries as cases
from tongban.business.cases.actions import Application, NotFilledIn
from tongban.business.cases.models import Case
from tongban.business.cases.reading import form_of
from tongban.business.items import guide as guides
from tongban.business.items import queries as items
from tongban.business.items.models import ItemVersion, ServiceItem
from tongban.engines import forms
from tongban.engines.forms import Field, Group
from tongban.web.portal import party
from tongban.web.portal.asking import answers_of, asking, uploads_of
from tongban.web.portal.pages import citizen_only, show
from tongban.web.ui import origins, parts
from tongban.web.ui.requests import AuthedRequest

DISPUTE = "dispute-"


@citizen_only
@require_http_methods(["GET", "POST"])
def apply(request: AuthedRequest, code: str) -> HttpResponse:
    version = _version(code)
    if request.method == "POST":
        return _submit(request, version)
    draft = cases.draft(version, request.user, party.current(request))
    return _form(request, version, draft, {})


@citizen_only
@require_POST
def questions(request: AuthedRequest, code: str) -> HttpResponse:
    """The questions anew when an answer shows or hides one; nothing (204) when they stay."""
    version = _version(code)
    answers = answers_of(request, form_of(version))
    found = preview_of(request, version)
    asked = questions_left(version, found, answers)
    if [field.key for field in asked] == request.POST.getlist("shown"):
        return HttpResponse(status=204)
    return render(request, "portal/questions.html", asking(asked, answers, {}))


@citizen_only
@require_POST
def save_draft(request: AuthedRequest, code: str) -> HttpResponse:
    """以后再办: keep the answers and go home."""
    version = _version(code)
    party.check_same(request)
    answers = answers_of(request, form_of(version))
    about = party.current(request)
    actions.save_draft(
        version=version, user=request.user, answers=answers, at=clock.now(), about=about
    )
    return redirect("portal:home")


@citizen_only
@require_safe
def reveal(request: AuthedRequest, code: str, key: str) -> HttpResponse:
    """One known value in the clear, after the read was audited."""
    version = _version(code)
    if form_of(version).named(key) is None:
        raise Http404
    found = preview_of(request, version)
    known = found.prefilled.known.get(key)
    if known is None:
        raise Http404
    fact = found.facts[known.field.fact or ""]
    shown = fact.zh if origins.is_chinese() else fact.en
    row = parts.Fact(key, origins.label(fact), shown, origins.origin(fact), mono=True)
    return HttpResponse(row.draw())


def _submit(request: AuthedRequest, version: ItemVersion) -> HttpResponse:
    party.check_same(request)
    form = form_of(version)
    answers = answers_of(request, form)
    disputed = {
        name.removeprefix(DISPUTE): str(words)
        for name, words in request.POST.items()
        if name.startswith(DISPUTE) and str(words).strip()
    }
    if "shown" in request.POST and _asks_more(request, version, answers):
        return _form(request, version, answers, {}, changed=True)
    channel = Case.Channel.PHONE if "Mobi" in request.headers.get("User-Agent", "") else "web"
    try:
        case = actions.submit(
            version=version,
            user=request.user,
            application=Application(answers, disputed, channel, uploads_of(request, form)),
            at=clock.now(),
            about=party.current(request),
        )
    except NotFilledIn as refusal:
        return _form(request, version, answers, refusal.problems)
    return redirect("portal:case", case.number)


def _asks_more(request: AuthedRequest, version: ItemVersion, answers: dict[str, Any]) -> bool:
    """Without JavaScript, an answer that opens a question is noticed when the form is sent."""
    found = preview_of(request, version)
    asked = {field.key for field in questions_left(version, found, answers)}
    return not asked <= set(request.POST.getlist("shown"))


def questions_left(
    version: ItemVersion, found: previewing.Preview, answers: dict[str, Any]
) -> list[Field]:
    """What is neither known nor hidden by what is known and answered so far."""
    form = form_of(version)
    shown = forms.visible(form, _values(form, found.prefilled, answers))
    return [f for f in form.fields if f.key not in found.prefilled.known and f.path in shown]


def _form(
    request: AuthedRequest,
    version: ItemVersion,
    answers: dict[str, Any],
    problems: Any,
    *,
    changed: bool = False,
) -> HttpResponse:
    found = preview_of(request, version)
    language = get_language() or "zh"
    listed = tuple((key, p.told(language)) for key, p in problems.items())
    return show(
        request,
        "apply.html",
        "search",
        status=422 if problems else 200,
        item=version.item,
        guide=guides.of(version),
        groups=known_groups(form_of(version), found, version, language),
        known_count=len(found.prefilled.known),
        proven=found.proven,
        proven_names=[origins.told(material.name) for material in found.proven],
        problems=parts.Problems(listed) if listed else None,
        changed=changed,
        **asking(questions_left(version, found, answers), answers, problems),
    )


def known_groups(form, found: previewing.Preview, version: ItemVersion, language: str):
    """What is known, in the form's groups: (label, facts). Facts among the questions come last."""
    groups, others = [], []
    for node in form.content:
        if not isinstance(node, Group):
            continue
        keys = [f.key for f in node.content if isinstance(f, Field)]
        rows = [_known_row(k, found, version) for k in keys if k in found.prefilled.known]
        if any(isinstance(f, Field) and f.fact is None for f in node.content):
            others += rows
        elif rows:
            groups.append((node.label(language), rows))
    return [*groups, (_("其他"), others)] if others else groups


def _known_row(key: str, found: previewing.Preview, version: ItemVersion) -> dict[str, Any]:
    known = found.prefilled.known[key]
    fact = found.facts[known.field.fact or ""]
    is_masked = fact.key in origins.SHOWN_MASKED
    return {
        "key": key,
        "label": origins.label(fact),
        "value": origins.words(fact),
        "mono": is_masked,
        "origin": origins.origin(fact),
        "office": fact.office_zh if origins.is_chinese() else fact.office_en,
        "days": deadlines.OBJECTION.days,
        "reveal_url": reverse("portal:reveal", args=[version.item.code, key]) if is_masked else "",
    }


def _values(form: forms.Form, prefilled: forms.Prefilled, answers: dict[str, Any]):
    values = {field.key: field.default for field in form.fields}
    values |= {key: known.value for key, known in prefilled.known.items()}
    return values | {key: value for key, value in answers.items() if value}


def preview_of(request: AuthedRequest, version: ItemVersion) -> previewing.Preview:
    """What is known of whom the application is for; nothing of him for an item that is not for
    such as him, or that the user may not act in."""
    about, now = party.current(request), clock.now()
    acting.check_served(guides.of(version), about)
    acting.check(request.user, about.subject_id, version.item.code, now)
    return previewing.preview(version, request.user, now, about)


def _version(code: str) -> ItemVersion:
    item = get_object_or_404(ServiceItem, code=code)
    version = items.live_version(item)
    if version is None:
        raise actions.CannotApply(item=item.name_zh)
    return version
