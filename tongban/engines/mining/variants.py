"""The different ways that cases took: the same activities in the same order."""

from collections.abc import Sequence
from dataclasses import dataclass

from .log import EventLog
from .traits import Trait, chosen


@dataclass(frozen=True)
class Variant:
    number: int
    """Its rank in the whole log: it stays the same under every filter."""
    activities: tuple[str, ...]
    cases: int
    share: float


def variants(log: EventLog, traits: Sequence[Trait] = ()) -> tuple[Variant, ...]:
    """The commonest first."""
    where = chosen(log, traits)
    found = log.rows(
        f"SELECT variant, activities :: VARCHAR[], count"
        f" FROM (SELECT variant, count(*) AS count FROM cases{where} GROUP BY variant)"
        f" JOIN variants USING (variant) ORDER BY count DESC, variant"
    )
    cases = sum(count for *_, count in found)
    return tuple(
        Variant(number, tuple(activities or ()), count, count / cases)
        for number, activities, count in found
    )
