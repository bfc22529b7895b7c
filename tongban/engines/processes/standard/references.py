"""References: what is named must exist and be of the kind that is asked for."""

from collections.abc import Iterator
from typing import Final

from tongban.engines.processes.reading.document import Element, unprefixed
from tongban.engines.processes.standard.drawing import Drawing
from tongban.engines.processes.standard.kinds import (
    ACTIVITIES,
    ARTIFACTS,
    CHOREOGRAPHY_ACTIVITIES,
    EVENT_DEFINITIONS,
    EVENTS,
    FLOW_NODES,
    TASKS,
    name_of,
)
from tongban.engines.processes.standard.rules import At, Rule

Kinds = frozenset[str]

_DATA: Final = frozenset(
    {
        *("dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "property"),
        *("dataInput", "dataOutput", "inputDataItem", "outputDataItem"),
    }
)
_CONVERSATIONS: Final = frozenset({"conversation", "subConversation", "callConversation"})
# A message flow may end at any of these; an artifact there has a rule of its own.
_SPEAKS: Final = (
    ACTIVITIES | EVENTS | CHOREOGRAPHY_ACTIVITIES | _CONVERSATIONS | ARTIFACTS | {"participant"}
)
_COLLABORATIONS: Final = frozenset({"collaboration", "choreography", "globalConversation"})
_CALLABLE: Final = frozenset({"process"}) | {f"global{each[0].upper()}{each[1:]}" for each in TASKS}


def _one(*tags: str) -> Kinds:
    return frozenset(tags)


# Attributes that mean the same wherever they stand.
_ATTRIBUTES: Final[dict[str, Kinds]] = {
    "messageRef": _one("message"),
    "itemRef": _one("itemDefinition"),
    "itemSubjectRef": _one("itemDefinition"),
    "errorRef": _one("error"),
    "escalationRef": _one("escalation"),
    "signalRef": _one("signal"),
    "operationRef": _one("operation"),
    "activityRef": ACTIVITIES,
    "attachedToRef": ACTIVITIES,
    "default": _one("sequenceFlow"),
    "processRef": _one("process"),
    "definitionalCollaborationRef": _COLLABORATIONS,
    "dataObjectRef": _one("dataObject"),
    "dataStoreRef": _one("dataStore"),
    "correlationPropertyRef": _one("correlationProperty"),
    "correlationKeyRef": _one("correlationKey"),
    "parameterRef": _one("resourceParameter"),
    "categoryValueRef": _one("categoryValue"),
    "initiatingParticipantRef": _one("participant"),
    "calledElement": _CALLABLE,
    "calledChoreographyRef": _one("choreography", "globalChoreographyTask"),
    "calledCollaborationRef": _COLLABORATIONS,
    "inputDataRef": _one("inputSet", "dataInput"),
    "outputDataRef": _one("outputSet", "dataOutput"),
    "oneBehaviorEventRef": EVENT_DEFINITIONS,
    "noneBehaviorEventRef": EVENT_DEFINITIONS,
}
# Attributes that mean something else on each element.
_ENDS: Final[dict[str, Kinds]] = {
    "sequenceFlow": FLOW_NODES | ARTIFACTS,
    "messageFlow": _SPEAKS,
    "conversationLink": _SPEAKS,
}
_STRUCTURES: Final = _one("error", "escalation", "signal")
# Elements whose text is the reference.
_ELEMENTS: Final[dict[str, Kinds]] = {
    "messageRef": _one("message"),
    "inMessageRef": _one("message"),
    "outMessageRef": _one("message"),
    "errorRef": _one("error"),
    "operationRef": _one("operation"),
    "interfaceRef": _one("interface"),
    "supportedInterfaceRef": _one("interface"),
    "participantRef": _one("participant"),
    "innerParticipantRef": _one("participant"),
    "outerParticipantRef": _one("participant"),
    "messageFlowRef": _one("messageFlow"),
    "choreographyRef": _one("choreography", "globalChoreographyTask"),
    "correlationPropertyRef": _one("correlationProperty"),
    "eventDefinitionRef": EVENT_DEFINITIONS,
    "flowNodeRef": FLOW_NODES,
    "resourceRef": _one("resource"),
    "dataInputRefs": _one("dataInput"),
    "optionalInputRefs": _one("dataInput"),
    "whileExecutingInputRefs": _one("dataInput"),
    "dataOutputRefs": _one("dataOutput"),
    "optionalOutputRefs": _one("dataOutput"),
    "whileExecutingOutputRefs": _one("dataOutput"),
    "inputSetRefs": _one("inputSet"),
    "outputSetRefs": _one("outputSet"),
    "loopDataInputRef": _DATA,
    "loopDataOutputRef": _DATA,
    "source": _one("linkEventDefinition"),
    "target": _one("linkEventDefinition"),
    "sourceRef": _DATA,
    "targetRef": _DATA,
}
# What may well stand in another file: only its kind is judged.
_ELSEWHERE: Final = _one("calledElement", "calledChoreographyRef", "calledCollaborationRef")


def _references(element: Element) -> Iterator[tuple[str, str, Kinds]]:
    """What an element names: the attribute or element, the id, and the kinds that may be meant."""
    for name, written in element.attributes.items():
        if name in _ATTRIBUTES:
            yield name, written, _ATTRIBUTES[name]
    if element.tag in _ENDS:
        for name in ("sourceRef", "targetRef"):
            yield name, element.attributes.get(name, ""), _ENDS[element.tag]
    if element.tag in _STRUCTURES and "structureRef" in element.attributes:
        yield "structureRef", element.attributes["structureRef"], _one("itemDefinition")
    if element.tag in _ELEMENTS:
        yield element.tag, element.text, _ELEMENTS[element.tag]


def _wrong_kind(drawing: Drawing) -> Iterator[At]:
    for element in drawing.elements:
        for name, written, kinds in _references(element):
            named = drawing.by_id.get(unprefixed(written))
            if named is not None and named.tag not in kinds:
                found = name_of(named.tag, "en"), name_of(named.tag, "zh")
                facts = {"name": name, "id": named.id, "kind": found[0], "kind_zh": found[1]}
                yield At(element, facts)


def _missing(drawing: Drawing) -> Iterator[At]:
    """A prefix may stand for another file, which nobody can look into here."""
    for element in drawing.elements:
        for name, written, _ in _references(element):
            outside = name in _ELSEWHERE or ":" in written
            if written.strip() and not outside and written.strip() not in drawing.by_id:
                yield At(element, {"name": name, "id": written.strip()})


RULES = (
    Rule(
        ("REF",),
        _wrong_kind,
        "{name} names {id}, which is of another kind ({kind}).",
        "Choose an element of the kind that is asked for.",
        "{name} 指向 {id}，而它是另一种元素（{kind_zh}）。",
        "请选择所要求种类的元素。",
    ),
    Rule(
        ("REF",),
        _missing,
        "{name} names {id}, and the file has no such element.",
        "Choose one that exists, or remove the reference.",
        "{name} 指向 {id}，而文件中没有该元素。",
        "请选择已有的元素，或删除该引用。",
    ),
)
