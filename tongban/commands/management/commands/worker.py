"""`tongban worker`: takes jobs from the queue until it is told to stop."""

from django.core.management import BaseCommand, call_command


class Command(BaseCommand):
    help = "Run background jobs until SIGTERM."

    def add_arguments(self, parser):
        parser.add_argument("--concurrency", type=int, default=1)

    def handle(self, *args, concurrency, **options):
        call_command("procrastinate", "worker", f"--concurrency={concurrency}")
