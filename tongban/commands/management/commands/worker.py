"""`tongban worker`: takes jobs from the queue and fires timers until it is told to stop."""

import logging
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.core.management import BaseCommand
from django.db import connection

from tongban.base.jobs import lanes
from tongban.business.cases import timers
from tongban.commands import asking

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Run background jobs and fire the timers of cases until SIGTERM."

    def add_arguments(self, parser):
        parser.add_argument("--concurrency", type=int, default=1)

    def handle(self, *args, concurrency, **options):
        with asking.refusals_told(self):
            connection.ensure_connection()  # the queue has a connection of its own
        with _clockwork():
            lanes.run(concurrency)


@contextmanager
def _clockwork() -> Iterator[None]:
    """In a thread beside the queue, so that no job makes a timer wait. What ends it ends the whole
    process, which is started again."""
    stop = threading.Event()
    with ThreadPoolExecutor(1, "timers") as threads:
        firing = threads.submit(_fire, stop)
        try:
            yield
        finally:
            stop.set()
        firing.result()


def _fire(stop: threading.Event) -> None:
    try:
        timers.run(stop)
    except Exception:
        logger.exception("The clockwork broke, and the worker ends")
        os.kill(os.getpid(), signal.SIGTERM)  # the queue ends as it does when told to
        raise
    finally:
        connection.close()
