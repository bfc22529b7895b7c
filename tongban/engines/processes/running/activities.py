"""Activities: what a task asks for, what its answer changes, and how a sub-process begins."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from tongban.engines.feel.values import Value
from tongban.engines.processes.effects import CallService, Decide, Entered
from tongban.engines.processes.model import (
    AbstractTask,
    Activity,
    AdHocSubProcess,
    CallActivity,
    DecisionTask,
    ManualTask,
    MessageTask,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    SubProcess,
    Transaction,
    UserTask,
)
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.rows import Scope, Token
from tongban.engines.processes.running import (
    ad_hoc,
    calling_off,
    keeping,
    leaving,
    levels,
    loops,
    mapping,
    messages,
    signing,
    waiting,
)
from tongban.engines.processes.running.run import Run


class WrongQuantity(Refused):
    """{name} ({node}) takes {start} tokens and gives {completion}. Both must be at least 1: correct
    the model."""

    zh: ClassVar[str] = (
        "{name}（{node}）取用 {start} 个令牌、放出 {completion} 个，"
        "两者都必须至少为 1：请修改模型。"
    )


def enter(run: Run, node: Activity, token: Token) -> None:
    """A token arrives from outside, or one turn of a multi-instance activity begins."""
    if run.scopes[token.scope].kind == "turn":
        signing.begin(run, node, token)
        BEGIN[type(node)](run, node, token)
        return
    if not _gathered(run, node, token):
        return
    run.effects.append(Entered(node.id))
    for event in node.boundary:
        waiting.wait(run, run.definition.nodes[event], token)
    signing.begin(run, node, token)
    if node.loop is None:
        BEGIN[type(node)](run, node, token)
    elif loops.begin(run, node, node.loop, token):
        depart(run, node, token)


def _gathered(run: Run, node: Activity, token: Token) -> bool:
    """Whether as many tokens have come as the activity takes; until then they are held."""
    if node.start_quantity < 1 or node.completion_quantity < 1:
        quantities = {"start": node.start_quantity, "completion": node.completion_quantity}
        raise WrongQuantity(name=node.name, node=node.id, **quantities)
    if node.start_quantity == 1:
        return True
    held = [each for each in run.tokens_in(token.scope) if each.node == node.id and each.held]
    if len(held) + 1 < node.start_quantity:
        run.tokens[token.id] = replace(token, held=True)
        return False
    for each in held[: node.start_quantity - 1]:
        del run.tokens[each.id]
    return True


def answered(run: Run, node: Activity, token: Token, answer: Mapping[str, Value]) -> None:
    """An answer has come: what `tb:output` makes of it, or all of it, becomes variables. Of a task
    that may be skipped nothing does."""
    if isinstance(node, UserTask) and node.skippable is not None:
        answer = {}
    new = {each.target: run.evaluate(each.source, token.scope, answer) for each in node.outputs}
    keeping.keep(run, node, token)
    _complete(run, node, token, new or answer)


def skipped(run: Run, node: Activity, token: Token) -> None:
    """Nothing was done: nobody will have to undo it."""
    _complete(run, node, token, {})


def close_body(run: Run, scope: Scope) -> None:
    """Nothing is left to do in a sub-process: hand its outputs over and go on outside."""
    token = run.tokens[scope.token]
    node = run.definition.nodes[token.node]
    assert isinstance(node, SubProcess | CallActivity)
    new = {each.target: run.evaluate(each.source, scope.id) for each in node.outputs}
    # What a called process did is its own affair: only a handler of the call compensates it.
    keeping.keep(run, node, token, scope if isinstance(node, SubProcess) else None)
    calling_off.close_scope(run, scope.id)
    _complete(run, node, token, new)


def _complete(run: Run, node: Activity, token: Token, new: Mapping[str, Value]) -> None:
    """The work of a token, or of one turn, is done, and leaves these variables behind."""
    turn = run.scopes[token.scope].kind == "turn"
    if turn and loops.collects(node):
        run.write_local(token.scope, new)
    else:
        for name, value in new.items():
            run.write(token.scope, name, value)
    if turn:
        calling_off.stop_waiting(run, token)
        run.ended.append(token)
    else:
        depart(run, node, token)


def depart(run: Run, node: Activity, token: Token) -> None:
    calling_off.stop_waiting(run, token)
    flows = leaving.every(run, node, node.default, token.scope)
    leaving.go(run, node, token, flows, node.completion_quantity)
    ad_hoc.check_complete(run, run.scopes[token.scope])


def _begin_abstract(run: Run, node: AbstractTask, token: Token) -> None:
    answered(run, node, token, {})


def _begin_user(run: Run, node: UserTask, token: Token) -> None:
    signing.ask(run, node, token)


def _begin_service(run: Run, node: ServiceTask, token: Token) -> None:
    inputs = mapping.inputs_or_all(run, node.inputs, token.scope)
    task = run.open_task(token, "service")
    run.effects.append(CallService(task, node.id, node.operation, inputs))


def _begin_decision(run: Run, node: DecisionTask, token: Token) -> None:
    inputs = mapping.inputs_or_all(run, node.inputs, token.scope)
    task = run.open_task(token, "decision")
    run.effects.append(Decide(task, node.id, node.decision, inputs))


def _begin_script(run: Run, node: ScriptTask, token: Token) -> None:
    given = mapping.inputs(run, node.inputs, token.scope)
    value = run.evaluate(node.script, token.scope, given)
    answered(run, node, token, dict.fromkeys(node.results, value))


def _begin_message(run: Run, node: MessageTask, token: Token) -> None:
    messages.send(run, node, node.throw, token.scope, mapping.inputs(run, node.inputs, token.scope))
    answered(run, node, token, {})


def _begin_receive(run: Run, node: ReceiveTask, token: Token) -> None:
    waiting.wait(run, node, token)


def _begin_sub_process(run: Run, node: SubProcess, token: Token) -> None:
    levels.begin(run, _body(run, node, token))


def _begin_ad_hoc(run: Run, node: AdHocSubProcess, token: Token) -> None:
    ad_hoc.begin(run, node, _body(run, node, token))


def _begin_call(run: Run, node: CallActivity, token: Token) -> None:
    levels.begin(run, _body(run, node, token))


def _body(run: Run, node: SubProcess | CallActivity, token: Token) -> Scope:
    return levels.open_level(
        run,
        "call" if isinstance(node, CallActivity) else "body",
        node.id,
        parent=token.scope,
        token=token.id,
        variables=mapping.inputs(run, node.inputs, token.scope),
    )


BEGIN: dict[type[Activity], Callable[[Run, Any, Token], None]] = {
    AbstractTask: _begin_abstract,
    UserTask: _begin_user,
    ManualTask: _begin_user,
    ServiceTask: _begin_service,
    SendTask: _begin_service,
    DecisionTask: _begin_decision,
    ScriptTask: _begin_script,
    ReceiveTask: _begin_receive,
    MessageTask: _begin_message,
    SubProcess: _begin_sub_process,
    Transaction: _begin_sub_process,
    AdHocSubProcess: _begin_ad_hoc,
    CallActivity: _begin_call,
}
