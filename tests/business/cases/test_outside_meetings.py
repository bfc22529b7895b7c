"""Two at once: workers, a worker and an applicant, a result that comes on two ways.

The city is committed once for this module and swept away after it.
"""

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tests import permits
from tests.business.applying import apply, changed, publish
from tests.business.meeting import sweep
from tests.known import KNOWN, MONDAY
from tests.provinces import SECRET, Outside, Province, kinds, outside_process
from tongban.base.jobs import lanes
from tongban.base.people.models import User
from tongban.business.cases import (
    actions,
    jobs,
    outside,
    outside_calls,
    outside_http,
    outside_outcomes,
)
from tongban.business.cases.models import Case, OutsideCall
from tongban.business.certificates.models import Certificate
from tongban.business.items import bundle
from tongban.data.registers import actions as registers
from tongban.data.registers import jobs as registers_jobs
from tongban.data.registers import rows
from tongban.data.registers.models import SubjectFacts
from tongban.data.registers.queries import LET_IN

ANSWER = outside_http.Answer("", {"registered": True, "since": None, "remark": None})
ATTEND = "tongban.business.cases.jobs.attend_outside"


@pytest.fixture(scope="module")
def committed(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    with django_db_blocker.unblock():
        edition = permits.load_city()
        read = bundle.read(permits.CITY / "items" / "B09")
        with Province("held by both sides", lambda key: "right", port=0) as server:
            server.now = lambda: MONDAY
            thread = threading.Thread(target=server.serve_forever, args=[0.01])
            thread.start()
            made = Outside(citizen=lambda: None, server=server)
            made.agree(wait=60)
            version = publish(changed(read, "B09", process_text=outside_process()))
            yield SimpleNamespace(edition=edition, version=version, server=server)
            server.shutdown()
            thread.join()
        sweep()


@pytest.fixture
def waiting(committed, django_db_blocker, monkeypatch):
    """Makes a call of a person of this name; the province deals with it as `kind` says."""
    monkeypatch.setenv(SECRET, "held by both sides")

    def make(username: str, kind: str = "at_once") -> OutsideCall:
        subject_id = f"P{username.upper():0>26}"
        held = {key: (value, "GA01:1:7") for key, value in KNOWN.items()}
        SubjectFacts.objects.create(
            edition_number=committed.edition.number, subject_id=subject_id, sealed=rows.seal(held)
        )
        user = User.objects.create(username=username, subject_id=subject_id, display_name="周")
        committed.server.kind = lambda key: kind
        return OutsideCall.objects.get(case=apply(committed.version, user))

    with django_db_blocker.unblock():
        yield make


def test_several_workers_send_each_call_once(committed, waiting, others):
    calls = [waiting(f"worker-{number}") for number in range(4)]
    for _ in range(3):
        others.start(lambda: outside.send_due(now=lambda: MONDAY))
    assert sum(others.join()) + outside.send_due(now=lambda: MONDAY) == 4

    for call in calls:
        call.case.refresh_from_db()
        assert call.case.status == Case.Status.GRANTED
        assert kinds(call) == ["sent", "result"]
        assert committed.server.register.asked[call.key].times == 1
        assert Certificate.objects.filter(case_number=call.case.number).count() == 1


def test_a_call_whose_case_is_in_other_hands_is_left_for_later(waiting, others):
    call = waiting("held")
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=call.case_id)
        others.start(lambda: outside.attempt(call.pk, MONDAY))
        assert others.join() == [False]
    assert outside.attempt(call.pk, MONDAY) is True


def test_a_call_that_another_worker_has_claimed_a_moment_ago_is_not_sent_twice(waiting):
    call = waiting("claimed", "server_error")
    assert outside.attempt(call.pk, MONDAY) is True
    assert outside.attempt(call.pk, MONDAY) is False
    assert kinds(call) == ["sent", "error"]


def test_one_result_that_comes_on_two_ways_at_once_is_taken_once(waiting, others):
    call = waiting("two-ways", "never")
    outside.attempt(call.pk, MONDAY)
    with transaction.atomic():
        assert outside_outcomes.take(call.pk, ANSWER, MONDAY) == "result"
        others.start(lambda: outside_outcomes.take(call.pk, ANSWER, MONDAY))
        others.wait_until_blocked()
    assert others.join() == ["repeated"]
    assert Certificate.objects.filter(case_number=call.case.number).count() == 1


