"""Activities: how often, by whom, and what may stand in which kind of sub-process."""

from collections.abc import Iterator

from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.standard.drawing import Drawing, is_true, whole
from tongban.engines.processes.standard.kinds import (
    ACTIVITIES,
    CHOREOGRAPHY_ACTIVITIES,
    SUB_PROCESSES,
)
from tongban.engines.processes.standard.rules import At, Check, Rule

_ROLES = ("performer", "humanPerformer", "potentialOwner", "resourceRole")
_STARTS_INSIDE = frozenset(
    {"message", "timer", "escalation", "error", "compensate", "conditional", "signal"}
)
_ONLY_INTERRUPTING = frozenset({"error", "compensate"})


def _below(least: int, attribute: str) -> Check:
    def check(drawing: Drawing) -> Iterator[At]:
        for each in drawing.all(*sorted(ACTIVITIES)):
            number = whole(each, attribute)
            if number is not None and number < least:
                yield At(each, {"attribute": attribute, "number": each.get(attribute)})

    return check


def _assigned_twice(drawing: Drawing) -> Iterator[Element]:
    for role in drawing.all(*_ROLES):
        if role.only("resourceRef") and role.only("resourceAssignmentExpression"):
            yield role


def _bound_to_nothing(drawing: Drawing) -> Iterator[Element]:
    for role in drawing.all(*_ROLES):
        if role.only("resourceParameterBinding") and not role.only("resourceRef"):
            yield role


def _receives_late(drawing: Drawing) -> Iterator[Element]:
    for task in drawing.all("receiveTask"):
        if is_true(task, "instantiate") and drawing.ways_in(task):
            yield task


def _script_in_no_language(drawing: Drawing) -> Iterator[Element]:
    """In a file of ours a script without a format is FEEL."""
    if drawing.ours:
        return
    for task in drawing.all("scriptTask"):
        if task.only("script") is not None and task.get("scriptFormat") is None:
            yield task


def _event_sub_processes(drawing: Drawing) -> Iterator[Element]:
    return (each for each in drawing.all("subProcess") if is_true(each, "triggeredByEvent"))


def _flows_around_it(drawing: Drawing) -> Iterator[Element]:
    for each in _event_sub_processes(drawing):
        listed = each.bpmn("incoming", "outgoing")
        if listed or drawing.ways_in(each) or drawing.ways_out(each):
            yield each


def _not_one_start(drawing: Drawing) -> Iterator[At]:
    for each in _event_sub_processes(drawing):
        count = len(each.bpmn("startEvent"))
        if count != 1:
            yield At(each, {"count": count})


def _starts_by_no_event(drawing: Drawing) -> Iterator[Element]:
    for each in _event_sub_processes(drawing):
        for start in each.bpmn("startEvent"):
            triggers = drawing.triggers(start)
            passing = not is_true(start, "isInterrupting", "true")
            allowed = _STARTS_INSIDE - _ONLY_INTERRUPTING if passing else _STARTS_INSIDE
            if not triggers or not triggers <= allowed:
                yield start


def _without_activity(drawing: Drawing) -> Iterator[Element]:
    return (each for each in drawing.all("adHocSubProcess") if not each.bpmn(*ACTIVITIES))


def _not_ad_hoc(drawing: Drawing) -> Iterator[Element]:
    for each in drawing.all("adHocSubProcess"):
        yield from each.bpmn("startEvent", "endEvent", *CHOREOGRAPHY_ACTIVITIES)


def _own_inputs(drawing: Drawing) -> Iterator[Element]:
    for each in drawing.all(*sorted(SUB_PROCESSES)):
        if each.only("ioSpecification") is not None:
            yield each


_AT_LEAST_ONE = (
    "{attribute} is {number}.",
    "Write 1 or more.",
    "{attribute} 为 {number}。",
    "请写成 1 或更大的数。",
)

RULES = (
    Rule(("EXT037",), _below(1, "startQuantity"), *_AT_LEAST_ONE),
    # One that hands on nothing deploys, as with other engines, and fails when it is reached.
    Rule(("EXT038",), _below(0, "completionQuantity"), *_AT_LEAST_ONE),
    Rule(
        ("EXT039",),
        _assigned_twice,
        "It names a resource and an expression that assigns one.",
        "Keep one of the two.",
        "既指定了资源，又写了资源分配表达式。",
        "请只保留其中一个。",
    ),
    Rule(
        ("EXT040",),
        _bound_to_nothing,
        "It binds parameters of a resource and names no resource.",
        "Add resourceRef, or remove the bindings.",
        "绑定了资源参数，却没有指定资源。",
        "请补上 resourceRef，或删除参数绑定。",
    ),
    Rule(
        ("EXT049",),
        _receives_late,
        "It starts the process and has an incoming flow.",
        "Remove the flow, or instantiate.",
        "它用于启动流程，却有入线。",
        "请删除入线，或取消 instantiate。",
    ),
    Rule(
        ("EXT053",),
        _script_in_no_language,
        "It has a script and does not say in which language.",
        "Write scriptFormat.",
        "有脚本，却没有说明脚本语言。",
        "请填写 scriptFormat。",
    ),
    Rule(
        ("EXT057",),
        _flows_around_it,
        "It is an event sub-process and has incoming or outgoing flows.",
        "Remove them: its start event triggers it.",
        "事件子流程不能有入线或出线。",
        "请删除这些连线：它由自己的开始事件触发。",
    ),
    Rule(
        ("EXT058",),
        _not_one_start,
        "It is an event sub-process and has {count} start events.",
        "Draw exactly one.",
        "事件子流程有 {count} 个开始事件。",
        "请只画一个开始事件。",
    ),
    Rule(
        ("EXT059", "EXT129"),
        _starts_by_no_event,
        "It starts an event sub-process, and its trigger is missing or not allowed here.",
        "Choose message, timer, error, escalation, compensation, condition or signal; error and "
        "compensation always interrupt.",
        "它是事件子流程的开始事件，但触发器缺失或不允许。",
        "请选择消息、定时器、错误、升级、补偿、条件或信号；错误和补偿总是中断。",
    ),
    Rule(
        ("EXT061",),
        _without_activity,
        "It holds no activity.",
        "Put at least one into it.",
        "其中没有任何活动。",
        "请至少放入一个活动。",
    ),
    Rule(
        ("EXT062",),
        _not_ad_hoc,
        "It stands in an ad-hoc sub-process.",
        "Remove it: an ad-hoc sub-process has no start, end or choreography.",
        "它放在了即席子流程中。",
        "请删除：即席子流程没有开始事件、结束事件和编排活动。",
    ),
    Rule(
        ("EXT079",),
        _own_inputs,
        "It has an input/output specification of its own.",
        "Remove it: a sub-process reads the data around it.",
        "子流程带有自己的输入输出说明。",
        "请删除：子流程直接读取外层的数据。",
    ),
)
