"""What a read needs besides a person's facts: fetched once per stamp of definitions and edition.

The stamp is read in the statement that reads the facts, so what was prepared under another one is
never used. It is drawn at random per change: a change that is rolled back leaves no stamp that
another change could have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from tongban.data.exchange.models import Grant
from tongban.data.lake import queries as lake
from tongban.data.registers import queries as registers
from tongban.data.registers.models import FactDefinition
from tongban.data.standards import queries as standards


@dataclass(frozen=True)
class Prepared:
    stamp: UUID | None
    edition: int
    facts: Mapping[str, FactDefinition]
    origins: Mapping[str, lake.Origin]  # by resource
    names: Mapping[tuple[str, str], tuple[str, str]]  # (element, code) → Chinese, English
    grants: Mapping[tuple[str, str, str], Sequence[Grant]]  # (use, office, post), by code


_latest: Prepared | None = None  # of this process; replaced as a whole, never changed


def of(stamp: UUID | None, edition: int) -> Prepared:
    """Without a stamp (nothing was ever defined) nothing is kept."""
    global _latest
    held = _latest
    if held is None or stamp is None or (held.stamp, held.edition) != (stamp, edition):
        held = _latest = _prepare(stamp, edition)
    return held


def current() -> Prepared:
    return of(*lake.standing())


def _prepare(stamp: UUID | None, edition: int) -> Prepared:
    facts = {fact.key: fact for fact in registers.all_facts()}
    grants: dict[tuple[str, str, str], list[Grant]] = {}
    for grant in Grant.objects.order_by("code"):
        grants.setdefault((grant.use, grant.office, grant.post), []).append(grant)
    names = standards.code_names({fact.element for fact in facts.values()})
    return Prepared(stamp, edition, facts, lake.origins(edition), names, grants)
