"""`tongban run`: collect the sources, derive registers and facts, publish an edition."""

import time
from pathlib import Path

from django.core.management import BaseCommand

from tongban import clock
from tongban.commands import asking, loop
from tongban.commands.reports import reconciliation


class Command(BaseCommand):
    help = "Collect sources into a new edition, derive registers and facts, and publish it."

    def add_arguments(self, parser):
        asking.add_sources(parser, "*", "resource codes; all when none is named")

    def handle(self, *args, sources, data: Path, **options):
        started = time.monotonic()

        def told(step: str, count: int) -> None:
            self.stderr.write(f"{time.monotonic() - started:7.1f} s  {step}  {count:,}")

        with asking.refusals_told(self):
            edition, loads = loop.run(
                sources or loop.all_sources(), data=data, by="command", at=clock.now(), told=told
            )
        self.stdout.write(reconciliation(loads))
        self.stdout.write(f"edition {edition.number} published")
