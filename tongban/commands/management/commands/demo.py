"""`tongban demo`: set up 云泽市 on this machine, run the loop once, and serve it."""

import os
import sys
import time
import tomllib

from django.conf import settings
from django.core.management import BaseCommand
from django.utils import timezone

from tongban import clock
from tongban.commands import asking, city, loop, migrating, supervisor
from tongban.commands.demo import accounts, sources
from tongban.commands.reports import account_table, reconciliation
from tongban.data.lake import queries as lake

THINGS_TO_TRY = """
可以试试 / Five things to try
 1. citizen-true     搜“暂住证”申领居住证，当场出证 · apply, issued at once
 2. citizen-unknown  同样申领，参保查不到，转人工 · unknown, so a person decides
 3. ga-approver      准予它，看“它是怎么来的” · grant it, follow a fact to its source
 4. ga-steward       更正 GA01 的一行，得分上升 · correct a row, see the score rise
 5. auditor          看审计日志；tongban audit verify · read the log, verify its chain
"""


CASES = 3_000


class Command(BaseCommand):
    help = "Set up the demo city on this machine, run the loop once, and serve it on loopback."

    def add_arguments(self, parser):
        parser.add_argument("--people", type=int, default=120_000)
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument(
            "--cases", type=int, default=CASES, help="simulated ones, once it serves; 0: none"
        )
        parser.add_argument(
            "--no-serve", action="store_true", help="stop when everything is set up"
        )

    def handle(self, *args, people: int, port: int, cases: int, no_serve: bool, **options):
        self.started = time.monotonic()
        self._say("database")
        with asking.refusals_told(self):
            self._set_up(people)
        self.stdout.write(THINGS_TO_TRY)
        if not no_serve:
            self._serve(port, cases)

    def _set_up(self, people: int) -> None:
        sources.check_city()
        migrating.migrate(self.stderr.write)
        sources.make_database()
        content = tomllib.loads((sources.CITY / "accounts.toml").read_text(encoding="utf-8"))
        if lake.current_edition() is None or not sources.are_written(
            people, timezone.localdate(clock.now())
        ):
            self._run_loop(people)
        accounts.apply_earlier(content, at=clock.now())
        opened = accounts.open_all(content, at=clock.now())
        self.stdout.write(account_table(opened))

    def _run_loop(self, people: int) -> None:
        self._say(f"source systems of {people:,} people")
        at = clock.now()
        sources.write(people, timezone.localdate(at))
        self._say("city folder")
        city.adopt(city.read_checked(sources.CITY, timezone.localdate(at)), by="demo", at=at)
        with sources.deaths_served():
            _edition, loads = loop.run(
                loop.all_sources(), data=sources.DATA, by="demo", at=at, told=self._told
            )
        self.stdout.write(reconciliation(loads))

    def _serve(self, port: int, cases: int) -> None:
        state = None if os.environ.get("DATABASE_URL") else settings.STATE
        sources.share_secret()
        family = supervisor.children("127.0.0.1", port)
        family.append(supervisor.Child("deaths", sources.deaths_server()))
        family.append(supervisor.Child("province", sources.province_server(port)))
        if cases:
            argv = sources.simulation(cases)
            family.append(supervisor.Child("simulation", argv, lasting=False))
        self._say(f"serving http://127.0.0.1:{port}")
        self.stdout.write(f"\nhttp://127.0.0.1:{port}   Ctrl-C 结束 / stops it\n")
        supervisor.run(family, state, self.stderr.write)

    def _told(self, step: str, count: int) -> None:
        self._say(f"{step}  {count:,}")

    def _say(self, words: str) -> None:
        sys.stderr.write(f"{time.monotonic() - self.started:7.1f} s  {words}\n")
