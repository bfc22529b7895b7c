"""What stands next to the processes of a file, and what they name by id."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tongban.engines.processes.reading.document import Element, unprefixed
from tongban.engines.processes.reading.vocabulary import EVENT_DEFINITIONS, NODES
from tongban.engines.processes.triggers import Receiver


@dataclass(frozen=True, slots=True)
class Beside:
    """Names or codes by id. `receivers` tells by node where its message flow ends."""

    messages: Mapping[str, str]
    signals: Mapping[str, str]
    errors: Mapping[str, str]
    escalations: Mapping[str, str]
    definitions: Mapping[str, Element]
    receivers: Mapping[str, Receiver]


def read(root: Element) -> Beside:
    return Beside(
        messages=_named(root, "message", "name"),
        signals=_named(root, "signal", "name"),
        errors=_named(root, "error", "errorCode"),
        escalations=_named(root, "escalation", "escalationCode"),
        definitions={each.id: each for each in root.bpmn(*EVENT_DEFINITIONS)},
        receivers=dict(_receivers(root)),
    )


def _named(root: Element, tag: str, attribute: str) -> dict[str, str]:
    return {each.id: each.get(attribute) or each.id for each in root.bpmn(tag)}


def _receivers(root: Element) -> Iterator[tuple[str, Receiver]]:
    process_of: dict[str, str] = {}
    for process in root.bpmn("process"):
        process_of |= {each.id: process.id for each in process.walk() if each.tag in NODES}
    for collaboration in root.bpmn("collaboration"):
        pools = {
            each.id: unprefixed(each.attributes.get("processRef", ""))
            for each in collaboration.bpmn("participant")
        }
        for flow in collaboration.bpmn("messageFlow"):
            source, target = flow.refers("sourceRef"), flow.refers("targetRef")
            if target in process_of:
                yield source, Receiver(process_of[target], target)
            elif pools.get(target):
                yield source, Receiver(pools[target], None)
