"""Schedules of this app."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from tongban.base.jobs import actions


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="sweep", pass_context=True)
async def sweep(context: JobContext, timestamp: int) -> None:
    await actions.take_back_stalled(context.app.job_manager)
