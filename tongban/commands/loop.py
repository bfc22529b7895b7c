"""The data half of the loop: collect every source, derive registers and facts, publish."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from tongban.data.lake import actions as lake
from tongban.data.lake import queries as lake_queries
from tongban.data.lake.models import Edition, Load
from tongban.data.pipelines import actions as pipelines
from tongban.data.registers import actions as registers
from tongban.errors import Refusal

Told = Callable[[str, int], None]


def collect(
    codes: Sequence[str], *, edition: Edition, data: Path, by: str, at: datetime, told: Told
) -> list[Load]:
    """Load these sources into the draft. Raises the refusal of the first that cannot be read; the
    draft is closed then, and readers see what they saw before."""
    loads = []
    for code in codes:
        resource = lake_queries.resource(code)
        try:
            loaded = pipelines.collect(resource=resource, edition=edition, data=data, by=by, at=at)
        except Refusal as refusal:
            lake.fail(edition=edition, reason=refusal.told("zh"), by=by, at=at)
            raise
        loads.append(loaded.load)
        told(code, loaded.load.rows_read)
    return loads


def run(
    codes: Sequence[str], *, data: Path, by: str, at: datetime, told: Told
) -> tuple[Edition, list[Load]]:
    """One whole run: a draft edition, its sources, its registers and facts, published."""
    edition = lake.open_edition(by=by, at=at)
    loads = collect(codes, edition=edition, data=data, by=by, at=at, told=told)
    registers.derive(edition=edition, run_date=timezone.localdate(at), by=by, at=at, told=told)
    return edition, loads


def all_sources() -> list[str]:
    return [resource.code for resource in lake_queries.resources()]
