"""The clockwork: timers of cases fire as soon as they are due. Several clockworks share the work.

Nobody has to tell it of a new timer, so nothing can be missed: it sleeps until the next one is due,
but never longer than a second, and what it asks then is the first entry of an index.
"""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection

from tongban import clock
from tongban.business.cases import actions
from tongban.business.cases.models import ProcessRow

LONGEST_SLEEP = 1.0  # seconds
AT_ONCE = 100
FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=1)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rest:
    """Of a timer whose case cannot go on: tried again later, and each time later than before."""

    until: datetime
    lasting: timedelta


def run(stop: threading.Event) -> None:
    """Until told to stop. Waits for a database that goes away; any other error ends it."""
    resting: Mapping[int, Rest] = {}
    while not stop.is_set():
        try:
            at = clock.now()
            resting, is_done = turn(at, resting)
            pause = _until_next(at) if is_done else 0.0
        except (OperationalError, InterfaceError) as error:
            logger.warning("The clockwork lost the database and will try again: %s", error)
            connection.close()
            pause = LONGEST_SLEEP
        stop.wait(pause)


def turn(at: datetime, resting: Mapping[int, Rest]) -> tuple[Mapping[int, Rest], bool]:
    """Fire what is due; returns what rests from now on, and whether nothing else was due."""
    asleep = {timer: rest for timer, rest in resting.items() if rest.until > at}
    try:
        fired = actions.fire_timers(at=at, limit=AT_ONCE, besides=asleep)
    except actions.TimersStuck as stuck:
        return asleep | {timer: _rest(at, resting.get(timer)) for timer in stuck.timers}, False
    return asleep, fired < AT_ONCE


def _rest(at: datetime, before: Rest | None) -> Rest:
    lasting = min(before.lasting * 2, LONGEST_REST) if before else FIRST_REST
    return Rest(at + lasting, lasting)


def _until_next(at: datetime) -> float:
    """Seconds until one is due that was not due at `at`; what was due then is in the hands of
    others, or rests."""
    timers = ProcessRow.objects.filter(kind=ProcessRow.Kind.TIMER, due__gt=at)
    due = timers.order_by("due").values_list("due", flat=True).first()
    if due is None:
        return LONGEST_SLEEP
    return min(max(0.0, (due - clock.now()).total_seconds()), LONGEST_SLEEP)
