"""`tongban decide DECISION`: what a decision answers for one case and why, or to everybody."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand
from django.utils.translation import get_language

from tongban import clock
from tongban.business.cases import deciding
from tongban.business.items import guide as guides
from tongban.business.items.models import ItemVersion
from tongban.commands import asking, population, progress
from tongban.engines import decisions
from tongban.engines.decisions import Decision, Outcome
from tongban.engines.decisions.given import given_of
from tongban.engines.decisions.words import value_words
from tongban.errors import Refusal


class NotOfEverybody(Refusal):
    """--population asks the live decision of an item, over the facts of a register: {option} cannot
    stand beside it. Leave {option} out, or ask about one case without --population."""

    zh = (
        "--population 以基础库的事实执行事项的现行决策，不能与 {option} 同时使用。"
        "请去掉 {option}；只问一个案例的，请去掉 --population。"
    )


class Command(BaseCommand):
    help = (
        "Evaluate a decision for one case and say why; nothing is stored. With --population, for "
        "everybody in a register: the answers become a table of an edition, and are counted."
    )

    def add_arguments(self, parser):
        parser.add_argument("decision", help="ITEM or ITEM.NAME; with --model a decision's name")
        parser.add_argument("--input", type=Path, help="the case as JSON; standard input if absent")
        parser.add_argument("--model", type=Path, help="a DMN file instead of a live item")
        parser.add_argument("--population", metavar="REGISTER", help="ask everybody, e.g. person")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *args, decision: str, population: str | None, **options):
        language = get_language() or "zh"
        with asking.refusals_told(self):
            if population is None:
                told = _one(decision, language, options)
            else:
                told = _everybody(decision, population, language, options)
        self.stdout.write(told)


def _one(asked: str, language: str, options: Mapping[str, Any]) -> str:
    model, path = options["model"], options["input"]
    decision = decisions.load(model.read_bytes()).find(asked) if model else _live(asked)[1]
    text = path.read_text(encoding="utf-8") if path else sys.stdin.read()
    outcome = decision.evaluate(deciding.time_of(clock.now()) | given_of(text, decision.inputs))
    if options["json"]:
        return _as_json(decision, outcome, language)
    return _told(decision, outcome, language)


def _everybody(asked: str, register: str, language: str, options: Mapping[str, Any]) -> str:
    for option in ("input", "model"):
        if options[option]:
            raise NotOfEverybody(option=f"--{option}")
    version, decision = _live(asked)
    with progress.bar() as told:
        published = population.decide(version, decision, register, at=clock.now(), told=told)
    if options["json"]:
        return json.dumps(population.as_json(published), ensure_ascii=False)
    return population.told(published, language)


def _live(address: str) -> tuple[ItemVersion, Decision]:
    code, _, name = address.partition(".")
    version = asking.live(code)
    model = deciding.model_of(version)
    return version, model.find(name or guides.of(version).decision.name)


def _told(decision: Decision, outcome: Outcome, language: str) -> str:
    missing = ", ".join(sorted(outcome.missing))
    head = f"{decision.name}: {value_words(outcome.value, language)}"
    lines = [f"{head} ({missing})" if missing else head, *outcome.told(language)]
    return "\n".join(lines)


def _as_json(decision: Decision, outcome: Outcome, language: str) -> str:
    content = {
        "decision": decision.name,
        "version": decision.version,
        "value": value_words(outcome.value, language),
        "missing": sorted(outcome.missing),
        "reasons": outcome.told(language),
    }
    return json.dumps(content, ensure_ascii=False)
