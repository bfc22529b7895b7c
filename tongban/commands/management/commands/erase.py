"""`tongban erase REGISTER`: everything that is held of one person goes, and that is proven."""

import dataclasses
import getpass
import json
import sys
from pathlib import Path

from django.core.management import BaseCommand
from django.utils import timezone

from tongban import clock
from tongban.commands import asking, erasing, progress
from tongban.commands.erasing.holding import check_can_erase
from tongban.errors import Refusal


class NoKeyFile(Refusal):
    """There is no file {file} with a number in it. Nothing was looked for."""

    zh = "没有存放号码的文件 {file}。没有查找任何数据。"


class NotConfirmed(Refusal):
    """Nothing was erased."""

    zh = "未作任何删除。"


class Command(BaseCommand):
    help = (
        "Erase one person under law: shows what is held, asks, erases, and searches everything "
        "afterwards. Exit code 1 when it is refused or anything is found. "
        "依法删除一个人的数据：先列出所存内容，确认后删除，再全面查找以证明。"
    )

    def add_arguments(self, parser):
        parser.add_argument("register", nargs="?", default="person", help="person 人口库")
        parser.add_argument(
            "key",
            nargs="?",
            help="the number; left out, it is asked for and stands in no shell history "
            "身份号码；不写则提示输入",
        )
        parser.add_argument("--key-file", type=Path, help="a file that holds the number 号码文件")
        parser.add_argument("--basis", required=True, help="law and document 法律依据")
        parser.add_argument("--by", required=True, metavar="USER", help="who decides 账号")
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--dry-run", action="store_true", help="show what is held 只列出")
        way.add_argument(
            "--replay", type=Path, help="erase again everybody on this list 按清单重新删除"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask 不再确认")
        parser.add_argument("--json", action="store_true", help="as JSON 以 JSON 输出")

    def handle(self, *args, register: str, key: str | None, **options):
        with asking.refusals_told(self):
            proofs = self._run(register, key, options)
        if not all(proof.is_clean for proof in proofs):
            sys.exit(1)

    def _run(self, register: str, key: str | None, options) -> list[erasing.Proof]:
        at, by = clock.now(), str(asking.account(options["by"]).pk)
        with progress.bar() as told:
            if options["replay"]:
                targets = erasing.replay(options["replay"], by=by, at=at, told=told)
                return [self._prove(target, told, options) for target in targets if target.forms]
            target = erasing.of_key(register, _key(key, options["key_file"]))
            holding = erasing.held(target)
            self._tell("held", holding, options)
            check_can_erase(target, timezone.localdate(at))
            if options["dry_run"]:
                return []
            self._confirm(options)
            erasing.erase(target, basis=options["basis"], by=by, at=at, told=told)
            return [self._prove(target, told, options)]

    def _confirm(self, options) -> None:
        if options["yes"]:
            return
        if not sys.stdin.isatty() or input("erase? 确认删除请输入 yes: ").strip() != "yes":
            raise NotConfirmed

    def _prove(self, target: erasing.Target, told, options) -> erasing.Proof:
        proof = erasing.prove(target, told)
        self._tell("proof", proof, options)
        if not options["json"]:
            self.stdout.write(f"{sum(proof.found.values())} found 找到 {len(proof.found)} 处")
        return proof

    def _tell(self, name: str, content, options) -> None:
        """Names of places and numbers; nothing of the person."""
        told = dataclasses.asdict(content)
        if options["json"]:
            self.stdout.write(json.dumps({name: told}, ensure_ascii=False))
            return
        self.stdout.write(name)
        for what, value in told.items():
            self.stdout.write(f"  {what}: {value}")


def _key(given: str | None, file: Path | None) -> str:
    if given is not None:
        return given
    if file is not None:
        if not file.exists() or file.is_dir():
            raise NoKeyFile(file=file)
        return file.read_text(encoding="utf-8", errors="replace").strip()
    if sys.stdin.isatty():
        return getpass.getpass("number 身份号码: ")
    return sys.stdin.readline().strip()
