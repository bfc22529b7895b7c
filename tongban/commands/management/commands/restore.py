"""`tongban restore FILE`: an empty state becomes what the backup holds, and is proven to be."""

import dataclasses
import io
import json
import sys
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand
from django.utils.translation import get_language
from rich.console import Console
from rich.table import Table

from tongban import clock
from tongban.commands import backing, erasing, progress
from tongban.commands.erasing import ledger
from tongban.errors import Refusal

NO_LIST = {
    "zh": "没有找到依法删除清单。若 {day} 之后删除过个人数据，请在启用前执行 "
    "tongban erase --replay 清单文件。",
    "en": "There is no list of lawful erasures here. If anybody was erased after {day}, run "
    "tongban erase --replay FILE before anybody may read this state.",
}


class Command(BaseCommand):
    help = "Restore a backup into an empty state and prove it; exit code 1 when it is not sound."
    requires_system_checks: Any = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--verify",
            action="store_true",
            help="into a throw-away state with its own database; changes nothing here",
        )
        parser.add_argument(
            "--json", action="store_true", help="one JSON object on standard output"
        )

        parser.add_argument(
            "--erasures", type=Path, help="the list of lawful erasures, kept beside the anchors"
        )

    def handle(self, *args, file: Path, **options):
        if options["verify"]:
            here = options["erasures"] or ledger.place()
            known = ["--erasures", str(here.resolve())] if here.exists() else []
            sys.exit(backing.verify(file, *known, *(["--json"] if options["json"] else [])))
        language = "zh" if (get_language() or "zh").startswith("zh") else "en"
        try:
            with progress.bar() as told:
                manifest = backing.restore(file, told=told)
                proof = backing.prove(manifest, told)
                again = _erase_again(options["erasures"] or ledger.place(), told)
        except Refusal as refusal:
            self.stderr.write(refusal.told(language))
            sys.exit(1)
        told_proof = as_json(proof, again) if options["json"] else as_table(proof, language)
        self.stdout.write(told_proof)
        if again is None:
            self.stderr.write(NO_LIST[language].format(day=manifest.made_at[:10]))
        if not proof.sound or not all(one.is_clean for one in again or ()):
            sys.exit(1)


def _erase_again(file: Path, told) -> list[erasing.Proof] | None:
    """Whoever was erased after the backup was made leaves it now; None where there is no list."""
    if not file.exists():
        return None
    targets = erasing.replay(file, by="restore", at=clock.now(), told=told)
    return [erasing.prove(target, told) for target in targets if target.forms]


def as_json(proof: backing.Proof, again: list[erasing.Proof] | None) -> str:
    content = {**dataclasses.asdict(proof), "sound": proof.sound}
    content["erased_again"] = [dataclasses.asdict(one) for one in again or ()]
    return json.dumps(content, ensure_ascii=False, default=str)


def as_table(proof: backing.Proof, language: str) -> str:
    table = Table("table", "rows in backup", "rows read", "problem")
    for column in table.columns[1:3]:
        column.justify = "right"
    for one in proof.tables:
        problems = one.problems_zh if language == "zh" else one.problems_en
        table.add_row(one.table, _count(one.expected), _count(one.found), "\n".join(problems))
    out = io.StringIO()
    console = Console(file=out, width=100)
    console.print(table)
    console.print(f"edition {proof.edition} of {proof.expected_edition}")
    audit = proof.audit
    console.print(f"audit: {audit.sealed} sealed, {audit.anchored} anchored, sound: {audit.sound}")
    for finding in audit.findings:
        console.print(finding.told(language), markup=False)
    console.print("sound" if proof.sound else "NOT SOUND")
    return out.getvalue()


def _count(rows: int | None) -> str:
    return "-" if rows is None else f"{rows:,}"
