"""`tongban audit verify`: exit code 0 when the log is untouched, 1 with findings."""

import json
import sys
from dataclasses import asdict

from django.core.management.base import BaseCommand
from django.utils.translation import get_language
from rich.console import Console
from rich.progress import Progress

from tongban.base.audit import queries
from tongban.base.audit.findings import Finding, Report

WORDS = {
    "en": {
        "sound": "Untouched: {sealed} events sealed, {anchored} anchored, {waiting} waiting.",
        "findings": "{count} findings:",
        "place": "place {sequence}",
        "places": "places {sequence} to {until}",
        "event": "event {event}",
        "line": "anchor file, line {line}",
        "stopped": "Stopped there: what follows was not looked at.",
        "verifying": "Verifying",
    },
    "zh": {
        "sound": "审计日志完好：已封存 {sealed} 条，已锚定 {anchored} 条，待封 {waiting} 条。",
        "findings": "发现 {count} 处问题：",
        "place": "序号 {sequence}",
        "places": "序号 {sequence} 至 {until}",
        "event": "事件 {event}",
        "line": "锚点文件第 {line} 行",
        "stopped": "问题过多，已停止核验，其后内容未检查。",
        "verifying": "核验中",
    },
}


class Command(BaseCommand):
    help = "The audit log. 审计日志。"

    def add_arguments(self, parser):
        subcommands = parser.add_subparsers(dest="subcommand", required=True)
        verify = subcommands.add_parser(
            "verify",
            help="Find what was edited, deleted, reordered, recomputed; exit code 1 with findings.",
        )
        verify.add_argument(
            "--json", action="store_true", help="one JSON object on standard output"
        )

    def handle(self, *args, **options):
        language = "zh" if (get_language() or "zh").startswith("zh") else "en"
        report = verified(WORDS[language]["verifying"])
        if options["json"]:
            self.stdout.write(json.dumps(to_json(report, language), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(told(report, language)))
        if not report.sound:
            sys.exit(1)


def verified(label: str) -> Report:
    with Progress(console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task(label, total=None)
        return queries.verify(lambda done, total: bar.update(line, completed=done, total=total))


def to_json(report: Report, language: str) -> dict:
    findings = [{**asdict(found), "words": found.told(language)} for found in report.findings]
    return {**asdict(report), "findings": findings, "sound": report.sound}


def told(report: Report, language: str) -> list[str]:
    words = WORDS[language]
    if report.sound:
        return [words["sound"].format(**asdict(report))]
    lines = [words["findings"].format(count=len(report.findings))]
    lines += [f"  {_where(found, words)}: {found.told(language)}" for found in report.findings]
    return lines if report.complete else [*lines, words["stopped"]]


def _where(found: Finding, words: dict[str, str]) -> str:
    parts = []
    if found.sequence is not None:
        many = found.until is not None and found.until > found.sequence
        parts.append(words["places" if many else "place"])
    if found.event is not None:
        parts.append(words["event"])
    if found.line is not None:
        parts.append(words["line"])
    return ", ".join(parts).format(**asdict(found))
