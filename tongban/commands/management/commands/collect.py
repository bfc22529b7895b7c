"""`tongban collect SOURCE…`: try whether sources can be collected, and what their checks find."""

from pathlib import Path

from django.core.management import BaseCommand

from tongban import clock
from tongban.commands import asking, loop
from tongban.commands.reports import reconciliation
from tongban.data.lake import actions as lake


class Command(BaseCommand):
    help = "Collect sources into a draft edition; `tongban run` derives and publishes as well."

    def add_arguments(self, parser):
        asking.add_sources(parser, "+", "resource codes, e.g. GA01")

    def handle(self, *args, sources, data: Path, **options):
        at = clock.now()
        with asking.refusals_told(self):
            edition, loads = loop.collect(
                sources, data=data, by="command", at=at, told=lambda *_: None
            )
            reason = "collected by itself; not derived"
            lake.fail(edition=edition, reason=reason, by="command", at=at)
        self.stdout.write(reconciliation(loads))
