"""`tongban worker`: takes jobs from the queue until it is told to stop."""

from django.core.management import BaseCommand, call_command
from django.db import connection

from tongban.commands import asking


class Command(BaseCommand):
    help = "Run background jobs until SIGTERM."

    def add_arguments(self, parser):
        parser.add_argument("--concurrency", type=int, default=1)

    def handle(self, *args, concurrency, **options):
        with asking.refusals_told(self):
            connection.ensure_connection()  # the queue has a connection of its own
        call_command("procrastinate", "worker", f"--concurrency={concurrency}")
