"""Facts of one candidate, for the officer who looks at him and for the person himself."""

from collections.abc import Collection, Mapping
from datetime import datetime

from tongban.base.people.models import Post, User
from tongban.business.offers import adopting
from tongban.business.offers.models import Candidate, Offer
from tongban.data.exchange import gate
from tongban.data.exchange.gate import Fact, Reader

NAME = "name"


def officer(offer: Offer, user: User) -> Reader:
    office = offer.item.office
    return Reader(str(user.pk), Post.Role.APPROVER, office.code if office else "", user.subject_id)


def facts_of(
    offer: Offer, subject_id: str, keys: Collection[str], user: User, at: datetime
) -> Mapping[str, Fact]:
    """One audited read under the grant of the offer. What it refuses is refused here."""
    terms = adopting.terms_of(offer)
    by = officer(offer, user)
    return gate.read_facts(reader=by, use=terms.use, subject_id=subject_id, keys=keys, at=at)


def seen(candidate: Candidate, user: User, at: datetime) -> Mapping[str, Fact]:
    """Everything that the officer looks at."""
    terms = adopting.terms_of(candidate.offer)
    keys = dict.fromkeys([NAME, *terms.facts])
    return facts_of(candidate.offer, candidate.subject_id, tuple(keys), user, at)


def name_of(candidate: Candidate, user: User, at: datetime) -> str:
    """Empty where nobody knows it."""
    fact = facts_of(candidate.offer, candidate.subject_id, [NAME], user, at)[NAME]
    return str(fact.value or "")
