"""`tongban dump DIR`: write what is live as a city folder."""

import sys
from pathlib import Path

from django.core.management import BaseCommand
from django.utils.translation import get_language

from tongban.commands import city
from tongban.errors import Refusal


class Command(BaseCommand):
    help = (
        "Write the live city into a new folder; loading it changes nothing. "
        "Accounts, comments and drafts are not written."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    def handle(self, *args, folder: Path, **options):
        try:
            count = city.dump(city.live(), folder)
        except Refusal as refusal:
            self.stderr.write(refusal.told(get_language() or "zh"))
            sys.exit(1)
        self.stdout.write(f"{folder}: {count} files")
