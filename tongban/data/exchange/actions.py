"""Everything that changes grants."""

from datetime import datetime

from django.db import transaction

from tongban.base.audit import actions as audit
from tongban.data.exchange.models import Grant
from tongban.data.exchange.standing import StandingGrant


@transaction.atomic
def adopt_standing(*, grant: StandingGrant, by: str, at: datetime) -> Grant:
    """Give a grant of the city folder, or bring it to the folder's terms."""
    terms = grant.terms()
    held = Grant.objects.select_for_update().filter(code=grant.code, withdrawn_at=None).first()
    if held is not None and all(getattr(held, name) == value for name, value in terms.items()):
        return held
    made, _ = Grant.objects.update_or_create(
        code=grant.code, defaults={**terms, "withdrawn_at": None}
    )
    audit.record("grant.given", ("grant", grant.code), actor=by, at=at, basis=grant.basis.zh)
    return made


@transaction.atomic
def withdraw(*, code: str, by: str, at: datetime) -> None:
    Grant.objects.filter(code=code, withdrawn_at=None).update(withdrawn_at=at)
    audit.record("grant.withdrawn", ("grant", code), actor=by, at=at)
