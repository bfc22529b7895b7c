"""Two at once: officers, applicants, the clockwork. One wins, the other is told; nothing blocks.

The city is committed once for this module and swept away after it.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import transaction

from tests import permits
from tests.business.applying import apply, changed, publish, timers
from tests.engines.processes.bpmn_models import (
    boundary,
    declared,
    end,
    extended,
    flow,
    model,
    path,
    service,
    start,
    tb_output,
    timer,
    user,
)
from tests.known import KNOWN, MONDAY
from tongban.base.audit.models import Event
from tongban.base.jobs import actions as jobs
from tongban.base.jobs.models import Effect
from tongban.base.people import actions as people
from tongban.base.people.models import User
from tongban.business.cases import actions
from tongban.business.cases.models import Case, WorkItem
from tongban.business.certificates.models import Certificate
from tongban.business.items import bundle
from tongban.data.registers import rows
from tongban.data.registers.models import SubjectFacts

DUE = MONDAY + timedelta(days=2)
PROCESS = model(
    declared(approved="boolean"),
    start(),
    user("review", extended(tb_output("approved", "approved"))),
    boundary("late", "review", timer("timeDuration", "P2D")),
    service("issue", tb_operation="issue_certificate"),
    service("refuse", tb_operation="notify_refusal"),
    end("issued"),
    end("refused"),
    path("start", "review", "issue", "issued"),
    flow("late", "refuse"),
    path("refuse", "refused"),
).decode()


@pytest.fixture(scope="module")
def committed(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    with django_db_blocker.unblock():
        edition = permits.load_city()
        read = bundle.read(permits.CITY / "items" / "B09")
        version = publish(changed(read, "B09", process_text=PROCESS))
        yield SimpleNamespace(edition=edition, version=version)
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def subject(committed, django_db_blocker) -> Iterator[Callable[[str], User]]:
    """Makes an account of a person of whom everything is known."""

    def make(username: str) -> User:
        subject_id = f"P{username.upper():0>26}"
        held = {key: (value, "GA01:1:7") for key, value in KNOWN.items()}
        SubjectFacts.objects.create(
            edition_number=committed.edition.number, subject_id=subject_id, sealed=rows.seal(held)
        )
        return User.objects.create(username=username, subject_id=subject_id, display_name="周")

    with django_db_blocker.unblock():
        yield make


@pytest.fixture
def officer(committed, django_db_blocker) -> Callable[[str], User]:
    def make(username: str) -> User:
        made = User.objects.create(username=username)
        people.appoint(user=made, office_code="GA", role="approver", by="test", at=MONDAY)
        return made

    return make


def deciding(case: Case, officer: User, *, grant: bool) -> Callable[[], Case]:
    todo = case.work_items.get().pk
    return lambda: actions.complete(
        work_item_id=todo, user=officer, grant=grant, words="已核实", at=MONDAY
    )


def kinds(case: Case) -> list[str]:
    events = Event.objects.filter(subject_type="case", subject_id=case.number).order_by("pk")
    return list(events.values_list("kind", flat=True))


def test_two_officers_decide_at_once_and_the_first_one_counts(committed, subject, officer, others):
    case = apply(committed.version, subject("two-officers"))
    one, two = officer("one"), officer("two")

    with transaction.atomic():
        deciding(case, one, grant=True)()
        others.start(deciding(case, two, grant=False))
        others.wait_until_blocked()
    (told,) = others.join()

    assert isinstance(told, actions.AlreadyDone)
    case.refresh_from_db()
    assert (case.status, case.work_items.get().done_by) == (Case.Status.GRANTED, one)
    assert [d.decided_by for d in case.decisions.all()] == [str(one.pk)]
    assert Certificate.objects.filter(case_number=case.number).count() == 1
    assert kinds(case) == ["case.submitted", "case.decided"]


def test_an_officer_who_decides_while_the_applicant_withdraws_is_told_so(
    committed, subject, officer, others
):
    """The officer waits for the case and holds nothing of it: else both would wait for ever."""
    applicant, approver = subject("withdraws"), officer("decides")
    case = apply(committed.version, applicant)

    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        others.start(deciding(case, approver, grant=True))
        others.wait_until_blocked()
        actions.withdraw(case_id=case.pk, user=applicant, at=MONDAY)
    (told,) = others.join()

    assert isinstance(told, actions.CalledOff)
    case.refresh_from_db()
    assert case.status == Case.Status.WITHDRAWN
    assert case.work_items.get().status == WorkItem.Status.CANCELLED
    assert kinds(case) == ["case.submitted", "case.withdrawn"]


def test_a_withdrawal_after_the_decision_of_a_moment_ago_is_told_so(
    committed, subject, officer, others
):
    applicant, approver = subject("too-late"), officer("faster")
    case = apply(committed.version, applicant)

    with transaction.atomic():
        deciding(case, approver, grant=True)()
        others.start(lambda: actions.withdraw(case_id=case.pk, user=applicant, at=MONDAY))
        others.wait_until_blocked()
    (told,) = others.join()

    assert isinstance(told, actions.CannotWithdraw)
    case.refresh_from_db()
    assert case.status == Case.Status.GRANTED


def test_a_timer_does_not_fire_into_a_case_that_is_being_decided(
    committed, subject, officer, others
):
    """The clockwork leaves a case alone that somebody holds, and finds its timer gone after."""
    case = apply(committed.version, subject("in-time"))

    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        others.start(lambda: actions.fire_timers(at=DUE))
        assert others.join() == [0]
        deciding(case, officer("in-time-too"), grant=True)()

    assert actions.fire_timers(at=DUE) == 0
    case.refresh_from_db()
    assert (case.status, timers().filter(case=case).count()) == (Case.Status.GRANTED, 0)


def test_an_officer_is_told_that_time_ran_out_a_moment_ago(committed, subject, officer, others):
    case = apply(committed.version, subject("too-slow"))
    decision = deciding(case, officer("slow"), grant=True)

    with transaction.atomic():
        assert actions.fire_timers(at=DUE) == 1
        others.start(decision)
        others.wait_until_blocked()
    (told,) = others.join()

    assert isinstance(told, actions.CalledOff)
    case.refresh_from_db()
    assert (case.status, timers().filter(case=case).count()) == (Case.Status.REFUSED, 0)
    assert not Certificate.objects.filter(case_number=case.number).exists()


def test_several_workers_fire_each_timer_once(committed, subject, others):
    cases = [apply(committed.version, subject(f"worker-{n}")) for n in range(6)]

    for _ in range(3):
        others.start(lambda: actions.fire_timers(at=DUE))
    assert sum(others.join()) + actions.fire_timers(at=DUE) == 6

    for case in cases:
        case.refresh_from_db()
        assert case.status == Case.Status.REFUSED
        assert case.events.filter(activity="refuse", transition="complete").count() == 1


def test_one_application_sent_twice_at_once_is_one_case(committed, subject, others):
    applicant = subject("double")

    for _ in range(3):
        others.start(lambda: apply(committed.version, applicant))
    given = others.join()

    (case,) = [each for each in given if isinstance(each, Case)]
    told = [each for each in given if isinstance(each, actions.AlreadyRunning)]
    assert [each.facts["number"] for each in told] == [case.number] * 2
    assert Case.objects.of_applicant(applicant.subject_id).get() == case


def test_different_people_apply_at_once_and_each_has_a_number_of_his_own(
    committed, subject, others
):
    for applicant in [subject(f"together-{n}") for n in range(4)]:
        others.start(lambda applicant=applicant: apply(committed.version, applicant))
    given = others.join()
    assert len({case.number for case in given}) == 4


def test_an_effect_that_two_workers_reach_for_happens_once(committed, subject, others):
    done: list[int] = []
    with transaction.atomic():
        assert jobs.once("notify:1", lambda: done.append(1), at=MONDAY)
        others.start(lambda: jobs.once("notify:1", lambda: done.append(2), at=MONDAY))
        others.wait_until_blocked()
    assert others.join() == [False]
    assert (done, Effect.objects.filter(key="notify:1").count()) == ([1], 1)


def test_an_effect_whose_worker_died_is_done_by_the_one_that_waited(committed, subject, others):
    done: list[int] = []
    with transaction.atomic():
        jobs.once("notify:2", lambda: done.append(1), at=MONDAY)
        others.start(lambda: jobs.once("notify:2", lambda: done.append(2), at=MONDAY))
        others.wait_until_blocked()
        transaction.set_rollback(True)
    assert others.join() == [True]
    assert (done, Effect.objects.filter(key="notify:2").count()) == ([1, 2], 1)
