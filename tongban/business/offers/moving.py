"""A candidate's way from state to state: locked, checked against the table, noted with who and
when."""

from collections.abc import Iterable
from datetime import datetime

from tongban.base.people.models import User
from tongban.business.offers import sealing
from tongban.business.offers.models import Candidate, CandidateStep
from tongban.errors import Refusal

Status = Candidate.Status


class NoSuchCandidate(Refusal):
    """There is no candidate {number}."""

    zh = "没有编号为 {number} 的对象。"


class NotInThatState(Refusal):
    """{number} is “{is_en}” and cannot become “{wanted_en}”. Somebody else may have been at it:
    look at the page again."""

    zh = "{number} 现为“{is_zh}”，不能变为“{wanted_zh}”。可能已有同事处理，请刷新页面。"


WORDS: dict[str, tuple[str, str]] = {
    Status.FOUND: ("待核对", "found"),
    Status.CONFIRMED: ("已核对", "confirmed"),
    Status.SET_ASIDE: ("已搁置", "set aside"),
    Status.TOLD: ("已告知", "told"),
    Status.ACCEPTED: ("已接受", "accepted"),
    Status.DECLINED: ("已谢绝", "declined"),
    Status.LAPSED: ("逾期未答", "lapsed"),
    Status.NOTIFIED: ("已通知退还", "notified"),
    Status.RECOVERED: ("已追回", "recovered"),
}


def locked(number: str) -> Candidate:
    """Whoever wants the same one waits here. Raises NoSuchCandidate."""
    found = Candidate.objects.select_for_update(of=("self",)).select_related("offer__item__office")
    candidate = found.filter(number=number).first()
    if candidate is None:
        raise NoSuchCandidate(number=number)
    return candidate


def check(candidate: Candidate, to: str) -> None:
    if to not in Candidate.TRANSITIONS[candidate.status]:
        (is_zh, is_en), (wanted_zh, wanted_en) = WORDS[candidate.status], WORDS[to]
        raise NotInThatState(
            number=candidate.number,
            is_zh=is_zh,
            is_en=is_en,
            wanted_zh=wanted_zh,
            wanted_en=wanted_en,
        )


def move(candidate: Candidate, to: str, *, by: User | None, at: datetime, words: str = "") -> None:
    """Raises NotInThatState. Other fields of the candidate that the caller has set are saved."""
    check(candidate, to)
    candidate.status, candidate.changed_at = to, at
    candidate.save()
    note([candidate], to, by=by, at=at, words=words)


def note(
    candidates: Iterable[Candidate], to: str, *, by: User | None, at: datetime, words: str = ""
) -> None:
    sealed = sealing.seal_words(words) if words else None
    CandidateStep.objects.bulk_create(
        [
            CandidateStep(candidate=each, status=to, at=at, by=by, words_sealed=sealed)
            for each in candidates
        ],
        batch_size=1000,
    )
