"""`tongban load DIR`: make a city folder live, or say everything that is wrong with it."""

import sys
from collections import Counter
from pathlib import Path

from django.core.management import BaseCommand
from django.utils import timezone
from django.utils.translation import get_language

from tongban import clock
from tongban.commands import city
from tongban.errors import Refusal


class Command(BaseCommand):
    help = (
        "Validate a city folder as a whole and make it live; nothing changes if anything is wrong."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    def handle(self, *args, folder: Path, **options):
        now = clock.now()
        try:
            read = city.read_checked(folder, timezone.localdate(now))
            adopted = city.adopt(read, by="command", at=now)
        except Refusal as refusal:
            self.stderr.write(refusal.told(get_language() or "zh"))
            sys.exit(1)
        made = Counter(key.kind for key in adopted.changed)
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(made.items()))
        self.stdout.write(f"{folder.name}: {told or 'nothing to change'}")
        for key in adopted.missing:
            self.stdout.write(f"not in the folder, stays live: {key}")
