"""One event, one step: the new state and what has to be done about it."""

from collections.abc import Callable
from typing import Any, ClassVar

from tongban.engines.processes.effects import Effect
from tongban.engines.processes.events import (
    Event,
    Message,
    ServiceDone,
    ServiceFailed,
    Start,
    TaskDone,
    TimerDue,
)
from tongban.engines.processes.model import (
    AbstractTask,
    CatchEvent,
    DecisionTask,
    Definition,
    EndEvent,
    ErrorEnd,
    EventGateway,
    ExclusiveGateway,
    InclusiveGateway,
    ManualTask,
    Node,
    ParallelGateway,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    StartEvent,
    SubProcess,
    TerminateEnd,
    ThrowEvent,
    UserTask,
)
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.running import activities, answers, catching, ending, gateways
from tongban.engines.processes.running.run import Run
from tongban.engines.processes.state import State, Token


class WrongDefinition(Refused):
    """The case runs on version {pinned} of the process, not on {version}. Use the version it began
    with, or migrate the case."""

    zh: ClassVar[str] = (
        "该办件使用流程版本 {pinned}，而不是 {version}。请使用启动时的版本，或先迁移办件。"
    )


class NoTimeZone(Refused):
    """The time of the event, {at}, has no time zone. Hand over a time with one."""

    zh: ClassVar[str] = "事件时间 {at} 没有时区。请提供带时区的时间。"


def advance(definition: Definition, state: State, event: Event) -> tuple[State, tuple[Effect, ...]]:
    """Pure: the same three always give the same two. Raises `Refused`; then nothing happened."""
    if event.at.tzinfo is None:
        raise NoTimeZone(at=event.at)
    if state.status != "new" and state.definition != definition.version:
        raise WrongDefinition(pinned=state.definition[:12], version=definition.version[:12])
    run = Run(definition, state, event.at)
    HANDLERS[type(event)](run, event)
    _settle(run)
    return run.freeze(), tuple(run.effects)


def _settle(run: Run) -> None:
    """Let every token go as far as it gets by itself."""
    while run.status == "running":
        if run.ready:
            _let_in(run, run.ready.popleft())
        elif not (_close_body(run) or gateways.release_inclusive(run)):
            break
    if run.status == "running":
        if run.tokens:
            ending.check_not_stuck(run)
        else:
            ending.finish(run)


def _let_in(run: Run, token: Token) -> None:
    if token.id in run.tokens:
        run.count_step(token.node)
        node = run.definition.nodes[token.node]
        ENTER[type(node)](run, node, token)


def _close_body(run: Run) -> bool:
    """Complete one sub-process in which no token is left."""
    lived_in = {token.scope for token in run.tokens.values()}
    for scope in run.scopes.values():
        if scope.kind == "body" and scope.id not in lived_in:
            activities.close_body(run, scope)
            return True
    return False


# What an event does, and what a node does with a token that arrives. New verbs and elements are
# new lines here.
HANDLERS: dict[type[Event], Callable[[Run, Any], None]] = {
    Start: answers.start,
    TaskDone: answers.task_done,
    ServiceDone: answers.task_done,
    ServiceFailed: answers.service_failed,
    TimerDue: answers.timer_due,
    Message: answers.message,
}
ENTER: dict[type[Node], Callable[[Run, Any, Token], None]] = {
    StartEvent: catching.pass_through,
    ThrowEvent: catching.pass_through,
    CatchEvent: catching.enter,
    EndEvent: ending.enter,
    TerminateEnd: ending.enter_terminate,
    ErrorEnd: ending.enter_error,
    ExclusiveGateway: gateways.enter_exclusive,
    ParallelGateway: gateways.enter_parallel,
    InclusiveGateway: gateways.enter_inclusive,
    EventGateway: gateways.enter_event_based,
    **dict.fromkeys(
        (
            AbstractTask,
            UserTask,
            ManualTask,
            ServiceTask,
            SendTask,
            DecisionTask,
            ScriptTask,
            ReceiveTask,
            SubProcess,
        ),
        activities.enter,
    ),
}
