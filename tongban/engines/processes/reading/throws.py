"""What a throwing event throws."""

from collections.abc import Callable

from tongban.engines.processes.reading import triggers
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.draft import Draft, Level
from tongban.engines.processes.triggers import (
    CancelThrow,
    CompensationThrow,
    ErrorThrow,
    EscalationThrow,
    MessageThrow,
    SignalThrow,
    TerminateThrow,
    Throw,
)


def read(draft: Draft, level: Level, event: Element, definition: Element) -> Throw | None:
    return READERS[definition.tag](draft, level, event, definition)


def message(draft: Draft, level: Level, element: Element, holder: Element) -> MessageThrow | None:
    name = triggers.message_name(draft, element, holder)
    text = holder.tb("correlation")
    correlation = draft.answer(text, element, level) if text else None
    if name is None or (text and correlation is None):
        return None
    return MessageThrow(name, correlation, draft.beside.receivers.get(element.id))


def _signal(draft: Draft, level: Level, event: Element, definition: Element) -> Throw | None:
    name = triggers.signal_name(draft, event, definition)
    return SignalThrow(name) if name is not None else None


def _error(draft: Draft, level: Level, event: Element, definition: Element) -> Throw | None:
    code = triggers.error_code(draft, event, definition)
    return ErrorThrow(code) if code is not None else None


def _escalation(draft: Draft, level: Level, event: Element, definition: Element) -> Throw | None:
    code = triggers.escalation_code(draft, event, definition)
    return EscalationThrow(code) if code is not None else None


def _compensation(draft: Draft, level: Level, event: Element, definition: Element) -> Throw:
    waits = definition.attributes.get("waitForCompletion", "true") in ("true", "1")
    return CompensationThrow(definition.refers("activityRef") or None, waits)


def _cancel(draft: Draft, level: Level, event: Element, definition: Element) -> Throw:
    return CancelThrow()


def _terminate(draft: Draft, level: Level, event: Element, definition: Element) -> Throw:
    return TerminateThrow()


READERS: dict[str, Callable[[Draft, Level, Element, Element], Throw | None]] = {
    "messageEventDefinition": message,
    "signalEventDefinition": _signal,
    "errorEventDefinition": _error,
    "escalationEventDefinition": _escalation,
    "compensateEventDefinition": _compensation,
    "cancelEventDefinition": _cancel,
    "terminateEventDefinition": _terminate,
}
