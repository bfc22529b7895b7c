"""`tongban restore FILE`: an empty state becomes what the backup holds, and is proven to be."""

import dataclasses
import io
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand
from django.utils.translation import get_language
from rich.console import Console
from rich.table import Table

from tongban import clock
from tongban.commands import asking, backing, erasing, progress, unfinished
from tongban.commands.erasing import ledger
from tongban.errors import Refusal

NO_LIST = {
    "zh": "没有找到依法删除清单。若 {day} 之后删除过个人数据，请在启用前执行 "
    "tongban erase --replay 清单文件。",
    "en": "There is no list of lawful erasures here. If anybody was erased after {day}, run "
    "tongban erase --replay FILE before anybody may read this state.",
}


class StillHeld(Refusal):
    """{count} persons of {file} can still be found, so nobody may read this state. Run
    `tongban restore` into an empty one."""

    zh = "清单 {file} 上仍有 {count} 人可以查到，因此任何人不得读取此状态。请恢复到一个空的状态。"


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
        language = "zh" if (get_language() or "zh").startswith("zh") else "en"
        with asking.refusals_told(self):
            if options["verify"]:
                sys.exit(_verify(file, _list(options["erasures"]), options["json"]))
            with unfinished.restoring(), progress.bar() as told:
                done = _restore(file, options["erasures"], told)
        manifest, proof, again = done
        told_proof = as_json(proof, again) if options["json"] else as_table(proof, language)
        self.stdout.write(told_proof)
        if again is None:
            self.stderr.write(NO_LIST[language].format(day=manifest.made_at[:10]))
        if not proof.sound or not all(one.is_clean for one in again or ()):
            sys.exit(1)


def _verify(file: Path, listed: Path | None, in_json: bool) -> int:
    words = ["--erasures", str(listed)] if listed else []
    return backing.verify(file, *words, *(["--json"] if in_json else []))


def _restore(
    file: Path, named: Path | None, told
) -> tuple[backing.Manifest, backing.Proof, list[erasing.Proof] | None]:
    """Readers are let in at the end: when whoever was erased since the backup has left it again."""
    earlier = unfinished.found()
    listed = _list(named or (Path(earlier.erasures) if earlier and earlier.erasures else None))
    at = clock.now()
    manifest = backing.restore(file, erasures=listed, at=at, told=told)
    taken = erasing.taken_again(earlier.began) if earlier else {}
    proof = backing.prove(manifest, told, taken)
    again = _erase_again(listed, at, told)
    # the earlier call may have erased somebody without coming to the search
    if earlier and listed and (count := erasing.still_held(listed)):
        raise StillHeld(count=count, file=listed)
    if all(one.is_clean for one in again or ()):
        unfinished.end()
    return manifest, proof, again


def _erase_again(listed: Path | None, at: datetime, told) -> list[erasing.Proof] | None:
    """Whoever was erased after the backup was made leaves it now; None where there is no list."""
    if listed is None:
        return None
    targets = erasing.replay(listed, by=erasing.RESTORE, at=at, told=told)
    return [erasing.prove(target, told) for target in targets if target.forms]


def _list(named: Path | None) -> Path | None:
    """The list of erasures; None where none is named and none lies beside the anchors. Raises
    ListMissing or ListDamaged."""
    file = (named or ledger.place()).resolve()
    if named is None and not file.exists():
        return None
    ledger.read(file)
    return file


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
    console = Console(file=out, width=100, markup=False, emoji=False, highlight=False)
    console.print(table)
    console.print(f"edition {proof.edition} of {proof.expected_edition}")
    audit = proof.audit
    console.print(f"audit: {audit.sealed} sealed, {audit.anchored} anchored, sound: {audit.sound}")
    for finding in audit.findings:
        console.print(finding.told(language))
    console.print("sound" if proof.sound else "NOT SOUND")
    return out.getvalue()


def _count(rows: int | None) -> str:
    return "-" if rows is None else f"{rows:,}"
