"""A case as its applicant sees it, and the certificate that came of it."""

from urllib.parse import urljoin

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongban import clock
from tongban.business.cases import actions, objections
from tongban.business.cases import queries as cases
from tongban.business.cases.models import Case
from tongban.business.certificates import documents
from tongban.business.certificates import queries as certificates
from tongban.business.certificates.models import Certificate
from tongban.data.exchange.masks import masked
from tongban.web.portal.pages import citizen_only, show
from tongban.web.ui import conditions, moments, origins, parts
from tongban.web.ui.requests import AuthedRequest


@citizen_only
@require_safe
def case(request: AuthedRequest, number: str) -> HttpResponse:
    found = cases.by_number(number, request.user)
    page = cases.page(found, clock.now())
    language = get_language() or "zh"
    return show(
        request,
        "case.html",
        "me",
        page=page,
        case=found,
        line=parts.Line(_stages(page)),
        reasons=[r for d in page.decisions for r in cases.reasons(d, language)],
        checks=conditions.of(found),
        objections=objections.of_case(found),
        missing=[e.label for e in page.facts if e.fact in _missing(page)],
        card=card(page.certificate, request) if page.certificate else None,
    )


@citizen_only
@require_POST
def withdraw(request: AuthedRequest, number: str) -> HttpResponse:
    found = cases.by_number(number, request.user)
    actions.withdraw(case_id=found.pk, user=request.user, at=clock.now())
    return redirect("portal:case", number)


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


def _stages(page: cases.CasePage) -> tuple[parts.Stage, ...]:
    """Applied, examined, decided: each with who and when."""
    case = page.case
    applied = parts.Stage(_("提交申请"), "done", _moment(case.submitted_at))
    if case.status == Case.Status.WITHDRAWN:
        return (applied, parts.Stage(_("已撤回"), "stop", _moment(case.finished_at)))
    if case.automatic:
        how = parts.Stage(_("自动核验"), "done", _("所有条件由数据核实，没有等待"))
    elif page.open_work:
        how = parts.Stage(
            page.open_work.name,
            "now",
            _("%(office)s，最晚 %(day)s 答复")
            % {
                "office": page.open_work.office.short,
                "day": moments.day(case.promised_on, clock.now()),
            },
        )
    else:
        how = parts.Stage(_("人工审查"), "done", page.case.office.short)
    if case.status == Case.Status.GRANTED:
        end = parts.Stage(_("准予，证照已签发"), "done", _moment(case.finished_at))
    elif case.status == Case.Status.REFUSED:
        end = parts.Stage(_("不予许可"), "stop", _moment(case.finished_at))
    else:
        end = parts.Stage(_("决定"), "next")
    return (applied, how, end)


def _moment(at) -> str:
    return moments.stamp(at, clock.now()) if at else ""


def _verify_url(request: HttpRequest, certificate: Certificate) -> str:
    """Where the public verifies it; the request's own address where no public one is set."""
    here = settings.PUBLIC_URL or request.build_absolute_uri("/")
    return urljoin(here, reverse("portal:verify", args=[certificate.verify_code]))
