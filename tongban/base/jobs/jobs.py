"""Schedules of this app."""

from procrastinate.contrib.django import app

from tongban.base.jobs import actions


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    actions.take_back_stalled()
