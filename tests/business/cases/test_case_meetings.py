"""Two at once: officers, applicants, the clockwork. One wins, the other is told; nothing blocks.

The city is committed once for this module and swept away after it.
"""

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, transaction

from tests import permits
from tests.business.applying import apply, changed, close_step, publish, timers
from tests.business.meeting import sweep
from tests.engines.processes.bpmn_models import (
    boundary,
    declared,
    end,
    extended,
    flow,
    message,
    model,
    node,
    path,
    service,
    start,
    tb_output,
    timer,
    user,
)
from tests.known import KNOWN, MONDAY
from tongban import clock
from tongban.base.audit.models import Event
from tongban.base.calendar import queries as known
from tongban.base.jobs import actions as jobs
from tongban.base.jobs.models import Effect
from tongban.base.people import actions as people
from tongban.base.people.models import User
from tongban.business.cases import actions, deadlines, delivering, locking, running
from tongban.business.cases import timers as clockwork
from tongban.business.cases.models import Case, CaseMessage, Suspension, WorkItem
from tongban.business.cases.verbs import extending, returning, suspending
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
    node("exclusiveGateway", "granted", default="granted-refuse"),
    service("issue", tb_operation="issue_certificate"),
    service("refuse", tb_operation="notify_refusal"),
    end("issued"),
    end("refused"),
    path("start", "review", "granted", "refuse"),
    flow("granted", "issue", "approved = true"),
    path("issue", "issued"),
    flow("late", "refuse"),
    path("refuse", "refused"),
).decode()

BRANCHED = model(
    declared(approved="boolean"),
    start(),
    service("collect", tb_operation="collect_facts"),
    '<parallelGateway id="fork"/>',
    user("papers"),
    user("home"),
    '<parallelGateway id="join"/>',
    user("review", extended(tb_output("approved", "approved"))),
    service("issue", tb_operation="issue_certificate"),
    end("issued"),
    path("start", "collect", "fork", "papers", "join", "review", "issue", "issued"),
    path("fork", "home", "join"),
).decode()


