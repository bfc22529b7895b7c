"""Grants as people read them."""

from collections.abc import Mapping

from tongban.data.exchange.models import Grant


def purposes() -> Mapping[str, str]:
    """Use → what it is for, in the reader's language."""
    return {grant.use: grant.purpose for grant in Grant.objects.all()}


def grants():
    return Grant.objects.order_by("withdrawn_at", "code")
