"""The clock stands while something takes place for which the law does not count the days
(Licensing Law, art. 45); a site visit is no such thing. Days are excluded as a whole, the first and
the last included, and never more of them than were authorised: after these the clock runs on by
itself, whether or not anybody says so."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tongban.base.calendar import queries as calendar
from tongban.base.people.models import User
from tongban.business.cases import deadlines, evidence, permissions
from tongban.business.cases.locking import check_running, locked
from tongban.business.cases.models import Case, CaseEvent, Suspension
from tongban.business.cases.running import Actor
from tongban.business.cases.verbs import history, telling
from tongban.business.items import guide as guides
from tongban.engines import clocks
from tongban.engines.clocks import Ground
from tongban.errors import Refusal

LONGEST = 250  # working days, about a year


class AlreadySuspended(Refusal):
    """The clock of case {number} has been stopped since {since} ({ground_en}): resume it first."""

    zh = "办件 {number} 自 {since} 起已因{ground_zh}停止计时，请先恢复计时。"


class NotSuspended(Refusal):
    """The clock of case {number} runs: there is nothing to resume."""

    zh = "办件 {number} 正在计时，无需恢复。"


class CorrectionIsAskedFor(Refusal):
    """For a correction the clock stops by itself: ask the applicant for the correction instead."""

    zh = "补正不单独停止计时：请改为一次告知申请人补正。"


class WaitsForCorrection(Refusal):
    """The clock of case {number} stands for the applicant's correction: it goes on with that, or
    by itself after {until}."""

    zh = "办件 {number} 因等待申请人补正停止计时：补正后恢复，或在 {until} 之后自动恢复。"


class AuthoriseDays(Refusal):
    """The clock is stopped for 1 to {most} working days, not for {days}."""

    zh = "停止计时应批准 1 至 {most} 个工作日，不能是 {days} 个。"


class NotForThisItem(Refusal):
    """The clock of {item_en} stops only for: {allowed_en}. A site visit is no ground."""

    zh = "{item_zh}只能因以下事由停止计时：{allowed_zh}。现场核查照常计时。"


class TooLongForItem(Refusal):
    """For {item_en} the clock stops for {most} working days at most on this ground, not for
    {days}."""

    zh = "{item_zh}因此停止计时最多 {most} 个工作日，不能是 {days} 个。"


@dataclass(frozen=True)
class Standing:
    """What one has to know of a clock that stands or stood too long; `over` are the working days
    beyond what was authorised."""

    suspension: Suspension
    until: date
    over: int


@transaction.atomic
def suspend(
    *, case_id: int, user: User, ground: str, days: int, words: str, at: datetime
) -> Suspension:
    """Stop the clock on a ground of art. 45, named by its code or in Chinese."""
    case = locked(case_id)
    permissions.check_can_handle(user, case)
    check_running(case)
    found = clocks.ground(ground)
    if found is Ground.CORRECTION:
        raise CorrectionIsAskedFor
    check_days(days)
    check_item_stops(case, found, days)
    why = history.needed(words)
    check_runs(case)
    made = stop(case, found, days, why, user, at)
    by = history.handler(user, case)
    details = {"ground": found.value, "days": days, "until": made.authorised_until.isoformat()}
    history.note(case, "tb:clock", CaseEvent.Transition.SUSPEND, by, at, why, details)
    history.record("case.suspended", case, by, at, details)
    first = timezone.localdate(at)
    telling.applicant(
        case,
        f"自 {first} 起因{found.zh}停止计时，最多 {days} 个工作日（至 {made.authorised_until}），"
        f"最晚 {case.promised_on} 答复（法定期限 {case.statutory_on}）。说明：{why}",
        f"does not count days from {first} ({found.en.lower()}), for at most {days} working days "
        f"(until {made.authorised_until}). It is answered by {case.promised_on}, by law by "
        f"{case.statutory_on}. {why}",
        at,
    )
    return made


@transaction.atomic
def resume(*, case_id: int, user: User, words: str, at: datetime) -> Suspension:
    """The result is there: from tomorrow on days count again. What waited for a correction is
    resumed once the applicant's time is over: it may have to stand for something else."""
    case = locked(case_id)
    permissions.check_can_handle(user, case)
    check_running(case)
    standing = open_one(case)
    if standing is None:
        raise NotSuspended(number=case.number)
    if is_the_applicants(standing, at):
        raise WaitsForCorrection(number=case.number, until=standing.authorised_until)
    go_on(case, standing, user, history.handler(user, case), history.optional(words), at)
    telling.applicant(
        case,
        f"已恢复计时，最晚 {case.promised_on} 答复（法定期限 {case.statutory_on}）。",
        f"counts days again: it is answered by {case.promised_on}, by law by {case.statutory_on}.",
        at,
    )
    return standing