@pytest.fixture(scope="module")
def committed(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    with django_db_blocker.unblock():
        edition = permits.load_city()
        read = bundle.read(permits.CITY / "items" / "B09")
        branched = publish(changed(read, "B09", process_text=BRANCHED))
        version = publish(changed(read, "B09", process_text=PROCESS))
        yield SimpleNamespace(edition=edition, version=version, branched=branched)
        sweep()


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
    todo = case.work_items.get()
    return lambda: close_step(todo, officer, grant=grant, words="已核实")


def doing(case: Case, node: str, officer: User) -> Callable[[], Case]:
    todo = case.work_items.get(node=node, status=WorkItem.Status.OPEN)
    return lambda: close_step(todo, officer)


def waiting_at(case: Case) -> list[str]:
    open_ = case.work_items.filter(status=WorkItem.Status.OPEN).order_by("node")
    return list(open_.values_list("node", flat=True))


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

    assert isinstance(told, locking.AlreadyDone)
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

    assert isinstance(told, locking.CalledOff)
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

    assert isinstance(told, locking.CalledOff)
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


@pytest.fixture
def no_loop() -> Iterator[None]:
    """A browser's test leaves its event loop running in this thread; the worker brings its own."""
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(running)


def test_the_worker_fires_what_is_due_until_it_is_told_to_end(
    committed, subject, others, monkeypatch, no_loop
):
    """`tongban worker` as it is started, here: both it and what fires end in good order."""
    case = apply(committed.version, subject("clockwork"))
    monkeypatch.setattr(clock, "now", lambda: DUE)
    before = signal.getsignal(signal.SIGTERM)

    def end_when_fired() -> None:
        pause = threading.Event()
        while timers().filter(case=case).exists() or signal.getsignal(signal.SIGTERM) == before:
            pause.wait(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    others.start(end_when_fired)
    call_command("worker")
    others.join()

    case.refresh_from_db()
    assert (case.status, case.finished_at) == (Case.Status.REFUSED, DUE)
    assert "timers_0" not in [thread.name for thread in threading.enumerate()]


def test_what_ends_the_clockwork_ends_the_worker(committed, monkeypatch, caplog, no_loop):
    before = signal.getsignal(signal.SIGTERM)

    def broken() -> datetime:
        if signal.getsignal(signal.SIGTERM) != before:  # the queue is there
            raise ZeroDivisionError
        return MONDAY

    monkeypatch.setattr(clock, "now", broken)
    monkeypatch.setattr(clockwork, "LONGEST_SLEEP", 0.01)
    with pytest.raises(ZeroDivisionError):
        call_command("worker")
    assert "The clockwork broke, and the worker ends" in caplog.messages


def test_the_clockwork_waits_for_a_database_that_goes_away(
    committed, subject, others, monkeypatch, caplog
):
    case = apply(committed.version, subject("patient"))
    monkeypatch.setattr(clock, "now", lambda: DUE)
    monkeypatch.setattr(clockwork, "LONGEST_SLEEP", 0.01)
    stop = threading.Event()
    lost: list[int] = []

    def lose_it_once(execute, statement, params, many, context):
        if not lost:
            lost.append(context["connection"].connection.info.backend_pid)
            with psycopg.connect(**connection.get_connection_params()) as outside:
                outside.execute("SELECT pg_terminate_backend(%s, 10000)", [lost[0]])
        return execute(statement, params, many, context)

    def run() -> None:
        with connection.execute_wrapper(lose_it_once):
            clockwork.run(stop)

    others.start(run)
    while timers().filter(case=case).exists():
        threading.Event().wait(0.01)
    stop.set()
    assert others.join() == [None]

    (line,) = caplog.messages
    assert line.startswith("The clockwork lost the database and will try again: ")
    case.refresh_from_db()
    assert case.status == Case.Status.REFUSED


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


def test_two_branches_completed_at_once_both_count_and_the_case_goes_on(
    committed, subject, officer, others
):
    case = apply(committed.branched, subject("two-branches"))
    one, two = officer("branch-one"), officer("branch-two")

    with transaction.atomic():
        doing(case, "papers", one)()
        others.start(doing(case, "home", two))
        others.wait_until_blocked()
    (moved,) = others.join()

    assert moved == case
    assert waiting_at(case) == ["review"]
    done = case.work_items.filter(status=WorkItem.Status.DONE).order_by("node")
    assert [(each.node, each.done_by) for each in done] == [("home", two), ("papers", one)]
    assert kinds(case) == ["case.submitted", "work.finished", "work.finished"]


def test_who_completes_a_branch_that_was_just_called_off_by_a_return_is_told_so(
    committed, subject, officer, others
):
    case = apply(committed.branched, subject("called-off"))
    one, two = officer("returns"), officer("completes")
    home = case.work_items.get(node="home").pk

    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        others.start(doing(case, "papers", two))
        others.wait_until_blocked()
        returning.send_back(work_item_id=home, user=one, to="collect", words="重查", at=MONDAY)
    (told,) = others.join()

    assert isinstance(told, locking.CalledOff)
    assert waiting_at(case) == ["home", "papers"]
    assert not case.work_items.filter(status=WorkItem.Status.DONE).exists()
    assert kinds(case) == ["case.submitted", "work.sent_back"]


def test_who_sends_back_what_was_completed_a_moment_ago_is_told_so(
    committed, subject, officer, others
):
    case = apply(committed.branched, subject("completed"))
    one, two = officer("first-done"), officer("sends-back")
    home = case.work_items.get(node="home").pk

    with transaction.atomic():
        doing(case, "home", one)()
        others.start(
            lambda: returning.send_back(
                work_item_id=home, user=two, to="collect", words="重查", at=MONDAY
            )
        )
        others.wait_until_blocked()
    (told,) = others.join()

    assert isinstance(told, locking.AlreadyDone)
    assert waiting_at(case) == ["papers"]
    assert kinds(case) == ["case.submitted", "work.finished"]


def stopping(case: Case, officer: User) -> Callable[[], Suspension]:
    return lambda: suspending.suspend(
        case_id=case.pk, user=officer, ground="testing", days=2, words="送检", at=MONDAY
    )


def test_the_clock_of_a_case_that_was_just_decided_is_not_stopped(
    committed, subject, officer, others
):
    case = apply(committed.version, subject("decided-first"))
    one, two = officer("decides-first"), officer("stops-late")

    with transaction.atomic():
        deciding(case, one, grant=True)()
        others.start(stopping(case, two))
        others.wait_until_blocked()
    (told,) = others.join()

    assert isinstance(told, locking.Finished)
    assert not case.suspensions.exists()


def test_a_case_whose_clock_was_just_stopped_is_not_decided(committed, subject, officer, others):
    case = apply(committed.version, subject("stopped-first"))
    one, two = officer("stops-first"), officer("decides-late")

    with transaction.atomic():
        stopping(case, one)()
        others.start(deciding(case, two, grant=True))
        others.wait_until_blocked()
    (told,) = others.join()

    assert isinstance(told, locking.ClockStands)
    case.refresh_from_db()
    assert (case.status, case.suspensions.count()) == (Case.Status.RUNNING, 1)
    assert kinds(case) == ["case.submitted", "case.suspended"]


def test_a_clock_that_is_stopped_while_the_case_is_extended_keeps_the_days_it_got(
    committed, subject, officer, others
):
    """Whoever waits for the lock must not go on with what hung on the case before."""
    case = apply(committed.version, subject("extended-first"))
    one, two = officer("head"), officer("stops-after")
    people.appoint(user=one, office_code="GA", role="lead", by="test", at=MONDAY)

    with transaction.atomic():
        extending.extend(case_id=case.pk, user=one, words="案情复杂", at=MONDAY)
        others.start(stopping(case, two))
        others.wait_until_blocked()
    (made,) = others.join()

    assert isinstance(made, Suspension)
    case.refresh_from_db()
    counted = (case.promised_on, case.statutory_on)
    assert not deadlines.move(Case.objects.get(pk=case.pk), known.current())
    assert counted == (case.promised_on, case.statutory_on)


def test_a_step_is_done_though_the_case_moves_to_another_version_just_then(
    committed, subject, officer, others
):
    case = apply(committed.version, subject("moved-first"))
    read = bundle.read(permits.CITY / "items" / "B09")
    to = publish(changed(read, "B09", process_text=PROCESS.replace("P2D", "P3D")))

    with transaction.atomic():
        locked = locking.locked(case.pk)
        running.migrate(locked, to, by=running.PLATFORM, at=MONDAY)
        others.start(deciding(case, officer("after-the-move"), grant=True))
        others.wait_until_blocked()
    (done,) = others.join()

    assert isinstance(done, Case)
    case.refresh_from_db()
    assert (case.status, case.version) == (Case.Status.GRANTED, to)


MEETS = (start(), user("review", extended(tb_output("approved", "approved"))))
ISSUES = (service("issue", tb_operation="issue_certificate"), end())
WAITS = model(
    *(declared(approved="boolean"), *MEETS, *ISSUES),
    node("intermediateCatchEvent", "told", message("m")),
    path("start", "review", "told", "issue", "end"),
    beside='<message id="m" name="ready"/>',
).decode()
TELLS = WAITS.replace("intermediateCatchEvent", "intermediateThrowEvent")


def test_a_message_that_meets_who_is_just_beginning_to_wait_is_heard(
    committed, subject, officer, others
):
    """Neither sees the other: the one is not sent yet, the other does not wait yet."""
    read = bundle.read(permits.CITY / "items" / "B09")
    waits, tells = (
        apply(publish(changed(read, "B09", process_text=text)), subject(name))
        for text, name in ((WAITS, "waits"), (TELLS, "tells"))
    )

    first = deciding(waits, officer("has-it-wait"), grant=True)
    second = deciding(tells, officer("has-it-tell"), grant=True)

    with transaction.atomic():
        first()
        others.start(second)
        given = others.join()
        assert [type(each) for each in given] == [Case], given
        sent = CaseMessage.objects.get(sender=tells)
        others.start(lambda: delivering.deliver(message=sent.pk, at=MONDAY))
        others.wait_until_blocked()
    assert others.join()[-1] == 1

    waits.refresh_from_db()
    assert waits.status == Case.Status.GRANTED


def test_a_recount_that_meets_an_extension_counts_it(committed, subject, officer, others):
    case = apply(committed.version, subject("recounted"))
    head = officer("extends-now")
    people.appoint(user=head, office_code="GA", role="lead", by="test", at=MONDAY)

    with transaction.atomic():
        extending.extend(case_id=case.pk, user=head, words="案情复杂", at=MONDAY)
        case.refresh_from_db()
        others.start(lambda: deadlines.recount(by="test", at=MONDAY))
        others.wait_until_blocked()
    assert others.join() == [0]

    days = (case.promised_on, case.statutory_on)
    case.refresh_from_db()
    assert (case.promised_on, case.statutory_on) == days
