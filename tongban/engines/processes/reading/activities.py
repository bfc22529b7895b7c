"""Tasks and sub-processes: what they call, what goes in and comes out."""

from typing import Any

from tongban.engines.feel.types import BOOLEAN
from tongban.engines.processes.model import (
    AbstractTask,
    AdHocSubProcess,
    DecisionTask,
    EventSubProcess,
    ManualTask,
    Mapped,
    MessageTask,
    Node,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    SubProcess,
    Transaction,
    UserTask,
)
from tongban.engines.processes.reading import (
    administering,
    data,
    loops,
    nodes,
    throws,
    triggers,
)
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.draft import Draft, Level
from tongban.engines.processes.reading.vocabulary import SUB_PROCESSES
from tongban.engines.processes.repeating import MultiInstance

# What leaves one activity, or is waited for by one.
MOST_TOKENS = 1000
WHY = {
    "operation": ("the name of the operation to call", "要调用的操作名称"),
    "decision": ("the id of the decision to make", "要作出的决策的标识"),
    "result": ("the variable that takes the script's value", "接收脚本结果的变量"),
}


def task(draft: Draft, level: Level, element: Element) -> Node:
    return AbstractTask(**fields(draft, level, element))


def user_task(draft: Draft, level: Level, element: Element) -> Node:
    return UserTask(**_person(draft, level, element))


def manual_task(draft: Draft, level: Level, element: Element) -> Node:
    return ManualTask(**_person(draft, level, element))


def service_task(draft: Draft, level: Level, element: Element) -> Node:
    operation = _needed(draft, element, "operation")
    return ServiceTask(**fields(draft, level, element), operation=operation)


def send_task(draft: Draft, level: Level, element: Element) -> Node | None:
    """One that names a message needs no operation."""
    within = loops.inside(level, element)
    if element.tb("operation") is None and element.refers("messageRef"):
        throw = throws.message(draft, within, element, element)
        return throw and MessageTask(**fields(draft, level, element), throw=throw)
    operation = _needed(draft, element, "operation")
    return SendTask(**fields(draft, level, element), operation=operation)


def decision_task(draft: Draft, level: Level, element: Element) -> Node:
    decision = _needed(draft, element, "decision")
    return DecisionTask(**fields(draft, level, element), decision=decision)


def receive_task(draft: Draft, level: Level, element: Element) -> Node | None:
    found = fields(draft, level, element)
    instantiates = element.get("instantiate") in ("true", "1")
    if instantiates and (level.id != draft.top or found["loop"] is not None):
        draft.unsupported_value(element, "instantiate", "false")
    trigger = triggers.message(draft, loops.inside(level, element), element, element)
    return trigger and ReceiveTask(**found, triggers=(trigger,), instantiates=instantiates)


def script_task(draft: Draft, level: Level, element: Element) -> Node | None:
    """Its value is the output `result`; where it has one data output, that as well."""
    found = fields(draft, level, element)
    outputs = data.results(element)
    if len(outputs) != 1:
        _needed(draft, element, "result")
        outputs = ()
    holder = element.only("script")
    if holder is None or not holder.text:
        draft.find("missing-attribute", element, tag="scriptTask", attribute="<script>")
        return None
    if not nodes.in_feel(draft, element, element.get("scriptFormat")):
        return None
    read = {each.target for each in found["inputs"]}
    level = loops.inside(level, element).with_local(*read)
    script = draft.expression(holder.text, element, level)
    return script and ScriptTask(**found, script=script, results=("result", *outputs))


def sub_process(draft: Draft, level: Level, inner: Level, element: Element) -> Node:
    """`inner` is the level that the sub-process opens: its outputs are computed in there."""
    found = fields(draft, level, element)
    outputs = nodes.mapped(draft, inner, element, "output", draft.expression)
    found["outputs"] = outputs + data.outputs(draft, inner, element)
    handler = element.get("triggeredByEvent") in ("true", "1")
    if handler and element.tag != "subProcess":
        draft.unsupported_value(element, "triggeredByEvent", "false")
    if handler and found["loop"] is not None:
        draft.find("unsupported", element, tag=loops.tag(element))
    if element.tag == "transaction":
        return Transaction(**found)
    if element.tag == "adHocSubProcess":
        return _ad_hoc(draft, inner, element, found)
    return EventSubProcess(**found) if handler else SubProcess(**found)


