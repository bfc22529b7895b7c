"""A worker lends a job one of its threads; the job leaves no connection behind in it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection

from tongban.base.jobs.connections import closed_after
from tongban.base.jobs.models import Effect


@closed_after
def look() -> None:
    assert not Effect.objects.exists()


@closed_after
def break_down() -> None:
    look()
    raise ZeroDivisionError


def left_behind(job) -> bool:
    """Does the thread still hold a connection after the job?"""

    def run() -> bool:
        with suppress(ZeroDivisionError):
            job()
        return connection.connection is not None

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(run).result()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("job", [look, break_down])
def test_no_connection_stays_in_the_thread_of_a_job(job):
    assert not left_behind(job)


@pytest.mark.django_db
def test_within_a_transaction_the_connection_is_its_owners():
    look()
    assert connection.connection is not None
