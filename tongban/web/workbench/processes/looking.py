"""The list of processes, and one of them: its diagram, its steps, its findings, its file."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from tongban.business.cases import queries as cases
from tongban.business.cases import tallies
from tongban.business.items import queries as items
from tongban.business.items.models import ItemVersion
from tongban.web.ui import parts
from tongban.web.ui.requests import AuthedRequest
from tongban.web.workbench import words
from tongban.web.workbench.drafts.head import errors
from tongban.web.workbench.drafts.judging import judged
from tongban.web.workbench.pages import CASES, for_posts, show
from tongban.web.workbench.processes import marks, steps
from tongban.web.workbench.processes.findings import Found
from tongban.web.workbench.processes.head import LOOKING, findings_of, opened, page
from tongban.web.workbench.processes.marks import Badge, Mark


@dataclass(frozen=True)
class Listed:
    version: ItemVersion
    running: int
    has_draft: bool


@for_posts(*LOOKING)
@require_safe
def processes(request: AuthedRequest) -> HttpResponse:
    versions = list(items.looked_at(request.user))
    drafted = set(items.drafts().values_list("item", flat=True))
    running = tallies.running_by_item()
    rows = tuple(
        _row(Listed(each, running.get(each.item.pk, 0), each.item.pk in drafted))
        for each in versions
    )
    columns = (
        parts.Column(_("事项"), place="first"),
        parts.Column(_("实施单位"), place="start"),
        parts.Column(_("现行版本")),
        parts.Column(_("步骤"), "number"),
        parts.Column(_("在办"), "number"),
        parts.Column(pgettext("tab", "检查"), place="end"),
        parts.Column(pgettext("tab", "草稿")),
    )
    table = parts.Table(_("办事流程"), columns, rows)
    return show(request, "processes.html", "processes", table=table, count=len(rows))


@for_posts(*LOOKING)
@require_safe
def process(request: AuthedRequest, code: str) -> HttpResponse:
    head = opened(request, code)
    return page(
        request,
        "process.html",
        head,
        "process",
        steps=steps.of(head.live.process),
        running=tallies.running_by_version(head.item),
        drawing=marks.drawn(file_of(head.live), head.live.process),
    )


@for_posts(*LOOKING)
@require_safe
def findings(request: AuthedRequest, code: str) -> HttpResponse:
    head = opened(request, code)
    return page(
        request,
        "process_findings.html",
        head,
        "process_findings",
        found=head.findings,
        drawing=marks.drawn(file_of(head.live), head.live.process, marked(head.findings)),
    )


@for_posts(*LOOKING)
@require_safe
def file(request: AuthedRequest, code: str, version: int) -> HttpResponse:
    """Of any version that was ever in force."""
    head = opened(request, code)
    found = get_object_or_404(items.history(head.item), number=version)
    return bpmn(found.process, f"{head.code}-{found.number}.bpmn")


@for_posts(*CASES)
@require_safe
def case_file(request: AuthedRequest, number: str) -> HttpResponse:
    """Of the version that the case began with, for whoever may see the case."""
    case = cases.by_number(number, request.user)
    return bpmn(case.version.process, f"{case.version.item.code}-{case.version.number}.bpmn")


def bpmn(process: str, name: str) -> HttpResponse:
    """The process byte by byte as it was handed in."""
    response = HttpResponse(process.encode(), content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def file_of(version: ItemVersion) -> str:
    return reverse("workbench:process_file", args=[version.item.code, version.number])


def marked(found: tuple[Found, ...]) -> list[Mark]:
    """On each element how much was found; the graver decides the look."""
    by_element: dict[str, list[Found]] = {}
    for each in found:
        if each.element:
            by_element.setdefault(each.element, []).append(each)
    return [_mark(element, each) for element, each in by_element.items()]


def _mark(element: str, found: list[Found]) -> Mark:
    kind = "bad" if errors(found) else "unknown"
    said = "\n".join(each.words for each in found)
    return Mark(element, f"is-{kind}", (Badge(str(len(found)), said, kind, "right"),))


def _row(listed: Listed) -> parts.Row:
    version = listed.version
    item = version.item
    found = findings_of(version)
    wrong = errors(found)
    return parts.Row(
        (
            parts.Cell(item.name, item.code, reverse("workbench:process", args=[item.code])),
            item.office.short if item.office else item.office_name,
            parts.Cell(
                pgettext("row", "第 %(n)s 版") % {"n": version.number}, words.stamp(version.made_at)
            ),
            words.number(len(steps.of(version.process))),
            words.number(listed.running),
            judged(wrong, len(found) - wrong),
            parts.Tag(_("有草稿"), "unknown", icon="pencil") if listed.has_draft else "",
        )
    )
