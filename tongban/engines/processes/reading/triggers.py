"""What a catching event waits for."""

from collections.abc import Callable, Mapping
from typing import Literal

from tongban.engines.feel.types import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    STRING,
    YEARS_MONTHS,
    Type,
)
from tongban.engines.processes import times
from tongban.engines.processes.reading import nodes
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.draft import Draft, Level
from tongban.engines.processes.triggers import (
    OnCancel,
    OnCompensation,
    OnCondition,
    OnError,
    OnEscalation,
    OnMessage,
    OnSignal,
    OnTimer,
    Trigger,
)

Kind = Literal["duration", "date", "cycle"]
Fixed = times.Duration | times.Moment | times.Cycle

# Years; far more than any case lasts, and well inside the calendar.
LONGEST = 1000
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


def read(draft: Draft, level: Level, event: Element, definition: Element) -> Trigger | None:
    """`definition` may stand inside the event or beside the process."""
    return READERS[definition.tag](draft, level, event, definition)


def message(draft: Draft, level: Level, element: Element, holder: Element) -> OnMessage | None:
    """What `messageRef` of the holder (the event's definition or the task itself) names."""
    name = message_name(draft, element, holder)
    text = holder.tb("correlation")
    correlation = draft.expression(text, element, level) if text else None
    return OnMessage(name, correlation) if name is not None else None


def message_name(draft: Draft, element: Element, holder: Element) -> str | None:
    ref = holder.refers("messageRef")
    if not ref:
        draft.find("message-without-name", element)
        return None
    return looked_up(draft, draft.beside.messages, element, holder, ("message", "消息"))


def looked_up(
    draft: Draft,
    known: Mapping[str, str],
    event: Element,
    holder: Element,
    what: tuple[str, str],
) -> str | None:
    """What the reference of a definition names, or `None` after noting that it names nothing."""
    attribute = f"{what[0]}Ref"
    ref = holder.refers(attribute)
    if not ref:
        draft.find("missing-attribute", event, tag=holder.tag, attribute=attribute)
    elif ref not in known:
        draft.wrong_reference(event, attribute, ref, *what)
    return known.get(ref)


def signal_name(draft: Draft, event: Element, definition: Element) -> str | None:
    return looked_up(draft, draft.beside.signals, event, definition, ("signal", "信号"))


def error_code(draft: Draft, event: Element, definition: Element) -> str | None:
    return looked_up(draft, draft.beside.errors, event, definition, ("error", "错误"))


def escalation_code(draft: Draft, event: Element, definition: Element) -> str | None:
    return looked_up(draft, draft.beside.escalations, event, definition, ("escalation", "升级"))


def _signal(draft: Draft, level: Level, event: Element, definition: Element) -> Trigger | None:
    name = signal_name(draft, event, definition)
    return OnSignal(name) if name is not None else None


def _condition(draft: Draft, level: Level, event: Element, definition: Element) -> Trigger | None:
    holder = definition.only("condition")
    if holder is None or not holder.text:
        draft.find("missing-attribute", event, tag=definition.tag, attribute="<condition>")
        return None
    condition = nodes.written_in(draft, holder, event, level, BOOLEAN)
    return condition and OnCondition(condition)


def _error(draft: Draft, level: Level, event: Element, definition: Element) -> Trigger | None:
    if not definition.get("errorRef"):
        return OnError(None)
    code = error_code(draft, event, definition)
    return OnError(code) if code is not None else None


def _escalation(draft: Draft, level: Level, event: Element, definition: Element) -> Trigger | None:
    if not definition.get("escalationRef"):
        return OnEscalation(None)
    code = escalation_code(draft, event, definition)
    return OnEscalation(code) if code is not None else None


def _timer(draft: Draft, level: Level, event: Element, definition: Element) -> Trigger | None:
    written = [each for each in definition.bpmn(*TIMES) if each.text]
    if len(written) != 1:
        draft.find("timer-without-time", event, count=len(written))
        return None
    kind, text = TIMES[written[0].tag], written[0].text
    fixed = READ[kind](text)
    span = fixed.every if isinstance(fixed, times.Cycle) else fixed
    if isinstance(span, times.Duration) and span.years > LONGEST:
        draft.find("time-too-long", event, text=text, years=LONGEST)
        return None
    if fixed is not None:
        return OnTimer(kind, fixed, None)
    if times.looks_like_iso(text):
        word, word_zh, example = WORDS[kind]
        draft.find("wrong-time", event, text=text, kind=word, kind_zh=word_zh, example=example)
        return None
    computed = nodes.written_in(draft, written[0], event, level, *RESULTS[kind])
    return computed and OnTimer(kind, None, computed)


def _compensation(draft: Draft, level: Level, event: Element, definition: Element) -> Trigger:
    return OnCompensation()


def _cancel(draft: Draft, level: Level, event: Element, definition: Element) -> Trigger:
    return OnCancel()


READERS: dict[str, Callable[[Draft, Level, Element, Element], Trigger | None]] = {
    "messageEventDefinition": message,
    "signalEventDefinition": _signal,
    "conditionalEventDefinition": _condition,
    "errorEventDefinition": _error,
    "escalationEventDefinition": _escalation,
    "timerEventDefinition": _timer,
    "compensateEventDefinition": _compensation,
    "cancelEventDefinition": _cancel,
}
