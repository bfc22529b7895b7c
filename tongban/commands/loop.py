"""The data half of the loop: collect every source, derive registers and facts, publish."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from tongban.data.lake import actions as lake
from tongban.data.lake import queries as lake_queries
from tongban.data.lake.models import Edition, Load, Resource
from tongban.data.pipelines import actions as pipelines
from tongban.data.registers import actions as registers
from tongban.errors import Refusal

Told = Callable[[str, int], None]


def collect(
    codes: Sequence[str], *, data: Path, by: str, at: datetime, told: Told
) -> tuple[Edition, list[Load]]:
    """A draft edition with these sources, each once. Raises UnknownResource before there is a
    draft, and the refusal of the first source that cannot be read; the draft is closed then, and
    readers see what they saw before."""
    resources = [lake_queries.resource(code) for code in dict.fromkeys(codes)]
    edition = lake.open_edition(by=by, at=at)
    loads: list[Load] = []
    for resource in resources:
        loads.append(_load(resource, edition, data, by, at))
        told(resource.code, loads[-1].rows_read)
    return edition, loads


def run(
    codes: Sequence[str], *, data: Path, by: str, at: datetime, told: Told
) -> tuple[Edition, list[Load]]:
    """One whole run: a draft edition, its sources, its registers and facts, published."""
    edition, loads = collect(codes, data=data, by=by, at=at, told=told)
    registers.derive(edition=edition, run_date=timezone.localdate(at), by=by, at=at, told=told)
    return edition, loads


def all_sources() -> list[str]:
    """Those that are collected; others are handed in by the platform itself."""
    return [
        resource.code
        for resource in lake_queries.resources()
        if not lake_queries.live_contract(resource).is_fed
    ]


def _load(resource: Resource, edition: Edition, data: Path, by: str, at: datetime) -> Load:
    try:
        found = pipelines.collect(resource=resource, edition=edition, data=data, by=by, at=at)
    except Refusal as refusal:
        lake.fail(edition=edition, reason=refusal.told("zh"), by=by, at=at)
        raise
    return found.load
