"""Schedules of this app."""

from procrastinate.contrib.django import app

from tongban import clock
from tongban.base.jobs.connections import closed_after
from tongban.data.lake import maintenance


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="tidy the lake", pass_context=False)
@closed_after
def tidy(timestamp: int) -> None:
    maintenance.tidy(by="worker", at=clock.now())
