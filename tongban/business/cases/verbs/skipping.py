"""A step is left out, by the post that the process gives the authority for it."""

from datetime import datetime

from django.db import transaction

from tongban.base.people.models import User
from tongban.business.cases import permissions, running
from tongban.business.cases.locking import check_clock_runs, check_open, close, locked_work
from tongban.business.cases.models import Case, CaseEvent, WorkItem
from tongban.business.cases.verbs import history, signing
from tongban.engines import processes
from tongban.engines.processes.model import UserTask


@transaction.atomic
def skip(*, work_item_id: int, user: User, words: str, at: datetime) -> Case:
    """The case goes on without the step. Where the process lets nobody skip it, the process says
    so."""
    step = locked_work(work_item_id)
    case = step.case
    node = running.definition_of(case.version).nodes[step.node]
    assert isinstance(node, UserTask)
    permissions.check_can_skip(user, step, node.skippable)
    check_open(step)
    signing.check_is_main(step)
    check_clock_runs(case, at)
    why = history.needed(words)
    close(step, WorkItem.Status.SKIPPED, user, at)
    by = running.Actor(str(user.pk), node.skippable or "", step.office.code)
    history.note_step(step, CaseEvent.Transition.SKIP, by, at, why)
    running.advance(case, processes.Skip(step.task, str(user.pk), at), by=by, at=at)
    history.record("work.skipped", case, by, at, {"task": step.task})
    return case
