"""What a case waits for beside its office, in words: the applicant's correction, a clock that
stands, a decision that was revoked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tongban.business.cases import evidence
from tongban.business.cases.models import Case, Correction, Revocation
from tongban.business.cases.reading import form_of
from tongban.business.cases.verbs import correcting, suspending
from tongban.engines.clocks import Ground, ground
from tongban.web.ui import origins


@dataclass(frozen=True)
class Stop:
    """The clock stands until that day, or should have gone on again `over` working days ago."""

    ground: str
    words: str
    since: datetime
    until: date
    over: int
    is_correction: bool


@dataclass(frozen=True)
class Ask:
    """What the applicant was asked to correct; `until` is None where the clock did not stop."""

    correction: Correction
    questions: tuple[str, ...]
    words: str
    until: date | None


@dataclass(frozen=True)
class Revoked:
    ground: str
    words: str
    at: datetime


def stop(case: Case, at: datetime) -> Stop | None:
    standing = suspending.standing(case, at)
    if standing is None:
        return None
    made = standing.suspension
    return Stop(
        ground=ground(made.ground).label(_language()),
        words=evidence.opened_words(bytes(made.words_sealed)),
        since=made.started_at,
        until=standing.until,
        over=standing.over,
        is_correction=made.ground == Ground.CORRECTION,
    )


def ask(case: Case) -> Ask | None:
    asked = correcting.open_one(case)
    if asked is None:
        return None
    assert asked.words_sealed is not None
    return Ask(
        asked,
        tuple(questions(case, asked.questions)),
        evidence.opened_words(bytes(asked.words_sealed)),
        asked.suspension.authorised_until if asked.suspension else None,
    )


def revoked(case: Case) -> Revoked | None:
    found = Revocation.objects.filter(case=case).first()
    if found is None:
        return None
    named = str(Revocation.Ground(found.ground).label)
    return Revoked(named, evidence.opened_words(bytes(found.words_sealed)), found.revoked_at)


def questions(case: Case, keys: Iterable[str]) -> list[str]:
    """As the form asks them."""
    fields = {field.key: field for field in form_of(case.version).fields}
    return [fields[key].label(_language()) if key in fields else key for key in keys]


def _language() -> str:
    return "zh" if origins.is_chinese() else "en"
