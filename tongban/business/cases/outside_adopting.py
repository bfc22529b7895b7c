"""Making an outside service live as the city's outside.toml describes it."""

from datetime import datetime

from django.db import transaction

from tongban.base.audit import actions as audit
from tongban.base.people import queries as people
from tongban.business.cases.outside_models import OutsideService
from tongban.business.cases.outside_terms import Terms


@transaction.atomic
def adopt(*, terms: Terms, by: str, at: datetime) -> OutsideService:
    """Calls that are under way go by the new terms, as the other side does."""
    service, _ = OutsideService.objects.update_or_create(
        code=terms.code,
        defaults={
            "name_zh": terms.name.zh,
            "name_en": terms.name.en,
            "office": people.office(terms.office),
            "terms": terms.model_dump(mode="json"),
            "adopted_at": at,
        },
    )
    audit.record("outside.adopted", ("outside", terms.code), actor=by, at=at, office=terms.office)
    return service
