"""Background work of this app."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tongban import clock
from tongban.base.jobs.connections import closed_after
from tongban.data.lake.actions import StaleDraft
from tongban.data.registers import actions, queries
from tongban.engines.tables import Conflict

# Somebody else published or wrote the table meanwhile; the next attempt begins from there.
AGAIN = RetryStrategy(max_attempts=5, wait=5, retry_exceptions=[StaleDraft, Conflict])


@app.task(name=queries.LET_IN, retry=AGAIN)
@closed_after
def let_in_corrections() -> None:
    actions.let_in_corrections(by=queries.WORKER, at=clock.now())
