"""A simulated case is counted nowhere as a real one, and costs no query of theirs anything."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.business.applying import apply
from tests.business.cases.logs import DEFINITION, log
from tests.business.cases.logs import case as logged
from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.base.calendar import actions as calendar
from tongban.base.calendar.models import CalendarDay
from tongban.base.notices.models import Notice
from tongban.base.people import actions as people
from tongban.business.cases import (
    actions,
    deadlines,
    heat,
    listing,
    objections,
    queries,
    simulated,
    todo,
)
from tongban.business.cases.listing import Asked, View
from tongban.business.cases.models import Case, SimulatedCase, Simulation

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=60)  # when both are late


@pytest.fixture
def simulate() -> Callable[[Case], Case]:
    made = Simulation.objects.create(
        kind="played", terms={}, months=1, cases=9, until=date(2026, 9, 21), asked_at=MONDAY
    )

    def mark(case: Case) -> Case:
        number = SimulatedCase.objects.count() + 1
        SimulatedCase.objects.create(simulation=made, case=case, number=number, subject_id="P")
        return case

    return mark


@pytest.fixture
def both(permit, citizen, simulate) -> tuple[Case, Case]:
    """One that is real, and the same as a simulated one; both wait for an officer."""
    real = apply(permit, citizen("wang", insured_months=None))
    other = apply(permit, citizen("zhou", insured_months=None))
    return real, simulate(other)


def test_the_steps_of_the_real_one_alone_wait_for_the_desk(both, approver):
    real, _ = both
    assert [step.case for step in queries.work_of(approver)] == [real]
    assert todo.counts(approver, MONDAY)[todo.Queue.TO_DO] == 1


@pytest.mark.parametrize("playing", [False, True])
def test_whoever_looks_for_work_looks_up_each_row_and_joins_nothing(both, approver, playing):
    people.appoint(user=approver, office_code="GA", role="steward", by="test", at=MONDAY)
    looks = {
        "timers": lambda: actions.fire_timers(at=MONDAY),
        "work": lambda: list(queries.work_of(approver)),
        "queues": lambda: todo.counts(approver, MONDAY),
        "objections": lambda: list(objections.waiting(approver)),
    }
    for name, look in looks.items():
        with CaptureQueriesContext(connection) as asked:
            if playing:
                with simulated.playing():
                    look()
            else:
                look()
        said = [each["sql"] for each in asked if "cases_simulatedcase" in each["sql"]]
        assert said, name
        for statement in said:
            assert "EXISTS" in statement, name
            assert 'JOIN "cases_simulatedcase"' not in statement, name


def test_the_list_counts_and_hurries_the_real_one_and_still_shows_the_other(both, approver):
    real, other = both
    assert listing.counts(approver, Asked(), LATER) == {View.RUNNING: 1, View.LATE: 1}
    for view in (View.RUNNING, View.LATE):
        assert list(listing.of(approver, Asked(view), LATER)) == [real]
    assert set(listing.of(approver, Asked(), LATER)) == {real, other}


def test_the_heat_of_a_process_is_that_of_real_cases(permit, simulate):
    real, other = logged(permit), simulate(logged(permit))
    for case in (real, other):
        log(case, ("a", "start", 0), ("a", "complete", 2))
    found = heat.of(DEFINITION, heat.Asked((permit.pk,)))
    assert (found.cases, found.steps["a"].visits) == (1, 1)
    behind = heat.behind(heat.Asked((permit.pk,)), "a", "visits", 10)
    assert [each.number for each in behind] == [real.number]
    # Whoever looks at the case itself sees the way that it went.
    its_own = heat.of(DEFINITION, heat.Asked((permit.pk,), only=other.pk))
    assert (its_own.cases, its_own.steps["a"].visits) == (1, 1)


def test_a_change_of_the_calendar_moves_the_days_of_the_real_one(both):
    real, other = both
    before = other.promised_on
    kept = CalendarDay.objects.filter(day__year=2026).values(
        *("day", "working", "note_zh", "announced")
    )
    off = (date(2026, 9, 22), date(2026, 9, 23))
    rows = [{**row, "working": row["working"] and row["day"] not in off} for row in kept]
    calendar.load_days(rows, by="test", at=LATER)

    assert deadlines.recount(by="test", at=LATER) == 1

    assert list(Notice.objects.filter(told_at=LATER).values_list("about_id", flat=True)) == [
        real.number
    ]
    other.refresh_from_db()
    assert other.promised_on == before
    assert Event.objects.get(kind="deadlines.recounted").details == {"moved": 1}
