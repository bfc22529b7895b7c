"""A step that decides nothing is finished: its work is done, and the case goes on."""

from datetime import datetime

from django.db import transaction

from tongban.base.people.models import User
from tongban.business.cases import permissions, running
from tongban.business.cases.locking import check_clock_runs, check_open, close, locked_work
from tongban.business.cases.models import Case, CaseEvent, WorkItem
from tongban.business.cases.verbs import history, signing
from tongban.engines import processes
from tongban.errors import Refusal


class DecideIt(Refusal):
    """This step of case {number} decides: grant or refuse."""

    zh = "办件 {number} 的这一步需要作出决定：请选择准予或不予。"


@transaction.atomic
def finish(*, work_item_id: int, user: User, words: str, at: datetime) -> Case:
    """What is said about it stays in the history of the case; the applicant does not see it."""
    step = locked_work(work_item_id)
    case = step.case
    permissions.check_can_complete(user, step)
    check_open(step)
    signing.check_is_main(step)
    check_clock_runs(case, at)
    if step.node in running.decision_steps(case.version):
        raise DecideIt(number=case.number)  # without an answer it would go the way of a refusal
    said = history.optional(words)
    close(step, WorkItem.Status.DONE, user, at)
    by = history.at_step(user, step)
    done = processes.TaskDone(step.task, {"opinion": said}, str(user.pk), at)
    running.advance(case, done, by=by, at=at)
    if said:
        details = {"node": step.node}
        history.note(case, "tb:opinion", CaseEvent.Transition.COMPLETE, by, at, said, details)
    history.record("work.finished", case, by, at, {"task": step.task})
    return case
