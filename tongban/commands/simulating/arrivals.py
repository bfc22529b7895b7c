"""Who applies for what and when: drawn once from a seed, the same for every way of working."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from tongban.commands.simulating.hours import OfficeHours
from tongban.commands.simulating.terms import Arrivals, Item, Spread, Terms
from tongban.errors import Refusal

Z90 = 1.2815515655446004  # of the normal distribution
WITHIN_AN_HOUR = 60


class TooFew(Refusal):
    """{cases} cases cannot be simulated in {months} months: take 1 to {most} cases and 1 to 120
    months."""

    zh = "不能在 {months} 个月内模拟 {cases} 件：件数应为 1 至 {most}，月数应为 1 至 120。"


MOST = 2_000_000


@dataclass(frozen=True, slots=True)
class Luck:
    """What is drawn for one applicant, whatever way of working he meets."""

    outcome: str  # true, false, unknown: what the rules say
    granted: bool  # what a person says where the rules leave it open
    correction: float
    answer_days: float
    disputes: bool
    withdraws_after: float | None  # days
    seed: str

    def minutes(self, step: str, spread: Spread) -> float:
        """How long a step takes: drawn by its name, so that it is the same in any order."""
        return drawn(spread, Random(f"{self.seed}/{step}"))


@dataclass(frozen=True, slots=True)
class Arrival:
    number: int
    item: str
    at: datetime
    channel: str
    luck: Luck


def plan(
    terms: Terms, hours: OfficeHours, *, until: date, months: int, cases: int | None
) -> list[Arrival]:
    """So many arrivals before `until`, in order of time; without a count, as the terms say."""
    days = _days(until, months)
    count = _expected(terms, hours, days) if cases is None else cases
    if not (0 < count <= MOST and 0 < months <= 120):
        raise TooFew(cases=count, months=months, most=MOST)
    dice = Random(f"{terms.seed}/arrivals")
    weights = [_weight(day, terms.arrivals, hours) for day in days]
    drawn_days = dice.choices(days, weights, k=count)
    items = dice.choices(terms.items, [item.per_day for item in terms.items], k=count)
    moments = sorted(
        (_moment(day, item, terms.arrivals, hours, dice), n, item)
        for n, (day, item) in enumerate(zip(drawn_days, items, strict=True))
    )
    ends = datetime.combine(until, time(), hours.zone)
    return [
        Arrival(number, item.code, *_before(ends, at, channel), _luck(terms, item, number))
        for number, ((at, channel), _, item) in enumerate(moments, 1)
    ]


def drawn(spread: Spread, dice: Random) -> float:
    sigma = math.log(spread.p90 / spread.median) / Z90
    return spread.median * math.exp(sigma * dice.gauss(0, 1))


def _days(until: date, months: int) -> list[date]:
    month = until.year * 12 + until.month - 1 - months
    first = date(month // 12, month % 12 + 1, min(until.day, 28))
    return [first + timedelta(days=n) for n in range((until - first).days)]


def _expected(terms: Terms, hours: OfficeHours, days: Sequence[date]) -> int:
    working = sum(hours.calendar.is_working(day) for day in days)
    return round(working * sum(item.per_day for item in terms.items))


def _weight(day: date, terms: Arrivals, hours: OfficeHours) -> float:
    """A Saturday that is made up is as a Friday."""
    working = hours.calendar.is_working(day)
    of_week = terms.by_weekday[min(day.weekday(), 4)] if working else terms.day_off
    return terms.by_month[day.month - 1] * of_week


def _moment(
    day: date, item: Item, terms: Arrivals, hours: OfficeHours, dice: Random
) -> tuple[datetime, str]:
    """At the counter nobody comes while it is closed: within the first hour after that."""
    (hour,) = dice.choices(range(24), weights=terms.by_hour)
    at = datetime.combine(day, time(hour), hours.zone) + timedelta(seconds=dice.randrange(3600))
    (channel,) = dice.choices(list(item.channels), weights=list(item.channels.values()))
    if channel != "counter" or hours.is_open(at):
        return at, channel
    return hours.next_open(at) + timedelta(minutes=dice.randrange(WITHIN_AN_HOUR)), channel


def _before(ends: datetime, at: datetime, channel: str) -> tuple[datetime, str]:
    """Whoever finds the counter closed for the rest of the time applies from home."""
    return (at, channel) if at < ends else (ends - timedelta(minutes=1), "web")


def _luck(terms: Terms, item: Item, number: int) -> Luck:
    seed = f"{terms.seed}/{number}"
    dice = Random(seed)
    outcomes = item.outcomes
    steps = list(accumulate((outcomes.true, outcomes.false)))
    outcome = ("true", "false", "unknown")[bisect_right(steps, dice.random())]
    granted, correction = dice.random() < item.granted, dice.random()
    answer_days = drawn(terms.answer_days, dice)
    disputes = dice.random() < (item.dispute.share if item.dispute else 0)
    withdraws = dice.random() < item.withdrawn
    after = drawn(terms.withdrawn_days, dice)
    return Luck(
        outcome, granted, correction, answer_days, disputes, after if withdraws else None, seed
    )
