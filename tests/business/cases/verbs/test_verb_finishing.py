"""A step that decides nothing is finished: what was said stays in the history, and nobody is
granted or refused anything by it."""

from datetime import timedelta

import pytest

from tests.business.applying import apply
from tests.business.refusing import refused
from tests.known import MONDAY
from tests.web import steps
from tongban.base.audit.models import Event
from tongban.base.people import actions as people
from tongban.base.people.models import Post, User
from tongban.business.cases import actions, locking, permissions
from tongban.business.cases.models import Case, Decision
from tongban.business.cases.verbs import finishing, history, signing, suspending

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(city) -> User:
    account = {"username": "ming", "password": "correct horse battery", "display_name": "明远"}
    user = people.open_account(**account, by="test", at=MONDAY)
    people.appoint(user=user, office_code="GA", role=Post.Role.CLERK, by="test", at=MONDAY)
    return user


@pytest.fixture
def case(city, citizen) -> Case:
    return apply(steps.two_people(), citizen("wang"))


def finish(case: Case, user: User, words: str = "", node: str = "check", at=MONDAY) -> Case:
    work = case.work_items.get(node=node, beside=None).pk
    return finishing.finish(work_item_id=work, user=user, words=words, at=at)


def test_the_case_goes_on_and_nothing_is_decided(case, clerk):
    before = Decision.objects.count()
    finish(case, clerk, " 材料齐全 ")
    assert list(case.work_items.filter(status="open").values_list("node", flat=True)) == ["review"]
    done = case.work_items.get(node="check")
    assert (done.status, done.done_by, done.closed_at) == ("done", clerk, MONDAY)
    assert Decision.objects.count() == before
    said = case.events.get(activity="tb:opinion")
    assert (history.said(said), said.details, said.role) == ("材料齐全", {"node": "check"}, "clerk")
    audited = Event.objects.get(kind="work.finished")
    assert (audited.actor, audited.details) == (str(clerk.pk), {"task": done.task})


def test_without_words_nothing_is_noted_but_that_it_is_done(case, clerk):
    finish(case, clerk)
    assert not case.events.filter(activity="tb:opinion").exists()
    assert case.events.filter(activity="check", transition="complete").count() == 1


def test_a_step_is_finished_once(case, clerk):
    finish(case, clerk)
    with refused(
        locking.AlreadyDone,
        f"办件 {case.number} 的这一步已于 2026-09-21 10:00 办理。",
        f"This step of case {case.number} was done on 2026-09-21 10:00.",
    ):
        finish(case, clerk)


def test_too_many_words_are_refused(case, clerk):
    with refused(
        history.TooManyWords, "请用不超过 200 个字说明。", "Say it in at most 200 characters."
    ):
        finish(case, clerk, "字" * 201)


def test_another_post_does_not_finish_it(case, clerk, approver):
    with pytest.raises(permissions.NotYourWork):
        finish(case, approver)
    assert case.work_items.get(node="check").status == "open"


def test_those_asked_to_sign_come_first(case, clerk, approver):
    work = case.work_items.get(node="check").pk
    signing.add_signer(work_item_id=work, user=clerk, to=approver, words="", at=MONDAY)
    with pytest.raises(signing.SignersFirst):
        finish(case, clerk)
    assert case.work_items.filter(status="open").count() == 2


def test_while_the_clock_stands_nothing_is_finished(case, clerk):
    ground = {"ground": "appraisal", "days": 5, "words": "送鉴定"}
    suspending.suspend(case_id=case.pk, user=clerk, **ground, at=MONDAY)
    with pytest.raises(locking.ClockStands):
        finish(case, clerk)
    suspending.resume(case_id=case.pk, user=clerk, words="", at=MONDAY + timedelta(days=1))
    finish(case, clerk, at=MONDAY + timedelta(days=2))
    assert case.work_items.get(status="open").node == "review"


def test_a_step_that_decides_nothing_is_not_decided(case, clerk):
    (check,) = case.work_items.all()
    with refused(
        actions.NothingToDecide,
        f"办件 {case.number} 的这一步不作决定：办完后点“办理完毕”即可。",
        f"This step of case {case.number} decides nothing: say that it is done.",
    ):
        actions.complete(work_item_id=check.pk, user=clerk, grant=False, words="缺", at=MONDAY)
    check.refresh_from_db()
    assert (check.status, Decision.objects.count()) == ("open", 0)


def test_a_step_that_decides_is_decided(case, clerk, approver):
    """Without an answer the case would go the way of a refusal, and nobody would have said why."""
    finish(case, clerk)
    with refused(
        finishing.DecideIt,
        f"办件 {case.number} 的这一步需要作出决定：请选择准予或不予。",
        f"This step of case {case.number} decides: grant or refuse.",
    ):
        finish(case, approver, node="review")