def stop(case: Case, ground: Ground, days: int, why: str, user: User, at: datetime) -> Suspension:
    """Whoever stops the clock has checked that he may, and writes the event."""
    known = calendar.current()
    made = Suspension.objects.create(
        case=case,
        ground=ground.value,
        days=days,
        words_sealed=evidence.seal_words(why),
        started_at=at,
        started_by=user,
        authorised_until=deadlines.authorised_until(timezone.localdate(at), days, known),
    )
    deadlines.move(case, known)
    return made


def go_on(
    case: Case, standing: Suspension, user: User, by: Actor, words: str, at: datetime
) -> None:
    standing.ended_at, standing.ended_by = at, user
    standing.save(update_fields=["ended_at", "ended_by"])
    known = calendar.current()
    deadlines.move(case, known)
    details = {
        "ground": standing.ground,
        "excluded_until": deadlines.excluded_until(standing).isoformat(),
        "over": _over(standing, timezone.localdate(at)),
    }
    history.note(case, "tb:clock", CaseEvent.Transition.RESUME, by, at, words, details)
    history.record("case.resumed", case, by, at, details)


def check_item_stops(case: Case, wanted: Ground, days: int) -> None:
    """By the guide that the case began with, where it names grounds at all."""
    guide = guides.of(case.version)
    allowed = {each.ground: each.days for each in guide.suspensions}
    named = {"item_zh": guide.item.name.zh, "item_en": guide.item.name.en}
    if allowed and wanted not in allowed:
        raise NotForThisItem(
            **named,
            allowed_zh="、".join(each.zh for each in allowed),
            allowed_en=", ".join(each.en.lower() for each in allowed),
        )
    if allowed and days > allowed[wanted]:
        raise TooLongForItem(**named, most=allowed[wanted], days=days)


def check_days(days: int) -> None:
    if not 1 <= days <= LONGEST:
        raise AuthoriseDays(days=days, most=LONGEST)


def check_runs(case: Case) -> None:
    """Raises AlreadySuspended."""
    standing = open_one(case)
    if standing is not None:
        ground = clocks.ground(standing.ground)
        since = timezone.localdate(standing.started_at)
        words = {"ground_zh": ground.zh, "ground_en": ground.en.lower()}
        raise AlreadySuspended(number=case.number, since=since, **words)


def open_one(case: Case) -> Suspension | None:
    """The suspension that nobody has ended, whether or not its days are over."""
    return case.suspensions.filter(ended_at=None).first()


def is_the_applicants(standing: Suspension, at: datetime) -> bool:
    """Does it stand for his correction, and does he still have time?"""
    has_time = timezone.localdate(at) <= standing.authorised_until
    return standing.ground == Ground.CORRECTION and has_time


def standing(case: Case, at: datetime) -> Standing | None:
    """What stops the clock, or should have been ended before `at`."""
    found = open_one(case)
    if found is None:
        return None
    return Standing(found, found.authorised_until, _over(found, timezone.localdate(at)))


def _over(suspension: Suspension, today: date) -> int:
    return calendar.current().working_days(suspension.authorised_until, today)
