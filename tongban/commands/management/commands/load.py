"""`tongban load DIR`: make a city folder live, or say everything that is wrong with it."""

from collections import Counter
from pathlib import Path

from django.core.management import BaseCommand
from django.utils import timezone

from tongban import clock
from tongban.commands import asking, city


class Command(BaseCommand):
    help = (
        "Validate a city folder as a whole and make it live; nothing changes if anything is wrong."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    def handle(self, *args, folder: Path, **options):
        now = clock.now()
        with asking.refusals_told(self):
            read = city.read_checked(folder, timezone.localdate(now))
            adopted = city.adopt(read, by="command", at=now)
        made = Counter(key.kind for key in adopted.changed)
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(made.items()))
        self.stdout.write(f"{folder.name}: {told or 'nothing to change'}")
        for key in adopted.missing:
            self.stdout.write(f"not in the folder, stays live: {key}")
