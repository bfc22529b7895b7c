"""`tongban run`: collect the sources, derive registers and facts, publish an edition."""

import sys
import time
from pathlib import Path

from django.core.management import BaseCommand
from django.utils.translation import get_language

from tongban import clock
from tongban.commands import loop
from tongban.commands.reports import reconciliation
from tongban.errors import Refusal


class Command(BaseCommand):
    help = "Collect sources into a new edition, derive registers and facts, and publish it."

    def add_arguments(self, parser):
        parser.add_argument("sources", nargs="*", help="resource codes; all when none is named")
        parser.add_argument("--data", type=Path, required=True, help="folder of the sources' files")

    def handle(self, *args, sources, data: Path, **options):
        started = time.monotonic()

        def told(step: str, count: int) -> None:
            self.stderr.write(f"{time.monotonic() - started:7.1f} s  {step}  {count:,}")

        try:
            edition, loads = loop.run(
                sources or loop.all_sources(), data=data, by="command", at=clock.now(), told=told
            )
        except Refusal as refusal:
            self.stderr.write(refusal.told(get_language() or "zh"))
            sys.exit(1)
        self.stdout.write(reconciliation(loads))
        self.stdout.write(f"edition {edition.number} published")
