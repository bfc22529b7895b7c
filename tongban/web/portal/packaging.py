"""A package (一件事): what it takes, and its one form."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban import clock
from tongban.base.people.models import User
from tongban.business.cases import acting, previewing
from tongban.business.cases.actions import Application
from tongban.business.cases.filling import NotFilledIn
from tongban.business.cases.models import Case
from tongban.business.cases.packages import actions, queries
from tongban.business.cases.packages.actions import ItemsChanged, PackageApplication
from tongban.business.cases.reading import form_of
from tongban.business.items import guide as guides
from tongban.business.items import package_terms, packages
from tongban.business.items.models import ItemVersion, PackageVersion
from tongban.business.items.package_terms import Situation, Terms
from tongban.engines.forms import Field, Problem
from tongban.web.portal import applying, party
from tongban.web.portal.asking import answers_of, asking, uploads_of
from tongban.web.portal.pages import citizen_only, show
from tongban.web.ui import origins, parts
from tongban.web.ui.middleware import keep_refusal
from tongban.web.ui.requests import AuthedRequest

Members = Mapping[str, ItemVersion]
Found = Mapping[str, previewing.Preview]  # by item


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    version = _version(code)
    terms, members = packages.terms_of(version), packages.members(version)
    read = {code: guides.of(each) for code, each in members.items()}
    limits = {code: each.limits.promised for code, each in read.items()}
    whole = set(members) == set(terms.codes)
    return show(
        request,
        "package_guide.html",
        "search",
        version=version,
        terms=terms,
        limit=package_terms.longest(terms, terms.codes, limits) if whole else None,
        items=[(each, read[code]) for code, each in members.items()],
        materials=_materials(read.values(), terms),
        served=_is_served(request, read.values()),
        offered=whole,
    )


@citizen_only
@require_http_methods(["GET", "POST"])
def apply(request: AuthedRequest, code: str) -> HttpResponse:
    version = _version(code)
    about = party.current(request)
    if request.method == "POST":
        party.check_same(request)
        return _submit(request, version)
    return _form(request, version, queries.draft(version, about), {})


@citizen_only
@require_POST
def questions(request: AuthedRequest, code: str) -> HttpResponse:
    """The questions anew when the situation or an answer shows or hides one; 204 when they stay."""
    version = _version(code)
    members = _members(version, _situation(request, version))
    answers = _answers(request, members)
    found = _previews(request, members)
    asked = _left(members, found, answers)
    if [field.key for field in asked] == request.POST.getlist("shown"):
        return HttpResponse(status=204)
    context = _asking(version, members, _situation(request, version), asked, answers, {})
    known = _known(request, members, found)
    return render(request, "portal/package_questions.html", {**context, **known})


@citizen_only
@require_POST
def save_draft(request: AuthedRequest, code: str) -> HttpResponse:
    version = _version(code)
    party.check_same(request)
    situation = _situation(request, version)
    answers = {**situation, **_answers(request, _members(version, situation))}
    about = party.current(request)
    actions.save_draft(
        version=version, user=request.user, answers=answers, about=about, at=clock.now()
    )
    return redirect("portal:home")


def _submit(request: AuthedRequest, version: PackageVersion) -> HttpResponse:
    situation = _situation(request, version)
    members = _members(version, situation)
    answers = _answers(request, members)
    given = {**situation, **answers}
    if not _was_shown(request, members, answers):
        return _form(request, version, given, {}, changed=True)
    try:
        made = actions.submit(
            version=version,
            user=request.user,
            about=party.current(request),
            handed_in=PackageApplication(
                situation,
                Application(
                    answers, _disputed(request), _channel(request), _uploads(request, members)
                ),
                _seen(request),
            ),
            at=clock.now(),
        )
    except NotFilledIn as refusal:
        return _form(request, version, given, refusal.problems)
    except ItemsChanged as refusal:
        keep_refusal(request, refusal)
        told = refusal.told(get_language() or "zh")
        return _form(request, version, given, {}, refused=told)
    return redirect("portal:package", made.number)


def _form(
    request: AuthedRequest,
    version: PackageVersion,
    given: Mapping[str, Any],
    problems: Mapping[str, Problem],
    *,
    changed: bool = False,
    refused: str = "",
) -> HttpResponse:
    terms = packages.terms_of(version)
    situation = {each.key: given.get(each.key, "") for each in terms.situations}
    members = _members(version, situation)
    found = _previews(request, members)
    answers = {key: said for key, said in given.items() if key not in situation}
    asked = _left(members, found, answers)
    language = get_language() or "zh"
    listed = tuple((key, one.told(language)) for key, one in problems.items())
    return show(
        request,
        "package_apply.html",
        "search",
        status=422 if listed else 409 if refused else 200,
        terms=terms,
        problems=parts.Problems(listed) if listed else None,
        changed=changed,
        refused=refused,
        **_known(request, members, found),
        **_asking(version, members, situation, asked, answers, problems),
    )


def _asking(
    version: PackageVersion,
    members: Members,
    situation: Mapping[str, str],
    asked: Sequence[Field],
    answers: Mapping[str, Any],
    problems: Mapping[str, Problem],
) -> dict[str, Any]:
    terms = packages.terms_of(version)
    return {
        "version": version,
        "seen": [f"{code}:{each.pk}" for code, each in members.items()],
        "members": [each.item for each in members.values()],
        "situations": [_situation_part(each, situation, problems) for each in terms.situations],
        **asking(asked, answers, problems),
    }


def _situation_part(
    one: Situation, given: Mapping[str, str], problems: Mapping[str, Problem]
) -> parts.Question:
    language = get_language() or "zh"
    return parts.Question(
        one.key,
        one.ask.told(language),
        tuple(parts.Option(o.value, o.label.told(language)) for o in one.options),
        (given.get(one.key, ""),),
        error=problems[one.key].told(language) if one.key in problems else "",
    )


def _left(members: Members, found: Found, answers: Mapping[str, Any]) -> list[Field]:
    """Every question once, in the order of the items: what is known to one office, or asked before,
    is not asked again."""
    asked: dict[str, Field] = {}
    for code, version in members.items():
        for field in applying.questions_left(version, found[code], dict(answers)):
            asked.setdefault(field.key, field)
    return list(asked.values())


def _groups(members: Members, found: Found, language: str) -> list[tuple[str, list[Any]]]:
    """What is known, each fact once."""
    seen: set[str] = set()
    groups: dict[str, list[Any]] = {}
    for code, version in members.items():
        for label, rows in applying.known_groups(form_of(version), found[code], version, language):
            fresh = [row for row in rows if row["key"] not in seen]
            seen |= {row["key"] for row in fresh}
            if fresh:
                groups.setdefault(label, []).extend(fresh)
    return list(groups.items())


def _known(request: HttpRequest, members: Members, found: Found) -> dict[str, Any]:
    """What is known and what it proves, with what was typed against it so far."""
    proven = {m.code: m for each in found.values() for m in each.proven}
    groups = _groups(members, found, get_language() or "zh")
    for row in (row for _label, rows in groups for row in rows):
        row["said"] = request.POST.get(f"{applying.DISPUTE}{row['key']}", "")
    return {
        "groups": groups,
        "known_count": sum(len(rows) for _label, rows in groups),
        "proven_names": [origins.told(material.name) for material in proven.values()],
    }


def _previews(request: AuthedRequest, members: Members) -> Found:
    """Each office reads under its own grant."""
    return {code: applying.preview_of(request, each) for code, each in members.items()}


def _members(version: PackageVersion, situation: Mapping[str, str]) -> Members:
    """None of them before the situation is told."""
    terms = packages.terms_of(version)
    if terms.unanswered(situation):
        return {}
    needed = set(terms.needed(situation))
    return {code: each for code, each in packages.members(version).items() if code in needed}


def _situation(request: HttpRequest, version: PackageVersion) -> dict[str, str]:
    keys = (each.key for each in packages.terms_of(version).situations)
    return {key: request.POST.get(key, "") for key in keys}


def _answers(request: HttpRequest, members: Members) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for version in members.values():
        found |= answers_of(request, form_of(version))
    return found


def _uploads(request: HttpRequest, members: Members) -> dict[str, Any]:
    """Read once, whichever forms ask for them."""
    found: dict[str, Any] = {}
    for version in members.values():
        if set(request.FILES) - set(found):
            found = {**uploads_of(request, form_of(version)), **found}
    return found


def _disputed(request: HttpRequest) -> dict[str, str]:
    return {
        name.removeprefix(applying.DISPUTE): str(words)
        for name, words in request.POST.items()
        if name.startswith(applying.DISPUTE) and str(words).strip()
    }


def _channel(request: HttpRequest) -> str:
    return Case.Channel.PHONE if "Mobi" in request.headers.get("User-Agent", "") else "web"


def _seen(request: HttpRequest) -> dict[str, int]:
    """item:version, as the form was drawn."""
    pairs = (one.partition(":") for one in request.POST.getlist("seen"))
    return {code: int(number) for code, _colon, number in pairs if number.isdecimal()}


def _was_shown(request: AuthedRequest, members: Members, answers: Mapping[str, Any]) -> bool:
    """Without JavaScript, the situation or an answer that opens a question is noticed here."""
    if "shown" not in request.POST and members:
        return False
    asked = {field.key for field in _left(members, _previews(request, members), answers)}
    return asked <= set(request.POST.getlist("shown"))


def _materials(read: Iterable[guides.Guide], terms: Terms) -> list[dict[str, Any]]:
    """Each once, and by how many offices it is needed."""
    found: dict[str, dict[str, Any]] = {}
    for one in read:
        for material in one.materials:
            key = material.name.zh
            row = found.setdefault(key, {"material": material, "offices": 0})
            row["offices"] += 1
    return list(found.values())


def _is_served(request: HttpRequest, read: Iterable[guides.Guide]) -> bool:
    if not isinstance(request.user, User) or not request.user.subject_id:
        return True
    about = party.current(request)  # pyright: ignore[reportArgumentType]
    return all(acting.serves(each, about) for each in read)


def _version(code: str) -> PackageVersion:
    found = packages.live().filter(package__code=code).first()
    if found is None:
        raise Http404(_("没有这件事"))
    return found
