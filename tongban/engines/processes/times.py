"""Times as BPMN writes them: ISO 8601 durations, moments and repeating intervals."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

# So many digits at most: what is longer is a slip, and no calendar reaches that far.
DURATION = re.compile(
    r"P(?=.)(?:(?P<years>\d{1,12})Y)?(?:(?P<months>\d{1,12})M)?"
    r"(?:(?P<weeks>\d{1,12})W)?(?:(?P<days>\d{1,12})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,12})H)?(?:(?P<minutes>\d{1,12})M)?"
    r"(?:(?P<seconds>\d{1,12}(?:\.\d{1,12})?)S)?)?",
    re.ASCII,
)
CYCLE = re.compile(r"R(?P<repeats>\d{0,12})/(?:(?P<start>[^/P]+)/)?(?P<every>P[^/]+)", re.ASCII)
LOOKS_ISO = re.compile(r"(P[\dT]|R\d*/|\d{4}-)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months and exact time; never negative."""

    months: int
    time: timedelta

    def after(self, start: datetime) -> datetime:
        """Months first: a day that the month does not have becomes its last day."""
        year, month = divmod(start.year * 12 + start.month - 1 + self.months, 12)
        day = min(start.day, monthrange(year, month + 1)[1])
        return start.replace(year=year, month=month + 1, day=day) + self.time

    def iso(self) -> str:
        seconds = f"{self.time.seconds}.{self.time.microseconds:06d}".rstrip("0").rstrip(".")
        return f"P{self.months}M{self.time.days}DT{seconds}S"

    @property
    def years(self) -> int:
        return self.months // 12 + self.time.days // 366

    @property
    def empty(self) -> bool:
        return not self.months and not self.time


@dataclass(frozen=True, slots=True)
class Moment:
    """A date (its first instant) or a date with a time; without an offset it is local time."""

    at: datetime

    def local_to(self, reference: datetime) -> datetime:
        return self.at if self.at.tzinfo else self.at.replace(tzinfo=reference.tzinfo)


@dataclass(frozen=True, slots=True)
class Cycle:
    """`repeats` is `None` without end; without `start` the first time is one interval from now."""

    repeats: int | None
    start: Moment | None
    every: Duration


def duration(text: str) -> Duration | None:
    found = DURATION.fullmatch(text.strip())
    if found is None:
        return None
    part = {name: float(value or 0) for name, value in found.groupdict().items()}
    try:
        time = timedelta(
            weeks=part["weeks"],
            days=part["days"],
            hours=part["hours"],
            minutes=part["minutes"],
            seconds=part["seconds"],
        )
    except OverflowError:
        return None
    return Duration(int(part["years"] * 12 + part["months"]), time)


def moment(text: str) -> Moment | None:
    try:
        return Moment(datetime.fromisoformat(text.strip()))
    except ValueError:
        return None


def first_instant(day: date) -> Moment:
    return Moment(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - local time, see Moment


def cycle(text: str) -> Cycle | None:
    found = CYCLE.fullmatch(text.strip())
    every = duration(found["every"]) if found else None
    if found is None or every is None or every.empty or found["repeats"] == "0":
        return None
    start = moment(found["start"]) if found["start"] else None
    if found["start"] and start is None:
        return None
    return Cycle(int(found["repeats"]) if found["repeats"] else None, start, every)


def looks_like_iso(text: str) -> bool:
    """Whether the author meant ISO 8601, so that a slip is not taken for a FEEL name."""
    return LOOKS_ISO.match(text.strip()) is not None
