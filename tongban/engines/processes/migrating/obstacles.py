"""What keeps a case from moving to another version of its process, in words that name the way
out."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from tongban.engines.processes import model
from tongban.engines.processes.model import Node
from tongban.engines.processes.reading.findings import Finding
from tongban.engines.processes.refused import Refused

KINDS: Final[dict[type[Node], tuple[str, str]]] = {
    model.StartEvent: ("start event", "开始事件"),
    model.CatchEvent: ("catching event", "捕获事件"),
    model.BoundaryEvent: ("boundary event", "边界事件"),
    model.LinkCatch: ("link", "链接"),
    model.ThrowEvent: ("throwing event", "抛出事件"),
    model.EndEvent: ("end event", "结束事件"),
    model.TerminateEnd: ("terminating end event", "终止结束事件"),
    model.ErrorEnd: ("error end event", "错误结束事件"),
    model.AbstractTask: ("task", "任务"),
    model.UserTask: ("user task", "用户任务"),
    model.ManualTask: ("manual task", "人工任务"),
    model.ServiceTask: ("service task", "服务任务"),
    model.SendTask: ("send task", "发送任务"),
    model.MessageTask: ("message task", "消息任务"),
    model.DecisionTask: ("decision task", "决策任务"),
    model.ScriptTask: ("script task", "脚本任务"),
    model.ReceiveTask: ("receive task", "接收任务"),
    model.SubProcess: ("sub-process", "子流程"),
    model.EventSubProcess: ("event sub-process", "事件子流程"),
    model.Transaction: ("transaction", "事务"),
    model.AdHocSubProcess: ("ad-hoc sub-process", "自由子流程"),
    model.CallActivity: ("call activity", "调用活动"),
    model.ExclusiveGateway: ("exclusive gateway", "排他网关"),
    model.InclusiveGateway: ("inclusive gateway", "包容网关"),
    model.ParallelGateway: ("parallel gateway", "并行网关"),
    model.EventGateway: ("event-based gateway", "事件网关"),
    model.ComplexGateway: ("complex gateway", "复杂网关"),
}

WORDS: Final[dict[str, tuple[str, str]]] = {
    "gone": (
        "The {kind} “{name}” ({node}), where the case stands or what it may still undo, is not in "
        "the new version. Complete it first, or say which {kind} takes its place.",
        "新版本中没有{kind_zh}“{name_zh}”（{node}），而办件正停在该处，或仍可能撤销它。"
        "请先办结，或指定由新版本的哪个{kind_zh}接替。",
    ),
    "other-kind": (
        "The {kind} “{name}” ({node}) would become the {new_kind} “{new_name}”. Complete it first, "
        "or let a {kind} take its place.",
        "{kind_zh}“{name_zh}”（{node}）将变为{new_kind_zh}“{new_name_zh}”。"
        "请先办结，或指定由另一个{kind_zh}接替。",
    ),
    "other-level": (
        "The {kind} “{name}” ({node}) would move into another part of the process. Complete it "
        "first, or let a {kind} of the same part take its place.",
        "{kind_zh}“{name_zh}”（{node}）将移到流程的另一部分。"
        "请先办结，或指定由同一部分中的{kind_zh}接替。",
    ),
    "other-repetition": (
        "The {kind} “{name}” ({node}) would be repeated in another way than the one in which it "
        "was begun. Complete it first.",
        "{kind_zh}“{name_zh}”（{node}）的重复方式将与启动时不同。请先办结。",
    ),
    "other-call": (
        "The {kind} “{name}” ({node}) would call another process than the one that is open. "
        "Complete it first.",
        "{kind_zh}“{name_zh}”（{node}）调用的流程将与正在运行的不同。请先办结。",
    ),
    "other-wait": (
        "The {kind} “{name}” ({node}) waits for something that the new version does not wait for "
        "there. Let it come first, or let a {kind} that waits for it take its place.",
        "{kind_zh}“{name_zh}”（{node}）正在等待的内容，新版本在该处不再等待。"
        "请等其到来，或指定由等待同样内容的{kind_zh}接替。",
    ),
    "no-such-branch": (
        "A branch that is through waits at the {kind} “{name}” ({node}), and in the new version "
        "it does not lead there. Complete the other branches first.",
        "已办完的分支正在{kind_zh}“{name_zh}”（{node}）等待汇合，而新版本中它不通向该处。"
        "请先办结其他分支。",
    ),
    "waits-for-ever": (
        "In the new version the {kind} “{name}” ({node}) could wait for ever for branches that the "
        "case is past. Complete the open branches first, or send the case back before they part.",
        "在新版本中，{kind_zh}“{name_zh}”（{node}）可能永远等待办件已经走过的分支。"
        "请先办结未完成的分支，或退回到分支之前。",
    ),
    "wrong-value": (
        "{node} holds a value that is no {type}, as the new version declares it. Correct the value "
        "first.",
        "{node} 的值不是新版本所声明的 {type}。请先更正该值。",
    ),
    "no-such-step": (
        "{node} → {to} leads from or to a step that there is not. Name one of the old version and "
        "one of the new.",
        "{node} → {to} 所指的步骤不存在。请写出旧版本和新版本中已有的步骤。",
    ),
}


@dataclass(frozen=True, slots=True)
class Obstacle(Finding):
    """`element` is a node of the version that the case runs on, or a variable."""

    def told(self, language: str) -> str:
        return WORDS[self.rule][language.startswith("zh")].format(**self.facts)


class CannotMigrate(Refused):
    """The case cannot move to the other version of its process; {count} obstacles, the first:
    {first}"""

    zh: ClassVar[str] = "办件不能迁移到另一流程版本，共 {count} 个障碍，第一个：{first_zh}"

    def __init__(self, obstacles: tuple[Obstacle, ...]):
        self.obstacles = obstacles
        first = obstacles[0]
        super().__init__(count=len(obstacles), first=first.told("en"), first_zh=first.told("zh"))


def at(node: Node, rule: str, now: Node | None = None) -> Obstacle:
    """About a node, and what it would become."""
    kind, kind_zh = KINDS[type(node)]
    facts: dict[str, Any] = {"kind": kind, "kind_zh": kind_zh, "node": node.id}
    facts |= {"name": node.label("en"), "name_zh": node.label("zh")}
    if now is not None:
        new_kind, new_kind_zh = KINDS[type(now)]
        facts |= {"new_kind": new_kind, "new_kind_zh": new_kind_zh}
        facts |= {"new_name": now.label("en"), "new_name_zh": now.label("zh")}
    return Obstacle(rule, node.id, node.line, facts)


def about(rule: str, what: str, **facts: Any) -> Obstacle:
    return Obstacle(rule, what, 0, {"node": what, **facts})
