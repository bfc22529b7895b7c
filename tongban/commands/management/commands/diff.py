"""`tongban diff DIR`: where a city folder and what is live differ."""

import json
import sys
from pathlib import Path

from django.core.management import BaseCommand
from django.utils import timezone
from django.utils.translation import get_language

from tongban import clock
from tongban.commands import city
from tongban.errors import Refusal


class Command(BaseCommand):
    help = "List what only the folder has, what only is live, and what differs; exit code 1 if any."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--json", action="store_true", help="one JSON object on standard output"
        )

    def handle(self, *args, folder: Path, **options):
        try:
            read = city.read_checked(folder, timezone.localdate(clock.now()))
        except Refusal as refusal:
            self.stderr.write(refusal.told(get_language() or "zh"))
            sys.exit(2)
        found = city.compare(city.of_folder(read), city.live())
        if options["json"]:
            self.stdout.write(json.dumps(_content(found), ensure_ascii=False))
        else:
            for title, keys in _content(found).items():
                for key in keys:
                    self.stdout.write(f"{title.replace('_', ' ')}: {key}")
        if found:
            sys.exit(1)


def _content(found: city.Difference) -> dict[str, list[str]]:
    return {
        "only_in_folder": [str(key) for key in found.only_folder],
        "only_live": [str(key) for key in found.only_live],
        "different": [str(key) for key in found.different],
    }
