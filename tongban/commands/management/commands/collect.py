"""`tongban collect SOURCE…`: try whether sources can be collected, and what their checks find."""

import sys
from pathlib import Path

from django.core.management import BaseCommand
from django.utils.translation import get_language

from tongban import clock
from tongban.commands import loop
from tongban.commands.reports import reconciliation
from tongban.data.lake import actions as lake
from tongban.errors import Refusal


class Command(BaseCommand):
    help = "Collect sources into a draft edition; `tongban run` derives and publishes as well."

    def add_arguments(self, parser):
        parser.add_argument("sources", nargs="+", help="resource codes, e.g. GA01")
        parser.add_argument("--data", type=Path, required=True, help="folder of the sources' files")

    def handle(self, *args, sources, data: Path, **options):
        at = clock.now()
        edition = lake.open_edition(by="command", at=at)
        try:
            loads = loop.collect(
                sources, edition=edition, data=data, by="command", at=at, told=lambda *_: None
            )
        except Refusal as refusal:
            self.stderr.write(refusal.told(get_language() or "zh"))
            sys.exit(1)
        reason = "collected by itself; not derived"
        lake.fail(edition=edition, reason=reason, by="command", at=at)
        self.stdout.write(reconciliation(loads))
