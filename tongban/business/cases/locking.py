"""Every change of a case begins here, before anything that hangs on the case is locked: two changes
then wait for each other and never block each other."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from tongban.business.cases.models import Case, WorkItem
from tongban.engines.clocks import ground
from tongban.errors import Refusal


class AlreadyDone(Refusal):
    """This step of case {number} was done on {on:%Y-%m-%d %H:%M}."""

    zh = "办件 {number} 的这一步已于 {on:%Y-%m-%d %H:%M} 办理。"


class CalledOff(Refusal):
    """This step of case {number} was called off on {on:%Y-%m-%d %H:%M}: nothing is left to do."""

    zh = "办件 {number} 的这一步已于 {on:%Y-%m-%d %H:%M} 取消，无需再办。"


class Skipped(Refusal):
    """This step of case {number} was skipped with authority on {on:%Y-%m-%d %H:%M}."""

    zh = "办件 {number} 的这一步已于 {on:%Y-%m-%d %H:%M} 依权限跳过。"


CLOSED: dict[str, type[Refusal]] = {
    WorkItem.Status.DONE: AlreadyDone,
    WorkItem.Status.CANCELLED: CalledOff,
    WorkItem.Status.SKIPPED: Skipped,
}


def locked(case_id: int) -> Case:
    return _locked().get(pk=case_id)


def locked_work(work_item_id: int) -> WorkItem:
    """The step, and its case locked beneath it."""
    case = _locked().get(work_items=work_item_id)
    work_item = WorkItem.objects.select_related("office", "assignee").get(pk=work_item_id)
    work_item.case = case
    return work_item


def _locked() -> QuerySet[Case]:
    related = Case.objects.select_related("office", "version__item", "extension")
    return related.select_for_update(of=("self",))


def check_open(work_item: WorkItem) -> None:
    if work_item.status == WorkItem.Status.OPEN:
        return
    assert work_item.closed_at is not None
    on = timezone.localtime(work_item.closed_at)
    raise CLOSED[work_item.status](number=work_item.case.number, on=on)


class Finished(Refusal):
    """Case {number} was finished on {on:%Y-%m-%d}: this can no longer be done with it."""

    zh = "办件 {number} 已于 {on:%Y-%m-%d} 办结，不能再作此处理。"


class ClockStands(Refusal):
    """The clock of case {number} stands until {until} ({ground_en}): it goes on before the next
    step is done."""

    zh = "办件 {number} 因{ground_zh}停止计时至 {until}，须先恢复计时，才能办理下一步。"


def check_running(case: Case) -> None:
    if case.status != Case.Status.RUNNING:
        assert case.finished_at is not None
        raise Finished(number=case.number, on=timezone.localtime(case.finished_at))


def check_clock_runs(case: Case, at: datetime) -> None:
    """Nobody decides while the law lets the days stand. Once the authorised days are over, the
    clock runs by itself."""
    today = timezone.localdate(at)
    standing = case.suspensions.filter(ended_at=None, authorised_until__gte=today).first()
    if standing is not None:
        why = ground(standing.ground)
        words = {"ground_zh": why.zh, "ground_en": why.en.lower()}
        raise ClockStands(number=case.number, until=standing.authorised_until, **words)
