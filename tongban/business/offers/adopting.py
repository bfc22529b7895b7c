"""Making an offer live as the city's folder describes it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tongban.base.audit import actions as audit
from tongban.business.items.models import ServiceItem
from tongban.business.offers import terms as offers
from tongban.business.offers.models import Offer
from tongban.business.offers.terms import Terms


@transaction.atomic
def adopt(*, terms: Terms, by: str, at: datetime) -> Offer:
    """Who was found already goes by the new terms; a round remembers by which it looked."""
    item = ServiceItem.objects.get(code=terms.item)
    earlier = Offer.objects.select_for_update().filter(code=terms.code).first()
    offer, _ = Offer.objects.update_or_create(
        code=terms.code,
        defaults={
            "item": item,
            "name_zh": terms.name.zh,
            "name_en": terms.name.en,
            "number": earlier.number + 1 if earlier else 1,
            "terms": offers.content(terms),
            "adopted_at": at,
        },
    )
    audit.record(
        "offer.adopted", ("offer", offer.code), actor=by, at=at, details={"number": offer.number}
    )
    return offer


def terms_of(offer: Offer) -> Terms:
    return Terms.model_validate(offer.terms)


def live() -> Mapping[str, Any]:
    """By code, as in the folder."""
    return {offer.code: offer.terms for offer in Offer.objects.order_by("code")}
