"""Moving a case: the process engine says what is to be done, and this does it as rows.

Everything happens in the caller's transaction, under the lock on the case.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone

from tongban import records, sql
from tongban.base.calendar import queries as calendar
from tongban.business.cases import (
    answering,
    deadlines,
    deciding,
    keeping,
    messages,
    operations,
    outside_calls,
)
from tongban.business.cases.models import Case, CaseEvent, WorkItem
from tongban.business.cases.outside_terms import PREFIX
from tongban.business.items.contents import once_each
from tongban.business.items.models import ItemVersion
from tongban.engines import processes
from tongban.engines.processes import Definition, Effect, State
from tongban.engines.processes.model import Activity, Node, UserTask
from tongban.errors import Refusal

END = """
    WITH resumed AS (
        UPDATE cases_suspension SET ended_at = $4 WHERE case_id = $1 AND ended_at IS NULL
    )
    UPDATE cases_case SET status = $2, finished_at = $3 WHERE id = $1
"""


class Actor:
    """Who makes a step happen: an account in a post, or the platform itself."""

    def __init__(self, account: str, post: str = "", office: str = ""):
        self.account, self.post, self.office = account, post, office


PLATFORM = Actor("platform", "platform")


def advance(case: Case, event: processes.Event, *, by: Actor, at: datetime) -> None:
    """Feed one event to the process, and every answer of a service or decision after it.

    The process goes by the city's day and hour, whatever zone the times come in.
    """
    definition, before = definition_of(case.version), keeping.load(case)
    at = timezone.localtime(at)
    step = processes.advance(definition, before, replace(event, at=at))
    _carry_out(case, before, *step, by, at)


def migrated(case: Case, to: ItemVersion, at: datetime) -> tuple[State, tuple[Effect, ...]]:
    """Where the case would stand in another version of its item; nothing is changed. Raises
    CannotMigrate."""
    return _migrated(case, keeping.load(case), to, at)


def migrate(case: Case, to: ItemVersion, *, by: Actor, at: datetime) -> None:
    """Raises CannotMigrate; then nothing has changed."""
    before = keeping.load(case)
    step = _migrated(case, before, to, at)
    case.version = to
    case.save(update_fields=["version"])
    _carry_out(case, before, *step, by, timezone.localtime(at))


@dataclass
class _Step:
    """What a step of a case brings, written at its end with one statement for each kind of row."""

    case: Case
    definition: Definition
    by: Actor
    at: datetime
    events: list[CaseEvent] = field(default_factory=list)
    opened: list[WorkItem] = field(default_factory=list)

    def note(self, node: Node, transition: str, by: Actor, instance: str = "") -> None:
        self.events.append(_event(self.case, node, transition, by, self.at, instance))

    def write(self) -> None:
        records.insert(self.opened)
        records.insert(self.events)
        self.opened, self.events = [], []


def _migrated(
    case: Case, before: State, to: ItemVersion, at: datetime
) -> tuple[State, tuple[Effect, ...]]:
    old, new = definition_of(case.version), definition_of(to)
    return processes.migrate(old, new, before, timezone.localtime(at))


def _carry_out(
    case: Case, before: State, state: State, effects: Iterable[Effect], by: Actor, at: datetime
) -> None:
    """Do what the engine says and tell it the answers, until it waits; then store where it is."""
    step = _Step(case, definition_of(case.version), by, at)
    status = case.status
    pending = [answer for each in effects if (answer := _do(step, each))]
    while pending:
        state, effects = processes.advance(step.definition, state, pending.pop(0))
        pending += [answer for each in effects if (answer := _do(step, each))]
    step.write()
    keeping.store(case, before, state)
    messages.expect(before, state)
    if case.status != status:
        _end(case, at)


@once_each
def definition_of(version: ItemVersion) -> Definition:
    return processes.load(version.process.encode())


@once_each
def decision_steps(version: ItemVersion) -> frozenset[str]:
    """The steps of people whose answer the process goes by; at any other, work is done."""
    definition = definition_of(version)
    steps = (name for name, node in definition.nodes.items() if isinstance(node, UserTask))
    return frozenset(name for name in steps if answering.decides(definition, name))


def end_unfinished(case: Case, *, by: Actor, at: datetime) -> None:
    """Withdrawn: whatever still waits is called off."""
    call_off(case, by=by, at=at)
    case.status, case.finished_at = Case.Status.WITHDRAWN, at
    _end(case, at)


def call_off(case: Case, *, by: Actor, at: datetime) -> None:
    """Whatever still waits is not waited for any more, and the log says so."""
    definition = definition_of(case.version)
    for item in case.work_items.filter(status=WorkItem.Status.OPEN).order_by("task"):
        node, task = definition.nodes[item.node], str(item.task)
        _event(case, node, CaseEvent.Transition.WITHDRAW, by, at, task).save()
        item.status, item.closed_at = WorkItem.Status.CANCELLED, at
        item.save(update_fields=["status", "closed_at"])
    outside_calls.end(case, at)
    keeping.forget(case)


def _end(case: Case, at: datetime) -> None:
    """What is finished has no clock that could stand."""
    assert case.finished_at is not None
    sql.prepared(END, str(case.pk), case.status, case.finished_at.isoformat(), at.isoformat())


def _do(step: _Step, effect: Effect) -> processes.Event | None:
    return _HANDLERS[type(effect)](step, effect)


def _open_task(step: _Step, effect: processes.OpenTask) -> None:
    node, case = step.definition.nodes[effect.node], step.case
    item = WorkItem(
        case=case,
        task=effect.task,
        node=effect.node,
        name_zh=node.label("zh"),
        name_en=node.label("en"),
        office=case.office,
        post=effect.lane or "approver",
        form=effect.form or "",
        beside=effect.beside,
        opened_at=step.at,
    )
    if node.limit is not None:
        deadlines.set_step(item, node.limit, deadlines.pauses_of(case), calendar.current())
    step.opened.append(item)
    step.note(node, CaseEvent.Transition.SCHEDULE, PLATFORM, str(effect.task))


def _call_service(step: _Step, effect: processes.CallService) -> processes.Event | None:
    """What the step brought so far is there for the operation, and stands before what it notes.
    What another system carries out stays open until that answers."""
    step.write()
    if effect.operation.startswith(PREFIX):
        outside_calls.begin(step.case, effect, step.at)
        node = step.definition.nodes[effect.node]
        return step.note(node, CaseEvent.Transition.SCHEDULE, PLATFORM, str(effect.task))
    outputs = operations.run(effect.operation, step.case, effect.inputs, step.at)
    return processes.ServiceDone(effect.task, outputs, step.at)


def _decide(step: _Step, effect: processes.Decide) -> processes.Event:
    result = deciding.decide(step.case, effect.decision, step.at)
    return processes.ServiceDone(effect.task, {"result": result}, step.at)


def _task_changed(step: _Step, effect: processes.TaskChanged) -> None:
    """Another version of the process calls the step otherwise or gives it to another post."""
    node = step.definition.nodes[effect.node]
    step.case.work_items.filter(task=effect.task, status=WorkItem.Status.OPEN).update(
        node=effect.node,
        name_zh=node.label("zh"),
        name_en=node.label("en"),
        post=effect.lane or "approver",
        form=effect.form or "",
    )


def _kept_as_row(step: _Step, effect: Effect) -> None:
    """A timer is a row of the state: it comes and goes with it."""


def _cancel_task(step: _Step, effect: processes.CancelTask) -> None:
    step.write()
    step.case.work_items.filter(task=effect.task, status=WorkItem.Status.OPEN).update(
        status=WorkItem.Status.CANCELLED, closed_at=step.at
    )
    outside_calls.end(step.case, step.at, effect.task)


def _entered(step: _Step, effect: processes.Entered) -> None:
    node = step.definition.nodes[effect.node]
    if isinstance(node, Activity):
        step.note(node, CaseEvent.Transition.START, step.by)


def _left(step: _Step, effect: processes.Left) -> None:
    node = step.definition.nodes[effect.node]
    if isinstance(node, Activity):
        done = CaseEvent.Transition.WITHDRAW if effect.cancelled else CaseEvent.Transition.COMPLETE
        step.note(node, done, step.by)


class EndedUndecided(Refusal):
    """The process of case {number} came to an end before anything was decided. Lead every way to
    an end through a step that decides."""

    zh = "办件 {number} 的流程在作出决定之前就结束了。请让每条通往结束的路径都经过作出决定的步骤。"


def _tell(step: _Step, effect: processes.SendMessage | processes.ThrowSignal) -> None:
    """Whoever waits for a signal in this case has heard it already; others hear it afterwards."""
    messages.send(step.case, effect, step.at)


def _finished(step: _Step, effect: processes.Finished) -> None:
    if step.case.status == Case.Status.RUNNING:
        raise EndedUndecided(number=step.case.number)


_HANDLERS: Mapping[type, Callable[..., processes.Event | None]] = {
    processes.OpenTask: _open_task,
    processes.TaskChanged: _task_changed,
    processes.CallService: _call_service,
    processes.Decide: _decide,
    processes.StartTimer: _kept_as_row,
    processes.CancelTimer: _kept_as_row,
    processes.CancelTask: _cancel_task,
    processes.Entered: _entered,
    processes.Left: _left,
    processes.SendMessage: _tell,
    processes.ThrowSignal: _tell,
    processes.Finished: _finished,
}


def _event(
    case: Case, node: Node, transition: str, by: Actor, at: datetime, instance: str = ""
) -> CaseEvent:
    return CaseEvent(
        case=case,
        activity=node.id,
        activity_zh=node.label("zh"),
        activity_en=node.label("en"),
        instance=instance,
        transition=transition,
        at=at,
        resource=by.account,
        role=by.post,
        office=by.office,
    )
