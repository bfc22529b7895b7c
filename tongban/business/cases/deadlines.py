"""When a case has to be decided, and an objection answered: days that a calendar counts, which move
when it changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tongban.base.audit import actions as audit
from tongban.base.calendar import queries as calendar
from tongban.base.notices import actions as notices
from tongban.business.cases.models import Case, Objection
from tongban.business.items import guide as guides
from tongban.business.items.models import ItemVersion
from tongban.engines.clocks import Calendar, Limit, due

OBJECTION = Limit(10, "working")
BATCH = 1_000


@dataclass(frozen=True)
class Days:
    """The last day of the promise and of the law; provisional where either may still move."""

    promised_on: date
    statutory_on: date
    provisional: bool


def of(version: ItemVersion, start: date, days: Calendar) -> Days:
    limits = guides.of(version).limits
    promised = due(start, Limit(limits.promised.days, limits.promised.unit), days)
    statutory = due(start, Limit(limits.statutory.days, limits.statutory.unit), days)
    return Days(promised.on, statutory.on, promised.provisional or statutory.provisional)


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
    """Each case locked before it is changed, in one order."""
    found = Case.objects.running().select_for_update(of=("self",)).order_by("pk")
    return found.select_related("version__item").iterator(chunk_size=BATCH)


def _open_objections() -> Iterator[Objection]:
    found = Objection.objects.filter(status=Objection.Status.OPEN).order_by("pk")
    return found.select_for_update(of=("self",)).iterator(chunk_size=BATCH)


def _recount_case(case: Case, days: Calendar, at: datetime) -> bool:
    start = timezone.localdate(case.accepted_at or case.submitted_at)
    held = Days(case.promised_on, case.statutory_on, case.due_is_provisional)
    anew = of(case.version, start, days)
    if anew == held:
        return False
    case.promised_on, case.statutory_on = anew.promised_on, anew.statutory_on
    case.due_is_provisional = anew.provisional
    case.save(update_fields=["promised_on", "statutory_on", "due_is_provisional"])
    if anew.promised_on != held.promised_on:
        _tell(case, at)
    return True


def _recount_objection(objection: Objection, days: Calendar) -> bool:
    anew = due(timezone.localdate(objection.raised_at), OBJECTION, days)
    if (anew.on, anew.provisional) == (objection.due_on, objection.due_is_provisional):
        return False
    objection.due_on, objection.due_is_provisional = anew.on, anew.provisional
    objection.save(update_fields=["due_on", "due_is_provisional"])
    return True


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
