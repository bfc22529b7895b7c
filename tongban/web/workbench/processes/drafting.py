"""The draft of a process: edited and judged as it is drawn, published with what it changes."""

from dataclasses import asdict, dataclass

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongban import clock
from tongban.business.cases import tallies
from tongban.business.cases.operations import offered
from tongban.business.items import actions, bundle, drawings, permissions
from tongban.business.items import queries as items
from tongban.business.items.drawings import StepChange
from tongban.business.items.models import ItemVersion
from tongban.engines.processes.standard.kinds import name_of
from tongban.errors import Refusal
from tongban.web.ui.origins import is_chinese
from tongban.web.ui.requests import AuthedRequest, typed
from tongban.web.workbench.drafts import history, sending
from tongban.web.workbench.drafts.head import errors
from tongban.web.workbench.pages import for_posts
from tongban.web.workbench.processes import extension, fields, marks
from tongban.web.workbench.processes.findings import elsewhere
from tongban.web.workbench.processes.head import LOOKING, Head, findings_of, opened, page
from tongban.web.workbench.processes.looking import bpmn, file_of, marked

EDITING = permissions.EDITING
KINDS = ("added", "removed", "changed")


class ChangesNotSeen(Refusal):
    """Tick that you have seen what changes, and that running cases keep their version."""

    zh = "请先勾选确认：已看过改动，在办的办件仍按原来的版本办理。"


@dataclass(frozen=True)
class Change:
    """`parts` of an element that stood there before: (what, before, after)."""

    kind: str
    element: str
    label: str
    tag: str
    parts: tuple[tuple[str, str, str], ...]


@for_posts(*LOOKING)
@require_safe
def draft(request: AuthedRequest, code: str) -> HttpResponse:
    head = opened(request, code)
    version = head.draft or head.live
    may_edit = head.may_edit and not head.is_stale
    found = findings_of(version)
    is_changed = head.draft is not None and head.draft.process != head.live.process
    return page(
        request,
        "process_draft.html",
        head,
        "process_draft",
        version=version,
        is_stale=head.is_stale,
        is_changed=is_changed,
        may_edit=may_edit,
        comments=version.process.count("<!--") if may_edit else 0,  # the modeller drops them
        found=found,
        errors=errors(found),
        drawing=_drawing(head, version, may_edit=may_edit),
        changes=_changes(head.live, version) if is_changed else [],
        other_errors=_elsewhere(version),
        decision_waits=_decision_waits(head),
        decision_changed=head.draft is not None and head.draft.decision != head.live.decision,
        running=tallies.running_by_version(head.item),
        saved_by=history.names([version.made_by]).get(version.made_by, version.made_by),
        versions=history.of(head.item),
    )


@for_posts(*LOOKING)
@require_safe
def draft_file(request: AuthedRequest, code: str) -> HttpResponse:
    head = opened(request, code)
    if head.draft is None:
        raise Http404
    return bpmn(head.draft.process, f"{code}-draft.bpmn")


@for_posts(*EDITING)
@require_POST
def check(request: AuthedRequest, code: str) -> HttpResponse:
    """What is found in the text that the modeller holds; nothing is kept."""
    head = opened(request, code)
    permissions.check_can_edit(request.user, head.item)
    text = typed(request, "process")
    drawings.check_readable(text)
    version = head.draft or head.live
    found = findings_of(_with(version, text))
    return JsonResponse(
        {
            "findings": [asdict(each) for each in found],
            "marks": [asdict(each) for each in marked(found)],
        }
    )


@for_posts(*EDITING)
@require_POST
def save(request: AuthedRequest, code: str) -> HttpResponse:
    """What the modeller holds. A fragment request gets the page anew when it is kept."""
    _save(request, opened(request, code), typed(request, "process"))
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect("workbench:process_draft", code)


@for_posts(*EDITING)
@require_POST
def upload(request: AuthedRequest, code: str) -> HttpResponse:
    head = opened(request, code)
    _save(request, head, sending.handed_in(request, ".bpmn"))
    return redirect("workbench:process_draft", code)


@for_posts(*EDITING)
@require_POST
def discard(request: AuthedRequest, code: str) -> HttpResponse:
    head = opened(request, code)
    actions.discard_draft(
        item=head.item, based_on=sending.based_on(request), by=request.user, at=clock.now()
    )
    return redirect("workbench:process_draft", code)


@for_posts(*EDITING)
@require_POST
def publish(request: AuthedRequest, code: str) -> HttpResponse:
    head = opened(request, code)
    if "confirmed" not in request.POST:
        raise ChangesNotSeen
    actions.publish_draft(
        item=head.item,
        based_on=sending.based_on(request),
        reason=sending.reason(request),
        operations=offered(),
        by=request.user,
        at=clock.now(),
    )
    return redirect("workbench:process_draft", code)


def _save(request: AuthedRequest, head: Head, text: str) -> None:
    actions.save_draft(
        item=head.item,
        process_text=text,
        based_on=sending.based_on(request),
        by=request.user,
        at=clock.now(),
    )


def _with(version: ItemVersion, text: str) -> ItemVersion:
    """As if the text had been kept."""
    return ItemVersion(
        item=version.item,
        number=version.number,
        guide=version.guide,
        form=version.form,
        decision=version.decision,
        process=text,
    )


def _drawing(head: Head, version: ItemVersion, *, may_edit: bool):
    url = reverse("workbench:process_draft_file", args=[head.code])
    drawn = marks.drawn(
        url if head.draft else file_of(head.live), version.process, marked(findings_of(version))
    )
    if not may_edit:
        return drawn
    return {
        **drawn,
        "labels": {},  # whoever edits sees the names as they are written
        "fields": fields.panel(bundle.of(version)),
        "extension": extension.described(),
        "check": reverse("workbench:process_check", args=[head.code]),
        "said": {
            "error": _("错误"),
            "warning": _("提示"),
            "none": _("没有选中任何元素。点图中的一步、一条线或一个泳道。"),
            "nothing": _("没有发现问题"),
            "file": _("整个文件"),
        },
    }


def _changes(live: ItemVersion, draft: ItemVersion) -> list[Change]:
    found = drawings.changes(live.process, draft.process)
    return [_change(each) for kind in KINDS for each in found if each.kind == kind]


def _change(change: StepChange) -> Change:
    return Change(
        kind=change.kind,
        element=change.id,
        label=change.zh if is_chinese() else change.en,
        tag=name_of(change.tag, "zh" if is_chinese() else "en"),
        parts=tuple((fields.named(each.name), each.before, each.after) for each in change.parts),
    )


def _elsewhere(version: ItemVersion) -> int:
    return elsewhere(bundle.of(version), actions.errors_of(version, offered()))


def _decision_waits(head: Head) -> bool:
    """The draft changes the rules, too, and nobody has seen whom that touches."""
    draft = head.draft
    if draft is None or draft.decision == head.live.decision:
        return False
    return items.comparison(draft) is None
