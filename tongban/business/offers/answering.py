"""The person's answer to an offer: accepted, it becomes a case of the item, and where everything is
proven the case is closed at once."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tongban.base.people.models import User
from tongban.business.cases import actions as cases
from tongban.business.cases.actions import Application
from tongban.business.cases.models import Case
from tongban.business.cases.verbs import history
from tongban.business.items import queries as items
from tongban.business.offers import actions, moving, permissions
from tongban.business.offers.models import Candidate
from tongban.business.offers.moving import Status
from tongban.errors import Refusal

NOTHING_SAID = Application({}, {}, Case.Channel.WEB)


class NotOffered(Refusal):
    """{number} waits for no answer."""

    zh = "{number} 不需要答复。"


class AcceptedAlready(Refusal):
    """{number} was accepted already; it became case {case}."""

    zh = "{number} 已经接受，办件编号 {case}。"


class DeclinedAlready(Refusal):
    """{number} was declined already. You can still accept it until {until}."""

    zh = "{number} 已经谢绝；{until} 前仍可以改为接受。"


class TooLate(Refusal):
    """{number} could be answered until {until}. You can apply for {item_en} at any time."""

    zh = "{number} 的答复期限是 {until}，已经过了。您可以随时申请{item_zh}。"


class NotDueAnyMore(Refusal):
    """What was found has changed since: {number} is looked at again. You can apply for {item_en}
    at any time."""

    zh = "核对结果有变化，{number} 正在重新核对。您可以随时申请{item_zh}。"


@transaction.atomic
def accept(
    *,
    number: str,
    user: User,
    at: datetime,
    application: Application = NOTHING_SAID,
) -> Case:
    """Apply for the person, who needs to say nothing but what nobody knows: his answers, and what
    he says is wrong with a fact, stand in the application; then an officer looks.

    Whoever accepts twice is told the number of his case. Raises what `submit` of cases raises.
    """
    candidate = moving.locked(number)
    party = permissions.check_can_answer(user, candidate, at)
    if candidate.status == Status.ACCEPTED:
        raise AcceptedAlready(number=number, case=candidate.case_number)
    _check_open(candidate, at)
    version = items.live_version(candidate.offer.item)
    if version is None:
        item = candidate.offer.item
        raise cases.CannotApply(item=item.name_zh)
    case = cases.submit(version=version, user=user, application=application, at=at, about=party)
    candidate.case_number = case.number
    moving.move(candidate, Status.ACCEPTED, by=user, at=at)
    actions.record("offer.accepted", candidate, user, at)
    return case


@transaction.atomic
def decline(*, number: str, user: User, words: str, at: datetime) -> Candidate:
    """He need not say why, and can change his mind. A case that is not decided yet is withdrawn;
    one that is cannot be any more."""
    candidate = moving.locked(number)
    permissions.check_can_answer(user, candidate, at)
    if candidate.status == Status.DECLINED:
        raise DeclinedAlready(number=number, until=candidate.lapses_on)
    why = history.optional(words)
    if candidate.status == Status.ACCEPTED:
        case = Case.objects.get(number=candidate.case_number)
        cases.withdraw(case_id=case.pk, user=user, words=why, at=at)
    else:
        _check_open(candidate, at)
    moving.move(candidate, Status.DECLINED, by=user, at=at, words=why)
    actions.record("offer.declined", candidate, user, at)
    return candidate


@transaction.atomic
def lapse_due(*, at: datetime) -> int:
    """Offers whose day has passed without an answer; returns how many."""
    today = timezone.localdate(at)
    due = Candidate.objects.filter(status=Status.TOLD, lapses_on__lt=today)
    late = list(due.select_related("offer").select_for_update(of=("self",), skip_locked=True))
    for each in late:
        moving.move(each, Status.LAPSED, by=None, at=at)
        actions.record("offer.lapsed", each, None, at)
    return len(late)


def _check_open(candidate: Candidate, at: datetime) -> None:
    item = candidate.offer.item
    said = {"number": candidate.number, "item_zh": item.name_zh, "item_en": item.name_en}
    if candidate.kind not in actions.OFFERED or candidate.lapses_on is None:
        raise NotOffered(number=candidate.number)
    if candidate.status == Status.LAPSED or actions.today_is_late(
        candidate, timezone.localdate(at)
    ):
        raise TooLate(**said, until=candidate.lapses_on)
    if candidate.gone_in is not None:
        raise NotDueAnyMore(**said)
