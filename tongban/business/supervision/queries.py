"""Where the history of cases stands in the lake."""

from tongban.business.supervision.events import FEED
from tongban.data.lake import queries as lake
from tongban.data.lake.contract import FED
from tongban.data.lake.models import Resource


def source() -> Resource | None:
    """The source that case events are handed in to; None where no contract asks for them."""
    connection = {"content__connection__kind": FED, "content__connection__feed": FEED}
    return lake.resources().filter(**connection).first()
