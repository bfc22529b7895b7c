"""Staff screens for cases: all of them, one with its proofs, and deciding it."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongban import clock
from tongban.base.people.models import Post, User
from tongban.business.cases import actions, attachments, objections, running
from tongban.business.cases import queries as cases
from tongban.business.cases.models import Case, Evidence, Requirement, WorkItem
from tongban.business.cases.packages import queries as packages
from tongban.business.cases.possible import Verb
from tongban.business.cases.reading import form_of
from tongban.business.cases.verbs import finishing, history
from tongban.business.certificates import actions as certificates
from tongban.business.certificates import permissions as certifying
from tongban.business.certificates.models import Certificate
from tongban.errors import Refusal
from tongban.web.ui import conditions, origins, parts, stops
from tongban.web.ui.middleware import keep_refusal
from tongban.web.ui.requests import AuthedRequest, typed
from tongban.web.workbench import course, desks, telling, ways, words
from tongban.web.workbench import preview as previewing
from tongban.web.workbench import waiting as waiting_table
from tongban.web.workbench.pages import CASES, DECIDING, for_posts, show
from tongban.web.workbench.processes import living
from tongban.web.workbench.verbs.forms import Scene, Tried

LONGEST_REASON = 2000


class NotDecided(Refusal):
    """Say whether the permit is granted or refused: press one of the two buttons."""

    zh = "请说明准予还是不予许可：点两个按钮中的一个。"


@for_posts(*CASES)
@require_safe
def case(request: AuthedRequest, number: str) -> HttpResponse:
    return page_of(request, cases.by_number(number, request.user))


def page_of(
    request: AuthedRequest, found: Case, tried: Tried | None = None, *, status: int = 200
) -> HttpResponse:
    """The page of a case, with the form of the verb that was tried open."""
    user, now = request.user, clock.now()
    page = cases.page(found, now)
    language = get_language() or "zh"
    scene = Scene(found, user, now, tried)
    waiting = desks.open_steps(found)
    steps = desks.of_steps(scene, waiting)
    now_forms, later_forms = desks.of_case(scene)
    return show(
        request,
        "case.html",
        "todo" if any(desk.deciding or desk.sign for desk in steps) else "cases",
        status=status,
        case=found,
        page=page,
        strip=parts.Strip(tuple(_steps(page, waiting))),
        clock=waiting_table.clock_of(page.deadline) if page.deadline else None,
        requirements=[_requirement(p, page, language) for p in page.proofs],
        objections=objections.of_case(found),
        status_tag=words.case_status(found),
        certificate_name=_certificate_name(page),
        revocable=page.certificate is not None and _may_revoke(user, page.certificate),
        longest_reason=certificates.LONGEST_REASON,
        longest_decision=LONGEST_REASON,
        longest_words=history.LONGEST,
        attachments=found.attachments.order_by("pk"),
        reasons=[(d, cases.reasons(d, language)) for d in page.decisions],
        missing=previewing.missing(page),
        checks=conditions.of(found),
        unproven=sum(p.requirement.proof == Requirement.Proof.OPEN for p in page.proofs),
        living=living.of(found, now),
        course=course.of(found, page.applicant, page.events),
        told=telling.of(found),
        sisters=packages.sisters(found),
        desks=steps,
        case_forms=now_forms,
        later_forms=later_forms,
        stop=stops.stop(found, now) if page.deadline else None,
        ask=stops.ask(found) if page.deadline else None,
        revoked=stops.revoked(found),
    )


@for_posts(*DECIDING)
@require_POST
def complete(request: AuthedRequest, work_item_id: int) -> HttpResponse:
    step = get_object_or_404(WorkItem.objects.select_related("case"), pk=work_item_id)
    found = cases.by_number(step.case.number, request.user)
    try:
        _end(request, step)
    except Refusal as refusal:
        tried = Tried(Verb.DECIDE, work_item_id, request.POST, refusal)
        if not any(desk.step.pk == work_item_id for desk in _deciding(request, found)):
            raise
        keep_refusal(request, refusal)
        return page_of(request, found, tried, status=409)
    return done(request, found, _("这一步已办理。"))


def done(request: AuthedRequest, found: Case, told: str) -> HttpResponse:
    """Back to the case, which says so at its top: a browser would keep the fragment of the form."""
    messages.success(request, told)
    return redirect(f"{_url(found)}#tb-alert")


def _deciding(request: AuthedRequest, found: Case) -> list[desks.Desk]:
    """Steps that are this account's to decide."""
    scene = Scene(found, request.user, clock.now())
    return [desk for desk in desks.of_steps(scene, desks.open_steps(found)) if desk.deciding]


def _end(request: AuthedRequest, step: WorkItem) -> None:
    """A step that decides nothing is done, whichever button was pressed."""
    if step.node in running.decision_steps(step.case.version):
        _decide(request, step.pk)
    else:
        words, at = typed(request, "words"), clock.now()
        finishing.finish(work_item_id=step.pk, user=request.user, words=words, at=at)


def _decide(request: AuthedRequest, work_item_id: int) -> None:
    decision = request.POST.get("decision")
    if decision not in ("grant", "refuse"):
        raise NotDecided
    actions.complete(
        work_item_id=work_item_id,
        user=request.user,
        grant=decision == "grant",
        words=typed(request, "words")[:LONGEST_REASON],
        at=clock.now(),
    )


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


def _steps(page: cases.CasePage, waiting: list[WorkItem]):
    """Steps that ran, those that wait, and the end."""
    yield parts.Step(_("提交申请"), "done", words.stamp(page.case.submitted_at))
    for event in page.events:
        if (
            event.transition == "complete"
            and event.resource
            and not event.activity.startswith("tb:")
        ):
            yield parts.Step(event.words, "done", words.stamp(event.at))
    for step in waiting:
        yield parts.Step(step.name, "now", _who_has(step))
    if waiting:
        yield parts.Step(_("决定"), "next")
    elif page.case.finished_at:
        yield from _end_of(page.case)


def _end_of(case: Case) -> Iterator[parts.Step]:
    """The decision, and that it was revoked later."""
    assert case.finished_at is not None
    status = Case.Status(case.status)
    if status == Case.Status.REVOKED:
        decided = Case.Status(case.revocation.revoked_status)
        yield parts.Step(str(decided.label), "done", words.stamp(case.finished_at))
        yield parts.Step(str(status.label), "done", words.stamp(case.revocation.revoked_at))
    else:
        yield parts.Step(str(status.label), "done", words.stamp(case.finished_at))


def _who_has(step: WorkItem) -> str:
    if step.assignee is None:
        return _("%(office)s 等待办理") % {"office": step.office.short}
    told = _("%(name)s 会签") if step.beside else _("%(name)s 办理")
    return told % {"name": step.assignee.display_name}


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
    for field in form_of(page.case.version).fields:
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


def _url(case) -> str:
    return reverse("workbench:case", args=[case.number])
