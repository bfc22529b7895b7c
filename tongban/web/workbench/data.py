"""The steward's pages: sources and their loads, quarantine, issues, lineage, facts."""

from collections.abc import Mapping, Sequence

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tongban import clock
from tongban.base.people import queries as people
from tongban.base.people.models import Post
from tongban.data.lake import queries as lake
from tongban.data.lake.models import Load, QuarantinedRow, Resource
from tongban.data.pipelines import queries as pipelines
from tongban.data.registers import actions as registering
from tongban.data.registers import queries as registers
from tongban.data.registers.models import FactDefinition
from tongban.data.standards import permissions
from tongban.data.standards import queries as standards
from tongban.web.ui import asked as ask
from tongban.web.ui import origins, parts
from tongban.web.ui.requests import AuthedRequest
from tongban.web.workbench import correcting
from tongban.web.workbench.pages import DATA, for_posts, show
from tongban.web.workbench.words import listed, number, stamp

PER_PAGE = 20
TYPES = {
    "string": gettext_lazy("文字"),
    "integer": gettext_lazy("整数"),
    "boolean": gettext_lazy("是或否"),
    "date": gettext_lazy("日期"),
    "timestamp": gettext_lazy("日期和时间"),
}
FULL_BAR = 5  # per cent of failing cells that fill a bar
DIMENSIONS = {
    "accuracy": gettext_lazy("准确"),
    "timeliness": gettext_lazy("及时"),
    "completeness": gettext_lazy("完整"),
    "uniqueness": gettext_lazy("唯一"),
    "consistency": gettext_lazy("一致"),
    "conformity": gettext_lazy("规范"),
}


@for_posts(*DATA)
@require_safe
def sources(request: AuthedRequest) -> HttpResponse:
    rows = tuple(_source_row(resource) for resource in lake.resources())
    columns = (
        parts.Column(_("资源"), place="first"),
        parts.Column(_("提供单位"), place="start"),
        parts.Column(_("最近采集")),
        parts.Column(_("读取"), "number"),
        parts.Column(_("入库"), "number"),
        parts.Column(_("隔离"), "number"),
        parts.Column(_("质量得分"), "number", "end"),
    )
    table = parts.Table(_("数据源"), columns, rows)
    return show(request, "sources.html", "sources", table=table, count=len(rows))


@for_posts(*DATA)
@require_safe
def source(request: AuthedRequest, code: str) -> HttpResponse:
    resource = lake.resource(code)
    load = lake.last_load(resource)
    found = standards.score(load) if load else None
    waiting = lake.open_rows(resource)
    count = waiting.count()
    first = ask.page(request, count)
    return show(
        request,
        "source.html",
        "sources",
        resource=resource,
        load=load,
        kpis=_kpis(load, found) if load and found else [],
        checks=_check_table(load) if load and load.results.exists() else None,
        passing=load.results.filter(failed=0).count() if load else 0,
        shares=_shares(found) if found else [],
        loads=_load_table(resource),
        rows=_quarantine_table(resource, waiting[first : first + PER_PAGE], request),
        pager=_pager(first, count) if count > PER_PAGE else None,
        waiting=count,
        letting_in=registers.letting_in(resource),
        contract=_contract_table(resource),
    )


@for_posts(*DATA)
@require_http_methods(["GET", "POST"])
def letting_in(request: AuthedRequest, code: str) -> HttpResponse:
    """How far the edition with the corrected rows is; asked for anew by POST where it failed."""
    resource = lake.resource(code)
    if request.method == "POST":
        permissions.check_can_correct(request.user, resource)
        registering.ask_to_let_in()
        return redirect("workbench:source", code)
    if not request.headers.get("HX-Request"):
        return redirect("workbench:source", code)
    found = registers.letting_in(resource)
    if found is None:  # they are in: counts and scores of the page are of before
        return HttpResponse(headers={"HX-Refresh": "true"})
    shown = {"resource": resource, "letting_in": found}
    return render(request, "workbench/letting_in.html", shown)