def test_a_result_whose_writer_died_is_taken_by_the_one_that_waited(waiting, others):
    call = waiting("died", "never")
    outside.attempt(call.pk, MONDAY)
    with transaction.atomic():
        outside_outcomes.take(call.pk, ANSWER, MONDAY)
        others.start(lambda: outside_outcomes.take(call.pk, ANSWER, MONDAY))
        others.wait_until_blocked()
        transaction.set_rollback(True)
    assert others.join() == ["result"]
    assert kinds(call) == ["sent", "receipt", "result"]


def test_a_result_that_meets_a_withdrawal_is_late_and_nothing_blocks(waiting, others):
    call = waiting("withdraws", "never")
    outside.attempt(call.pk, MONDAY)
    applicant = User.objects.get(username="withdraws")
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=call.case_id)
        others.start(lambda: outside_outcomes.take(call.pk, ANSWER, MONDAY))
        others.wait_until_blocked()
        actions.withdraw(case_id=call.case_id, user=applicant, at=MONDAY)
    assert others.join() == ["late"]
    call.refresh_from_db()
    call.case.refresh_from_db()
    assert (call.status, call.case.status) == ("cancelled", "withdrawn")


def test_a_time_limit_that_meets_a_result_comes_too_late(waiting, others):
    call = waiting("in-time", "never")
    outside.attempt(call.pk, MONDAY)
    with transaction.atomic():
        outside_outcomes.take(call.pk, ANSWER, MONDAY)
        others.start(lambda: outside.send_due(now=lambda: MONDAY + timedelta(days=9)))
        others.wait_until_blocked()
    assert others.join() == [0]
    call.refresh_from_db()
    assert call.status == "answered"


def test_a_call_that_ends_while_its_list_of_due_ones_is_read_is_not_sent(waiting):
    call = waiting("gone")
    applicant = User.objects.get(username="gone")
    actions.withdraw(case_id=call.case_id, user=applicant, at=MONDAY)
    assert outside.attempt(call.pk, MONDAY) is False
    assert outside_outcomes.send_again(call.pk, MONDAY) is False


@pytest.fixture
def no_loop() -> Iterator[None]:
    """A browser's test leaves its event loop running in this thread; the worker brings its own."""
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(running)


def test_a_slow_system_holds_up_no_other_job(committed, waiting, others, monkeypatch, no_loop):
    """`tongban worker` as it is started, with one job at a time."""
    call = waiting("slow")
    registers.ask_to_let_in()
    asked, answer = threading.Event(), threading.Event()
    take = committed.server.take

    def slowly(said):
        asked.set()
        assert answer.wait(50)
        return take(said)

    monkeypatch.setattr(committed.server, "take", slowly)
    monkeypatch.setattr(jobs.clock, "now", lambda: MONDAY)

    def look_and_end() -> dict[str, str]:
        try:
            assert asked.wait(50)
            meanwhile = until(lambda found: found[LET_IN] == "succeeded")
            answer.set()
            until(lambda found: found[outside_calls.SEND] == "succeeded")
            return meanwhile
        finally:
            answer.set()
            os.kill(os.getpid(), signal.SIGTERM)

    others.start(look_and_end)
    call_command("worker")
    (meanwhile,) = others.join()

    # At the turn of a minute it is the job that looks for calls which asks, and not the call's own.
    asking = {meanwhile[outside_calls.SEND], meanwhile.get(ATTEND)}
    assert (meanwhile[LET_IN], "doing" in asking) == ("succeeded", True)
    call.refresh_from_db()
    assert (call.status, kinds(call)) == ("answered", ["sent", "result"])


def until(is_so) -> dict[str, str]:
    """How the latest job of each kind stands, as soon as it is so."""
    pause = threading.Event()
    for _ in range(5_000):
        found = dict(ProcrastinateJob.objects.order_by("pk").values_list("task_name", "status"))
        if is_so(found):
            return found
        pause.wait(0.01)
    raise AssertionError(found)


def test_what_breaks_one_lane_ends_the_worker(committed, waiting, monkeypatch, no_loop):
    run = lanes.app.run_worker_async

    async def broken(**options):
        if options["queues"] == [lanes.OUTSIDE]:
            raise ZeroDivisionError
        await run(**options)

    monkeypatch.setattr(lanes.app, "run_worker_async", broken)
    with pytest.raises(ZeroDivisionError):
        call_command("worker")


def test_every_job_has_its_lane():
    assert lanes.app.tasks[LET_IN] is registers_jobs.let_in_corrections
    jobs_of = {name: task.queue for name, task in lanes.app.tasks.items()}
    assert {name for name, queue in jobs_of.items() if queue == lanes.OUTSIDE} == {
        *(outside_calls.SEND, outside_calls.CALL_OFF),
        *(
            ATTEND,
            "tongban.business.cases.jobs.reconcile_outside",
        ),
    }
