"""Tasks of persons: who is asked, and who signs beside him.

A signer's task hangs on the same token as the task that it stands beside, so that whatever calls
off the one calls off the other.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from tongban.engines.feel.values import Value
from tongban.engines.processes.effects import OpenTask
from tongban.engines.processes.model import Activity, UserTask
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.rows import Task, Token
from tongban.engines.processes.running import loops, mapping
from tongban.engines.processes.running.run import Run


class SignsHimself(Refused):
    """Task {task} is that of a signer beside task {beside}. Add the signer to task {beside}."""

    zh: ClassVar[str] = "任务 {task} 是任务 {beside} 的会签任务。请在任务 {beside} 上加签。"


class SignersFirst(Refused):
    """Task {task} cannot be done before those who sign beside it: {signers} still open."""

    zh: ClassVar[str] = "任务 {task} 要等会签完成才能办结，尚未完成的会签任务：{signers}。"


def begin(run: Run, node: Activity, token: Token) -> None:
    """Nobody has signed yet. Where each turn adds to a list, each has signatures of its own."""
    name = node.signatures if isinstance(node, UserTask) else None
    if name is None:
        return
    if run.scopes[token.scope].kind != "turn":
        run.write(token.scope, name, [])
    elif loops.collects(node):
        run.write_local(token.scope, {name: []})


def ask(run: Run, node: UserTask, token: Token, beside: int | None = None) -> None:
    inputs = mapping.inputs(run, node.inputs, token.scope)
    inputs = inputs or MappingProxyType(run.local_to(token.scope))
    task = run.open_task(token, "user", beside)
    run.effects.append(OpenTask(task, node.id, node.name, node.post, node.form, inputs, beside))


def add(run: Run, task: Task) -> None:
    if task.beside is not None:
        raise SignsHimself(task=task.id, beside=task.beside)
    ask(run, _node(run, task), run.tokens[task.token], beside=task.id)


def signed(run: Run, task: Task, answer: Mapping[str, Value]) -> None:
    """A signer is done. The case goes on with the answer of the task that he stands beside."""
    name, scope = _node(run, task).signatures, run.tokens[task.token].scope
    if name is not None:
        before = run.seen_from(scope).get(name)
        kept = before if isinstance(before, list) else []
        run.write(scope, name, [*kept, dict(answer)])


def check_signed(run: Run, task: Task) -> None:
    open_ = [str(each.id) for each in run.tasks.values() if each.beside == task.id]
    if open_:
        raise SignersFirst(task=task.id, signers=", ".join(open_))


def _node(run: Run, task: Task) -> UserTask:
    node = run.definition.nodes[task.node]
    assert isinstance(node, UserTask)
    return node
