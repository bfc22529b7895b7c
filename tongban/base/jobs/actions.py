"""Doing things later, and once."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app

from tongban.base.jobs.models import Effect


def once(key: str, effect: Callable[[], None], *, at: datetime) -> bool:
    """Run `effect` in one transaction with the note that it ran; False if it ran before.

    A job that is delivered twice (its worker was killed after the commit) thus acts once.
    """
    with transaction.atomic():
        _, is_new = Effect.objects.get_or_create(key=key, defaults={"at": at})
        if is_new:
            effect()
    return is_new


def take_back_stalled() -> int:
    """Give jobs of workers that died back to the queue; returns how many."""
    return asyncio.run(_take_back_stalled())


async def _take_back_stalled() -> int:
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:  # pyright: ignore
        async with worker_app.open_async():
            manager = worker_app.job_manager
            stalled = list(await manager.get_stalled_jobs())
            for job in stalled:
                await manager.retry_job(job)
    return len(stalled)
