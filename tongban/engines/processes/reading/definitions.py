"""The definitions of an event: those inside it, and those beside the process that it refers to."""

from collections.abc import Collection

from tongban.engines.processes.reading import grammar
from tongban.engines.processes.reading.document import Element, unprefixed
from tongban.engines.processes.reading.draft import Draft
from tongban.engines.processes.reading.vocabulary import EVENT_DEFINITIONS

# What cannot be one of several definitions of an event.
CAUGHT_ALONE = frozenset(f"{kind}EventDefinition" for kind in ("link", "cancel", "compensate"))
THROWN_ALONE = CAUGHT_ALONE | {"errorEventDefinition", "terminateEventDefinition"}


def of(
    draft: Draft, event: Element, allowed: Collection[str], alone: Collection[str]
) -> list[Element] | None:
    """`None` after noting that one of them cannot be there, or does not exist."""
    found = [*event.bpmn(*EVENT_DEFINITIONS), *_referred(draft, event)]
    if len(found) < len(event.bpmn(*EVENT_DEFINITIONS, "eventDefinitionRef")):
        return None
    for each in found:
        if each.tag not in allowed:
            draft.find("unsupported", event, tag=each.tag)
            return None
        if each.tag in alone and len(found) > 1:
            draft.find("not-alone", event, tag=each.tag)
            return None
    return found


def _referred(draft: Draft, event: Element) -> list[Element]:
    found: list[Element] = []
    for ref in event.bpmn("eventDefinitionRef"):
        definition = referred(draft, event, "eventDefinitionRef", unprefixed(ref.text))
        if definition is not None:
            found.append(definition)
    return found


def referred(draft: Draft, event: Element, attribute: str, id: str) -> Element | None:
    """A definition beside the process, which nobody has looked into so far."""
    definition = draft.beside.definitions.get(id)
    if definition is None:
        draft.wrong_reference(event, attribute, id, "event definition", "事件定义")
    else:
        grammar.check_process(draft, definition)
    return definition
