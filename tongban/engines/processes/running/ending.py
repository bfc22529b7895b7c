"""Where tokens end: in an end event, with everything around them, or in an error."""

from collections.abc import Mapping
from typing import ClassVar

from tongban.engines.feel.values import Value
from tongban.engines.processes.effects import Entered, Finished, Left
from tongban.engines.processes.model import (
    Activity,
    EndEvent,
    ErrorEnd,
    EventSubProcess,
    ThrowEvent,
)
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.rows import Token
from tongban.engines.processes.running import calling_off, compensating, leaving, mapping, throwing
from tongban.engines.processes.running.run import PROCESS, Run
from tongban.engines.processes.triggers import (
    CancelThrow,
    CompensationThrow,
    ErrorThrow,
    OnError,
    TerminateThrow,
    Throw,
)


class Stuck(Refused):
    """After this step nothing could ever go on: tokens wait to be joined at {nodes}, and no other
    can come. Correct the model: a parallel gateway joins only what a parallel gateway split."""

    zh: ClassVar[str] = (
        "此步骤之后流程将无法继续：令牌在 {nodes} 等待汇合，而不会再有令牌到来。"
        "请修改模型：并行网关只能汇合由并行网关分出的分支。"
    )


def pass_throwing(run: Run, node: ThrowEvent, token: Token) -> None:
    """An intermediate event throws, and the token goes on unless somebody called it off."""
    run.effects.append(Entered(node.id))
    payload = mapping.inputs(run, node.inputs, token.scope)
    waits = False
    for what in node.throws:
        if token.id in run.tokens:
            waits = _throw(run, token, what, payload) or waits
    if token.id in run.tokens and not waits:
        leaving.go(run, node, token, node.outgoing)


def enter(run: Run, node: EndEvent, token: Token) -> None:
    """The token ends before what it throws is caught; only a compensation keeps it waiting."""
    run.effects.append(Entered(node.id))
    payload = mapping.inputs(run, node.inputs, token.scope)
    undoing = [each for each in node.throws if isinstance(each, CompensationThrow)]
    if not undoing:
        _end(run, node, token)
    for what in node.throws:
        if what not in undoing and token.scope in run.scopes:
            _throw(run, token, what, payload)
    waits = [compensating.begin(run, token, each) for each in undoing if token.id in run.tokens]
    if undoing and token.id in run.tokens and not any(waits):
        _end(run, node, token)


def resume(run: Run, token: Token) -> None:
    """What a throwing event was waiting for is done."""
    node = run.definition.nodes[token.node]
    if not isinstance(node, EndEvent):
        leaving.go(run, node, token, node.outgoing)
    elif CancelThrow() in node.throws:
        compensating.cancelled(run, node, token)
    else:
        _end(run, node, token)


def _throw(run: Run, token: Token, what: Throw, payload: Mapping[str, Value]) -> bool:
    """Whether the token has to wait for what comes of it."""
    match what:
        case CompensationThrow():
            return compensating.begin(run, token, what)
        case CancelThrow():
            compensating.cancel(run, token)
        case TerminateThrow():
            _terminate(run, token)
        case ErrorThrow(code=code):
            if not throwing.climb(run, token, OnError, code, payload):
                _fail(run, code)
        case _:
            throwing.throw(run, token, what, payload)
    return False


def _end(run: Run, node: EndEvent, token: Token) -> None:
    run.effects.append(Left(node.id))
    del run.tokens[token.id]
    if _ends_the_case(run, token) and not isinstance(node, ErrorEnd):
        # A branch that only ends, a reminder say, does not rename what another has achieved.
        run.outcome = node.outcome or run.outcome or node.id


def _ends_the_case(run: Run, token: Token) -> bool:
    """Also where an event sub-process of the process itself ends."""
    scope = run.scopes[token.scope]
    handler = isinstance(run.definition.nodes.get(scope.node), EventSubProcess)
    return scope.id == PROCESS or (handler and scope.parent == PROCESS)


def _terminate(run: Run, token: Token) -> None:
    calling_off.clear(run, token.scope)
    node = run.definition.nodes[token.node]
    if _ends_the_case(run, token) and isinstance(node, EndEvent):
        run.outcome = node.outcome or node.id


def _fail(run: Run, code: str) -> None:
    calling_off.clear(run, PROCESS)
    run.status, run.outcome = "failed", code
    _finish(run)


def finish(run: Run) -> None:
    run.status = "finished"
    _finish(run)


def check_not_stuck(run: Run) -> None:
    """A joining gateway that nothing can reach any more is a mistake of the model; an activity that
    collects tokens is in its rights to wait."""
    collects = any(
        token.held and isinstance(run.definition.nodes[token.node], Activity)
        for token in run.tokens.values()
    )
    if not (run.tasks or run.timers or run.subscriptions or collects):
        nodes = sorted({token.node for token in run.tokens.values()})
        raise Stuck(nodes=", ".join(nodes))


def _finish(run: Run) -> None:
    calling_off.close_scope(run, PROCESS)
    run.effects.append(Finished(run.outcome or ""))
