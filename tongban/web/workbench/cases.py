"""Staff screens for cases: what waits, a case with its proofs, and deciding it."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongban import clock
from tongban.base.people.models import Post, User
from tongban.business.cases import actions, attachments, objections, permissions
from tongban.business.cases import queries as cases
from tongban.business.cases.models import Evidence, Requirement, WorkItem
from tongban.business.certificates import actions as certificates
from tongban.business.certificates import permissions as certifying
from tongban.business.certificates.models import Certificate
from tongban.errors import Refusal
from tongban.web.ui import asked as ask
from tongban.web.ui import conditions, origins, parts
from tongban.web.ui.requests import AuthedRequest
from tongban.web.workbench import preview as previewing
from tongban.web.workbench import waiting as waiting_table
from tongban.web.workbench import ways, words
from tongban.web.workbench.pages import CASES, DECIDING, for_posts, show

PER_PAGE = 50
LONGEST_REASON = 2000


class NotDecided(Refusal):
    """Say whether the permit is granted or refused: press one of the two buttons."""

    zh = "请说明准予还是不予许可：点两个按钮中的一个。"


@for_posts(*DECIDING)
@require_safe
def todo(request: AuthedRequest) -> HttpResponse:
    """What waits for this account, the most pressing first; `lamp` shows one colour alone, `due`
    what ends by today, and `case` is the one previewed at the side."""
    now = clock.now()
    waiting = cases.to_do(request.user, now)
    lamp, due = ask.words(request, "lamp", 10), ask.words(request, "due", 10)
    number = ask.words(request, "case", 32)
    shown = [one for one in waiting if lamp in ("", one.deadline.light.value)]
    if due:
        shown = [one for one in shown if one.deadline.promised_on <= timezone.localdate(now)]
    return show(
        request,
        "todo.html",
        "todo",
        table=waiting_table.of(shown, number),
        filters=waiting_table.filters(waiting, lamp),
        is_whole=not (lamp or due),
        preview=previewing.of(number, request.user, now) if number else None,
        count=len(waiting),
        due_today=sum(one.deadline.days_left == 0 for one in waiting),
        overdue=sum(one.deadline.days_left < 0 for one in waiting),
    )


@for_posts(*DECIDING)
@require_safe
def preview(request: AuthedRequest, number: str) -> HttpResponse:
    """A case at the side of the list; a browser that comes by itself gets the list beside it."""
    if not request.headers.get("HX-Request"):
        return redirect(f"{reverse('workbench:todo')}?case={number}")
    found = previewing.of(number, request.user, clock.now())
    return render(request, "workbench/preview.html", {"preview": found})


@for_posts(*CASES)
@require_safe
def all_cases(request: AuthedRequest) -> HttpResponse:
    asked, first = ask.words(request, "q", 40), ask.offset(request)
    found = cases.of_staff(request.user, asked)
    shown = list(found[first : first + PER_PAGE + 1])
    rows = tuple(
        parts.Row(
            (
                parts.Cell(case.number, "", _url(case)),
                case.version.item.name,
                words.case_status(case),
                words.stamp(case.submitted_at),
                words.stamp(case.finished_at) if case.finished_at else "",
                _("自动") if case.automatic else _("人工"),
            )
        )
        for case in shown[:PER_PAGE]
    )
    columns = (
        parts.Column(_("办件编号"), "mono", "first"),
        parts.Column(_("事项")),
        parts.Column(_("状态"), place="start"),
        parts.Column(_("提交")),
        parts.Column(_("办结")),
        parts.Column(_("方式"), place="end"),
    )
    more = _from(asked, first + PER_PAGE) if len(shown) > PER_PAGE else ""
    back = _from(asked, max(first - PER_PAGE, 0)) if first else ""
    pager = parts.Pager(first + 1 if rows else 0, first + len(rows), None, back, more)
    table = parts.Table(_("办件"), columns, rows)
    return show(request, "cases.html", "cases", table=table, pager=pager, asked=asked)


@for_posts(*CASES)
@require_safe
def case(request: AuthedRequest, number: str) -> HttpResponse:
    user = request.user
    found = cases.by_number(number, user)
    page = cases.page(found, clock.now())
    language = get_language() or "zh"
    work = page.open_work
    if work is not None and not permissions.can_complete(user, work):
        work = None
    return show(
        request,
        "case.html",
        "todo" if work else "cases",
        case=found,
        page=page,
        strip=parts.Strip(tuple(_steps(page))),
        clock=waiting_table.clock_of(page.deadline) if page.deadline else None,
        requirements=[_requirement(p, page, language) for p in page.proofs],
        objections=objections.of_case(found),
        status=words.case_status(found),
        certificate_name=_certificate_name(page),
        revocable=page.certificate is not None and _may_revoke(user, page.certificate),
        longest_reason=certificates.LONGEST_REASON,
        attachments=found.attachments.order_by("pk"),
        reasons=[(d, cases.reasons(d, language)) for d in page.decisions],
        missing=previewing.missing(page),
        checks=conditions.of(found),
        unproven=sum(p.requirement.proof == Requirement.Proof.OPEN for p in page.proofs),
        work=work,
    )


@for_posts(*DECIDING)
@require_POST
def complete(request: AuthedRequest, work_item_id: int) -> HttpResponse:
    get_object_or_404(WorkItem, pk=work_item_id)
    decision = request.POST.get("decision")
    if decision not in ("grant", "refuse"):
        raise NotDecided
    # A browser counts a line break as one character and sends two.
    reason = request.POST.get("words", "").replace("\r\n", "\n")
    done = actions.complete(
        work_item_id=work_item_id,
        user=request.user,
        grant=decision == "grant",
        words=reason[:LONGEST_REASON],
        at=clock.now(),
    )
    return redirect("workbench:case", done.number)


@for_posts(Post.Role.APPROVER)
@require_POST
def revoke(request: AuthedRequest, number: str) -> HttpResponse:
    found = cases.by_number(number, request.user)
    certificate = get_object_or_404(Certificate, case_number=found.number)
    certificates.revoke(
        certificate_id=certificate.pk,
        reason=request.POST.get("reason", ""),
        user=request.user,
        at=clock.now(),
    )
    return redirect("workbench:case", number)


@for_posts(*CASES)
@require_safe
def attachment(request: AuthedRequest, number: str, attachment_id: int) -> HttpResponse:
    found = cases.by_number(number, request.user)
    one = get_object_or_404(found.attachments, pk=attachment_id)
    response = HttpResponse(attachments.content(one), content_type=one.media_type)
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "private, no-store"
    return response


@for_posts(*CASES)
@require_safe
def way(request: AuthedRequest, number: str, fact: str) -> HttpResponse:
    """How a fact came into this case: source row, checks, edition, register, rule, certificate."""
    found = cases.by_number(number, request.user)
    evidence = get_object_or_404(found.evidence, fact=fact)
    steps = ways.of(evidence, found, request.user, clock.now())
    return show(request, "way.html", "cases", case=found, evidence=evidence, steps=steps)


def _steps(page: cases.CasePage):
    """Steps that ran, the one that waits, and the end."""
    yield parts.Step(_("提交申请"), "done", words.stamp(page.case.submitted_at))
    for event in page.events:
        if event.transition == "complete" and event.resource:
            yield parts.Step(event.words, "done", words.stamp(event.at))
    if page.open_work:
        note = _("%(office)s 等待办理") % {"office": page.open_work.office.short}
        yield parts.Step(page.open_work.name, "now", note)
        yield parts.Step(_("决定"), "next")
    elif page.case.finished_at:
        end = page.case.get_status_display()  # pyright: ignore[reportAttributeAccessIssue]
        yield parts.Step(end, "done", words.stamp(page.case.finished_at))


def _requirement(proof: cases.Proof, page: cases.CasePage, language: str) -> parts.Requirement:
    kind = proof.requirement.proof
    state = {
        Requirement.Proof.FACTS: "ok",
        Requirement.Proof.OFFICER: "ok",
        Requirement.Proof.APPLICANT: "wait",
        Requirement.Proof.OPEN: "unknown",
    }[Requirement.Proof(kind)]
    return parts.Requirement(
        state,  # pyright: ignore[reportArgumentType]
        proof.requirement.name,
        Requirement.Proof(kind).label,
        proofs=(
            *(_proof(row) for row in proof.evidence),
            *_answered(page, proof.requirement.material, language),
        ),
    )


def _answered(page: cases.CasePage, material: str, language: str):
    """What the applicant himself said for a material."""
    chip = parts.Origin(_("申请人填写"), "", page.case.submitted_at, kind="self")
    for field in actions.forms_of(page.case.version).fields:
        given = page.answers.get(field.key)
        if field.material != material or field.fact is not None or not isinstance(given, str):
            continue
        labels = {option.value: option.label(language) for option in field.options}
        yield parts.Proof(labels.get(given, given), field.label(language), chip)


def _proof(row: Evidence) -> parts.Proof:
    chip = origins.origin(row, reverse("workbench:way", args=[row.case.number, row.fact]))
    if row.disputed:
        return parts.Proof(_("申请人有异议"), row.label, chip, "unknown")
    if not row.known:
        return parts.Proof(_("查不到"), row.label, chip, "unknown")
    return parts.Proof(origins.evidence_words(row), row.label, chip)


def _may_revoke(user: User, certificate: Certificate) -> bool:
    return certificate.revoked_at is None and certifying.can_revoke(user, certificate)


def _certificate_name(page: cases.CasePage) -> str:
    if page.certificate is None:
        return ""
    return page.certificate.name_zh if origins.is_chinese() else page.certificate.name_en


def _from(asked: str, first: int) -> str:
    return f"?{urlencode({'q': asked, 'from': first})}"


def _url(case) -> str:
    return reverse("workbench:case", args=[case.number])
