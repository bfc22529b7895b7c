"""The lamp of a case: what its three clocks say on a given day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from tongban.engines.clocks.calendar import Calendar
from tongban.engines.clocks.labels import Labelled
from tongban.engines.clocks.limits import Limit, Pause, due, remaining


class Light(Labelled):
    NONE = "none", "无灯", "No light"
    BLUE = "blue", "蓝灯", "Blue"
    YELLOW = "yellow", "黄灯", "Yellow"
    RED = "red", "红灯", "Red"
    PURPLE = "purple", "紫灯", "Purple"
    PAUSED = "paused", "停表", "Clock stopped"


@dataclass(frozen=True, slots=True)
class LightRules:
    """A city's thresholds: what is left of a limit when a lamp comes on."""

    blue_share: Fraction = Fraction(1, 2)
    yellow_working_days: int = 1


@dataclass(frozen=True, slots=True)
class Clock:
    start: date
    limit: Limit
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of one case. A step brings its own clock: it may run while the case's stands
    (a laboratory test that has a limit of its own)."""

    promised: Clock | None = None
    statutory: Clock | None = None
    steps: Sequence[Clock] = ()


def light(
    clocks: Clocks, today: date, calendar: Calendar, rules: LightRules = LightRules()
) -> Light:
    """The gravest lamp that applies. What is overdue stays lit while the clock stands: stopping a
    clock does not put out a lamp."""
    whole = [clock for clock in (clocks.promised, clocks.statutory) if clock]
    if clocks.statutory and _overdue(clocks.statutory, today, calendar):
        return Light.PURPLE
    if clocks.promised and _overdue(clocks.promised, today, calendar):
        return Light.RED
    if any(_overdue(step, today, calendar) for step in clocks.steps):
        return Light.YELLOW
    if any(pause.covers(today) for clock in whole for pause in clock.pauses):
        return Light.PAUSED
    if any(_ends_within(clock, today, calendar, rules.yellow_working_days) for clock in whole):
        return Light.YELLOW
    if any(_down_to(clock, today, calendar, rules.blue_share) for clock in whole):
        return Light.BLUE
    return Light.NONE


def _overdue(clock: Clock, today: date, calendar: Calendar) -> bool:
    return _ends_on(clock, today, calendar) < today


def _ends_within(clock: Clock, today: date, calendar: Calendar, days: int) -> bool:
    return calendar.working_days(today, _ends_on(clock, today, calendar)) <= days


def _ends_on(clock: Clock, today: date, calendar: Calendar) -> date:
    """The last day, as though a clock that stands started again tomorrow."""
    pauses = [
        replace(pause, last=max(pause.first, today)) if pause.last is None else pause
        for pause in clock.pauses
    ]
    return due(clock.start, clock.limit, calendar, pauses).on


def _down_to(clock: Clock, today: date, calendar: Calendar, share: Fraction) -> bool:
    left = remaining(clock.start, today, clock.limit, calendar, clock.pauses)
    return left <= share * clock.limit.whole