@for_posts(*DATA)
@require_safe
def issues(request: AuthedRequest) -> HttpResponse:
    user = request.user
    offices = people.offices_as(user, Post.Role.STEWARD) or frozenset(people.offices())
    rows = tuple(
        parts.Row(
            (
                parts.Cell(
                    standards.check_name(issue.resource, issue.check_code),
                    issue.check_code,
                    reverse("workbench:source", args=[issue.resource.code]),
                ),
                issue.office.short,
                issue.resource.name,
                number(issue.rows.count()),
                stamp(issue.opened_at),
            )
        )
        for issue in standards.open_issues(offices)
    )
    columns = (
        parts.Column(_("问题"), place="first"),
        parts.Column(_("提供单位"), place="start"),
        parts.Column(_("资源")),
        parts.Column(_("行数"), "number", "end"),
        parts.Column(_("提出时间")),
    )
    return show(
        request,
        "issues.html",
        "issues",
        table=parts.Table(_("问题单"), columns, rows),
        count=len(rows),
    )


@for_posts(Post.Role.STEWARD)
@require_http_methods(["GET", "POST"])
def quarantined(request: AuthedRequest, row_id: int) -> HttpResponse:
    """One row as it was written, the cell that failed, and its correction."""
    row = get_object_or_404(QuarantinedRow.objects.select_related("resource__owner"), pk=row_id)
    permissions.check_can_correct(request.user, row.resource)
    if request.method == "POST":
        correcting.correct(row, request.POST, request.user, clock.now())
        return redirect("workbench:source", row.resource.code)
    opened = correcting.opened(row, request.user, clock.now())
    return show(
        request,
        "quarantined.html",
        "sources",
        row=row,
        resource=row.resource,
        opened=opened,
        check=standards.check_name(row.resource, row.check_code),
        fields=correcting.fields(row, opened.values),
    )


@for_posts(*DATA)
@require_safe
def lineage(request: AuthedRequest) -> HttpResponse:
    """From column to column; one column's way when it is named."""
    asked = ask.words(request, "column", 200)
    table, _dot, column = asked.rpartition(".")
    edges = list(pipelines.upstream(table, column)) if table else []
    return show(
        request,
        "lineage.html",
        "lineage",
        asked=asked,
        edges=edges,
        graph=pipelines.table_graph(),
        facts=[
            (name, [(f, f"{f.model}.{f.column}") for f in found])
            for name, found in _by_register().items()
        ],
    )


@for_posts(*DATA)
@require_safe
def facts(request: AuthedRequest) -> HttpResponse:
    """A table for each register."""
    named = {resource.code: resource.name for resource in lake.resources()}
    found = _by_register()
    tables = [_facts_table(name, its, named) for name, its in found.items()]
    count = sum(map(len, found.values()))
    return show(request, "facts.html", "facts", tables=tables, count=count)


def _by_register() -> Mapping[str, list[FactDefinition]]:
    """By the register's name."""
    zh = origins.is_chinese()
    names = {
        each.code: each.register_.name.zh if zh else each.register_.name.en
        for each in registers.registers()
    }
    found: dict[str, list[FactDefinition]] = {}
    for fact in registers.all_facts():
        found.setdefault(names.get(fact.register, fact.register), []).append(fact)
    return found


def _facts_table(
    name: str, found: Sequence[FactDefinition], named: Mapping[str, str]
) -> parts.Table:
    zh = origins.is_chinese()
    rows = tuple(
        parts.Row(
            (
                parts.Cell(fact.label, fact.key),
                str(TYPES.get(fact.type, fact.type)),
                parts.Grade(fact.grade),
                parts.Cell(named.get(fact.source, fact.source), fact.source),
                parts.Cell(
                    fact.rule_zh if zh else fact.rule_en,
                    "",
                    f"{reverse('workbench:lineage')}?column={fact.model}.{fact.column}",
                ),
            )
        )
        for fact in found
    )
    columns = (
        parts.Column(_("事实"), place="first"),
        parts.Column(_("类型")),
        parts.Column(_("级别"), place="end"),
        parts.Column(_("来源"), place="start"),
        parts.Column(_("规则")),
    )
    return parts.Table(name, columns, rows)


def _source_row(resource: Resource) -> parts.Row:
    load = lake.last_load(resource)
    url = reverse("workbench:source", args=[resource.code])
    name = parts.Cell(resource.name, resource.code, url)
    if load is None:
        return parts.Row((name, resource.owner.short, _("还没有采集"), "", "", "", ""))
    found = standards.score(load)
    return parts.Row(
        (
            name,
            resource.owner.short,
            stamp(load.started_at),
            number(load.rows_read),
            number(load.rows_kept),
            number(load.rows_quarantined),
            f"{found.overall:.3f}",
        )
    )