def _ad_hoc(draft: Draft, inner: Level, element: Element, found: dict[str, Any]) -> Node:
    ordering = element.get("ordering") or "Parallel"
    if ordering not in ("Parallel", "Sequential"):
        draft.unsupported_value(element, "ordering", "Parallel", "Sequential")
    holder = element.only("completionCondition")
    until = None
    if holder is not None and holder.text:
        until = nodes.written_in(draft, holder, element, inner, BOOLEAN)
    return AdHocSubProcess(
        **found,
        sequential=ordering == "Sequential",
        until=until,
        cancels_rest=element.attributes.get("cancelRemainingInstances", "true") in ("true", "1"),
    )


def _person(draft: Draft, level: Level, element: Element) -> dict[str, Any]:
    found = fields(draft, level, element)
    lane = draft.lanes.get(found["lane"])
    skippable, signatures = element.tb("skippable"), element.tb("signatures")
    if skippable is not None and _leaves_something(found):
        draft.find("skippable-with-outputs", element)
    if signatures is not None:
        nodes.checked_name(draft, element, signatures)
    return found | {
        "form": element.tb("form"),
        "post": element.tb("post") or (lane.post if lane else None),
        "skippable": skippable,
        "signatures": signatures,
        "limit": administering.limit(draft, element),
    }


def _leaves_something(found: dict[str, Any]) -> bool:
    """Whether a person's answer becomes a variable, which nobody would set were it skipped."""
    loop = found["loop"]
    collects = isinstance(loop, MultiInstance) and loop.collected is not None
    return bool(found["outputs"]) or collects


def _needed(draft: Draft, element: Element, name: str) -> str:
    value = element.tb(name)
    if value is None:
        why, why_zh = WHY[name]
        draft.find("missing-extension", element, tag=element.tag, name=name, why=why, why_zh=why_zh)
    return value or ""


def fields(draft: Draft, level: Level, element: Element) -> dict[str, Any]:
    """What every activity has."""
    within = loops.inside(level, element)
    inputs = nodes.mapped(draft, within, element, "input", draft.expression)
    return nodes.common(draft, level, element) | {
        "default": nodes.default(draft, element, level),
        "inputs": inputs + data.inputs(draft, within, element),
        "outputs": _outputs(draft, within, element),
        "loop": loops.read(draft, level, element),
        "boundary": level.boundary.get(element.id, ()),
        "compensates": element.get("isForCompensation") in ("true", "1"),
        "start_quantity": _quantity(draft, element, "startQuantity"),
        "completion_quantity": _quantity(draft, element, "completionQuantity"),
    }


def _quantity(draft: Draft, element: Element, attribute: str) -> int:
    """How small it may be is looked at when the activity begins."""
    written = element.get(attribute) or "1"
    if nodes.is_integer(written) and int(written) <= MOST_TOKENS:
        return int(written)
    draft.unsupported_value(element, attribute, "1")
    return 1


def _outputs(draft: Draft, level: Level, element: Element) -> tuple[Mapped, ...]:
    """The written ones; `tb:result` stands for one more: it takes the output `result`."""
    if element.tag in SUB_PROCESSES or element.tag == "callActivity":
        return ()
    outputs = nodes.mapped(draft, level, element, "output", draft.answer)
    outputs += data.outputs(draft, level, element)
    result = element.tb("result")
    if result is None:
        return outputs
    source = draft.answer("result", element, level)
    if source is None or not nodes.checked_name(draft, element, result):
        return outputs
    return (*outputs, Mapped(result, source))
