"""Background work of this app."""

import logging

from django.db import InterfaceError, OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tongban import clock
from tongban.base.jobs.connections import closed_after
from tongban.base.jobs.lanes import OUTSIDE
from tongban.business.cases import (
    delivering,
    messages,
    migrating,
    outside,
    outside_calls,
    outside_reconciling,
)
from tongban.business.cases.outside_problems import Problem

logger = logging.getLogger(__name__)
# Nothing else would come back to a message that was not heard because the database went away.
AGAIN = RetryStrategy(
    max_attempts=10, exponential_wait=3, retry_exceptions={OperationalError, InterfaceError}
)


@app.task(name=messages.DELIVER, retry=AGAIN)
@closed_after
def deliver(message: int) -> None:
    delivering.deliver(message=message, at=clock.now())


@app.task(name=migrating.JOB)
@closed_after
def migrate_cases(migration_id: int) -> None:
    migrating.work(migration_id=migration_id, at=clock.now())


@app.task(name=outside_calls.SEND, queue=OUTSIDE)
@closed_after
def send_outside(call_id: int) -> None:
    outside.attempt(call_id, clock.now())


@app.task(name=outside_calls.CALL_OFF, queue=OUTSIDE)
@closed_after
def call_off_outside(call_id: int) -> None:
    """Whether it could be told or not, nobody waits for it; reconciling tells it again."""
    try:
        outside.call_off(call_id, clock.now())
    except Problem as problem:
        logger.warning("Outside call %s was not called off: %s", call_id, problem.code)


@app.periodic(cron="* * * * *")
@app.task(queue=OUTSIDE, queueing_lock="outside calls", lock="outside calls", pass_context=False)
@closed_after
def attend_outside(timestamp: int) -> None:
    outside.send_due(now=clock.now)
    outside.poll_due(now=clock.now)


@app.periodic(cron="7 * * * *")
@app.task(queue=OUTSIDE, queueing_lock="outside reconciliation", pass_context=False)
@closed_after
def reconcile_outside(timestamp: int) -> None:
    for code in outside_reconciling.reconcile_all(at=clock.now()):
        logger.warning("The list of the outside service %s cannot be read", code)
