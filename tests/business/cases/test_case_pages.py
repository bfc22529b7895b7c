"""What lists and pages of cases show, in which order, and for how many queries."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from tests.business.applying import apply, complete
from tests.known import MONDAY
from tongban.base.people.models import User
from tongban.business.cases import actions, queries
from tongban.engines.clocks import Light

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(permit, citizen):
    """Makes a case that waits for the approver, submitted on a day of September."""

    def make(username, day=21):
        at = datetime(2026, 9, day, 2, tzinfo=UTC)
        return apply(permit, citizen(username, insured_months=None), at=at)

    return make


def test_what_is_due_first_comes_first(waiting, approver):
    late, early, same = waiting("a", 23), waiting("b", 21), waiting("c", 21)

    shown = queries.to_do(approver, MONDAY)

    assert [each.work_item.case for each in shown] == [early, same, late]
    assert [each.applicant for each in shown] == ["王芳"] * 3
    assert [each.deadline.days_left for each in shown] == [5, 5, 5]


def test_a_list_of_work_takes_the_same_queries_however_long_it_is(
    waiting, approver, django_assert_num_queries
):
    for name in ("a", "b", "c"):
        waiting(name)
    with django_assert_num_queries(5):
        assert len(queries.to_do(approver, MONDAY)) == 3


@pytest.mark.parametrize(
    ("at", "waits", "pressing"),
    [
        (datetime(2026, 9, 28, 2, tzinfo=UTC), 1, 0),
        (datetime(2026, 9, 28, 15, 59, tzinfo=UTC), 1, 0),  # 23:59 of the day before it is due
        (datetime(2026, 9, 28, 16, tzinfo=UTC), 1, 1),  # 00:00 in the city: today
        (datetime(2026, 10, 9, 2, tzinfo=UTC), 1, 1),
    ],
)
def test_what_presses_is_due_by_the_citys_today(waiting, approver, at, waits, pressing):
    case = waiting("a")
    assert case.promised_on == date(2026, 9, 29)
    burden = queries.burden(approver, at)
    assert (burden.waiting, burden.pressing) == (waits, pressing)


@pytest.mark.parametrize(
    ("day", "light", "left"),
    [
        (date(2026, 9, 21), Light.NONE, 5),
        (date(2026, 9, 24), Light.BLUE, 2),
        (date(2026, 9, 25), Light.BLUE, 2),  # Mid-Autumn Day is none of work
        (date(2026, 9, 28), Light.YELLOW, 1),
        (date(2026, 9, 29), Light.YELLOW, 0),
        (date(2026, 9, 30), Light.RED, -1),
        (date(2026, 10, 6), Light.RED, -1),
        (date(2026, 10, 7), Light.PURPLE, -1),
    ],
)
def test_the_lamp_of_a_case_and_what_is_left_of_its_promise(waiting, day, light, left):
    case = waiting("a")
    at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)

    deadline = queries.page(case, at).deadline

    assert deadline is not None
    assert (deadline.light, deadline.days_left, deadline.days_total) == (light, left, 5)
    assert (deadline.promised_on, deadline.statutory_on) == (date(2026, 9, 29), date(2026, 10, 6))
    assert (deadline.unit, deadline.is_provisional) == ("working", False)


def test_a_finished_case_has_no_clock_and_no_open_work(waiting, approver):
    case = waiting("a")
    page = queries.page(case, MONDAY)
    assert page.open_work == case.work_items.get()
    assert (page.certificate, page.officer_words) == (None, "")

    complete(case, approver, words="已核实")
    case.refresh_from_db()

    page = queries.page(case, MONDAY + timedelta(days=30))
    assert (page.deadline, page.open_work, page.officer_words) == (None, None, "已核实")
    assert page.certificate is not None
    assert [d.decided_by for d in page.decisions] == ["platform", str(approver.pk)]


def test_each_requirement_stands_beside_the_facts_that_prove_it(permit, citizen):
    page = queries.page(apply(permit, citizen()), MONDAY)
    assert {p.requirement.name: [e.fact for e in p.evidence] for p in page.proofs} == {
        "申请信息": [],
        "身份核验": ["alive", "citizen_id", "household_address", "name"],
        "居住地住址证明": ["home_address", "owns_home_here"],
        "就业证明": ["employed_here", "employer_name"],
    }
    with translation.override("en"):
        assert [p.requirement.name for p in page.proofs][1] == "Proof of identity"
        assert page.facts[0].label in {f.label_en for f in page.facts}


def test_reasons_are_told_in_the_language_of_the_reader(permit, citizen):
    (decision,) = apply(permit, citizen(insured_months=3)).decisions.all()
    zh, en = queries.reasons(decision, "zh-hans"), queries.reasons(decision, "en")
    assert len(zh) == len(en) > 0
    assert "《居住证暂行条例》" in "".join(zh)
    assert "Interim Regulations" in "".join(en)


def test_cases_of_staff_are_found_by_the_beginning_of_their_number(waiting, approver, staff):
    first, second = waiting("a", 21), waiting("b", 22)
    assert list(queries.of_staff(approver)) == [second, first]
    assert list(queries.of_staff(approver, first.number[:13])) == [first]
    assert list(queries.of_staff(approver, "329900-2609")) == [second, first]
    assert list(queries.of_staff(approver, "%")) == []
    assert list(queries.of_staff(staff("supervisor", "SJ"))) == [second, first]


def test_a_persons_cases_come_newest_first(permit, citizen, approver):
    user = citizen(insured_months=None)
    first = complete(apply(permit, user), approver, grant=False, words="未参保")
    second = apply(permit, user, at=MONDAY + timedelta(days=1))
    assert list(queries.of_applicant(user.subject_id)) == [second, first]


def test_names_of_rows_tell_case_and_place(waiting):
    case = waiting("a")
    other = User.objects.create(username="qin", subject_id="PQIN")
    actions.save_draft(version=case.version, user=other, answers={}, at=MONDAY)
    number = case.number
    assert str(case.work_items.get()) == f"{number} review"
    assert str(case.evidence.get(fact="name")) == f"{number} name"
    assert str(case.requirements.get(material="application")) == f"{number} application"
    assert str(case.decisions.get()) == f"{number}: unknown"
    assert str(case.events.order_by("pk")[0]) == f"{number} collect start"
    assert str(case.version.drafts.get()) == "B09 v1 draft"
    with translation.override("en"):
        assert case.work_items.get().name == "Review by a person"
        assert case.events.order_by("pk")[0].words == "Collect the facts"
