"""When an office works: hours of working days by the calendar of the city."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from tongban.engines.clocks import Calendar

ONE_DAY = timedelta(days=1)
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class OfficeHours:
    calendar: Calendar
    spans: tuple[tuple[time, time], ...]
    zone: tzinfo

    def is_open(self, at: datetime) -> bool:
        return self.next_open(at) == at

    def next_open(self, at: datetime) -> datetime:
        """`at` itself while the office works; an end is no more a working moment."""
        return next(max(at, begin) for begin, end in self._from(at) if at < end)

    def after(self, at: datetime, minutes: float) -> datetime:
        """When so much working time has passed; what the evening breaks off goes on next day."""
        left = timedelta(minutes=minutes)
        for begin, end in self._from(at):
            since = max(at, begin)
            if since + left <= end:
                return since + left
            left -= max(end - since, timedelta(0))
        raise AssertionError("days never end")

    def minutes_between(self, at: datetime, until: datetime) -> float:
        """Working minutes."""
        found = timedelta(0)
        for begin, end in self._from(at):
            if begin >= until:
                return found.total_seconds() / 60
            found += max(min(end, until) - max(begin, at), timedelta(0))
        raise AssertionError("days never end")

    def _from(self, at: datetime) -> Iterator[Span]:
        """The spans of the day of `at` and of every working day after it."""
        day = at.date()
        while True:
            if self.calendar.is_working(day):
                for begin, end in self.spans:
                    yield self._moment(day, begin), self._moment(day, end)
            day += ONE_DAY

    def _moment(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self.zone)
