"""When a case has to be decided, a step done, an objection answered: days that a calendar counts.
They move when it changes, while the clock stands, and when the head of the office gives more."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from django.db import transaction
from django.utils import timezone

from tongban.base.audit import actions as audit
from tongban.base.calendar import queries as calendar
from tongban.base.notices import actions as notices
from tongban.business.cases.models import Case, Extension, Objection, Suspension, WorkItem
from tongban.business.items import guide as guides
from tongban.business.items.models import ItemVersion
from tongban.engines.clocks import Calendar, Clock, Limit, Pause, due
from tongban.engines.clocks.limits import Unit

OBJECTION = Limit(10, "working")
BATCH = 1_000
ONE_DAY = timedelta(days=1)
Pauses = tuple[Pause, ...]


@dataclass(frozen=True)
class Days:
    """The last day of the promise and of the law; provisional where either may still move."""

    promised_on: date
    statutory_on: date
    provisional: bool


def of(version: ItemVersion, start: date, days: Calendar) -> Days:
    """Those of a case that begins."""
    promised, statutory = _limits(version, 0)
    return _days(Clock(start, promised), Clock(start, statutory), days)


def clocks(case: Case) -> tuple[Clock, Clock]:
    """Of the promise and of the law, with what stopped them and what was added."""
    start = timezone.localdate(case.accepted_at or case.submitted_at)
    promised, statutory = _limits(case.version, _extended(case))
    pauses = pauses_of(case)
    return Clock(start, promised, pauses), Clock(start, statutory, pauses)


def step_clock(step: WorkItem, pauses: Pauses) -> Clock | None:
    """None where the step has no limit of its own."""
    if step.limit_days is None:
        return None
    limit = Limit(step.limit_days, cast(Unit, step.limit_unit))
    return Clock(timezone.localdate(step.opened_at), limit, pauses)


def other_clocks(case: Case) -> list[Clock]:
    """Those of the open steps, and that of a suspension that nobody has ended: it runs while the
    clock of the case stands."""
    pauses = pauses_of(case)
    steps = [step_clock(step, pauses) for step in case.work_items.all() if _is_timed(step)]
    standing = [each for each in case.suspensions.all() if each.ended_at is None]
    return [clock for clock in (*steps, *map(_own_clock, standing)) if clock]


def pauses_of(case: Case) -> Pauses:
    return tuple(_pause(each) for each in case.suspensions.all())


def excluded_until(suspension: Suspension) -> date:
    """The last day that is not counted: that on which the clock went on again, but never one that
    was not authorised."""
    if suspension.ended_at is None:
        return suspension.authorised_until
    return min(timezone.localdate(suspension.ended_at), suspension.authorised_until)


def authorised_until(first: date, days: int, known: Calendar) -> date:
    """The last of so many working days, the first included."""
    return due(first - ONE_DAY, Limit(days, "working"), known).on


def set_step(step: WorkItem, limit: Limit, pauses: Pauses, days: Calendar) -> None:
    """Give a step that is about to open its limit and its day."""
    step.limit_days, step.limit_unit = limit.days, limit.unit
    _count_step(step, pauses, days)


def move(case: Case, days: Calendar) -> bool:
    """Count the days of a running case and of its open steps anew. Has any of them moved?"""
    held = Days(case.promised_on, case.statutory_on, case.due_is_provisional)
    anew = _days(*clocks(case), days)
    if anew != held:
        case.promised_on, case.statutory_on = anew.promised_on, anew.statutory_on
        case.due_is_provisional = anew.provisional
        case.save(update_fields=["promised_on", "statutory_on", "due_is_provisional"])
    pauses, steps = pauses_of(case), filter(_is_timed, case.work_items.all())
    moved = [_move_step(step, pauses, days) for step in steps]
    return anew != held or any(moved)


@transaction.atomic
def recount(*, by: str, at: datetime) -> int:
    """After the calendar has changed: whatever still runs gets its days anew. Returns how many
    cases and objections have others; an applicant whose day of the promise moved is told."""
    days = calendar.current()
    moved = sum(_recount_case(case, days, at) for case in _running())
    moved += sum(_recount_objection(one, days) for one in _open_objections())
    if moved:
        details = {"moved": moved}
        audit.record("deadlines.recounted", ("calendar", "all"), actor=by, at=at, details=details)
    return moved


def _running() -> Iterator[Case]:
    """Each case locked before it is changed, in one order. What hangs on it is read after that:
    joined, it would be as it was before the lock was waited for. Simulated ones keep the days of
    their story."""
    found = Case.objects.running().real().select_for_update().order_by("pk")
    hanging = ("version__item", "extension", "suspensions", "work_items")
    return found.prefetch_related(*hanging).iterator(chunk_size=BATCH)


def _open_objections() -> Iterator[Objection]:
    found = Objection.objects.filter(status=Objection.Status.OPEN).order_by("pk")
    return found.select_for_update(of=("self",)).iterator(chunk_size=BATCH)


def _recount_case(case: Case, days: Calendar, at: datetime) -> bool:
    promised_on = case.promised_on
    for suspension in case.suspensions.all():
        if suspension.ended_at is None:
            _recount_suspension(suspension, days)
    moved = move(case, days)
    if case.promised_on != promised_on:
        _tell(case, at)
    return moved


def _recount_suspension(suspension: Suspension, days: Calendar) -> None:
    first = timezone.localdate(suspension.started_at)
    anew = authorised_until(first, suspension.days, days)
    if anew != suspension.authorised_until:
        suspension.authorised_until = anew
        suspension.save(update_fields=["authorised_until"])


def _recount_objection(objection: Objection, days: Calendar) -> bool:
    anew = due(timezone.localdate(objection.raised_at), OBJECTION, days)
    if (anew.on, anew.provisional) == (objection.due_on, objection.due_is_provisional):
        return False
    objection.due_on, objection.due_is_provisional = anew.on, anew.provisional
    objection.save(update_fields=["due_on", "due_is_provisional"])
    return True


def _limits(version: ItemVersion, extended: int) -> tuple[Limit, Limit]:
    told = guides.of(version).limits
    promised, statutory = told.promised, told.statutory
    return (
        Limit(promised.days, promised.unit, extended),
        Limit(statutory.days, statutory.unit, extended),
    )


def _extended(case: Case) -> int:
    try:
        return case.extension.days
    except Extension.DoesNotExist:
        return 0


def _own_clock(suspension: Suspension) -> Clock:
    """Its first day counts, since it is excluded as a whole."""
    first = timezone.localdate(suspension.started_at)
    return Clock(first - ONE_DAY, Limit(suspension.days, "working"))


def _pause(suspension: Suspension) -> Pause:
    first = timezone.localdate(suspension.started_at)
    return Pause(first, excluded_until(suspension), suspension.ground)


def _days(promised: Clock, statutory: Clock, days: Calendar) -> Days:
    ends = [due(each.start, each.limit, days, each.pauses) for each in (promised, statutory)]
    return Days(ends[0].on, ends[1].on, any(end.provisional for end in ends))


def _is_timed(step: WorkItem) -> bool:
    return step.status == WorkItem.Status.OPEN and step.limit_days is not None


def _move_step(step: WorkItem, pauses: Pauses, days: Calendar) -> bool:
    held = (step.due_on, step.due_is_provisional)
    _count_step(step, pauses, days)
    if (step.due_on, step.due_is_provisional) == held:
        return False
    step.save(update_fields=["due_on", "due_is_provisional"])
    return True


def _count_step(step: WorkItem, pauses: Pauses, days: Calendar) -> None:
    clock = step_clock(step, pauses)
    assert clock is not None
    end = due(clock.start, clock.limit, days, clock.pauses)
    step.due_on, step.due_is_provisional = end.on, end.provisional


def _tell(case: Case, at: datetime) -> None:
    item, day = case.version.item, case.promised_on
    notices.tell(
        subject_id=case.applicant_id,
        about=("case", case.number),
        zh=f"放假安排有调整，您申请的{item.name_zh}（{case.number}）最晚 {day} 答复。",
        en=f"The calendar of holidays has changed: your application ({item.name_en}, "
        f"{case.number}) is answered by {day}.",
        at=at,
    )
