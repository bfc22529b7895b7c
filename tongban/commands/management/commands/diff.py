"""`tongban diff DIR`: where a city folder and what is live differ."""

import json
import sys
from pathlib import Path

from django.core.management import BaseCommand
from django.utils import timezone

from tongban import clock
from tongban.commands import asking, city


class Command(BaseCommand):
    help = "List what only the folder has, what only is live, and what differs; exit code 1 if any."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--json", action="store_true", help="one JSON object on standard output"
        )

    def handle(self, *args, folder: Path, **options):
        with asking.refusals_told(self, 2):
            read = city.read_checked(folder, timezone.localdate(clock.now()))
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
