"""The queues of a desk: which step stands where, in which order, for how many queries."""

from datetime import timedelta

import pytest

from tests.business.applying import OPEN, apply, close_step, complete
from tests.business.cases.verbs.telling import step
from tests.known import MONDAY
from tongban.business.cases import queries, todo
from tongban.business.cases.models import Case
from tongban.business.cases.todo import Queue
from tongban.business.cases.verbs import correcting, delegating, signing, suspending, urging
from tongban.engines.clocks import Light

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


def standing(user, at=MONDAY) -> dict[Queue, int]:
    """The queues that are not empty; counting and listing must agree."""
    counts = todo.counts(user, at)
    for queue in set(Queue) - {Queue.DONE}:
        assert len(todo.waiting(user, queue, at)) == counts[queue], queue
    assert todo.done(user).count() == counts[Queue.DONE]
    own = counts[Queue.TO_DO] + counts[Queue.TO_SIGN]
    assert queries.burden(user, at).waiting == own
    return {queue: count for queue, count in counts.items() if count}


def suspend(case, user, days=5):
    return suspending.suspend(
        case_id=case.pk, user=user, ground="testing", days=days, words="送检", at=MONDAY
    )


def test_what_a_post_can_do_is_to_do_for_each_of_its_holders(case, approver, lin, officer):
    assert standing(approver) == standing(lin) == {Queue.TO_DO: 1}
    assert standing(officer("外单位", office="RS")) == {}
    assert standing(officer("受理", "clerk")) == {}


def test_what_was_handed_over_stands_with_the_colleague_and_stays_in_sight(case, approver, lin):
    given = {"user": approver, "to": lin, "words": "", "at": MONDAY}
    delegating.delegate(work_item_id=step(case, "review").pk, **given)
    assert standing(approver) == {Queue.HANDED_OVER: 1}
    assert standing(lin) == {Queue.TO_DO: 1}
    (one,) = todo.waiting(approver, Queue.HANDED_OVER, MONDAY)
    assert one.to_do.with_whom == "林涛"


def test_a_signature_stands_with_the_signer_alone(case, approver, lin, lead):
    given = {"user": approver, "to": lead, "words": "", "at": MONDAY}
    signing.add_signer(work_item_id=step(case, "review").pk, **given)
    assert standing(lead) == {Queue.TO_SIGN: 1}
    assert standing(approver) == standing(lin) == {Queue.TO_DO: 1}


def test_a_clock_that_stands_takes_the_step_out_of_what_can_be_done(case, approver):
    made = suspend(case, approver)
    assert standing(approver) == {Queue.STANDING: 1}
    (one,) = todo.waiting(approver, Queue.STANDING, MONDAY)
    assert (one.stands, one.to_do.deadline.light) == (made, Light.PAUSED)

    over = MONDAY + timedelta(days=12)
    assert standing(approver, over) == {Queue.TO_DO: 1}
    (one,) = todo.waiting(approver, Queue.TO_DO, over)
    assert one.stands is None


def test_what_the_applicant_has_to_correct_waits_for_him_as_long_as_he_has_time(
    permit, citizen, approver
):
    user = citizen(**OPEN)
    case = apply(permit, user, {"wants_card": "no", "residence_basis": "rent"})
    asked = {"questions": ["residence_basis"], "words": "请改选", "at": MONDAY}
    correcting.ask(case_id=case.pk, user=approver, **asked)
    assert standing(approver) == {Queue.CORRECTION: 1}
    assert standing(approver, MONDAY + timedelta(days=40)) == {Queue.TO_DO: 1}

    answers = {"residence_basis": "lodging"}
    correcting.correct(case_id=case.pk, user=user, answers=answers, at=LATER)
    assert standing(approver, MONDAY + timedelta(days=1)) == {Queue.TO_DO: 1}


def test_what_was_done_comes_last_first(permit, citizen, approver):
    cases = [apply(permit, citizen(name, insured_months=None)) for name in ("a", "b")]
    for number, case in enumerate(cases):
        complete(case, approver, words="已核实", at=MONDAY + timedelta(hours=number))
    assert standing(approver) == {Queue.DONE: 2}
    assert [item.case for item in todo.done(approver)] == cases[::-1]


def test_the_gravest_lamp_comes_first_and_then_the_day_that_ends_first(permit, citizen, approver):
    at = MONDAY + timedelta(days=3)
    late, soon, fresh = (
        apply(permit, citizen(name, insured_months=None), at=MONDAY - timedelta(days=days))
        for name, days in (("a", 60), ("b", 3), ("c", -3))
    )
    for case in (late, soon, fresh):
        Case.objects.filter(pk=case.pk).update(promised_on=case.promised_on)
    found = todo.waiting(approver, Queue.TO_DO, at)
    assert [one.to_do.work_item.case for one in found] == [late, soon, fresh]
    lights = [one.to_do.deadline.light for one in found]
    assert lights == sorted(lights, key=todo.GRAVEST_FIRST.index)


def test_an_urging_marks_the_step_that_waited_then(case, applicant, approver):
    urging.urge(case_id=case.pk, user=applicant, words="", at=LATER)
    (one,) = todo.waiting(approver, Queue.TO_DO, LATER)
    assert one.urged_at == LATER


def test_an_urging_of_an_earlier_step_marks_no_later_one(branched, applicant, approver, officer):
    clerk = officer("受理", "clerk")
    urging.urge(case_id=branched.pk, user=applicant, words="", at=MONDAY)
    for node, user in (("papers", clerk), ("home", approver)):
        close_step(step(branched, node), user, at=LATER)
    (one,) = todo.waiting(approver, Queue.TO_DO, LATER)
    assert (one.to_do.work_item.node, one.urged_at) == ("review", None)


def test_colleagues_hold_the_same_post_at_the_same_office(approver, lin, lead, officer):
    officer("外单位", office="RS")
    gone = officer("离职")
    gone.is_active = False
    gone.save()
    assert list(todo.colleagues(approver)) == [lin]
    assert list(todo.colleagues(lead)) == []


def test_queues_cost_the_same_however_long_they_are(
    permit, citizen, approver, django_assert_num_queries
):
    for name in ("a", "b", "c"):
        apply(permit, citizen(name, insured_months=None))
    with django_assert_num_queries(2):  # the posts, and the counts
        assert todo.counts(approver, MONDAY)[Queue.TO_DO] == 3
    with django_assert_num_queries(6):
        assert len(todo.waiting(approver, Queue.TO_DO, MONDAY)) == 3
