"""`tongban load-items FILE`: import a published list of service items and say what is odd in it."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from tongban import clock
from tongban.business.items import listing
from tongban.business.items.credit_codes import Fault
from tongban.business.items.judging import Oddity
from tongban.business.items.models import ListImport
from tongban.commands import asking

FIRST_ROWS = 8
COLUMNS = 120  # where the output is no terminal


class Command(BaseCommand):
    help = (
        "Import a published list of service items (CSV, UTF-8) and report every odd row. Exit code "
        "1 when the file is refused; nothing has changed then. 导入已公布的政务服务事项清单"
        "（UTF-8 编码的 CSV），逐行报告问题。文件被拒绝时退出码为 1，未改动任何内容。"
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the list 清单文件")
        parser.add_argument(
            "--json", action="store_true", help="the whole report as JSON 以 JSON 输出完整报告"
        )

    def handle(self, *args, file: Path, **options):
        now = clock.now()
        with asking.refusals_told(self):
            done = listing.import_list(listing.read(file), by="command", at=now)
        is_new = done.imported_at == now
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(done, is_new), ensure_ascii=False, indent=2))
            return
        width = None if self.stdout.isatty() else COLUMNS
        out: Any = self.stdout
        console = Console(file=out, width=width, markup=False, emoji=False, highlight=False)
        console.print(_summary(done, is_new), soft_wrap=True)
        for table in (_codes(done.report), _offices(done.report), _findings(done.report)):
            console.print(table)
        for line in _endings(done.report):
            console.print(line, soft_wrap=True)


def _as_json(done: ListImport, is_new: bool) -> dict[str, Any]:
    used = {found["kind"] for found in done.report["findings"]}
    return {
        "list": done.name,
        "imported_at": done.imported_at.isoformat(),
        "imported_now": is_new,
        **done.report,
        "kinds": {kind: words for kind, words in _kinds().items() if kind in used},
    }


def _summary(done: ListImport, is_new: bool) -> str:
    facts = {**done.report, "list": done.name, "bundled": len(done.report["bundled"])}
    told = _(
        "{list}：共 {rows} 行，导入 {items} 个事项（新增 {new}，变更 {changed}，未变 {same}，"
        "已在本平台办理而保持原样 {bundled}），未导入 {kept_out} 行。"
    ).format(**facts)
    if is_new:
        return told
    return _("内容与上次导入相同，没有改动。上次：{told}").format(told=told)


def _codes(report: dict[str, Any]) -> Table:
    codes, segments = report["item_code"], report["segments"]
    brackets = report["brackets"]
    table = Table("", _("行数"), title=_("统计"), title_justify="left")
    table.columns[1].justify = "right"
    for words, count in (
        (_("实施编码含有效信用代码"), codes["valid"]),
        *(
            (_("其中在第 {segment} 段").format(segment=segment), count)
            for segment, count in codes["valid_by_segment"].items()
        ),
        (_("实施编码含 17 位代码"), codes["seventeen_characters"]),
        (_("实施编码含 18 位无效代码"), codes["eighteen_not_valid"]),
        (_("实施编码不含信用代码"), codes["none"]),
        (_("部门代码列有效"), report["dept_code"]["valid"]),
        (_("部门代码列无效"), report["dept_code"]["not_valid"]),
        *(
            (_("实施编码为 {segments} 段").format(segments=number), count)
            for number, count in segments.items()
        ),
        (_("名称含全角括号"), brackets["full"]),
        (_("名称含半角括号"), brackets["half"]),
        (_("名称混用全角和半角括号"), brackets["both"]),
        (_("同一部门的同名事项（组）"), len(report["names_twice"])),
    ):
        table.add_row(words, str(count))
    return table


def _offices(report: dict[str, Any]) -> Table:
    table = Table(title=_("按部门"), title_justify="left")
    table.add_column(_("实施主体"))
    for heading in (_("行数"), _("实施编码无有效信用代码"), _("部门代码列无效")):
        table.add_column(heading, justify="right")
    for name, figures in sorted(report["offices"].items(), key=lambda pair: -pair[1]["rows"]):
        table.add_row(name, *(str(figures[column]) for column in figures))
    return table


def _findings(report: dict[str, Any]) -> Table:
    """By kind and column, with the first rows and what the first of them holds."""
    groups: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for found in report["findings"]:
        groups[found["kind"], found["column"]].append(found)
    table = Table(title=_("逐行问题（行号含表头，表头为第 1 行）"), title_justify="left")
    for heading in (_("问题"), _("列"), _("行数"), _("最前几行"), _("例"), _("可能是／参见")):
        table.add_column(heading, overflow="fold")
    words = _kinds()
    for (kind, column), found in sorted(groups.items(), key=lambda pair: -len(pair[1])):
        rows = ", ".join(str(each["row"]) for each in found[:FIRST_ROWS])
        more = " …" if len(found) > FIRST_ROWS else ""
        first = next((each for each in found if each["hint"]), found[0])
        cells = (words[kind], column, str(len(found)), rows + more, first["value"], first["hint"])
        table.add_row(*cells)
    return table


def _endings(report: dict[str, Any]) -> Iterator[str]:
    for twice in report["names_twice"]:
        rows = ", ".join(map(str, twice["rows"]))
        yield _("同名：{office}“{name}”，第 {rows} 行").format(**{**twice, "rows": rows})
    for gone in report["gone"]:
        yield _("清单中已没有，仍保留：{office_name}“{name_zh}”（{code}）").format(**gone)
    for code in report["bundled"]:
        yield _("已在本平台办理，保持原样：{code}").format(code=code)


def _kinds() -> dict[str, str]:
    return {kind.value: str(kind.label) for kinds in (Fault, Oddity) for kind in kinds}
