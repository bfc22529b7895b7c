"""`tongban messages`: keep the English words of the product complete, and compile them."""

import sys
from typing import Any

from django.core.management import BaseCommand

from tongban.web.ui import messages


class Command(BaseCommand):
    help = "collect: bring django.po in line with the source; compile: make the .mo Django reads."
    requires_system_checks: Any = []

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["collect", "compile"])

    def handle(self, *args, what: str, **options):
        if what == "compile":
            messages.compile_file()
            return
        missing = messages.merge()
        for text in missing:
            self.stdout.write(text)
        sys.exit(1 if missing else 0)
