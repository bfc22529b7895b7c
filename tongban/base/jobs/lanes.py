"""A worker has two lanes: a job that waits for somebody else's system holds up no other job."""

import asyncio

from procrastinate.contrib.django import app

OUTSIDE = "outside"  # the queue of jobs that wait for another system's answer
OUTSIDE_AT_ONCE = 4  # they hardly compute


def run(concurrency: int) -> None:
    """Both lanes until SIGTERM; the one ends with the other. Raises what broke either."""
    # The application's own connector is Django's, which has no loop to listen in.
    connector = app.connector.get_worker_connector()  # pyright: ignore[reportAttributeAccessIssue]
    with app.replace_connector(connector):
        asyncio.run(_run(concurrency))


async def _run(concurrency: int) -> None:
    inside = sorted({task.queue for task in app.tasks.values()} - {OUTSIDE})
    async with app.open_async():
        lanes = [
            asyncio.create_task(app.run_worker_async(queues=inside, concurrency=concurrency)),
            asyncio.create_task(
                app.run_worker_async(
                    queues=[OUTSIDE],
                    concurrency=OUTSIDE_AT_ONCE,
                    name=OUTSIDE,
                    install_signal_handlers=False,
                )
            ),
        ]
        done, left = await asyncio.wait(lanes, return_when=asyncio.FIRST_COMPLETED)
        for lane in left:
            lane.cancel()  # it finishes what it is at
        await asyncio.wait(lanes)
        for lane in done:
            lane.result()