def _kpis(load: Load, found: standards.Score) -> list[parts.Kpi]:
    share = 100 * load.rows_quarantined / max(load.rows_read, 1)
    return [
        parts.Kpi(_("质量得分"), f"{found.overall:.4f}", _("每 100 个检查过的格子中合格的")),
        parts.Kpi(_("读取"), number(load.rows_read), stamp(load.started_at)),
        parts.Kpi(_("入库"), number(load.rows_kept), _("入库 + 隔离 = 读取")),
        parts.Kpi(
            _("隔离"), number(load.rows_quarantined), _("占 %(share).2f%%") % {"share": share}
        ),
    ]


def _shares(found: standards.Score) -> list[tuple[str, float, float]]:
    """Per dimension its name, the failing share in per cent, and how full its bar is."""
    return [
        (str(DIMENSIONS[dimension]), 100 - good, min((100 - good) / FULL_BAR * 100, 100))
        for dimension, good in sorted(found.dimensions.items())
    ]


def _check_table(load: Load) -> parts.Table:
    zh = origins.is_chinese()
    rows = tuple(
        parts.Row(
            (
                parts.Cell(r.name_zh if zh else r.name_en, r.code),
                r.column,
                _("隔离") if r.severity == "error" else _("提示"),
                number(r.failed),
            )
        )
        for r in load.results.filter(failed__gt=0).order_by("-failed", "code")
    )
    columns = (
        parts.Column(_("检查"), place="first"),
        parts.Column(_("列"), "mono", "start"),
        parts.Column(_("处理")),
        parts.Column(_("未通过"), "number", "end"),
    )
    return parts.Table(_("检查结果"), columns, rows)


def _load_table(resource: Resource) -> parts.Table:
    rows = tuple(
        parts.Row(
            (
                f"#{load.pk}",
                stamp(load.started_at),
                parts.Tag(_("已完成"), "ok", icon="check")
                if load.status == Load.Status.DONE
                else parts.Tag(_("失败"), "bad", icon="x"),
                number(load.rows_read),
                number(load.rows_kept),
                number(load.rows_quarantined),
                load.message or listed(load.columns_new),
            )
        )
        for load in resource.loads.order_by("-pk")[:10]
    )
    columns = (
        parts.Column(_("批次"), "mono", "first"),
        parts.Column(_("时间")),
        parts.Column(_("状态"), place="end"),
        parts.Column(_("读取"), "number"),
        parts.Column(_("入库"), "number"),
        parts.Column(_("隔离"), "number"),
        parts.Column(_("说明或新增的列"), place="start"),
    )
    return parts.Table(_("采集批次"), columns, rows)


def _quarantine_table(resource: Resource, waiting, request: AuthedRequest) -> parts.Table:
    may = permissions.can_correct(request.user, resource)
    rows = tuple(
        parts.Row(
            (
                parts.Cell(
                    str(row.position),
                    "",
                    reverse("workbench:quarantined", args=[row.pk]) if may else "",
                ),
                parts.Cell(standards.check_name(resource, row.check_code), row.check_code),
                parts.Cell(row.column, bad=True),
            )
        )
        for row in waiting
    )
    columns = (
        parts.Column(_("来源行号"), "mono", "first"),
        parts.Column(_("未通过的检查"), place="start"),
        parts.Column(_("所在列"), "mono", "end"),
    )
    return parts.Table(_("隔离的行"), columns, rows)


def _pager(first: int, total: int) -> parts.Pager:
    last = min(first + PER_PAGE, total)
    return parts.Pager(
        min(first + 1, total),
        last,
        total,
        f"?from={max(first - PER_PAGE, 0)}#rows" if first else "",
        f"?from={last}#rows" if last < total else "",
    )


def _contract_table(resource: Resource) -> parts.Table:
    contract = lake.live_contract(resource)
    grades = standards.grades(contract)
    zh = origins.is_chinese()
    rows = tuple(
        parts.Row(
            (
                parts.Cell(column.name),
                column.label.zh if zh else column.label.en,
                column.element,
                parts.Grade(grades[column.name]),
                _("是") if column.required else "",
            )
        )
        for column in contract.columns
    )
    columns = (
        parts.Column(_("列"), "mono", "first"),
        parts.Column(_("名称"), place="start"),
        parts.Column(_("数据元"), "mono"),
        parts.Column(_("级别"), place="end"),
        parts.Column(_("必填")),
    )
    return parts.Table(_("契约"), columns, rows)
