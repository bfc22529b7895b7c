"""Days that a calendar counts move with it; whoever was told another day hears of it."""

from datetime import date, timedelta

import pytest

from tests.business.applying import apply, complete
from tests.business.refusing import everything
from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.base.calendar import actions as calendar
from tongban.base.calendar.models import CalendarDay
from tongban.base.notices.models import Notice
from tongban.business.cases import deadlines
from tongban.business.cases.models import Case, Objection

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=3)
TUESDAY, WEDNESDAY = date(2026, 9, 22), date(2026, 9, 23)
CHRISTMAS = date(2026, 12, 25)


@pytest.fixture
def waiting(permit, citizen) -> Case:
    return apply(permit, citizen(insured_months=None), disputed={"name": "错了一个字"})


def announce(*days_off: date, announced: bool = True) -> None:
    """The year 2026 again, with these days off."""
    kept = CalendarDay.objects.filter(day__year=2026).values("day", "working", "note_zh")
    rows = [
        {**row, "announced": announced, "working": row["working"] and row["day"] not in days_off}
        for row in kept
    ]
    calendar.load_days(rows, by="test", at=LATER)


def days_of(case: Case) -> tuple[date, date, bool]:
    case.refresh_from_db()
    return case.promised_on, case.statutory_on, case.due_is_provisional


def test_a_running_case_gets_its_days_anew_and_its_applicant_is_told(waiting):
    before = days_of(waiting)
    assert before == (date(2026, 9, 29), date(2026, 10, 6), False)

    announce(TUESDAY, WEDNESDAY)
    assert deadlines.recount(by="test", at=LATER) == 2

    assert days_of(waiting) == (date(2026, 10, 8), date(2026, 10, 6), False)
    assert Objection.objects.get().due_on == date(2026, 10, 14)
    told = Notice.objects.get(told_at=LATER)
    assert (told.subject_id, told.about_id) == (waiting.applicant_id, waiting.number)
    assert told.words_zh == (
        f"放假安排有调整，您申请的居住证申领（{waiting.number}）最晚 2026-10-08 答复。"
    )
    assert told.words_en == (
        "The calendar of holidays has changed: your application (Application for a residence "
        f"permit, {waiting.number}) is answered by 2026-10-08."
    )
    event = Event.objects.get(kind="deadlines.recounted")
    assert (event.actor, event.details) == ("test", {"moved": 2})


def test_a_change_that_moves_no_day_leaves_everything_as_it_was(waiting):
    announce(CHRISTMAS)
    before = everything()

    assert deadlines.recount(by="test", at=LATER) == 0

    assert everything() == before


def test_what_is_finished_keeps_the_day_it_was_promised(waiting, approver):
    complete(waiting, approver)
    before = days_of(waiting)
    announce(TUESDAY, WEDNESDAY)

    assert deadlines.recount(by="test", at=LATER) == 1, "the objection alone"

    assert days_of(waiting) == before


def test_a_year_that_is_not_announced_makes_its_days_provisional_without_a_word(waiting):
    before = days_of(waiting)
    announce(announced=False)

    assert deadlines.recount(by="test", at=LATER) == 2

    assert days_of(waiting) == (*before[:2], True)
    assert Objection.objects.get().due_is_provisional
    assert not Notice.objects.filter(told_at=LATER).exists()
