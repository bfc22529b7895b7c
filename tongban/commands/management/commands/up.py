"""`tongban up`: the whole platform on this machine."""

import os

from django.conf import settings
from django.core.management import BaseCommand

from tongban.commands import asking, migrating, supervisor


class Command(BaseCommand):
    help = "Start database, web, worker and sealer; restart what dies; stop all on Ctrl-C."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *args, host, port, **options):
        with asking.refusals_told(self):
            migrating.migrate(self.stderr.write)
        state = None if os.environ.get("DATABASE_URL") else settings.STATE
        self.stdout.write(f"http://{host}:{port}")
        supervisor.run(supervisor.children(host, port), state, self.stderr.write)
