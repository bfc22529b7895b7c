"""Activities: what a task asks for, what its answer changes, and how a sub-process begins."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from tongban.engines.feel.values import Value
from tongban.engines.processes.effects import CallService, Decide, Entered, OpenTask
from tongban.engines.processes.model import (
    AbstractTask,
    Activity,
    DecisionTask,
    ManualTask,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    SubProcess,
    UserTask,
)
from tongban.engines.processes.running import leaving, loops, waiting
from tongban.engines.processes.running.run import NOTHING, Run
from tongban.engines.processes.state import Scope, Token


def enter(run: Run, node: Activity, token: Token) -> None:
    """A token arrives from outside, or one turn of a multi-instance activity begins."""
    if run.scopes[token.scope].kind == "turn":
        BEGIN[type(node)](run, node, token)
        return
    run.effects.append(Entered(node.id))
    for event in node.boundary:
        waiting.wait(run, run.definition.nodes[event], token)
    if node.loop is None:
        BEGIN[type(node)](run, node, token)
    elif loops.begin(run, node, node.loop, token):
        depart(run, node, token)


def answered(run: Run, node: Activity, token: Token, answer: Mapping[str, Value]) -> None:
    """An answer has come: what `tb:output` makes of it, or all of it, becomes variables."""
    new = {each.target: run.evaluate(each.source, token.scope, answer) for each in node.outputs}
    complete(run, node, token, new or answer)


def complete(run: Run, node: Activity, token: Token, new: Mapping[str, Value]) -> None:
    """The work of a token, or of one turn, is done, and leaves these variables behind."""
    loop = node.loop if run.scopes[token.scope].kind == "turn" else None
    if loop is not None and loop.collected is not None:
        run.write_local(token.scope, new)
    else:
        for name, value in new.items():
            run.write(token.scope, name, value)
    if loop is None:
        depart(run, node, token)
        return
    run.stop_waiting(token)
    outer = loops.end_turn(run, node, loop, token)
    if outer is not None:
        depart(run, node, outer)


def depart(run: Run, node: Activity, token: Token) -> None:
    run.stop_waiting(token)
    leaving.go(run, node, token, leaving.every(run, node, node.default, token.scope))


def close_body(run: Run, scope: Scope) -> None:
    """Nothing is left to do in a sub-process: hand its outputs over and go on outside."""
    token = run.tokens[scope.token]
    node = run.definition.nodes[token.node]
    assert isinstance(node, SubProcess)
    new = {each.target: run.evaluate(each.source, scope.id) for each in node.outputs}
    run.close_scope(scope.id)
    complete(run, node, token, new)


def _inputs(run: Run, node: Activity, scope: int) -> Mapping[str, Value]:
    if not node.inputs:
        return NOTHING
    return MappingProxyType({each.target: run.evaluate(each.source, scope) for each in node.inputs})


def _inputs_or_all(run: Run, node: Activity, scope: int) -> Mapping[str, Value]:
    return _inputs(run, node, scope) or MappingProxyType(dict(run.seen_from(scope)))


def _begin_abstract(run: Run, node: AbstractTask, token: Token) -> None:
    answered(run, node, token, {})


def _begin_user(run: Run, node: UserTask, token: Token) -> None:
    inputs = _inputs(run, node, token.scope) or MappingProxyType(run.local_to(token.scope))
    task = run.open_task(token, "user")
    run.effects.append(OpenTask(task, node.id, node.name, node.post, node.form, inputs))


def _begin_service(run: Run, node: ServiceTask, token: Token) -> None:
    inputs = _inputs_or_all(run, node, token.scope)
    task = run.open_task(token, "service")
    run.effects.append(CallService(task, node.id, node.operation, inputs))


def _begin_decision(run: Run, node: DecisionTask, token: Token) -> None:
    inputs = _inputs_or_all(run, node, token.scope)
    task = run.open_task(token, "decision")
    run.effects.append(Decide(task, node.id, node.decision, inputs))


def _begin_script(run: Run, node: ScriptTask, token: Token) -> None:
    answered(run, node, token, {"result": run.evaluate(node.script, token.scope)})


def _begin_receive(run: Run, node: ReceiveTask, token: Token) -> None:
    waiting.wait(run, node, token)


def _begin_sub_process(run: Run, node: SubProcess, token: Token) -> None:
    own = _inputs(run, node, token.scope)
    body = run.open_scope("body", node.id, parent=token.scope, token=token.id, variables=own)
    run.put(run.definition.starts[node.id], body.id)


BEGIN: dict[type[Activity], Callable[[Run, Any, Token], None]] = {
    AbstractTask: _begin_abstract,
    UserTask: _begin_user,
    ManualTask: _begin_user,
    ServiceTask: _begin_service,
    SendTask: _begin_service,
    DecisionTask: _begin_decision,
    ScriptTask: _begin_script,
    ReceiveTask: _begin_receive,
    SubProcess: _begin_sub_process,
}
