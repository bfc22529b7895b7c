"""A case goes back to a step that it has passed, also out of one of several branches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tongban.base.people.models import User
from tongban.business.cases import keeping, operations, permissions, running
from tongban.business.cases.locking import check_clock_runs, check_open, locked_work
from tongban.business.cases.models import Case, CaseEvent, WorkItem
from tongban.business.cases.verbs import history, telling
from tongban.business.cases.verbs.signing import SignInstead
from tongban.engines import processes
from tongban.engines.processes import Definition
from tongban.engines.processes.model import SendTask, ServiceTask
from tongban.errors import Refusal

PASSED = (CaseEvent.Transition.COMPLETE, CaseEvent.Transition.SKIP)


class NeverPassed(Refusal):
    """Case {number} cannot go back to {name_en}. It can go back to: {targets_en}."""

    zh = "办件 {number} 不能退回到{name_zh}。可以退回到：{targets_zh}。"


@dataclass(frozen=True)
class Target:
    """A step that a case can go back to; `at` and `role` are of the last time it was passed."""

    node: str
    name_zh: str
    name_en: str
    at: datetime
    role: str


def targets(step: WorkItem) -> tuple[Target, ...]:
    """In the order of the process; empty for a step that is closed, and for a signer's."""
    if step.status != WorkItem.Status.OPEN or step.beside is not None:
        return ()
    case = step.case
    definition = running.definition_of(case.version)
    possible = processes.returnable(definition, keeping.load(case), step.task)
    passed = _passed(case, definition)
    return tuple(
        _target(definition.nodes[node], passed[node]) for node in possible if node in passed
    )


@transaction.atomic
def send_back(*, work_item_id: int, user: User, to: str, words: str, at: datetime) -> Case:
    """`to` is the node of a target. What is open between is called off and done anew; whoever did
    the step the last time hears why."""
    step = locked_work(work_item_id)
    case = step.case
    permissions.check_can_complete(user, step)
    check_open(step)
    if step.beside is not None:
        raise SignInstead(number=case.number)
    check_clock_runs(case, at)
    _check_target(step, to)
    why = history.needed(words)
    by = history.at_step(user, step)
    history.note_step(step, CaseEvent.Transition.SEND_BACK, by, at, why, {"to": to})
    sent = processes.Return(step.task, to, str(user.pk), at)
    running.advance(case, sent, by=by, at=at)
    history.record("work.sent_back", case, by, at, {"task": step.task, "to": to})
    _tell_who_did(case, to, user, why, at)
    return case


def _passed(case: Case, definition: Definition) -> Mapping[str, CaseEvent]:
    """By node the last event that it was passed with. Of a case that is decided only what it has
    passed since then: a decision is revoked, and not made twice."""
    found = case.events.filter(transition__in=PASSED).order_by("pk")
    last = {event.activity: event for event in found}
    if case.status == Case.Status.RUNNING:
        return last
    decided = max((each.pk for node, each in last.items() if _decides(definition, node)), default=0)
    return {node: each for node, each in last.items() if each.pk > decided}


def _decides(definition: Definition, node: str) -> bool:
    found = definition.nodes.get(node)
    return isinstance(found, ServiceTask | SendTask) and found.operation in operations.SETTLING


def _target(node: processes.model.Node, passed: CaseEvent) -> Target:
    return Target(node.id, node.label("zh"), node.label("en"), passed.at, passed.role)


def _check_target(step: WorkItem, to: str) -> None:
    possible = targets(step)
    if to in {each.node for each in possible}:
        return
    node = running.definition_of(step.case.version).nodes.get(to)
    raise NeverPassed(
        number=step.case.number,
        name_zh=node.label("zh") if node else to,
        name_en=node.label("en") if node else to,
        targets_zh="、".join(each.name_zh for each in possible) or "—",
        targets_en=", ".join(each.name_en for each in possible) or "—",
    )


def _tell_who_did(case: Case, to: str, user: User, why: str, at: datetime) -> None:
    done = case.work_items.filter(node=to, done_by__isnull=False, beside=None)
    last = done.select_related("done_by").order_by("task").last()
    if last is None or last.done_by is None or last.done_by == user:
        return
    telling.colleague(
        last.done_by,
        case,
        f"{user.display_name}把办件 {case.number} 退回到“{last.name_zh}”：{why}",
        f'{user.display_name} sent case {case.number} back to "{last.name_en}": {why}',
        at,
    )
