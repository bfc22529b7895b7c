"""Which days are working days, and how many lie between two dates."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Calendar:
    """The announced exceptions; every day that `days` does not name follows the week.

    `announced_until` is the last day whose holidays and make-up days are known: what is counted
    beyond it may still move.
    """

    days: Mapping[date, bool]  # True = a working day
    announced_until: date
    _made_up: list[int] = field(init=False, repr=False, compare=False)
    _days_off: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        made_up = _ordinals(day for day, works in self.days.items() if works and _weekend(day))
        days_off = _ordinals(
            day for day, works in self.days.items() if not works and not _weekend(day)
        )
        object.__setattr__(self, "_made_up", made_up)
        object.__setattr__(self, "_days_off", days_off)

    def is_working(self, day: date) -> bool:
        return self.days.get(day, not _weekend(day))

    def working_days(self, after: date, until: date) -> int:
        """Working days later than `after`, up to and including `until`."""
        low, high = after.toordinal(), max(after, until).toordinal()
        return (
            _weekdays(high)
            - _weekdays(low)
            + _between(self._made_up, low, high)
            - _between(self._days_off, low, high)
        )


def _weekend(day: date) -> bool:
    return day.weekday() > 4


def _ordinals(days: Iterable[date]) -> list[int]:
    return sorted(day.toordinal() for day in days)


def _weekdays(ordinal: int) -> int:
    # Day 1 of the proleptic calendar is a Monday.
    weeks, rest = divmod(ordinal, 7)
    return weeks * 5 + min(rest, 5)


def _between(ordinals: list[int], low: int, high: int) -> int:
    return bisect_right(ordinals, high) - bisect_right(ordinals, low)
