"""`tongban backup FILE`: everything but the master key in one file."""

from pathlib import Path

from django.core.management import BaseCommand
from django.utils.translation import get_language

from tongban import clock
from tongban.commands import asking, backing, progress

WARNING = {
    "zh": (
        "主密钥不在备份中。请另外保管 TONGBAN_MASTER_KEY（或状态目录的 keys/master）："
        "没有它，这份备份无法恢复。"
    ),
    "en": (
        "The master key is NOT in the backup. Keep TONGBAN_MASTER_KEY (or keys/master in the state "
        "folder) elsewhere: without it this backup cannot be restored."
    ),
}


class Command(BaseCommand):
    help = "Write database, lake and audit anchors into one file. The master key is NOT in it."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, file: Path, **options):
        language = "zh" if (get_language() or "zh").startswith("zh") else "en"
        with asking.refusals_told(self), progress.bar() as told:
            manifest = backing.take(file, at=clock.now(), told=told)
        self.stdout.write(
            f"{file}: edition {manifest.edition or '-'}, {len(manifest.tables)} tables, "
            f"{len(manifest.members)} files, {file.stat().st_size:,} bytes"
        )
        self.stderr.write(WARNING[language])
