"""What each kind of event does to a case, and when it is refused."""

from collections.abc import Mapping
from typing import ClassVar

from tongban.engines.feel.values import Value
from tongban.engines.processes import values
from tongban.engines.processes.events import (
    AddSigner,
    DataChanged,
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
from tongban.engines.processes.model import Activity
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.rows import Task
from tongban.engines.processes.running import (
    activities,
    catching,
    returning,
    signing,
    skipping,
    starting,
    throwing,
)
from tongban.engines.processes.running.run import PROCESS, Run
from tongban.engines.processes.running.starting import NotStarted
from tongban.engines.processes.triggers import OnError


class AlreadyStarted(Refused):
    """The process has already been started."""

    zh: ClassVar[str] = "流程已经启动。"


class AlreadyOver(Refused):
    """The process is over ({outcome}); nothing can happen to it any more."""

    zh: ClassVar[str] = "流程已经结束（{outcome}），不能再处理。"


class UnknownTask(Refused):
    """There is no task {task} in this case."""

    zh: ClassVar[str] = "该办件中没有任务 {task}。"


class TaskClosed(Refused):
    """Task {task} is not open any more: it was completed or called off."""

    zh: ClassVar[str] = "任务 {task} 已不再打开：已经完成或已被取消。"


class WrongAnswer(Refused):
    """Task {task} is done by a {kind}; {event} is no answer to it."""

    zh: ClassVar[str] = "任务 {task} 的类型是 {kind}，不能用 {event} 来答复。"


class UnknownTimer(Refused):
    """There is no timer {timer} in this case."""

    zh: ClassVar[str] = "该办件中没有定时器 {timer}。"


class TimerOver(Refused):
    """Timer {timer} is not running any more: it fired or was called off."""

    zh: ClassVar[str] = "定时器 {timer} 已不再运行：已经触发或已被取消。"


class NotYetDue(Refused):
    """Timer {timer} is due at {due}, and it is only {at}."""

    zh: ClassVar[str] = "定时器 {timer} 于 {due} 到期，现在是 {at}。"


class NobodyWaits(Refused):
    """Nobody waits for the message {name} with this correlation."""

    zh: ClassVar[str] = "没有节点在等待带有该关联值的消息 {name}。"


class NobodyHears(Refused):
    """Nobody in this case waits for the signal {name}."""

    zh: ClassVar[str] = "该办件中没有节点在等待信号 {name}。"


class NobodyCatches(Refused):
    """Task {task} ({node}) failed with {error}, and no boundary event catches that. Repeat the call
    or have an officer correct the case; the task stays open."""

    zh: ClassVar[str] = (
        "任务 {task}（{node}）失败，错误为 {error}，没有边界事件捕获它。"
        "请重试，或由工作人员处理；任务仍然打开。"
    )


def start(run: Run, event: Start) -> None:
    if run.status != "new":
        raise AlreadyStarted
    starting.by_hand(run, event)


def check_running(run: Run) -> None:
    if run.status == "new":
        raise NotStarted
    if run.status != "running":
        raise AlreadyOver(outcome=run.outcome)


def open_task(run: Run, number: int) -> Task:
    check_running(run)
    task = run.tasks.get(number)
    if task is None:
        known = 0 < number <= run.counters["task"]
        raise TaskClosed(task=number) if known else UnknownTask(task=number)
    return task


def persons_task(run: Run, number: int, event: str) -> Task:
    task = open_task(run, number)
    if task.kind != "user":
        raise WrongAnswer(task=task.id, kind=task.kind, event=event)
    return task


def task_done(run: Run, event: TaskDone) -> None:
    task = persons_task(run, event.task, "TaskDone")
    answer = values.cleaned(event.outputs)
    if task.beside is None:
        signing.check_signed(run, task)
        _answered(run, task, answer)
    else:
        signing.signed(run, task, answer)
        del run.tasks[task.id]


def service_done(run: Run, event: ServiceDone) -> None:
    _answered(run, _services_task(run, event), values.cleaned(event.outputs))


def service_failed(run: Run, event: ServiceFailed) -> None:
    task = _services_task(run, event)
    del run.tasks[task.id]
    if not throwing.climb(run, run.tokens[task.token], OnError, event.error):
        raise NobodyCatches(task=task.id, node=task.node, error=event.error)


def _services_task(run: Run, event: ServiceDone | ServiceFailed) -> Task:
    task = open_task(run, event.task)
    if task.kind == "user":
        raise WrongAnswer(task=task.id, kind=task.kind, event=type(event).__name__)
    return task


def _answered(run: Run, task: Task, answer: Mapping[str, Value]) -> None:
    node = run.definition.nodes[task.node]
    assert isinstance(node, Activity)
    del run.tasks[task.id]
    activities.answered(run, node, run.tokens[task.token], answer)


def skip(run: Run, event: Skip) -> None:
    skipping.skip(run, persons_task(run, event.task, "Skip"))


def add_signer(run: Run, event: AddSigner) -> None:
    signing.add(run, persons_task(run, event.task, "AddSigner"))


def go_back(run: Run, event: Return) -> None:
    returning.go_back(run, sent_back(run, event.task), event.to)


def sent_back(run: Run, number: int | None) -> Task | None:
    """The task that is sent back; `None` where everything open is."""
    if number is None:
        check_running(run)
        return None
    return persons_task(run, number, "Return")


def timer_due(run: Run, event: TimerDue) -> None:
    if run.status == "new":
        starting.by_time(run, event)
        return
    check_running(run)
    timer = run.timers.pop(event.timer, None)
    if timer is None:
        known = 0 < event.timer <= run.counters["timer"]
        raise TimerOver(timer=event.timer) if known else UnknownTimer(timer=event.timer)
    if event.at < timer.due:
        raise NotYetDue(timer=timer.id, due=timer.due, at=event.at)
    catching.happened(run, timer)


def message(run: Run, event: Message) -> None:
    """The longest waiting takes it; a boundary event that does not interrupt keeps listening."""
    if run.status == "new":
        starting.by_message(run, event)
        return
    check_running(run)
    payload = values.cleaned(event.payload)
    for each in run.subscriptions.values():
        asked = each.kind == "message" and each.name == event.name
        if asked and each.correlation in (None, event.correlation):
            catching.happened(run, each, payload)
            return
    raise NobodyWaits(name=event.name)


def signal(run: Run, event: Signal) -> None:
    if run.status == "new":
        starting.by_signal(run, event)
        return
    check_running(run)
    if not throwing.broadcast(run, event.name, values.cleaned(event.payload)):
        raise NobodyHears(name=event.name)


def data_changed(run: Run, event: DataChanged) -> None:
    """The conditions are looked at behind this, as they are in every step."""
    if run.status == "new":
        starting.by_data(run, event)
        return
    check_running(run)
    for name, value in values.cleaned(event.variables).items():
        run.write(PROCESS, name, value)
