"""A case as its applicant sees it, and the certificate that came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongban import clock
from tongban.base.people.models import User
from tongban.business.cases import actions, objections, possible
from tongban.business.cases import queries as cases
from tongban.business.cases.models import Case
from tongban.business.cases.possible import Verb
from tongban.business.cases.verbs import correcting, history, urging
from tongban.business.certificates import documents
from tongban.business.certificates import queries as certificates
from tongban.business.certificates.models import Certificate
from tongban.data.exchange.masks import masked
from tongban.errors import Refusal
from tongban.web.portal.pages import citizen_only, show
from tongban.web.ui import conditions, moments, origins, parts, stops
from tongban.web.ui.middleware import keep_refusal
from tongban.web.ui.requests import AuthedRequest, typed


@dataclass(frozen=True)
class Tried:
    """What the applicant tried and was refused, with what he had typed."""

    verb: str
    refused: str
    words: str


@citizen_only
@require_safe
def case(request: AuthedRequest, number: str) -> HttpResponse:
    return _page(request, cases.by_number(number, request.user))


@citizen_only
@require_POST
def withdraw(request: AuthedRequest, number: str) -> HttpResponse:
    return _use(request, number, "withdraw", actions.withdraw)


@citizen_only
@require_POST
def urge(request: AuthedRequest, number: str) -> HttpResponse:
    return _use(request, number, "urge", urging.urge)


def _use(request: AuthedRequest, number: str, verb: str, do: Callable[..., object]) -> HttpResponse:
    found = cases.by_number(number, request.user)
    words = typed(request, "words")
    try:
        do(case_id=found.pk, user=request.user, words=words, at=clock.now())
    except Refusal as refusal:
        found.refresh_from_db()
        if found.status != Case.Status.RUNNING:
            raise  # there is nothing left to try
        keep_refusal(request, refusal)
        tried = Tried(verb, refusal.told(get_language() or "zh"), words)
        return _page(request, found, tried, status=409)
    if verb == "urge":  # what was withdrawn says so in its heading
        messages.success(request, _("已提醒工作人员。"))
    return redirect("portal:case", number)


def _page(
    request: AuthedRequest, found: Case, tried: Tried | None = None, *, status: int = 200
) -> HttpResponse:
    now = clock.now()
    page = cases.page(found, now)
    language = get_language() or "zh"
    is_running = found.status == Case.Status.RUNNING
    stop = stops.stop(found, now) if is_running else None
    ask = stops.ask(found) if is_running else None
    return show(
        request,
        "case.html",
        "me",
        status=status,
        page=page,
        case=found,
        line=parts.Line(_stages(page, stop, ask)),
        reasons=[r for d in page.decisions for r in cases.reasons(d, language)],
        checks=conditions.of(found),
        objections=objections.of_case(found),
        missing=[e.label for e in page.facts if e.fact in _missing(page)],
        card=card(page.certificate, request) if page.certificate else None,
        stop=stop,
        ask=ask,
        revoked=stops.revoked(found),
        urging=_urging(found, request.user, now),
        corrects=is_running and ask is None and _can_correct(found),
        tried=tried,
        most=history.LONGEST,
    )


def _urging(found: Case, user: User, at: datetime) -> dict[str, str] | None:
    """None where there is nobody to urge but the applicant himself."""
    for one in possible.for_case(found, user, at):
        if one.verb == Verb.URGE and (
            one.why_not is None or isinstance(one.why_not, urging.UrgedAlready)
        ):
            why_not = one.why_not.told(get_language() or "zh") if one.why_not else ""
            return {"why_not": why_not}
    return None


def _can_correct(found: Case) -> bool:
    """Is somebody going to read it, and has the applicant said anything himself?"""
    try:
        correcting.check_can_correct(found)
    except correcting.NobodyReads:
        return False
    return bool(correcting.filled(found).own())


@citizen_only
@require_safe
def pdf(request: AuthedRequest, number: str) -> HttpResponse:
    found = cases.by_number(number, request.user)
    certificate = certificates.by_case(found.number)
    if certificate is None:
        raise Http404
    url = _verify_url(request, certificate)
    response = HttpResponse(documents.pdf(certificate, url), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{certificate.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Public: whether a certificate is genuine and in force, and nothing about its holder."""
    certificate = certificates.by_verify_code(code)
    today = timezone.localdate(clock.now())
    return show(
        request,
        "verify.html",
        certificate=certificate,
        in_force=certificate is not None and certificates.is_in_force(certificate, today),
        status=200 if certificate else 404,
    )


