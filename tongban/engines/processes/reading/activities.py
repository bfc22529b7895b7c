"""Tasks and sub-processes: what they call, what goes in and comes out, how often they run."""

from typing import Any

from tongban.engines.feel.types import ANY_LIST, BOOLEAN, NUMBER
from tongban.engines.processes.expressions import Expression
from tongban.engines.processes.model import (
    AbstractTask,
    Collected,
    DecisionTask,
    ManualTask,
    Mapped,
    MultiInstance,
    Node,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    SubProcess,
    UserTask,
)
from tongban.engines.processes.reading import events, nodes
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.draft import Draft, Level

LOOP = "multiInstanceLoopCharacteristics"
COUNTERS = ("numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances")
WHY = {
    "operation": ("the name of the operation to call", "要调用的操作名称"),
    "decision": ("the id of the decision to make", "要作出的决策的标识"),
    "result": ("the variable that takes the script's value", "接收脚本结果的变量"),
}


def task(draft: Draft, level: Level, element: Element) -> Node:
    return AbstractTask(**_activity(draft, level, element))


def user_task(draft: Draft, level: Level, element: Element) -> Node:
    return UserTask(**_person(draft, level, element))


def manual_task(draft: Draft, level: Level, element: Element) -> Node:
    return ManualTask(**_person(draft, level, element))


def service_task(draft: Draft, level: Level, element: Element) -> Node:
    operation = _needed(draft, element, "operation")
    return ServiceTask(**_activity(draft, level, element), operation=operation)


def send_task(draft: Draft, level: Level, element: Element) -> Node:
    operation = _needed(draft, element, "operation")
    return SendTask(**_activity(draft, level, element), operation=operation)


def decision_task(draft: Draft, level: Level, element: Element) -> Node:
    decision = _needed(draft, element, "decision")
    return DecisionTask(**_activity(draft, level, element), decision=decision)


def receive_task(draft: Draft, level: Level, element: Element) -> Node | None:
    fields = _activity(draft, level, element)
    trigger = events.message(draft, inside(level, element), element, element)
    return trigger and ReceiveTask(**fields, trigger=trigger)


def script_task(draft: Draft, level: Level, element: Element) -> Node | None:
    fields = _activity(draft, level, element)
    _needed(draft, element, "result")
    holder = element.only("script")
    if holder is None or not holder.text:
        draft.find("missing-attribute", element, tag="scriptTask", attribute="<script>")
        return None
    if not nodes.in_feel(draft, element, element.get("scriptFormat")):
        return None
    script = draft.expression(holder.text, element, inside(level, element))
    return script and ScriptTask(**fields, script=script)


def sub_process(draft: Draft, level: Level, inner: Level, element: Element) -> Node:
    """`inner` is the level that the sub-process opens: its outputs are computed in there."""
    fields = _activity(draft, level, element)
    fields["outputs"] = nodes.mapped(draft, inner, element, "output", draft.expression)
    return SubProcess(**fields)


def inside(level: Level, element: Element) -> Level:
    """The level with what one instance of a multi-instance activity sees besides."""
    loop = element.only(LOOP)
    if loop is None:
        return level
    names = ("loopCounter", loop.tb("element") or "")
    return level.with_local(*filter(nodes.is_name, names))


def _person(draft: Draft, level: Level, element: Element) -> dict[str, Any]:
    fields = _activity(draft, level, element)
    lane = draft.lanes.get(fields["lane"])
    return fields | {
        "form": element.tb("form"),
        "post": element.tb("post") or (lane.post if lane else None),
    }


def _needed(draft: Draft, element: Element, name: str) -> str:
    value = element.tb(name)
    if value is None:
        why, why_zh = WHY[name]
        draft.find("missing-extension", element, tag=element.tag, name=name, why=why, why_zh=why_zh)
    return value or ""


def _activity(draft: Draft, level: Level, element: Element) -> dict[str, Any]:
    within = inside(level, element)
    return nodes.common(draft, level, element) | {
        "default": nodes.default(draft, element, level),
        "inputs": nodes.mapped(draft, within, element, "input", draft.expression),
        "outputs": _outputs(draft, within, element),
        "loop": _loop(draft, level, element),
        "boundary": level.boundary.get(element.id, ()),
    }


def _outputs(draft: Draft, level: Level, element: Element) -> tuple[Mapped, ...]:
    """The written ones; `tb:result` stands for one more: it takes the output `result`."""
    if element.tag == "subProcess":
        return ()
    outputs = nodes.mapped(draft, level, element, "output", draft.answer)
    result = element.tb("result")
    if result is None:
        return outputs
    source = draft.answer("result", element, level)
    if source is None or not nodes.checked_name(draft, element, result):
        return outputs
    return (*outputs, Mapped(result, source))


def _loop(draft: Draft, level: Level, element: Element) -> MultiInstance | None:
    loop = element.only(LOOP)
    if loop is None:
        return None
    cardinality = loop.only("loopCardinality")
    collection = loop.tb("collection")
    if (cardinality is None) == (collection is None):
        draft.find("loop-without-count", element)
    entry = loop.tb("element")
    if entry and collection is None:
        draft.find("needs-together", element, name="element", other="collection")
    if entry:
        nodes.checked_name(draft, element, entry)
    until = loop.only("completionCondition")
    return MultiInstance(
        sequential=loop.attributes.get("isSequential") in ("true", "1"),
        count=nodes.written_in(draft, cardinality, element, level, NUMBER) if cardinality else None,
        collection=draft.expression(collection, element, level, ANY_LIST) if collection else None,
        element=entry,
        collected=_collected(draft, inside(level, element), element, loop),
        until=_until(draft, inside(level, element), element, until) if until else None,
    )


def _collected(draft: Draft, level: Level, element: Element, loop: Element) -> Collected | None:
    target, text = loop.tb("outputCollection"), loop.tb("outputElement")
    if (target is None) != (text is None):
        names = ("outputCollection", "outputElement")
        there, other = names if target else names[::-1]
        draft.find("needs-together", element, name=there, other=other)
    if target is None or text is None:
        return None
    source = draft.answer(text, element, level)
    if source is None or not nodes.checked_name(draft, element, target):
        return None
    return Collected(target=target, element=source)


def _until(draft: Draft, level: Level, element: Element, until: Element) -> Expression | None:
    return nodes.written_in(draft, until, element, level.with_local(*COUNTERS), BOOLEAN)
