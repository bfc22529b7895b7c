"""Background work of this app."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from tongban import clock
from tongban.base.jobs.connections import closed_after
from tongban.business.supervision import actions
from tongban.data.lake.actions import StaleDraft

# A run was published meanwhile; the same events are handed in to that.
AGAIN = RetryStrategy(max_attempts=3, wait=2, retry_exceptions=[StaleDraft])


@app.periodic(cron="* * * * * */30")
@app.task(queueing_lock="case events", lock="case events", pass_context=False, retry=AGAIN)
@closed_after
def hand_in_events(timestamp: int) -> None:
    actions.hand_in_events(by="worker", at=clock.now())
