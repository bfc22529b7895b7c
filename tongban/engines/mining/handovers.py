"""Who hands over to whom: consecutive steps of a case with different hands.

The handover-of-work metric of van der Aalst, Reijers and Song (Discovering Social Networks from
Event Logs, 2005), with real causality taken as direct succession. A step without the name of its
hands hands nothing over.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .log import EventLog
from .traits import Carrier, Trait, chosen


@dataclass(frozen=True)
class Handover:
    source: str
    target: str
    count: int


def handovers(
    log: EventLog, carrier: Carrier, traits: Sequence[Trait] = ()
) -> tuple[Handover, ...]:
    """The commonest first; `carrier` is the person's column or the office's."""
    before = f"{carrier}_before"
    found = log.rows(
        f"SELECT CAST({before} AS VARCHAR), CAST({carrier} AS VARCHAR), count(*) AS count"
        f" FROM (SELECT * FROM steps{chosen(log, traits)}) WHERE {carrier} <> {before}"
        f" GROUP BY {before}, {carrier} ORDER BY count DESC, {before}, {carrier}"
    )
    return tuple(Handover(*row) for row in found)
