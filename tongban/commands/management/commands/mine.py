"""`tongban mine LOG`: what an event log tells about its process. Needs no city and no database."""

import json
import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management import BaseCommand
from rich.console import Console

from tongban.commands import asking, mining
from tongban.commands.mining import Asked
from tongban.engines.mining import (
    Began,
    Does,
    EventLog,
    Has,
    Promise,
    Takes,
    Trait,
    cases_of,
    check_zone,
    open_log,
    write_csv,
    write_xes,
)
from tongban.engines.mining.reading import UnknownForm
from tongban.errors import Refusal

COLUMNS = 120  # where the output is no terminal
FIRST_ROWS = 10
WRITERS = {".csv": write_csv, ".xes": write_xes}


class BadCondition(Refusal):
    """“{text}” is no condition. Write COLUMN=VALUE, e.g. case:channel=Internet."""

    zh = "“{text}”不是条件。请写作 列=值，例如 case:channel=Internet。"


class BadDay(Refusal):
    """“{text}” is no day. Write it as 2026-03-02."""

    zh = "“{text}”不是日期。请写作 2026-03-02。"


class Command(BaseCommand):
    help = (
        "Say what an event log (CSV with the column names of XES, or XES; .gz too) tells: what "
        "follows what, what waits, what is done again, what kept its promise. Exit code 1 when it "
        "is refused. 分析事件日志：先后关系、等待、返工、按时办结和提速。被拒绝时退出码为 1。"
    )

    def add_arguments(self, parser):
        add = parser.add_argument
        add("log", type=Path, help="the event log 事件日志")
        add("--by", nargs="+", default=[], metavar="COLUMN", help="a table by each of these 分组列")
        add("--planned", metavar="COLUMN", help="until when it was promised 承诺办结时间列")
        add("--finished", metavar="COLUMN", help="when it was finished 实际办结时间列")
        add("--finishing", nargs="+", default=[], metavar="ACTIVITY", help="or by these 办结活动")
        add("--began", metavar="COLUMN", help="when it began, else its first event 起算时间列")
        add("--where", nargs="+", default=[], metavar="COLUMN=VALUE", help="these cases 筛选条件")
        add("--since", metavar="DAY", help="begun on this day or later 起始日期（含）")
        add("--until", metavar="DAY", help="begun on this day or before 截止日期（含）")
        add("--activity", nargs="+", default=[], help="with all of these 含这些活动")
        add("--variant", type=int, metavar="N", help="of this variant 第几种路径")
        add("--zone", default=settings.TIME_ZONE, help="of times without one 时区")
        add("--encoding", default="utf-8", help="of a CSV: utf-8, gb18030 or gbk 编码")
        add("--most", type=int, default=FIRST_ROWS, metavar="N", help="rows of a table 表格行数")
        add("--export", type=Path, metavar="FILE", help="the chosen cases as .xes or .csv 导出")
        add("--cases", action="store_true", help="only the names of the chosen cases 只列办件号")
        add("--json", action="store_true", help="all figures as JSON 以 JSON 输出")

    def handle(self, *args, log: Path, **options):
        with asking.refusals_told(self), tempfile.TemporaryDirectory() as scratch:
            check_zone(options["zone"])
            traits = _traits(options)
            write = _writer(options["export"])
            with open_log(
                log,
                zone=options["zone"],
                scratch=Path(scratch),
                encoding=options["encoding"],
                promise=_promise(options),
            ) as opened:
                self._tell(opened, traits, options)
                if write:
                    write(opened, options["export"], traits)

    def _tell(self, log: EventLog, traits: list[Trait], options: dict[str, Any]) -> None:
        if options["cases"]:
            cases = cases_of(log, traits)
            told = json.dumps(cases, ensure_ascii=False) if options["json"] else "\n".join(cases)
            self.stdout.write(told)
            return
        found = mining.ask(log, Asked(tuple(traits), tuple(options["by"])))
        if options["json"]:
            self.stdout.write(json.dumps(mining.as_json(found), ensure_ascii=False, indent=2))
            return
        width = None if self.stdout.isatty() else COLUMNS
        out: Any = self.stdout
        console = Console(file=out, width=width, markup=False, emoji=False, highlight=False)
        for line in mining.lines(found):
            console.print(line, soft_wrap=True)
        for table in mining.tables(found, options["most"]):
            console.print(table)


def _promise(options: dict[str, Any]) -> Promise:
    return Promise(
        planned=options["planned"],
        finished=options["finished"],
        finishing=tuple(options["finishing"]),
        began=options["began"],
    )


def _traits(options: dict[str, Any]) -> list[Trait]:
    traits: list[Trait] = []
    for text in options["where"]:
        column, sign, value = text.partition("=")
        if not sign:
            raise BadCondition(text=text)
        traits.append(Has(column, value or None))
    zone = ZoneInfo(options["zone"])
    since, until = (_day(options[name]) for name in ("since", "until"))
    if since or until:
        after = until and until + timedelta(days=1)
        limits = (day and datetime.combine(day, time(), zone) for day in (since, after))
        traits.append(Began(*limits))
    traits += map(Does, options["activity"])
    if options["variant"] is not None:
        traits.append(Takes(options["variant"]))
    return traits


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadDay(text=text) from error


def _writer(path: Path | None):
    if path is None:
        return None
    if path.suffix not in WRITERS:
        raise UnknownForm(file=path.name)
    return WRITERS[path.suffix]
