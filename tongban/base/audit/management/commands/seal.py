"""`tongban seal`: the sealer as a process. A second one waits in reserve."""

import signal
import threading

from django.core.management.base import BaseCommand

from tongban.base.audit import actions


class Command(BaseCommand):
    help = "Chain and anchor audit events until SIGTERM. 持续封存审计事件，直至 SIGTERM。"

    def add_arguments(self, parser):
        parser.add_argument("--every", type=float, default=1.0, metavar="SECONDS")

    def handle(self, *args, every: float, **options):
        stop = threading.Event()

        def end(*_):
            # In a thread: the main one may be inside the event's own lock when the signal arrives.
            threading.Thread(target=stop.set).start()

        before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            actions.run_sealer(stop, every)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
