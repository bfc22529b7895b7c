"""One event, one step: the new state and what has to be done about it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

from tongban.engines.processes.effects import Effect
from tongban.engines.processes.events import (
    AddSigner,
    DataChanged,
    Event,
    Message,
    Return,
    ServiceDone,
    ServiceFailed,
    Signal,
    Skip,
    Start,
    TaskDone,
    TimerDue,
)
from tongban.engines.processes.model import (
    AbstractTask,
    AdHocSubProcess,
    CallActivity,
    CatchEvent,
    ComplexGateway,
    DecisionTask,
    Definition,
    EndEvent,
    ErrorEnd,
    EventGateway,
    ExclusiveGateway,
    InclusiveGateway,
    LinkCatch,
    ManualTask,
    MessageTask,
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
    Transaction,
    UserTask,
)
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.rows import Token
from tongban.engines.processes.running import (
    activities,
    ad_hoc,
    answers,
    catching,
    compensating,
    complex_gateways,
    conditions,
    ending,
    gateways,
    returning,
    turns,
)
from tongban.engines.processes.running.run import Run
from tongban.engines.processes.state import State
from tongban.engines.processes.triggers import SignalThrow

# Where a case can go back to is not a matter of time.
NEVER = datetime(1, 1, 1, tzinfo=UTC)


class NotExecutable(Refused):
    """The process {process} is a drawing: it is not marked executable, and no case runs on it.
    Write isExecutable="true" at the process, and complete what is then found missing."""

    zh: ClassVar[str] = (
        "流程 {process} 只是图示：没有标为可执行，不能办件。"
        '请在流程上写 isExecutable="true"，并补全随后提示缺少的内容。'
    )


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
    check_fits(definition, state, event.at)
    run = Run(definition, state, event.at)
    HANDLERS[type(event)](run, event)
    settle(run)
    return run.freeze(), tuple(run.effects)


def returnable(definition: Definition, state: State, task: int | None) -> tuple[str, ...]:
    """The activities that `Return` can go back to from the task, or without one from all that is
    open, in the order of the flow. Raises `Refused` where the task cannot be sent back at all."""
    check_fits(definition, state, NEVER)
    run = Run(definition, state, NEVER)
    return returning.targets(run, answers.sent_back(run, task))


def check_executable(definition: Definition) -> None:
    if not definition.executable:
        raise NotExecutable(process=definition.id)


def check_fits(definition: Definition, state: State, at: datetime) -> None:
    check_executable(definition)
    if at.tzinfo is None:
        raise NoTimeZone(at=at)
    if state.status != "new" and state.definition != definition.version:
        raise WrongDefinition(pinned=state.definition[:12], version=definition.version[:12])


def settle(run: Run) -> None:
    """Let every token go as far as it gets by itself."""
    while run.status == "running" and (_go_on(run) or _at_rest(run)):
        pass
    if run.status == "running":
        if run.tokens:
            ending.check_not_stuck(run)
        else:
            ending.finish(run)


def _go_on(run: Run) -> bool:
    """Whether there was anything that does not have to wait for the rest."""
    if conditions.look(run):
        return True
    if run.ended:
        token = run.ended.popleft()
        if token.id in run.tokens:
            turns.end(run, token)
    elif run.resumed:
        token = run.resumed.popleft()
        if token.id in run.tokens:
            ending.resume(run, token)
    elif run.ready:
        _let_in(run, _next(run))
    else:
        return False
    return True


def _at_rest(run: Run) -> bool:
    """What can only be judged when no token moves any more."""
    nested = len(run.scopes) > 1
    return (
        (nested and (ad_hoc.next_turn(run) or compensating.step(run) or _close_body(run)))
        or gateways.release_inclusive(run)
        or complex_gateways.end_round(run)
    )


def _next(run: Run) -> Token:
    """The token that arrived first; but who throws a signal lets the others go before him, so that
    whoever is about to wait for it does."""
    for token in run.ready:
        if not _throws_signal(run.definition.nodes[token.node]):
            run.ready.remove(token)
            return token
    return run.ready.popleft()


def _throws_signal(node: Node) -> bool:
    return isinstance(node, ThrowEvent) and any(isinstance(t, SignalThrow) for t in node.throws)


def _let_in(run: Run, token: Token) -> None:
    if token.id in run.tokens:
        run.count_step(token.node)
        node = run.definition.nodes[token.node]
        ENTER[type(node)](run, node, token)


def _close_body(run: Run) -> bool:
    """Complete one sub-process in which nothing is left."""
    lived_in = {token.scope for token in run.tokens.values()}
    lived_in |= {scope.parent for scope in run.scopes.values()}
    for scope in run.scopes.values():
        if scope.kind in ("body", "call") and scope.id not in lived_in:
            activities.close_body(run, scope)
            return True
    return False


# What an event does, and what a node does with a token that arrives. New verbs and elements are
# new lines here.
HANDLERS: dict[type[Event], Callable[[Run, Any], None]] = {
    Start: answers.start,
    TaskDone: answers.task_done,
    Skip: answers.skip,
    AddSigner: answers.add_signer,
    Return: answers.go_back,
    ServiceDone: answers.service_done,
    ServiceFailed: answers.service_failed,
    TimerDue: answers.timer_due,
    Message: answers.message,
    Signal: answers.signal,
    DataChanged: answers.data_changed,
}
ENTER: dict[type[Node], Callable[[Run, Any, Token], None]] = {
    StartEvent: catching.pass_through,
    LinkCatch: catching.pass_through,
    CatchEvent: catching.enter,
    ThrowEvent: ending.pass_throwing,
    **dict.fromkeys((EndEvent, TerminateEnd, ErrorEnd), ending.enter),
    ExclusiveGateway: gateways.enter_exclusive,
    ParallelGateway: gateways.enter_parallel,
    InclusiveGateway: gateways.enter_inclusive,
    ComplexGateway: complex_gateways.enter,
    EventGateway: gateways.enter_event_based,
    **dict.fromkeys(
        (
            AbstractTask,
            UserTask,
            ManualTask,
            ServiceTask,
            SendTask,
            MessageTask,
            DecisionTask,
            ScriptTask,
            ReceiveTask,
            SubProcess,
            Transaction,
            AdHocSubProcess,
            CallActivity,
        ),
        activities.enter,
    ),
}
