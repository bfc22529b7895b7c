"""Offers as their pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from tongban.base.people.models import User
from tongban.business.offers import permissions
from tongban.business.offers.models import Candidate, CandidateStep, Offer, PaymentList, Round

Counts = Mapping[tuple[str, str], int]  # by kind and state


@dataclass(frozen=True)
class Row:
    """An offer with what waits in it."""

    offer: Offer
    latest: Round | None
    counts: Counts

    def of(self, status: str) -> int:
        return sum(count for (_, state), count in self.counts.items() if state == status)


def offers(user: User) -> QuerySet[Offer]:
    """Those of the offices where the account handles such."""
    offices = user.posts.filter(role__in=permissions.HANDLING).values("office")
    found = Offer.objects.filter(item__office__in=offices).select_related("item__office")
    return found.order_by("code")


def rows(user: User) -> list[Row]:
    return [Row(offer, latest(offer), counts(offer)) for offer in offers(user)]


def latest(offer: Offer) -> Round | None:
    return offer.rounds.select_related("asked_by").order_by("number").last()


def counts(offer: Offer) -> Counts:
    """One statement."""
    found = Candidate.objects.filter(offer=offer).order_by()
    grouped = found.values_list("kind", "status").annotate(Count("pk"))
    return {(kind, status): count for kind, status, count in grouped}


def gone(offer: Offer) -> QuerySet[Candidate]:
    """Whom the officer has to look at because no round finds them any more."""
    waiting = Candidate.objects.filter(offer=offer, status__in=Candidate.UNANSWERED)
    return waiting.filter(gone_in__isnull=False)


def queue(offer: Offer, kind: str, status: str) -> QuerySet[Candidate]:
    """The oldest first; the unsure among those that were found come before the others."""
    found = Candidate.objects.filter(offer=offer).select_related("offer__item__office", "gone_in")
    if kind:
        found = found.filter(kind=kind)
    found = found.filter(status=status) if status else found
    return found.order_by("is_sure", "pk")


def candidate(offer: Offer, number: str) -> Candidate | None:
    found = Candidate.objects.select_related("offer__item__office", "round", "gone_in")
    return found.filter(offer=offer, number=number).first()


def by_number(number: str) -> Candidate | None:
    return Candidate.objects.select_related("offer__item__office").filter(number=number).first()


def steps(candidate: Candidate) -> QuerySet[CandidateStep]:
    return candidate.steps.select_related("by").order_by("pk")


def payment_lists(offer: Offer) -> QuerySet[PaymentList]:
    """The newest first."""
    return offer.payment_lists.select_related("made_by", "closed_by").order_by("-month")


def waiting_for(subject_id: str) -> QuerySet[Candidate]:
    """What was offered to a person and waits for his answer."""
    mine = Candidate.objects.filter(subject_id=subject_id, status=Candidate.Status.TOLD)
    return mine.filter(gone_in=None).select_related("offer__item").order_by("pk")
