"""`tongban migrate-cases ITEM`: running cases move to the version of their item in force."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from django.core.management import BaseCommand
from django.utils.translation import get_language

from tongban import clock
from tongban.business.cases import instance_migration
from tongban.business.cases.instance_migration import Judged
from tongban.commands import asking, progress


class Command(BaseCommand):
    help = (
        "Say which running cases of an item can move to its version in force, and why the others "
        "cannot; with --apply, move those that can. 列出可以迁移到现行版本的在办件和不能迁移的"
        "原因；加 --apply 则迁移可以迁移的办件。"
    )

    def add_arguments(self, parser):
        parser.add_argument("item", help="its code 事项编码")
        parser.add_argument(
            "--by", required=True, metavar="USER", help="an item manager 事项管理员账号"
        )
        parser.add_argument("--apply", metavar="REASON", help="move them, and why 执行迁移及理由")
        parser.add_argument("--json", action="store_true", help="as JSON 以 JSON 输出")

    def handle(self, *args, item: str, **options):
        why, language = options["apply"], get_language() or "zh"
        with asking.refusals_told(self), progress.bar() as bar:
            version, user, at = asking.live(item), asking.account(options["by"]), clock.now()

            def told(done: int, total: int) -> None:
                bar(version.item.code, done, total)

            if why is None:
                judged = instance_migration.dry_run(to=version, user=user, at=at, told=told)
            else:
                judged = instance_migration.migrate(
                    to=version, user=user, words=why, at=at, told=told
                )
        if options["json"]:
            self.stdout.write(json.dumps([asdict(each) for each in judged], ensure_ascii=False))
        else:
            self.stdout.write(_told(judged, language, moved=why is not None))


def _told(judged: Sequence[Judged], language: str, *, moved: bool) -> str:
    zh = language.startswith("zh")
    lines = []
    for each in judged:
        if not each.can_move:
            lines.append(f"{each.number} v{each.version} · {', '.join(each.standing)}")
            lines += [f"  {one.zh if zh else one.en}" for one in each.obstacles]
    able = sum(each.can_move for each in judged)
    stay = len(judged) - able
    if zh:
        lines.append(f"{'已迁移' if moved else '可以迁移'} {able} 件，不能迁移 {stay} 件。")
    else:
        lines.append(f"{able} {'moved' if moved else 'can move'}, {stay} cannot.")
    return "\n".join(lines)
