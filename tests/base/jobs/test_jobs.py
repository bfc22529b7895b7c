"""Doing things once, and taking jobs back from workers that died."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tongban.base.jobs import actions
from tongban.base.jobs.models import Effect
from tongban.data.registers import actions as registers
from tongban.data.registers.queries import LET_IN

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 9, 21, 2, tzinfo=UTC)


def test_an_effect_happens_once_per_key():
    done = []
    assert actions.once("notify:1", lambda: done.append("first"), at=MONDAY)
    assert not actions.once("notify:1", lambda: done.append("again"), at=MONDAY)
    assert actions.once("notify:2", lambda: done.append("other"), at=MONDAY)

    assert done == ["first", "other"]
    assert [(str(each), each.at) for each in Effect.objects.order_by("key")] == [
        ("notify:1", MONDAY),
        ("notify:2", MONDAY),
    ]


def test_an_effect_that_fails_may_be_tried_again():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.once("notify:1", lambda: 1 // 0, at=MONDAY)
    assert not Effect.objects.exists()
    assert actions.once("notify:1", lambda: None, at=MONDAY)


def todo() -> list[tuple[str, str]]:
    return list(ProcrastinateJob.objects.order_by("pk").values_list("task_name", "status"))


def test_a_job_that_was_asked_for_comes_with_the_transaction_and_goes_with_it():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        registers.ask_to_let_in()
        assert todo() == [(LET_IN, "todo")]
        raise ZeroDivisionError
    assert todo() == []

    with transaction.atomic():
        registers.ask_to_let_in()
    assert todo() == [(LET_IN, "todo")]


def test_a_job_that_waits_already_is_not_asked_for_twice_and_spoils_no_transaction():
    with transaction.atomic():
        registers.ask_to_let_in()
        registers.ask_to_let_in()
        actions.once("after it", lambda: None, at=MONDAY)

    assert todo() == [(LET_IN, "todo")]
    assert Effect.objects.get().key == "after it"


def test_an_effect_that_is_rolled_back_with_its_caller_has_not_happened():
    done = []
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert actions.once("notify:1", lambda: done.append("first"), at=MONDAY)
        raise ZeroDivisionError
    assert actions.once("notify:1", lambda: done.append("second"), at=MONDAY)

    assert done == ["first", "second"]
    assert Effect.objects.count() == 1


def job_of(heartbeat: str, status: str = "doing") -> int:
    """A job that a worker took which showed itself so long ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval)"
            " RETURNING id",
            [heartbeat],
        )
        (worker,) = cursor.fetchall()[0]
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id)"
            " VALUES ('default', 'a.task', '{}', %s, %s) RETURNING id",
            [status, worker],
        )
        ((job,),) = cursor.fetchall()
    return job


def take_back() -> int:
    """In a thread of its own, as a worker does: a test before may have left an event loop here."""

    def taken() -> int:
        try:
            return async_to_sync(actions.take_back_stalled)(app.job_manager)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(taken).result()


@pytest.mark.django_db(transaction=True)
def test_jobs_of_dead_workers_go_back_to_the_queue_and_those_of_living_ones_stay():
    dead, alive, done = job_of("10 minutes"), job_of("1 second"), job_of("10 minutes", "succeeded")

    assert take_back() == 1
    assert take_back() == 0

    states = dict(ProcrastinateJob.objects.values_list("pk", "status"))
    assert states == {dead: "todo", alive: "doing", done: "succeeded"}
