"""A step has a clock of its own beside that of the case: rows, lamps, lists."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from tests.business.applying import apply
from tests.business.cases.verbs.telling import step
from tests.known import MONDAY
from tongban.base.calendar import actions as calendar
from tongban.base.calendar import queries as known
from tongban.base.calendar.models import CalendarDay
from tongban.business.cases import deadlines, queries
from tongban.business.cases.verbs import signing
from tongban.engines.clocks import Light

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(officer):
    return officer("何静", "clerk")


def on(day: int):
    return MONDAY.replace(day=day)


def shown(user, day: int) -> queries.ToDo:
    (one,) = queries.to_do(user, on(day))
    return one


def test_the_day_of_a_step_is_counted_from_the_day_that_it_opened(branched):
    papers, home = step(branched, "papers"), step(branched, "home")
    assert (papers.limit_days, papers.limit_unit, papers.due_on, papers.due_is_provisional) == (
        *(2, "working", date(2026, 9, 23)),
        False,
    )
    assert (home.limit_days, home.limit_unit, home.due_on) == (None, "", None)


@pytest.mark.parametrize(
    ("day", "of_step", "of_case", "left"),
    [
        (21, Light.NONE, Light.NONE, 2),
        (22, Light.YELLOW, Light.NONE, 1),
        (23, Light.YELLOW, Light.NONE, 0),
        (24, Light.RED, Light.YELLOW, -1),  # a step overdue lights the case though it is in time
        (30, Light.RED, Light.RED, -4),
    ],
)
def test_a_step_has_a_lamp_and_lights_that_of_its_case(
    branched, clerk, day, of_step, of_case, left
):
    one = shown(clerk, day)
    assert one.step is not None
    assert (one.step.light, one.deadline.light) == (of_step, of_case)
    assert (one.step.days_left, one.step.days_total, one.step.unit) == (left, 2, "working")
    assert (one.step.due_on, one.step.is_provisional) == (date(2026, 9, 23), False)


def test_the_late_step_of_a_colleague_lights_the_case_for_the_other_too(branched, approver):
    one = shown(approver, 24)
    assert (one.step, one.deadline.light) == (None, Light.YELLOW)


def test_a_step_presses_before_its_case_does(branched, clerk, approver):
    assert [queries.burden(clerk, on(day)).pressing for day in (22, 23)] == [0, 1]
    assert queries.burden(approver, on(23)).pressing == 0


def test_of_two_cases_due_on_one_day_the_one_with_the_nearer_step_comes_first(item, citizen, clerk):
    later = apply(item, citizen("a", insured_months=None), at=MONDAY)
    sooner = apply(item, citizen("b", insured_months=None), at=MONDAY)
    later.work_items.filter(node="papers").update(due_on=date(2026, 9, 24))
    assert [one.work_item.case for one in queries.to_do(clerk, MONDAY)] == [sooner, later]


def test_a_signer_has_the_limit_of_the_step_that_he_signs(branched, clerk, officer):
    made = signing.add_signer(
        work_item_id=step(branched, "papers").pk,
        user=clerk,
        to=officer("江河", "clerk"),
        words="",
        at=MONDAY + timedelta(days=1),
    )
    assert (made.limit_days, made.due_on) == (2, date(2026, 9, 24))


def test_beyond_the_announced_calendar_the_day_of_a_step_is_provisional(branched, clerk):
    rows = CalendarDay.objects.filter(day__year=2026).values("day", "working", "note_zh")
    unannounced = [{**row, "announced": False} for row in rows]
    calendar.load_days(unannounced, by="test", at=MONDAY)

    assert deadlines.recount(by="test", at=MONDAY) == 1

    assert step(branched, "papers").due_is_provisional
    one = shown(clerk, 21)
    assert one.step is not None
    assert (one.step.is_provisional, one.deadline.is_provisional) == (True, True)


def test_what_is_done_keeps_the_day_it_had(branched, clerk):
    work = step(branched, "papers")
    work.status, work.closed_at, work.done_by = "done", MONDAY, clerk
    work.save()
    before = (work.due_on, work.due_is_provisional)
    deadlines.move(branched, known.current())
    work.refresh_from_db()
    assert (work.due_on, work.due_is_provisional) == before


@pytest.mark.parametrize(
    "odd",
    [
        {"limit_days": 3},
        {"limit_days": 3, "limit_unit": "weeks", "due_on": date(2026, 9, 24)},
        {"due_on": date(2026, 9, 24)},
    ],
)
def test_the_database_takes_no_day_without_a_limit(branched, odd):
    with pytest.raises(IntegrityError, match="work_item_due_with_limit"):
        branched.work_items.filter(node="home").update(**odd)
