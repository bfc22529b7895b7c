"""A step that decides nothing is finished: its work is done, and the case goes on."""

from datetime import datetime

from django.db import transaction

from tongban.base.people.models import User
from tongban.business.cases import permissions, running
from tongban.business.cases.locking import check_clock_runs, check_open, locked_work
from tongban.business.cases.models import Case, CaseEvent, WorkItem
from tongban.business.cases.verbs import history, signing
from tongban.engines import processes


@transaction.atomic
def finish(*, work_item_id: int, user: User, words: str, at: datetime) -> Case:
    """What is said about it stays in the history of the case; the applicant does not see it."""
    step = locked_work(work_item_id)
    case = step.case
    permissions.check_can_complete(user, step)
    check_open(step)
    signing.check_is_main(step)
    check_clock_runs(case, at)
    said = history.optional(words)
    step.status, step.closed_at, step.done_by = WorkItem.Status.DONE, at, user
    step.save(update_fields=["status", "closed_at", "done_by"])
    by = history.at_step(user, step)
    done = processes.TaskDone(step.task, {"opinion": said}, str(user.pk), at)
    running.advance(case, done, by=by, at=at)
    if said:
        details = {"node": step.node}
        history.note(case, "tb:opinion", CaseEvent.Transition.COMPLETE, by, at, said, details)
    history.record("work.finished", case, by, at, {"task": step.task})
    return case
