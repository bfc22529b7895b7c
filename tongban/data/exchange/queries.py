"""Grants as people read them."""

from collections.abc import Mapping, Sequence
from datetime import date

from tongban.data.exchange import prepared, terms
from tongban.data.exchange.models import Grant
from tongban.data.exchange.terms import Reader


def purposes() -> Mapping[str, str]:
    """Use → what it is for, in the reader's language."""
    return {grant.use: grant.purpose for grant in Grant.objects.all()}


def grants():
    return Grant.objects.order_by("withdrawn_at", "code")


def relations(reader: Reader, use: str, on: date) -> Mapping[str, Sequence[str]]:
    """Every relation that the reader may read for this use, with the columns he may name."""
    found: dict[str, list[str]] = {}
    for grant in terms.valid(prepared.current(), reader, use, on):
        columns = found.setdefault(grant.relation, [])
        columns += [column for column in grant.columns if column not in columns]
    return found
