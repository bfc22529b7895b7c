"""A small city's simulation: two items, a few desks, a calendar with one holiday."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from tongban.commands.simulating import terms as reading
from tongban.commands.simulating.arrivals import Arrival, Luck, plan
from tongban.commands.simulating.hours import OfficeHours
from tongban.commands.simulating.story import Story, tell
from tongban.commands.simulating.terms import Terms
from tongban.commands.simulating.ways import Known, Made, of
from tongban.engines import processes
from tongban.engines.clocks import Calendar, Limit

CITY = Path(__file__).parents[3] / "cities" / "yunze"
ZONE = ZoneInfo("Asia/Shanghai")
HOLIDAY, MADE_UP = date(2026, 9, 25), date(2026, 9, 20)  # a Friday, a Sunday
CALENDAR = Calendar({HOLIDAY: False, MADE_UP: True}, date(2026, 12, 31))
UNTIL = date(2026, 11, 1)


def terms(**changes: object) -> Terms:
    return reading.of({**reading.read(CITY).model_dump(mode="json"), **changes})


def hours(told: Terms) -> OfficeHours:
    one = told.hours
    return OfficeHours(CALENDAR, ((one.begin, one.noon), (one.again, one.end)), ZONE)


def known() -> dict[str, Known]:
    return {code: _known(code, *rest) for code, *rest in (("B09", "GA", 5), ("D02", "MZ", 1))}


def _known(code: str, office: str, promised: int) -> Known:
    drawn = processes.load((CITY / "items" / code / "process.bpmn").read_bytes())
    return Known(code, office, drawn, Limit(promised, "working"), Limit(20, "working"))


def arrivals(told: Terms, cases: int, months: int = 2) -> list[Arrival]:
    return plan(told, hours(told), until=UNTIL, months=months, cases=cases)


def story(told: Terms, made: Made, came: list[Arrival]) -> Story:
    ways = of(told, known(), made)
    return tell(came, ways, told.staff, hours(told), until=UNTIL)


def luck(outcome: str = "unknown", **changes: object) -> Luck:
    """Of somebody who is granted, corrects nothing and does not withdraw."""
    given = {
        "outcome": outcome,
        "granted": True,
        "correction": 1.0,
        "answer_days": 2.0,
        "disputes": False,
        "withdraws_after": None,
        "seed": "x",
    }
    return Luck(**{**given, **changes})  # pyright: ignore[reportArgumentType]
