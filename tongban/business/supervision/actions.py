"""What keeps the lake's copy of the cases' history as new as it can be."""

from datetime import datetime

from tongban.business.supervision import events, queries
from tongban.data.pipelines import actions as pipelines


def hand_in_events(*, by: str, at: datetime) -> int:
    """Add to the lake what happened to cases since, and publish it; returns how many events.

    0 where nothing happened, where no contract asks for them, and before the first run.
    """
    resource = queries.source()
    if resource is None:
        return 0
    read = 0
    while loaded := pipelines.feed(resource=resource, source=events.since, by=by, at=at):
        read += loaded.load.rows_read
        if loaded.load.rows_read < events.MOST:
            break
    return read
