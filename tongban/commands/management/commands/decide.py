"""`tongban decide DECISION --input FILE`: what a decision answers for one case, and why."""

import sys
from pathlib import Path

from django.core.management import BaseCommand
from django.utils.translation import get_language

from tongban import clock
from tongban.business.cases import deciding
from tongban.business.items import guide as guides
from tongban.business.items import queries as items
from tongban.commands import asking
from tongban.engines import decisions
from tongban.engines.decisions import Decision, Outcome
from tongban.engines.decisions.given import given_of
from tongban.engines.decisions.words import value_words
from tongban.errors import Refusal


class NoSuchItem(Refusal):
    """There is no live item “{code}”; there are {codes}."""

    zh = "没有生效的事项“{code}”；现有 {codes}。"


class Command(BaseCommand):
    help = "Evaluate a decision for one case and say why; nothing is stored."

    def add_arguments(self, parser):
        parser.add_argument("decision", help="ITEM or ITEM.NAME; with --model a decision's name")
        parser.add_argument("--input", type=Path, help="the case as JSON; standard input if absent")
        parser.add_argument("--model", type=Path, help="a DMN file instead of a live item")

    def handle(self, *args, decision: str, input: Path | None, model: Path | None, **options):
        with asking.refusals_told(self):
            asked = _of_file(model, decision) if model else _of_item(decision)
            text = input.read_text(encoding="utf-8") if input else sys.stdin.read()
            outcome = asked.evaluate(deciding.time_of(clock.now()) | given_of(text, asked.inputs))
        self.stdout.write(_told(asked, outcome, get_language() or "zh"))


def _of_file(path: Path, name: str) -> Decision:
    return decisions.load(path.read_bytes()).find(name)


def _of_item(address: str) -> Decision:
    code, _, name = address.partition(".")
    live = {version.item.code: version for version in items.live_versions()}
    if code not in live:
        raise NoSuchItem(code=code, codes=", ".join(live))
    version = live[code]
    return deciding.model_of(version.decision).find(name or guides.of(version).decision.name)


def _told(decision: Decision, outcome: Outcome, language: str) -> str:
    missing = ", ".join(sorted(outcome.missing))
    head = f"{decision.name}: {value_words(outcome.value, language)}"
    lines = [f"{head} ({missing})" if missing else head, *outcome.told(language)]
    return "\n".join(lines)
