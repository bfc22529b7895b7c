"""Who may do what with an offer and its candidates. check_* refuses with the reason."""

from datetime import datetime

from tongban.base.people import mandates
from tongban.base.people.models import Post, User
from tongban.business.cases import acting
from tongban.business.cases.acting import Party
from tongban.business.offers.models import Candidate, Offer
from tongban.errors import Refusal

HANDLING = (Post.Role.APPROVER,)


class NotYourOffer(Refusal):
    """{code} is carried out by approvers of {office_en}."""

    zh = "{code} 由{office_zh}的审批人员办理。"


class YourOwn(Refusal):
    """Candidate {number} is yourself: a colleague has to look at it."""

    zh = "{number} 是您本人，您应当回避，请由同事办理。"


class NotForYou(Refusal):
    """Nothing with the number {number} was offered to you."""

    zh = "没有编号为 {number}、给您的待遇。"


def check_can_handle(user: User, offer: Offer) -> None:
    office = offer.item.office
    assert office is not None
    if not user.posts.filter(office=office, role__in=HANDLING).exists():
        raise NotYourOffer(code=offer.code, office_zh=office.short_zh, office_en=office.short_en)


def check_not_own(user: User, candidate: Candidate, at: datetime) -> None:
    """Nobody handles what is due to himself, or to somebody for whom he acts."""
    subject = candidate.subject_id
    mine = bool(user.subject_id) and user.subject_id == subject
    if mine or (user.subject_id and acting.may(user, subject, candidate.offer.code, at)):
        raise YourOwn(number=candidate.number)


def check_can_answer(user: User, candidate: Candidate, at: datetime) -> Party:
    """The person himself, or whoever may act for him in matters of the item: whom the answer is
    about. Raises NotForYou for a stranger, and what is wrong with the mandate of whoever had
    one."""
    subject = candidate.subject_id
    if not user.subject_id:
        raise NotForYou(number=candidate.number)
    try:
        acting.check(user, subject, candidate.offer.code, at)
        return acting.party(user, subject, at)
    except (mandates.NoMandate, acting.NotRepresentative) as stranger:
        raise NotForYou(number=candidate.number) from stranger
