"""What an officer does with candidates: confirm, take that back, set aside, tell, recover."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tongban.base.audit import actions as audit
from tongban.base.notices import actions as notices
from tongban.base.people.models import User
from tongban.business.cases.verbs import history
from tongban.business.offers import adopting, moving, permissions, sealing
from tongban.business.offers.models import Candidate, Offer
from tongban.business.offers.moving import Status
from tongban.business.offers.terms import Reason, Terms
from tongban.errors import Refusal

Kind = Candidate.Kind
OFFERED = (Kind.DUE, Kind.CHANGE)  # these are told and answer; what was paid wrongly is recovered
AT_ONCE = 500


class NoLongerDue(Refusal):
    """{number} was not found by the last round any more. Set it aside, or look why."""

    zh = "最近一次核对没有再发现 {number}。请搁置，或查明原因。"


class CountMoved(Refusal):
    """{shown} were shown and now there are {now}. Look at the page again before you go on."""

    zh = "页面上是 {shown} 人，现在是 {now} 人。请刷新页面，看清楚再继续。"


class NothingWrong(Refusal):
    """{number} was not paid wrongly: it is told, not recovered."""

    zh = "{number} 不是错发，只需告知，不涉及追回。"


@transaction.atomic
def confirm(*, number: str, user: User, at: datetime) -> Candidate:
    """What was decided about this one is right. Raises NotYourOffer, YourOwn, NoLongerDue,
    NotInThatState."""
    candidate = _mine(number, user, at)
    _check_there(candidate)
    moving.move(candidate, Status.CONFIRMED, by=user, at=at)
    record("offer.confirmed", candidate, user, at)
    return candidate


@transaction.atomic
def take_back(*, number: str, user: User, at: datetime) -> Candidate:
    """A confirmation is undone; a person who was told cannot be untold."""
    candidate = _mine(number, user, at)
    moving.move(candidate, Status.FOUND, by=user, at=at)
    record("offer.taken_back", candidate, user, at)
    return candidate


@transaction.atomic
def set_aside(*, number: str, user: User, words: str, at: datetime) -> Candidate:
    """Raises SayTheReason."""
    candidate = _mine(number, user, at)
    why = history.needed(words)
    moving.move(candidate, Status.SET_ASIDE, by=user, at=at, words=why)
    record("offer.set_aside", candidate, user, at)
    return candidate


@transaction.atomic
def confirm_sure(*, offer: Offer, kind: str, shown: int, user: User, at: datetime) -> int:
    """All of a kind of whom nothing is unknown, as many as were shown. Raises CountMoved."""
    permissions.check_can_handle(user, offer)
    chosen = list(_others(sure(offer, kind), user).select_for_update().order_by("pk"))
    _all_to(chosen, shown, Status.CONFIRMED, user, at)
    _record_all("offer.all_confirmed", offer, kind, len(chosen), user, at)
    return len(chosen)


@transaction.atomic
def tell(*, offer: Offer, kind: str, shown: int, user: User, at: datetime) -> int:
    """Everybody of a kind who is confirmed gets the offer, with a day until which to answer."""
    permissions.check_can_handle(user, offer)
    terms = adopting.terms_of(offer)
    chosen = list(_others(confirmed(offer, kind), user).select_for_update().order_by("pk"))
    until = timezone.localdate(at) + timedelta(days=terms.days_to_answer)
    for each in chosen:
        each.lapses_on = until
    _all_to(chosen, shown, Status.TOLD, user, at, "lapses_on")
    for each in chosen:
        zh, en = told(each, terms)
        about = ("offer", each.number)
        notices.tell(subject_id=each.subject_id, about=about, zh=zh, en=en, at=at)
    _record_all("offer.told", offer, kind, len(chosen), user, at)
    return len(chosen)


@transaction.atomic
def notify(*, number: str, user: User, words: str, at: datetime) -> Candidate:
    """Whoever was paid wrongly, or his household, was asked to give it back; `words` say how."""
    candidate = _mine(number, user, at)
    _check_wrong(candidate)
    _check_there(candidate)
    how = history.needed(words)
    moving.move(candidate, Status.NOTIFIED, by=user, at=at, words=how)
    terms = adopting.terms_of(candidate.offer)
    reason = reason_of(candidate, terms)
    if reason and reason.tell == "person":
        zh, en = told(candidate, terms)
        about = ("offer", candidate.number)
        notices.tell(subject_id=candidate.subject_id, about=about, zh=zh, en=en, at=at)
    record("offer.notified", candidate, user, at)
    return candidate


@transaction.atomic
def recover(*, number: str, user: User, words: str, at: datetime) -> Candidate:
    """What was paid wrongly came back; `words` say on which voucher."""
    candidate = _mine(number, user, at)
    _check_wrong(candidate)
    voucher = history.needed(words)
    moving.move(candidate, Status.RECOVERED, by=user, at=at, words=voucher)
    record("offer.recovered", candidate, user, at)
    return candidate


def sure(offer: Offer, kind: str) -> QuerySet[Candidate]:
    """Those who can be confirmed together."""
    return _there(offer, kind).filter(status=Status.FOUND, is_sure=True)


def confirmed(offer: Offer, kind: str) -> QuerySet[Candidate]:
    """Those who can be told; none of those who were paid wrongly, whom a letter is written to."""
    found = _there(offer, kind).filter(status=Status.CONFIRMED)
    return found if kind in OFFERED else found.none()


def told(candidate: Candidate, terms: Terms) -> tuple[str, str]:
    """What the person reads, in Chinese and in English."""
    text = getattr(terms.texts, candidate.kind)
    answer = sealing.answer(candidate)
    return tuple(
        each.format(
            name=terms.name.told(language),
            amount=amount(answer),
            since=answer.get("since") or none,
            until=candidate.lapses_on or none,
        )
        for each, language, none in ((text.zh, "zh", "该月"), (text.en, "en", "that month"))
    )  # pyright: ignore[reportReturnType]


def amount(answer: Mapping[str, Any]) -> str:
    found = answer.get("amount")
    return "—" if found is None else f"{Decimal(found).normalize():f}"


def reason_of(candidate: Candidate, terms: Terms) -> Reason | None:
    """Why it was paid wrongly; None for other kinds, and once it is erased."""
    return terms.reasons.get(sealing.answer(candidate).get("reason") or "")


def others(found: QuerySet[Candidate], user: User) -> QuerySet[Candidate]:
    """Without the officer himself."""
    return _others(found, user)


def record(kind: str, candidate: Candidate, user: User | None, at: datetime) -> None:
    audit.record(
        kind,
        ("offer", candidate.number),
        actor=str(user.pk) if user else "platform",
        at=at,
        subjects=[candidate.subject_id],
        details={"offer": candidate.offer.code, "kind": candidate.kind},
    )


def _record_all(kind: str, offer: Offer, of: str, count: int, user: User, at: datetime) -> None:
    details = {"kind": of, "count": count}
    audit.record(kind, ("offer", offer.code), actor=str(user.pk), at=at, details=details)


def _mine(number: str, user: User, at: datetime) -> Candidate:
    candidate = moving.locked(number)
    permissions.check_can_handle(user, candidate.offer)
    permissions.check_not_own(user, candidate, at)
    return candidate


def _check_there(candidate: Candidate) -> None:
    if candidate.gone_in is not None:
        raise NoLongerDue(number=candidate.number)


def _check_wrong(candidate: Candidate) -> None:
    if candidate.kind != Kind.WRONG:
        raise NothingWrong(number=candidate.number)


def _there(offer: Offer, kind: str) -> QuerySet[Candidate]:
    return Candidate.objects.filter(offer=offer, kind=kind, gone_in=None)


def _others(found: QuerySet[Candidate], user: User) -> QuerySet[Candidate]:
    return found.exclude(subject_id=user.subject_id) if user.subject_id else found


def _all_to(
    chosen: list[Candidate], shown: int, to: str, user: User, at: datetime, *fields: str
) -> None:
    if len(chosen) != shown:
        raise CountMoved(shown=shown, now=len(chosen))
    for each in chosen:
        each.status, each.changed_at = to, at
    changed = ["status", "changed_at", *fields]
    Candidate.objects.bulk_update(chosen, changed, batch_size=AT_ONCE)
    moving.note(chosen, to, by=user, at=at)


def today_is_late(candidate: Candidate, on: date) -> bool:
    return candidate.lapses_on is not None and candidate.lapses_on < on
