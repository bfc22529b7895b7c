"""Events: where a case starts, ends, and waits for a time or a message."""

from collections.abc import Callable
from typing import Literal

from tongban.engines.feel.types import DATE, DATE_TIME, DAYS_TIME, STRING, YEARS_MONTHS, Type
from tongban.engines.processes import times
from tongban.engines.processes.model import (
    BoundaryEvent,
    CatchEvent,
    EndEvent,
    ErrorEnd,
    Node,
    OnError,
    OnMessage,
    OnTimer,
    StartEvent,
    TerminateEnd,
    ThrowEvent,
)
from tongban.engines.processes.reading import nodes
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.draft import Draft, Level

Kind = Literal["duration", "date", "cycle"]
Fixed = times.Duration | times.Moment | times.Cycle

TIMES: dict[str, Kind] = {"timeDuration": "duration", "timeDate": "date", "timeCycle": "cycle"}
READ: dict[Kind, Callable[[str], Fixed | None]] = {
    "duration": times.duration,
    "date": times.moment,
    "cycle": times.cycle,
}
RESULTS: dict[Kind, tuple[Type, ...]] = {
    "duration": (DAYS_TIME, YEARS_MONTHS, STRING),
    "date": (DATE, DATE_TIME, STRING),
    "cycle": (STRING,),
}
WORDS: dict[Kind, tuple[str, str, str]] = {
    "duration": ("duration", "时长", "P5D"),
    "date": ("date and time", "日期时间", "2026-03-01T09:00:00+08:00"),
    "cycle": ("repeating interval", "重复周期", "R3/P1D"),
}


def start_event(draft: Draft, level: Level, element: Element) -> Node:
    return StartEvent(**nodes.common(draft, level, element))


def throw_event(draft: Draft, level: Level, element: Element) -> Node:
    return ThrowEvent(**nodes.common(draft, level, element))


def end_event(draft: Draft, level: Level, element: Element) -> Node:
    fields = nodes.common(draft, level, element)
    fields["outcome"] = element.tb("outcome")
    trigger = _definition(draft, element, "terminateEventDefinition", "errorEventDefinition")
    if trigger is None:
        return EndEvent(**fields)
    if trigger.tag == "terminateEventDefinition":
        return TerminateEnd(**fields)
    return ErrorEnd(**fields, error=_error(draft, element, trigger) or "")


def catch_event(draft: Draft, level: Level, element: Element) -> Node | None:
    fields = nodes.common(draft, level, element)
    waits = _waits(draft, level, element)
    cycle = waits.fixed if isinstance(waits, OnTimer) else None
    if isinstance(cycle, times.Cycle) and cycle.repeats is None:
        draft.find("repeats-for-ever", element)
    outputs = nodes.mapped(draft, level, element, "output", draft.answer)
    return waits and CatchEvent(**fields, trigger=waits, outputs=outputs)


def boundary_event(draft: Draft, level: Level, element: Element) -> Node | None:
    fields = nodes.common(draft, level, element)
    interrupting = element.attributes.get("cancelActivity", "true") in ("true", "1")
    error = element.only("errorEventDefinition")
    if error is None:
        waits = _waits(draft, level, element)
    else:
        waits = OnError(_error(draft, element, error) if error.get("errorRef") else None)
        if not interrupting:
            draft.find("error-never-interrupts", element)
    return waits and BoundaryEvent(
        **fields,
        attached=element.refers("attachedToRef"),
        interrupting=interrupting,
        trigger=waits,
        outputs=nodes.mapped(draft, level, element, "output", draft.answer),
    )


def message(draft: Draft, level: Level, element: Element, holder: Element) -> OnMessage | None:
    """What `messageRef` of the holder (the event's definition or the task itself) names."""
    ref = holder.refers("messageRef")
    name = draft.messages.get(ref)
    if not ref:
        draft.find("message-without-name", element)
    elif name is None:
        _wrong(draft, element, "messageRef", ref, "message", "消息")
    text = holder.tb("correlation")
    correlation = draft.expression(text, element, level) if text else None
    return OnMessage(name, correlation) if name is not None else None


def _definition(draft: Draft, element: Element, *tags: str) -> Element | None:
    found = element.bpmn(*tags)
    if len(found) > 1:
        draft.find("several-definitions", element, count=len(found))
    return found[0] if found else None


def _waits(draft: Draft, level: Level, element: Element) -> OnTimer | OnMessage | None:
    trigger = _definition(draft, element, "timerEventDefinition", "messageEventDefinition")
    if trigger is None:
        # A definition that is not supported has been refused by name already.
        if not any("ventDefinition" in child.tag for child in element.children):
            draft.find("event-without-definition", element)
        return None
    if trigger.tag == "messageEventDefinition":
        return message(draft, level, element, trigger)
    return _timer(draft, level, element, trigger)


def _timer(draft: Draft, level: Level, element: Element, trigger: Element) -> OnTimer | None:
    written = [each for each in trigger.bpmn(*TIMES) if each.text]
    if len(written) != 1:
        draft.find("timer-without-time", element, count=len(written))
        return None
    kind, text = TIMES[written[0].tag], written[0].text
    fixed = READ[kind](text)
    if fixed is not None:
        return OnTimer(kind, fixed, None)
    if times.looks_like_iso(text):
        word, word_zh, example = WORDS[kind]
        draft.find("wrong-time", element, text=text, kind=word, kind_zh=word_zh, example=example)
        return None
    computed = nodes.written_in(draft, written[0], element, level, *RESULTS[kind])
    return computed and OnTimer(kind, None, computed)


def _error(draft: Draft, element: Element, trigger: Element) -> str | None:
    ref = trigger.refers("errorRef")
    if not ref:
        draft.find("missing-attribute", element, tag="errorEventDefinition", attribute="errorRef")
    elif ref not in draft.errors:
        _wrong(draft, element, "errorRef", ref, "error", "错误")
    return draft.errors.get(ref)


def _wrong(
    draft: Draft, element: Element, attribute: str, target: str, what: str, what_zh: str
) -> None:
    draft.find(
        "wrong-reference", element, attribute=attribute, target=target, what=what, what_zh=what_zh
    )
