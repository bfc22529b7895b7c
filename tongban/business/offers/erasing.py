"""What stays of a candidate when he is erased under law: that there was one, and nothing of him."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tongban.base.notices import actions as notices
from tongban.business.offers import moving, sealing
from tongban.business.offers.models import Candidate, CandidateStep, PaymentLine, PaymentList
from tongban.business.offers.moving import Status
from tongban.errors import Refusal

ERASED = "erased"
ENDS = {
    Status.FOUND: Status.SET_ASIDE,
    Status.CONFIRMED: Status.SET_ASIDE,
    Status.NOTIFIED: Status.SET_ASIDE,
    Status.TOLD: Status.LAPSED,
}


class RecoveryOpen(Refusal):
    """{number} was asked to give back what was paid wrongly. Finish that, or set it aside; until
    then nobody can be erased who owes it."""

    zh = "{number} 已通知退还错发款。请先办结追回或搁置，在此之前不能删除本人。"


class ListNotClosed(Refusal):
    """The list of payments of {month:%Y-%m} is not closed. Close it first."""

    zh = "{month:%Y-%m} 的发放名单还没有确认，请先确认。"


@dataclass(frozen=True)
class Held:
    candidates: int
    payments: int


def check_can_erase(subject_id: str) -> None:
    mine = Candidate.objects.filter(subject_id=subject_id)
    owing = mine.filter(status=Status.NOTIFIED).first()
    if owing is not None:
        raise RecoveryOpen(number=owing.number)
    lines = PaymentLine.objects.filter(subject_id=subject_id, list__status=PaymentList.Status.OPEN)
    waiting = lines.select_related("list").first()
    if waiting is not None:
        raise ListNotClosed(month=waiting.list.month)


def held(subject_id: str) -> Held:
    return Held(
        candidates=Candidate.objects.filter(subject_id=subject_id).count(),
        payments=PaymentLine.objects.filter(subject_id=subject_id).count(),
    )


@transaction.atomic
def erase(subject_id: str, at: datetime) -> None:
    """Number, kind, states, days and sums of lists stay. What waits ends; what an older backup has
    brought back does too."""
    for each in Candidate.objects.select_for_update().filter(subject_id=subject_id):
        if each.status in ENDS:
            moving.move(each, ENDS[Status(each.status)], by=None, at=at)
        notices.forget(about=("offer", each.number))
    CandidateStep.objects.filter(candidate__subject_id=subject_id).update(words_sealed=None)
    Candidate.objects.filter(subject_id=subject_id).update(
        subject_id=ERASED, answer_sealed=sealing.seal({})
    )
    PaymentLine.objects.filter(subject_id=subject_id).update(
        subject_id=ERASED, sealed=sealing.seal({})
    )
