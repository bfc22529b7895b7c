"""The list of decisions, and one of them: its drawing, its tables, its findings, its file."""

from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_safe

from tongban.business.items import bundle, sheets
from tongban.business.items import queries as items
from tongban.business.items.models import ItemVersion
from tongban.business.items.sheets import Entry, Sheet
from tongban.web.ui import asked as ask
from tongban.web.ui import parts
from tongban.web.ui.origins import told
from tongban.web.ui.requests import AuthedRequest
from tongban.web.workbench import words
from tongban.web.workbench.decisions import drawing
from tongban.web.workbench.decisions.head import LOOKING, findings_of, opened, page
from tongban.web.workbench.drafts.judging import judged
from tongban.web.workbench.pages import for_posts, show

POLICIES = {
    "UNIQUE": gettext_lazy("唯一：至多一条规则成立"),
    "ANY": gettext_lazy("任意：同时成立的规则结果相同"),
    "FIRST": gettext_lazy("首个：按顺序取第一条成立的规则"),
    "PRIORITY": gettext_lazy("优先：取结果排在最前的规则"),
    "RULE ORDER": gettext_lazy("全部：按规则的顺序列出"),
    "OUTPUT ORDER": gettext_lazy("全部：按结果的顺序列出"),
    "COLLECT": gettext_lazy("汇集：所有成立的规则"),
    "COLLECT SUM": gettext_lazy("汇集：求和"),
    "COLLECT MIN": gettext_lazy("汇集：取最小"),
    "COLLECT MAX": gettext_lazy("汇集：取最大"),
    "COLLECT COUNT": gettext_lazy("汇集：计数"),
}


@dataclass(frozen=True)
class Choice:
    """A decision in the list beside the drawing."""

    id: str
    label: str
    note: str
    url: str


@for_posts(*LOOKING)
@require_safe
def decisions(request: AuthedRequest) -> HttpResponse:
    versions = list(items.looked_at(request.user))
    drafted = set(items.drafts().values_list("item", flat=True))
    rows = tuple(_row(version, version.item.pk in drafted) for version in versions)
    columns = (
        parts.Column(_("事项"), place="first"),
        parts.Column(_("实施单位"), place="start"),
        parts.Column(_("现行版本")),
        parts.Column(_("决策"), "number"),
        parts.Column(pgettext("tab", "检查"), place="end"),
        parts.Column(pgettext("tab", "草稿")),
    )
    table = parts.Table(_("判定规则"), columns, rows)
    return show(request, "decisions.html", "decisions", table=table, count=len(rows))


@for_posts(*LOOKING)
@require_safe
def decision(request: AuthedRequest, code: str) -> HttpResponse:
    """The drawing of all decisions, and the rules of the one named by `decision`."""
    head = opened(request, code)
    read = bundle.of(head.live)
    found = sheets.of(read)
    chosen = found.get(ask.words(request, "decision", 200)) or next(iter(found.values()))
    return page(
        request,
        "decision.html",
        head,
        "decision",
        choices=[_choice(sheet) for sheet in found.values()],
        sheet=chosen,
        label=told(chosen.label),
        reads=[told(each) for each in chosen.reads],
        rules=rules(chosen) if chosen.lines else None,
        policy=str(POLICIES.get(chosen.policy, chosen.policy)),
        drawing=drawing.shown(read, reverse("workbench:decision_file", args=[code])),
    )


@for_posts(*LOOKING)
@require_safe
def findings(request: AuthedRequest, code: str) -> HttpResponse:
    head = opened(request, code)
    return page(request, "decision_findings.html", head, "decision_findings", found=head.findings)


@for_posts(*LOOKING)
@require_safe
def live_file(request: AuthedRequest, code: str) -> HttpResponse:
    head = opened(request, code)
    return dmn(head.live, f"{head.code}-{head.live.number}.dmn")


def dmn(version: ItemVersion, name: str) -> HttpResponse:
    """The decision byte by byte as it was handed in."""
    response = HttpResponse(version.decision.encode(), content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def rules(sheet: Sheet) -> parts.Table:
    """The table as people read it; each cell in words with what is written below it."""
    rows = tuple(
        parts.Row(
            (
                _("第 %(n)s 条") % {"n": line.number},
                *(_cell(entry) for entry in line.tests),
                *(_cell(entry) for entry in line.results),
                told(line.law),
            )
        )
        for line in sheet.lines
    )
    columns = (
        parts.Column(_("规则"), "short", "first"),
        *(parts.Column(told(each.label)) for each in sheet.inputs),
        *(
            parts.Column(_("结果：%(label)s") % {"label": told(each.label)})
            for each in sheet.outputs
        ),
        parts.Column(pgettext("law", "依据")),
    )
    return parts.Table(told(sheet.label), columns, rows)


def _cell(entry: Entry) -> parts.Cell:
    if not entry.text:
        return parts.Cell(_("不限"))
    said = told(entry.words)
    return parts.Cell(said, entry.text if entry.text not in (said, f'"{said}"') else "")


def _choice(sheet: Sheet) -> Choice:
    rules = len(sheet.lines)
    notes = {
        "decisionTable": ngettext("决策表，%(n)s 条规则", "决策表，%(n)s 条规则", rules)
        % {"n": rules},
        "literalExpression": _("一个表达式"),
    }
    asked = QueryDict(mutable=True)
    asked["decision"] = sheet.id
    note = notes.get(sheet.kind, _("由多个框组成"))
    return Choice(sheet.id, told(sheet.label), note, f"?{asked.urlencode()}")


def _row(version: ItemVersion, has_draft: bool) -> parts.Row:
    item = version.item
    found = findings_of(version)
    errors = sum(each.is_error for each in found)
    return parts.Row(
        (
            parts.Cell(item.name, item.code, reverse("workbench:decision", args=[item.code])),
            item.office.short if item.office else item.office_name,
            parts.Cell(
                pgettext("row", "第 %(n)s 版") % {"n": version.number}, words.stamp(version.made_at)
            ),
            words.number(len(bundle.of(version).decision.decisions)),
            judged(errors, len(found) - errors),
            parts.Tag(_("有草稿"), "unknown", icon="pencil") if has_draft else "",
        )
    )
