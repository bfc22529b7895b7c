"""ISO 8601 as BPMN uses it."""

from datetime import UTC, datetime, timedelta

import pytest

from tongban.engines.processes import times
from tongban.engines.processes.times import Cycle, Duration, Moment


@pytest.mark.parametrize(
    ("text", "months", "time"),
    [
        ("P1Y2M", 14, timedelta(0)),
        ("P3W", 0, timedelta(weeks=3)),
        ("P1DT2H3M4.5S", 0, timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
        (" PT36H ", 0, timedelta(hours=36)),
        ("P0D", 0, timedelta(0)),
    ],
)
def test_durations(text: str, months: int, time: timedelta):
    assert times.duration(text) == Duration(months, time)


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1", "1D", "P1H", "PT1D", "-P1D", "P1.5D", "P1S", "P٣D", "P" + "9" * 30 + "D"],
)
def test_what_is_no_duration(text: str):
    assert times.duration(text) is None


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-31", 12, "2027-12-31"),
    ],
)
def test_a_month_ends_on_its_last_day(start: str, months: int, expected: str):
    begin = datetime.fromisoformat(start).replace(tzinfo=UTC)

    after = Duration(months, timedelta(0)).after(begin)
    assert after == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["P1Y2M", "P1DT2H3M4.5S", "PT0.000001S", "P400D"])
def test_a_duration_is_written_so_that_it_reads_the_same(text: str):
    duration = times.duration(text)

    assert duration is not None
    assert times.duration(duration.iso()) == duration


def test_cycles():
    hour = Duration(0, timedelta(hours=1))
    start = Moment(datetime(2026, 3, 2, 9, tzinfo=UTC))

    assert times.cycle("R3/PT1H") == Cycle(3, None, hour)
    assert times.cycle("R/PT1H") == Cycle(None, None, hour)
    assert times.cycle("R3/2026-03-02T09:00:00Z/PT1H") == Cycle(3, start, hour)


@pytest.mark.parametrize(
    "text", ["PT1H", "R3", "R3/", "R0/PT1H", "R3/PT0S", "R3/x/PT1H", "R-1/PT1H"]
)
def test_what_is_no_cycle(text: str):
    assert times.cycle(text) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("P5D", True),
        ("PT5", True),
        ("R3/x", True),
        ("2026-1-1", True),
        ("Period", False),
        ("R", False),
    ],
)
def test_a_slip_is_told_from_a_name(text: str, meant: bool):
    assert times.looks_like_iso(text) is meant
