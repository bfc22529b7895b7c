"""`tongban dump DIR`: write what is live as a city folder."""

from pathlib import Path

from django.core.management import BaseCommand

from tongban.commands import asking, city


class Command(BaseCommand):
    help = (
        "Write the live city into a new folder; loading it changes nothing. "
        "Accounts, comments and drafts are not written."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    def handle(self, *args, folder: Path, **options):
        with asking.refusals_told(self):
            count = city.dump(city.live(), folder)
        self.stdout.write(f"{folder}: {count} files")
