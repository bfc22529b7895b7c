"""Moving a case: the process engine says what is to be done, and this does it as rows.

Everything happens in the caller's transaction, under the lock on the case.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache

from django.utils import timezone

from tongban.business.cases import deciding, keeping, operations
from tongban.business.cases.models import Case, CaseEvent, WorkItem
from tongban.business.items.models import ItemVersion
from tongban.engines import processes
from tongban.engines.processes import Definition
from tongban.engines.processes.model import Activity
from tongban.errors import Refusal


class Actor:
    """Who makes a step happen: an account in a post, or the platform itself."""

    def __init__(self, account: str, post: str = "", office: str = ""):
        self.account, self.post, self.office = account, post, office


PLATFORM = Actor("platform", "platform")


def advance(case: Case, event: processes.Event, *, by: Actor, at: datetime) -> None:
    """Feed one event to the process, and every answer of a service or decision after it.

    The process goes by the city's day and hour, whatever zone the times come in.
    """
    definition = definition_of(case.version)
    before = state = keeping.load(case)
    at = timezone.localtime(at)
    pending = [replace(event, at=at)]
    while pending:
        state, effects = processes.advance(definition, state, pending.pop(0))
        for effect in effects:
            answer = _do(case, definition, effect, by, at)
            if answer is not None:
                pending.append(answer)
    keeping.store(case, before, state)
    case.save()


def definition_of(version: ItemVersion) -> Definition:
    """Parsed once per process and content."""
    return _definition(version.process)


def end_unfinished(case: Case, *, by: Actor, at: datetime) -> None:
    """Withdrawn: whatever still waits is called off, and the log says so."""
    definition = definition_of(case.version)
    for item in case.work_items.filter(status=WorkItem.Status.OPEN).order_by("task"):
        node, task = definition.nodes[item.node], str(item.task)
        note(case, item.node, node, CaseEvent.Transition.WITHDRAW, by, at, task)
        item.status, item.closed_at = WorkItem.Status.CANCELLED, at
        item.save(update_fields=["status", "closed_at"])
    keeping.forget(case)
    case.status, case.finished_at = Case.Status.WITHDRAWN, at
    case.save(update_fields=["status", "finished_at"])


@cache
def _definition(xml: str) -> Definition:
    return processes.load(xml.encode())


def _do(
    case: Case, definition: Definition, effect: processes.Effect, by: Actor, at: datetime
) -> processes.Event | None:
    handler = _HANDLERS[type(effect)]
    return handler(case, definition, effect, by, at)


def _open_task(case, definition, effect: processes.OpenTask, by, at) -> None:
    node = definition.nodes[effect.node]
    WorkItem.objects.create(
        case=case,
        task=effect.task,
        node=effect.node,
        name_zh=node.label("zh"),
        name_en=node.label("en"),
        office=case.office,
        post=effect.lane or "approver",
        form=effect.form or "",
        opened_at=at,
    )
    note(case, effect.node, node, CaseEvent.Transition.SCHEDULE, PLATFORM, at, str(effect.task))


def _call_service(case, definition, effect: processes.CallService, by, at) -> processes.Event:
    outputs = operations.run(effect.operation, case, effect.inputs, at)
    return processes.ServiceDone(effect.task, outputs, at)


def _decide(case, definition, effect: processes.Decide, by, at) -> processes.Event:
    result = deciding.decide(case, effect.decision, at)
    return processes.ServiceDone(effect.task, {"result": result}, at)


def _kept_as_row(case, definition, effect, by, at) -> None:
    """A timer is a row of the state: it comes and goes with it."""


def _cancel_task(case, definition, effect: processes.CancelTask, by, at) -> None:
    WorkItem.objects.filter(case=case, task=effect.task, status=WorkItem.Status.OPEN).update(
        status=WorkItem.Status.CANCELLED, closed_at=at
    )


def _entered(case, definition, effect: processes.Entered, by, at) -> None:
    node = definition.nodes[effect.node]
    if isinstance(node, Activity):
        note(case, effect.node, node, CaseEvent.Transition.START, by, at)


def _left(case, definition, effect: processes.Left, by, at) -> None:
    node = definition.nodes[effect.node]
    if isinstance(node, Activity):
        done = CaseEvent.Transition.WITHDRAW if effect.cancelled else CaseEvent.Transition.COMPLETE
        note(case, effect.node, node, done, by, at)


class EndedUndecided(Refusal):
    """The process of case {number} came to an end before anything was decided. Lead every way to
    an end through a step that decides."""

    zh = "办件 {number} 的流程在作出决定之前就结束了。请让每条通往结束的路径都经过作出决定的步骤。"


class NobodyReceives(Refusal):
    """The process sends the message {name}, and there is nobody to receive it: cases exchange no
    messages. Model a service task that tells the other side instead."""

    zh = "流程要发送消息 {name}，但没有接收方：办件之间不互发消息。请改用服务任务通知对方。"


def _send_message(case, definition, effect: processes.SendMessage, by, at) -> None:
    raise NobodyReceives(name=effect.name)


def _throw_signal(case, definition, effect: processes.ThrowSignal, by, at) -> None:
    """Whoever waits for it in this case has heard it; no case listens to another."""


def _finished(case, definition, effect: processes.Finished, by, at) -> None:
    if case.status == Case.Status.RUNNING:
        raise EndedUndecided(number=case.number)


_HANDLERS: Mapping[type, Callable] = {
    processes.OpenTask: _open_task,
    processes.CallService: _call_service,
    processes.Decide: _decide,
    processes.StartTimer: _kept_as_row,
    processes.CancelTimer: _kept_as_row,
    processes.CancelTask: _cancel_task,
    processes.Entered: _entered,
    processes.Left: _left,
    processes.SendMessage: _send_message,
    processes.ThrowSignal: _throw_signal,
    processes.Finished: _finished,
}


def note(
    case: Case, activity: str, node, transition: str, by: Actor, at: datetime, instance: str = ""
) -> None:
    CaseEvent.objects.create(
        case=case,
        activity=activity,
        activity_zh=node.label("zh"),
        activity_en=node.label("en"),
        instance=instance,
        transition=transition,
        at=at,
        resource=by.account,
        role=by.post,
        office=by.office,
    )
