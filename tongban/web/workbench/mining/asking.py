"""What the address of the page asks for: filters, the figure whose cases are listed, the drawing.

What the log does not have is as if it was not asked for.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone

from tongban.business.supervision import mining
from tongban.engines.mining import (
    Began,
    Does,
    EndsWith,
    EventLog,
    Follows,
    HandsOver,
    Has,
    Is,
    Repeats,
    StartsWith,
    Takes,
    Trait,
)
from tongban.web.ui import asked as ask

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
BETWEEN = "→"  # in the address, of two steps or two offices
EDGES = 90  # per cent of all successions that are drawn unless asked otherwise
FILTERS = {
    "item": mining.ITEM,
    "office": mining.OFFICE,
    "channel": mining.CHANNEL,
    "version": mining.VERSION,
}


@dataclass(frozen=True)
class Asked:
    """`what` and `of` name a figure, as `behind` knows them; empty: none."""

    item: str = ""
    office: str = ""
    channel: str = ""
    version: str = ""
    since: str = ""
    until: str = ""
    variant: int = 0
    step: str = ""
    edges: int = EDGES
    what: str = ""
    of: str = ""

    def url(self, **other: object) -> str:
        """The same page with something else asked for; a figure only where it is named."""
        given = {
            "item": self.item,
            "office": self.office,
            "channel": self.channel,
            "version": self.version,
            "since": self.since,
            "until": self.until,
            "variant": self.variant or "",
            "step": self.step,
            "edges": self.edges if self.edges != EDGES else "",
            **other,
        }
        return f"?{urlencode({name: value for name, value in given.items() if value != ''})}"

    def cases(self, what: str, of: str = "") -> str:
        return f"{self.url(what=what, of=of)}#behind"

    def traits(self) -> list[Trait]:
        found = mining.chosen({column: getattr(self, name) for name, column in FILTERS.items()})
        if self.since or self.until:
            found.append(Began(_first(self.since), _first(_after(self.until))))
        if self.variant:
            found.append(Takes(self.variant))
        if self.step:
            found.append(Does(self.step))
        return found

    def behind(self) -> list[Trait] | None:
        """The traits of the cases that a figure counts; None where none was named."""
        first, _, second = self.of.partition(BETWEEN)
        known: dict[str, Trait | None] = {
            "all": None,
            "on_time": Is("on_time"),
            "late": Is("late"),
            "finished": Is("finished"),
            "running": Has(mining.STATUS, "running"),
            "reworked": Repeats(),
            "step": Does(self.of),
            "again": Repeats(self.of),
            "starts": StartsWith(self.of),
            "ends": EndsWith(self.of),
            "follows": Follows(first, second),
            "handover": HandsOver("office", first, second),
            "variant": Takes(int(self.of)) if self.of.isdecimal() else None,
            **{name: Has(column, self.of) for name, column in FILTERS.items()},
            "month": Has(mining.MONTH, self.of),
        }
        if self.what not in known:
            return None
        trait = known[self.what]
        return [trait] if trait is not None else []


def read(request: HttpRequest) -> Asked:
    months = {name: ask.words(request, name, 7) for name in ("since", "until")}
    edges = ask.number(request, "edges", 100)
    return Asked(
        **{name: ask.words(request, name, 64) for name in FILTERS},
        **{name: text if MONTH.fullmatch(text) else "" for name, text in months.items()},
        variant=ask.number(request, "variant", 10**9) or 0,
        step=ask.words(request, "step", 128),
        edges=EDGES if edges is None else edges,
        what=ask.words(request, "what", 16),
        of=ask.words(request, "of", 300),
    )


def fitting(asked: Asked, log: EventLog) -> Asked:
    """Without the steps and variants that this log does not have."""
    ((last,),) = log.rows("SELECT max(variant) FROM variants")
    if asked.variant > last:
        asked = replace(asked, variant=0)
    if asked.step not in log.activities:
        asked = replace(asked, step="")
    if not _is_there(asked, log, last):
        asked = replace(asked, what="", of="")
    return asked


def _is_there(asked: Asked, log: EventLog, last: int) -> bool:
    if asked.what in ("step", "again", "starts", "ends"):
        return asked.of in log.activities
    if asked.what == "follows":
        return {*asked.of.split(BETWEEN)} <= log.activities and asked.of.count(BETWEEN) == 1
    if asked.what == "variant":
        return asked.of.isascii() and asked.of.isdecimal() and 1 <= int(asked.of) <= last
    return True


def _first(month: str) -> datetime | None:
    """When the month begins in the city."""
    if not month:
        return None
    year, number = map(int, month.split("-"))
    return timezone.make_aware(datetime(year, number, 1))  # noqa: DTZ001 - made aware here


def _after(month: str) -> str:
    if not month:
        return ""
    year, number = map(int, month.split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02}"
