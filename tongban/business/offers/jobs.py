"""Background work of this app."""

import logging

from procrastinate.contrib.django import app

from tongban import clock
from tongban.base.jobs.connections import closed_after
from tongban.business.offers import answering, rounds
from tongban.errors import Refusal

logger = logging.getLogger(__name__)


@app.task(name=rounds.JOB)
@closed_after
def look(round_id: int) -> None:
    rounds.work(round_id=round_id, at=clock.now())


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="offers", lock="offers", pass_context=False)
@closed_after
def attend_offers(timestamp: int) -> None:
    answering.lapse_due(at=clock.now())
    try:
        rounds.ask_due(at=clock.now())
    except Refusal as refusal:
        logger.warning("No round was begun: %s", refusal.told("en"))
