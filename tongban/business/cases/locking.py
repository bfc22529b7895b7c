"""Every change of a case begins here, before anything that hangs on the case is locked: two changes
then wait for each other and never block each other."""

from datetime import date, datetime
from functools import cache

from django.utils import timezone

from tongban import records, sql
from tongban.base.people.models import Office, User
from tongban.business.cases import simulated
from tongban.business.cases.models import Case, WorkItem
from tongban.business.items.models import ItemVersion, ServiceItem
from tongban.engines.clocks import Ground, ground
from tongban.errors import Refusal

TEXTS = "guide", "form", "process", "decision"
CLOSE = """
    UPDATE cases_workitem SET status = $2, closed_at = $3, done_by_id = $4 WHERE id = $1
"""
SECRET = "password"
STANDING = """
    SELECT json_build_array(ground, authorised_until) FROM cases_suspension
    WHERE case_id = $1 AND ended_at IS NULL AND authorised_until >= $2
"""


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
    """With what most steps ask of it and never changes; the texts of its version are fetched when
    somebody reads them."""
    return _locked("cases_case.id = $1", case_id)


def locked_work(work_item_id: int) -> WorkItem:
    """The step, and its case locked beneath it: as it is once the case is locked."""
    whose = "cases_case.id = (SELECT case_id FROM cases_workitem WHERE id = $1)"
    case = _locked(whose, work_item_id)
    found = sql.prepared(_step(), str(work_item_id))
    step, office = records.read(WorkItem, found[0]), records.read(Office, found[1])
    assert step and office  # an inner join
    step.case, step.office = case, office
    step.assignee = records.read(User, found[-1], SECRET)
    return step


def _locked(whose: str, identifier: int) -> Case:
    # Where the lock was waited for, the server reads the case anew and keeps the other tables as
    # they were before: a case that was moved to another version meanwhile fits none of them. It is
    # locked by then, and is found by a second look.
    found = sql.prepared(_lock(whose), str(identifier))
    found = found or sql.prepared(_lock(whose), str(identifier))
    if found is None:
        raise Case.DoesNotExist
    case, office = records.read(Case, found[0]), records.read(Office, found[1])
    item, version = records.read(ServiceItem, found[2]), records.read(ItemVersion, found[3], *TEXTS)
    assert case and office and item and version  # inner joins
    case.office, case.version, version.item = office, version, item
    simulated.check_may_move(case.number, found[4])
    return case


@cache
def _lock(whose: str) -> str:
    return f"""
        SELECT json_build_array(
            {records.cells("cases_case", Case)}, {records.cells("office", Office)},
            {records.cells("item", ServiceItem)}, {records.cells("version", ItemVersion, *TEXTS)},
            EXISTS (SELECT FROM cases_simulatedcase WHERE case_id = cases_case.id)
        ) FROM cases_case
        JOIN people_office AS office ON office.id = cases_case.office_id
        JOIN items_itemversion AS version ON version.id = cases_case.version_id
        JOIN items_serviceitem AS item ON item.id = version.item_id
        WHERE {whose} FOR UPDATE OF cases_case
    """


@cache
def _step() -> str:
    return f"""
        SELECT json_build_array(
            {records.cells("step", WorkItem)}, {records.cells("office", Office)},
            {records.cells("assignee", User, SECRET)}
        ) FROM cases_workitem AS step
        JOIN people_office AS office ON office.id = step.office_id
        LEFT JOIN people_user AS assignee ON assignee.id = step.assignee_id
        WHERE step.id = $1
    """


def check_open(work_item: WorkItem) -> None:
    if work_item.status == WorkItem.Status.OPEN:
        return
    assert work_item.closed_at is not None
    on = timezone.localtime(work_item.closed_at)
    raise CLOSED[work_item.status](number=work_item.case.number, on=on)


def close(step: WorkItem, status: WorkItem.Status, user: User, at: datetime) -> None:
    """Somebody has done it, or left it out."""
    step.status, step.closed_at, step.done_by = status, at, user
    sql.prepared(CLOSE, str(step.pk), status, at.isoformat(), str(user.pk))


class Finished(Refusal):
    """Case {number} was finished on {on:%Y-%m-%d}: this can no longer be done with it."""

    zh = "办件 {number} 已于 {on:%Y-%m-%d} 办结，不能再作此处理。"


class ClockStands(Refusal):
    """The clock of case {number} stands until {until} ({ground_en}): it goes on before the next
    step is done."""

    zh = "办件 {number} 因{ground_zh}停止计时至 {until}，须先恢复计时，才能办理下一步。"


class ApplicantCorrects(ClockStands):
    """Case {number} waits for its applicant's corrections until {until}: the next step is done once
    they have come, or the day is over."""

    zh = "办件 {number} 正在等待申请人补正，最晚 {until}；申请人补正或到期以后，才能办理下一步。"


def check_running(case: Case) -> None:
    if case.status != Case.Status.RUNNING:
        assert case.finished_at is not None
        raise Finished(number=case.number, on=timezone.localtime(case.finished_at))


def check_clock_runs(case: Case, at: datetime) -> None:
    """Nobody decides while the law lets the days stand. Once the authorised days are over, the
    clock runs by itself."""
    standing = sql.prepared(STANDING, str(case.pk), timezone.localdate(at).isoformat())
    if standing is not None:
        code, until = standing
        terms = {"number": case.number, "until": date.fromisoformat(until)}
        if code == Ground.CORRECTION:
            raise ApplicantCorrects(**terms)
        why = ground(code)
        raise ClockStands(**terms, ground_zh=why.zh, ground_en=why.en.lower())
