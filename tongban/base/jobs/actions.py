"""Doing things later, and once."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from procrastinate.manager import JobManager

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


async def take_back_stalled(manager: JobManager) -> int:
    """Give jobs of workers that died back to the queue; returns how many."""
    stalled = list(await manager.get_stalled_jobs())
    for job in stalled:
        await manager.retry_job(job)
    return len(stalled)
