"""The draft of a decision: edited, judged, compared with what is in force, published."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tongban import clock
from tongban.business.cases.operations import offered
from tongban.business.items import actions, bundle, permissions
from tongban.business.items import queries as items
from tongban.errors import Refusal
from tongban.web.ui.requests import AuthedRequest, typed
from tongban.web.workbench.decisions import comparing, drawing
from tongban.web.workbench.decisions.head import LOOKING, Head, findings_of, opened, page
from tongban.web.workbench.decisions.looking import dmn
from tongban.web.workbench.drafts import history, sending
from tongban.web.workbench.drafts.head import errors
from tongban.web.workbench.pages import for_posts

EDITING = permissions.EDITING


class NotConfirmed(Refusal):
    """Tick that you have seen how many people the draft answers differently."""

    zh = "请先勾选确认：已看过有多少人的结果会不同。"


@for_posts(*LOOKING)
@require_safe
def draft(request: AuthedRequest, code: str) -> HttpResponse:
    head = opened(request, code)
    version = head.draft or head.live
    comparison = items.comparison(head.draft) if head.draft else None
    found = findings_of(head.draft) if head.draft else ()
    name = "decision_draft_file" if head.draft else "decision_file"
    url = reverse(f"workbench:{name}", args=[code])
    may_edit = head.may_edit and not head.is_stale
    return page(
        request,
        "decision_draft.html",
        head,
        "decision_draft",
        version=version,
        is_stale=head.is_stale,
        may_edit=may_edit,
        drawing=drawing.edited(url) if may_edit else drawing.shown(bundle.of(version), url),
        found=found,
        errors=errors(found),
        comparison=comparison,
        shown=comparing.of(comparison) if comparison else None,
        other=head.draft is not None and head.draft.process != head.live.process,
        saved_by=history.names([version.made_by]).get(version.made_by, version.made_by),
        versions=history.of(head.item),
    )


@for_posts(*LOOKING)
@require_safe
def draft_file(request: AuthedRequest, code: str) -> HttpResponse:
    head = opened(request, code)
    if head.draft is None:
        raise Http404
    return dmn(head.draft, f"{code}-draft.dmn")


@for_posts(*EDITING)
@require_POST
def save(request: AuthedRequest, code: str) -> HttpResponse:
    """What the editor holds. A fragment request gets the page anew when it is kept."""
    _save(request, opened(request, code), typed(request, "decision"))
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect("workbench:decision_draft", code)


@for_posts(*EDITING)
@require_POST
def upload(request: AuthedRequest, code: str) -> HttpResponse:
    _save(request, opened(request, code), sending.handed_in(request, ".dmn"))
    return redirect("workbench:decision_draft", code)


@for_posts(*EDITING)
@require_POST
def discard(request: AuthedRequest, code: str) -> HttpResponse:
    head = opened(request, code)
    actions.discard_draft(
        item=head.item, based_on=sending.based_on(request), by=request.user, at=clock.now()
    )
    return redirect("workbench:decision_draft", code)


@for_posts(*EDITING)
@require_POST
def compare(request: AuthedRequest, code: str) -> HttpResponse:
    head = opened(request, code)
    actions.compare_draft(
        item=head.item,
        based_on=sending.based_on(request),
        by=request.user,
        at=clock.now(),
    )
    return redirect(f"{reverse('workbench:decision_draft', args=[code])}#compared")


@for_posts(*EDITING)
@require_POST
def publish(request: AuthedRequest, code: str) -> HttpResponse:
    head = opened(request, code)
    if "confirmed" not in request.POST:
        raise NotConfirmed
    actions.publish_draft(
        item=head.item,
        based_on=sending.based_on(request),
        reason=sending.reason(request),
        operations=offered(),
        by=request.user,
        at=clock.now(),
    )
    return redirect("workbench:decision_draft", code)


def _save(request: AuthedRequest, head: Head, text: str) -> None:
    actions.save_draft(
        item=head.item,
        decision_text=text,
        based_on=sending.based_on(request),
        by=request.user,
        at=clock.now(),
    )
