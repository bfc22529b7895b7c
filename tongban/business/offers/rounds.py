"""A round: everybody whom the decisions found becomes a candidate, once; who was found before and
is not any more is marked, and the officer is told.

A worker that dies leaves whom it has found; its job goes on with the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from procrastinate.contrib.django import app

from tongban.base.audit import actions as audit
from tongban.base.people.models import User
from tongban.business.offers import adopting, decisions, moving, permissions, sealing
from tongban.business.offers.models import Candidate, Offer, Round
from tongban.business.offers.moving import Status
from tongban.business.offers.terms import Meaning, Terms, Unclear
from tongban.data.exchange import gate
from tongban.errors import Refusal

JOB = "look for whom an offer is"
AT_ONCE = 500
PLATFORM = "platform"
CLOSED = (Status.SET_ASIDE, Status.DECLINED, Status.RECOVERED, Status.ACCEPTED)


class AtWork(Refusal):
    """A round of {code} is at work already: wait until it has ended."""

    zh = "{code} 正在核对，请等它结束。"


@dataclass
class Tally:
    found: int = 0
    again: int = 0
    changed: int = 0


@transaction.atomic
def ask(*, offer: Offer, user: User | None, at: datetime) -> Round:
    """Look through what was decided; without a user it is the schedule that asks. Raises
    NotYourOffer, AtWork, NotInForce, NotDecided, OutOfDate, RuleChanged."""
    if user is not None:
        permissions.check_can_handle(user, offer)
    Offer.objects.select_for_update().get(pk=offer.pk)
    if offer.rounds.filter(status=Round.Status.WORKING).exists():
        raise AtWork(code=offer.code)
    terms = adopting.terms_of(offer)
    decisions.check_current(offer, terms, terms.tables())
    made = Round.objects.create(
        offer=offer,
        number=offer.rounds.count() + 1,
        terms_number=offer.number,
        asked_at=at,
        asked_by=user,
    )
    app.configure_task(JOB, lock=f"{JOB} {offer.code}").defer(round_id=made.pk)
    _audited("offer.round_asked", made, at)
    return made


def work(*, round_id: int, at: datetime) -> None:
    """Nothing where it has ended already."""
    found = Round.objects.select_related("offer__item__office", "asked_by").get(pk=round_id)
    if found.status != Round.Status.WORKING:
        return
    with _broken_off(found, at):
        _look(found, at)


def ask_due(*, at: datetime) -> list[str]:
    """The codes of offers whose day of the month it is: each is asked once that day. What has to be
    decided again first is not asked; it is said in the log of the worker."""
    today = timezone.localdate(at)
    asked = []
    for offer in Offer.objects.select_related("item__office").order_by("code"):
        is_day = adopting.terms_of(offer).monthly.day == today.day
        if is_day and not offer.rounds.filter(asked_at__date=today, asked_by=None).exists():
            ask(offer=offer, user=None, at=at)
            asked.append(offer.code)
    return asked


def _look(round_: Round, at: datetime) -> None:
    offer = round_.offer
    terms = adopting.terms_of(offer)
    state = decisions.check_current(offer, terms, terms.tables())
    by = decisions.reader(offer, str(round_.asked_by.pk) if round_.asked_by else PLATFORM)
    answered = [
        (each, decisions.answered(by, terms, each.decision, each.columns, _whose(each), at))
        for each in terms.meanings
    ]
    unclear = sum(_count(by, terms, each, at) for each in terms.unclear)
    Round.objects.filter(pk=round_.pk).update(
        total=sum(len(rows) for _, rows in answered),
        unclear=unclear,
        edition=state.edition,
        decided_on=state.decided_on,
    )
    for meaning, rows in answered:
        for start in range(0, len(rows), AT_ONCE):
            _take(round_, meaning, rows[start : start + AT_ONCE], at)
    with transaction.atomic():
        gone = sum(_mark_gone(round_, meaning, rows) for meaning, rows in answered)
        _end(round_, Round.Status.DONE, at, gone=gone)
        round_.refresh_from_db()
        counts = {name: getattr(round_, name) for name in ("found", "again", "changed", "gone")}
        _audited("offer.round_done", round_, at, counts)


def _whose(meaning: Meaning) -> Sequence[gate.Condition]:
    return decisions.has(meaning.when)


def _count(by: gate.Reader, terms: Terms, unclear: Unclear, at: datetime) -> int:
    where = [*decisions.has(unclear.when), gate.Empty(unclear.member)]
    return len(decisions.answered(by, terms, unclear.decision, [unclear.member], where, at))


@transaction.atomic
def _take(round_: Round, meaning: Meaning, rows: Sequence[decisions.Row], at: datetime) -> None:
    """One block: whoever is new, whoever was found before, whose answer has changed."""
    tally, new = Tally(), []
    before = _latest(round_.offer, meaning.kind, [row["subject_id"] for row in rows])
    for row in rows:
        answer = _answer(row, meaning)
        candidate = before.get(row["subject_id"])
        if candidate is None or not _is_again(candidate, answer):
            new.append(_new(round_, meaning, row, answer, at))
            tally.found += 1
        elif _update(candidate, row, meaning, answer, at):
            tally.changed += 1
        else:
            tally.again += 1
    _insert(round_, new, at)
    Round.objects.filter(pk=round_.pk).update(
        done=F("done") + len(rows),
        found=F("found") + tally.found,
        again=F("again") + tally.again,
        changed=F("changed") + tally.changed,
    )


def _latest(offer: Offer, kind: str, subjects: Sequence[str]) -> Mapping[str, Candidate]:
    """The newest of each; locked, so that no officer moves it meanwhile."""
    mine = Candidate.objects.filter(offer=offer, kind=kind, subject_id__in=subjects)
    return {each.subject_id: each for each in mine.select_for_update().order_by("pk")}


def _is_again(candidate: Candidate, answer: Mapping[str, Any]) -> bool:
    """Is it the same matter? What lapsed is offered anew; what was closed is, where it is about
    something else than then."""
    if candidate.status in Candidate.UNANSWERED:
        return True
    return candidate.status in CLOSED and sealing.answer(candidate) == answer


def _update(
    candidate: Candidate,
    row: decisions.Row,
    meaning: Meaning,
    answer: Mapping[str, Any],
    at: datetime,
) -> bool:
    """Whether the answer is another one. What was confirmed is not what it was, and is looked at
    again; who was told keeps what he was told until he answers."""
    was_gone = candidate.gone_in is not None
    is_open = candidate.status in (Status.FOUND, Status.CONFIRMED)
    is_sure = decisions.matches(row, meaning.sure)
    same = sealing.answer(candidate) == answer and candidate.is_sure == is_sure
    if not is_open or same:
        if was_gone:
            candidate.gone_in = None
            candidate.save(update_fields=["gone_in"])
        return False
    candidate.gone_in = None
    candidate.is_sure, candidate.answer_sealed = is_sure, sealing.seal(answer)
    if candidate.status == Status.CONFIRMED:
        moving.move(candidate, Status.FOUND, by=None, at=at)
    else:
        candidate.save(update_fields=["gone_in", "is_sure", "answer_sealed"])
    return True


def _answer(row: decisions.Row, meaning: Meaning) -> dict[str, Any]:
    named = {
        "amount": meaning.amount,
        "since": meaning.since,
        "before": meaning.before,
        "reason": meaning.reason,
    }
    return {name: row[column] for name, column in named.items() if column}


def _new(
    round_: Round,
    meaning: Meaning,
    row: decisions.Row,
    answer: Mapping[str, Any],
    at: datetime,
) -> Candidate:
    return Candidate(
        offer=round_.offer,
        round=round_,
        subject_id=row["subject_id"],
        kind=meaning.kind,
        is_sure=decisions.matches(row, meaning.sure),
        answer_sealed=sealing.seal(answer),
        changed_at=at,
    )


def _insert(round_: Round, new: Sequence[Candidate], at: datetime) -> None:
    first = round_.candidates.count() + 1
    for place, each in enumerate(new, first):
        each.number = f"{round_.offer.code}-{round_.number:03d}-{place:06d}"
    made = Candidate.objects.bulk_create(new, batch_size=AT_ONCE)
    moving.note(made, Status.FOUND, by=round_.asked_by, at=at)


def _mark_gone(round_: Round, meaning: Meaning, rows: Sequence[decisions.Row]) -> int:
    """Of those who wait for something, whoever this round did not find."""
    mine = Candidate.objects.filter(offer=round_.offer, kind=meaning.kind, gone_in=None)
    waiting = mine.filter(status__in=Candidate.UNANSWERED)
    there = {row["subject_id"] for row in rows}
    gone = [pk for pk, subject in waiting.values_list("pk", "subject_id") if subject not in there]
    for start in range(0, len(gone), AT_ONCE):
        Candidate.objects.filter(pk__in=gone[start : start + AT_ONCE]).update(gone_in=round_)
    return len(gone)


@contextmanager
def _broken_off(round_: Round, at: datetime) -> Iterator[None]:
    """What is refused is told to whoever asked; whatever breaks it, it does not stand as at work
    for ever."""
    said = {"problem_zh": "", "problem_en": ""}
    try:
        yield
    except Refusal as refusal:
        said = {"problem_zh": refusal.told("zh")[:500], "problem_en": refusal.told("en")[:500]}
    finally:
        _end(round_, Round.Status.BROKEN, at, **said)


def _end(round_: Round, status: str, at: datetime, **changes: Any) -> None:
    """Only what is at work ends."""
    mine = Round.objects.filter(pk=round_.pk, status=Round.Status.WORKING)
    mine.update(status=status, ended_at=at, **changes)


def _audited(
    kind: str, round_: Round, at: datetime, counts: Mapping[str, int] | None = None
) -> None:
    audit.record(
        kind,
        ("offer", round_.offer.code),
        actor=str(round_.asked_by.pk) if round_.asked_by else PLATFORM,
        at=at,
        details={"round": round_.number, **(counts or {})},
    )
