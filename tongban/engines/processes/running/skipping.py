"""Leaving out a task that the model lets somebody with authority leave out."""

from typing import ClassVar

from tongban.engines.processes.model import UserTask
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.rows import Task
from tongban.engines.processes.running import activities, signing
from tongban.engines.processes.running.run import Run


class NotSkippable(Refused):
    """{name} ({node}) cannot be skipped: the process names no post that may. Do it, or send the
    case back; where the step can be left out by law, give it tb:skippable in the model."""

    zh: ClassVar[str] = (
        "{name}（{node}）不能跳过：流程没有规定可以跳过它的岗位。"
        "请办理该步骤，或退回；依法可以省略的步骤，请在模型中填写 tb:skippable。"
    )


def skip(run: Run, task: Task) -> None:
    node = run.definition.nodes[task.node]
    assert isinstance(node, UserTask)
    if node.skippable is None:
        raise NotSkippable(name=node.name, node=node.id)
    del run.tasks[task.id]
    if task.beside is None:
        signing.check_signed(run, task)
        activities.skipped(run, node, run.tokens[task.token])
