"""Events: where a case starts and ends, what it waits for on its way, and what it tells others."""

from typing import Any

from tongban.engines.processes import times
from tongban.engines.processes.model import (
    BoundaryEvent,
    CatchEvent,
    EndEvent,
    ErrorEnd,
    EventSubProcess,
    LinkCatch,
    Node,
    StartEvent,
    TerminateEnd,
    ThrowEvent,
)
from tongban.engines.processes.reading import data, definitions, nodes, throws, triggers
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.draft import Draft, Level
from tongban.engines.processes.triggers import (
    ErrorThrow,
    OnCancel,
    OnCompensation,
    OnError,
    OnTimer,
    TerminateThrow,
    Throw,
    Trigger,
)

ENDS: dict[type[Throw], type[EndEvent]] = {TerminateThrow: TerminateEnd, ErrorThrow: ErrorEnd}


def _definitions(*kinds: str) -> frozenset[str]:
    return frozenset(f"{kind}EventDefinition" for kind in kinds)


AWAITED = _definitions("message", "timer", "signal", "conditional")
CAUGHT = AWAITED | _definitions("error", "escalation", "compensate")
THROWN = _definitions("message", "signal", "escalation", "compensate")
LINK = _definitions("link")
ON_BOUNDARY = CAUGHT | _definitions("cancel")
AT_END = THROWN | _definitions("error", "cancel", "terminate")


def start_event(draft: Draft, level: Level, element: Element) -> Node | None:
    """Only the process itself and an event sub-process may start with a trigger."""
    around = draft.nodes.get(level.id or "")
    handler = isinstance(around, EventSubProcess)
    allowed = CAUGHT if handler else AWAITED if level.id == draft.top else frozenset[str]()
    fields = _catching(draft, level, element, allowed)
    if fields is None:
        return None
    if handler and not fields["triggers"]:
        draft.find("event-without-definition", element)
    interrupting = _flag(element, "isInterrupting")
    if not interrupting:
        _check_interrupts(draft, element, fields["triggers"], "isInterrupting")
    return StartEvent(**fields, interrupting=interrupting)


def throw_event(draft: Draft, level: Level, element: Element) -> Node | None:
    thrown = _throws(draft, level, element, THROWN | LINK)
    return thrown if thrown is None else ThrowEvent(**thrown)


def end_event(draft: Draft, level: Level, element: Element) -> Node | None:
    fields = _throws(draft, level, element, AT_END)
    if fields is None:
        return None
    kind = next((ENDS[type(each)] for each in fields["throws"] if type(each) in ENDS), EndEvent)
    return kind(**fields, outcome=element.tb("outcome"))


def catch_event(draft: Draft, level: Level, element: Element) -> Node | None:
    if element.bpmn(*LINK):
        alone = definitions.of(draft, element, LINK | AWAITED, definitions.CAUGHT_ALONE)
        return LinkCatch(**nodes.common(draft, level, element)) if alone else None
    fields = _catching(draft, level, element, AWAITED)
    if fields is None or not _has_trigger(draft, element, fields):
        return None
    for each in fields["triggers"]:
        cycle = each.fixed if isinstance(each, OnTimer) else None
        if isinstance(cycle, times.Cycle) and cycle.repeats is None:
            draft.find("repeats-for-ever", element)
    return CatchEvent(**fields)


def boundary_event(draft: Draft, level: Level, element: Element) -> Node | None:
    fields = _catching(draft, level, element, ON_BOUNDARY)
    if fields is None or not _has_trigger(draft, element, fields):
        return None
    interrupting = _flag(element, "cancelActivity")
    if not interrupting:
        _check_interrupts(draft, element, fields["triggers"], "cancelActivity")
    handler = level.handlers.get(element.id)
    if OnCompensation() in fields["triggers"] and handler is None:
        draft.find("compensation-without-handler", element)
    return BoundaryEvent(
        **fields,
        attached=element.refers("attachedToRef"),
        interrupting=interrupting,
        handler=handler,
    )


def _flag(element: Element, attribute: str) -> bool:
    return element.attributes.get(attribute, "true") in ("true", "1")


def _catching(
    draft: Draft, level: Level, element: Element, allowed: frozenset[str]
) -> dict[str, Any] | None:
    """The fields of `Catching`, or `None` after noting what is not understood."""
    fields = nodes.common(draft, level, element)
    found = definitions.of(draft, element, allowed, definitions.CAUGHT_ALONE)
    if found is None:
        return None
    read = [triggers.read(draft, level, element, each) for each in found]
    known: tuple[Trigger, ...] = tuple(each for each in read if each is not None)
    if len(known) < len(read):
        return None
    parallel = len(known) > 1 and element.get("parallelMultiple") in ("true", "1")
    if parallel and any(each.tag not in AWAITED for each in found):
        draft.find("not-together", element)
    outputs = nodes.mapped(draft, level, element, "output", draft.answer)
    outputs += data.outputs(draft, level, element)
    return fields | {"triggers": known, "parallel": parallel, "outputs": outputs}


def _has_trigger(draft: Draft, element: Element, fields: dict[str, Any]) -> bool:
    if not fields["triggers"]:
        draft.find("event-without-definition", element)
    return bool(fields["triggers"])


def _check_interrupts(
    draft: Draft, element: Element, found: tuple[Trigger, ...], attribute: str
) -> None:
    if any(isinstance(each, OnError | OnCancel) for each in found):
        draft.find("error-never-interrupts", element, attribute=attribute)


def _throws(
    draft: Draft, level: Level, element: Element, allowed: frozenset[str]
) -> dict[str, Any] | None:
    fields = nodes.common(draft, level, element)
    found = definitions.of(draft, element, allowed, definitions.THROWN_ALONE)
    if found is None:
        return None
    thrown = [throws.read(draft, level, element, each) for each in found if each.tag not in LINK]
    known: tuple[Throw, ...] = tuple(each for each in thrown if each is not None)
    inputs = nodes.mapped(draft, level, element, "input", draft.expression)
    inputs += data.inputs(draft, level, element)
    if len(known) < len(thrown):
        return None
    return fields | {"throws": known, "inputs": inputs}
