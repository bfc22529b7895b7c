"""Schedules of this app."""

from procrastinate.contrib.django import app

from tongban import clock
from tongban.business.cases import actions


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="case timers", pass_context=False)
def fire_timers(timestamp: int) -> None:
    actions.fire_timers(at=clock.now())
