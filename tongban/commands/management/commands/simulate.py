"""`tongban simulate`: made-up months through the real actions, or two ways of working compared."""

import json
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone
from django.utils.translation import get_language

from tongban import clock
from tongban.business.cases.models import Simulation
from tongban.commands import asking, progress
from tongban.commands.simulating import reports, runs, terms

CITY, MONTHS = Path("cities/yunze"), 24


class Command(BaseCommand):
    help = (
        "Play months of applications through the real actions, by simulation.toml of a city "
        "folder: these cases are marked, nobody is told of them, and --clear takes them away. "
        "With --compare, work with and without proof by fact are compared in memory instead. "
        "按城市目录的 simulation.toml 用真实动作演练若干个月的办件；--clear 清除；--compare 在"
        "内存中对比有无数据证明两种办法。"
    )

    def add_arguments(self, parser):
        add = parser.add_argument
        add("city", type=Path, nargs="?", default=CITY, help="its folder 城市目录")
        add("--months", type=int, default=MONTHS, help="up to today 到今天为止的月数")
        add("--cases", type=int, help="how many, else as simulation.toml says 件数")
        add("--seed", type=int, help="instead of the one of simulation.toml 随机种子")
        add("--compare", action="store_true", help="two ways of working, in memory 两种办法对比")
        add("--clear", action="store_true", help="take every simulation away 清除所有模拟")
        add("--json", action="store_true", help="figures as JSON 以 JSON 输出")

    def handle(self, *args, **options):
        with asking.refusals_told(self), progress.bar() as bar:
            if options["clear"]:
                found: dict[str, Any] = {"cleared": runs.clear(at=clock.now())}
            else:
                found = self._simulate(bar, options)
        language = get_language() or "zh"
        text = (
            json.dumps(found, ensure_ascii=False)
            if options["json"]
            else reports.told(found, language)
        )
        self.stdout.write(text)

    def _simulate(self, bar: Any, options: dict[str, Any]) -> dict[str, Any]:
        read = terms.read(options["city"])
        if options["seed"] is not None:
            read = read.model_copy(update={"seed": options["seed"]})
        begin = runs.compare if options["compare"] else runs.play
        at = clock.now()
        made: Simulation = begin(
            read,
            months=options["months"],
            cases=options["cases"],
            until=timezone.localdate(at),
            at=at,
            told=bar,
        )
        return {"cases": made.cases, "until": made.until.isoformat(), **(made.figures or {})}