def card(certificate: Certificate, request: HttpRequest) -> parts.Certificate:
    """The card of a certificate, for its holder: the number stays masked on the screen."""
    content = certificates.content(certificate)
    rows = [(label, _shown(value)) for label, value in content.items()]
    rows.append((_("有效期至"), str(certificate.valid_until)))
    return parts.Certificate(
        title=certificate.name_zh if origins.is_chinese() else certificate.name_en,
        rows=tuple(rows),
        identifier=certificate.identifier,
        seal=certificate.office.name_zh,
        seal_caption="电子证照专用章",
        verify_url=_verify_url(request, certificate),
        void=_("已注销") if certificate.status == Certificate.Status.REVOKED else "",
    )


def _shown(value: str) -> str:
    is_number = len(value) == 18 and value[:17].isdigit()
    return masked("first3_last1", value) or "" if is_number else value


def _missing(page: cases.CasePage) -> set[str]:
    return {name for decision in page.decisions for name in decision.missing}


def stages_of(case: Case, at: datetime) -> tuple[parts.Stage, ...]:
    """The course of a case, for whoever has it among others."""
    is_running = case.status == Case.Status.RUNNING
    stop = stops.stop(case, at) if is_running else None
    ask = stops.ask(case) if is_running else None
    return _stages(cases.page(case, at), stop, ask)


def _stages(
    page: cases.CasePage, stop: stops.Stop | None, ask: stops.Ask | None
) -> tuple[parts.Stage, ...]:
    """Applied, examined, decided: each with who and when."""
    case = page.case
    applied = parts.Stage(_("提交申请"), "done", _moment(case.submitted_at))
    if case.status == Case.Status.WITHDRAWN:
        return (applied, parts.Stage(_("已撤回"), "stop", _moment(case.finished_at)))
    return (applied, _examined(page, stop, ask), *_decided(case))


def _examined(page: cases.CasePage, stop: stops.Stop | None, ask: stops.Ask | None) -> parts.Stage:
    case = page.case
    if case.automatic:
        return parts.Stage(_("自动核验"), "done", _("所有条件由数据核实，没有等待"))
    if ask is not None:
        until = _("最晚 %s") % moments.day(ask.until, clock.now()) if ask.until else ""
        return parts.Stage(_("请您补正"), "stop", until)
    if stop is not None and not stop.over:
        told = {"ground": stop.ground, "day": moments.day(stop.until, clock.now())}
        return parts.Stage(_("停止计时"), "stop", _("%(ground)s，最晚到 %(day)s") % told)
    if page.open_work:
        told = {
            "office": page.open_work.office.short,
            "day": moments.day(case.promised_on, clock.now()),
        }
        return parts.Stage(page.open_work.name, "now", _("%(office)s，最晚 %(day)s 答复") % told)
    if case.status == Case.Status.RUNNING:
        return _elsewhere(case)
    return parts.Stage(_("人工审查"), "done", page.case.office.short)


def _elsewhere(case: Case) -> parts.Stage:
    """No person has it in hand: another system is asked, or the platform is at it."""
    call = case.outside_calls.select_related("service__office").order_by("pk").last()
    if call is None:
        return parts.Stage(_("自动核验"), "now", case.office.short)
    told = {
        "office": call.service.office.short,
        "day": moments.day(case.promised_on, clock.now()),
    }
    return parts.Stage(call.service.name, "now", _("%(office)s，最晚 %(day)s 答复") % told)


def _decided(case: Case) -> tuple[parts.Stage, ...]:
    if case.status == Case.Status.REVOKED:
        decision = Case.Status(case.revocation.revoked_status).label
        first = parts.Stage(str(decision), "done", _moment(case.finished_at))
        at = _moment(case.revocation.revoked_at)
        return (first, parts.Stage(_("决定已撤销"), "stop", at))
    if case.status == Case.Status.GRANTED:
        return (parts.Stage(_("准予，证照已签发"), "done", _moment(case.finished_at)),)
    if case.status == Case.Status.REFUSED:
        return (parts.Stage(_("不予许可"), "stop", _moment(case.finished_at)),)
    return (parts.Stage(_("决定"), "next"),)


def _moment(at) -> str:
    return moments.stamp(at, clock.now()) if at else ""


def _verify_url(request: HttpRequest, certificate: Certificate) -> str:
    """Where the public verifies it; the request's own address where no public one is set."""
    here = settings.PUBLIC_URL or request.build_absolute_uri("/")
    return urljoin(here, reverse("portal:verify", args=[certificate.verify_code]))
