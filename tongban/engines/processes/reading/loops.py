"""How often an activity runs: standard loops and multi-instance activities."""

from typing import Any, Literal, cast

from tongban.engines.feel.types import ANY_LIST, BOOLEAN, NUMBER
from tongban.engines.processes.expressions import Expression
from tongban.engines.processes.reading import definitions, nodes, throws
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.draft import Draft, Level
from tongban.engines.processes.repeating import (
    Announced,
    Collected,
    MultiInstance,
    StandardLoop,
)

SEVERAL = "multiInstanceLoopCharacteristics"
STANDARD = "standardLoopCharacteristics"
COUNTERS = ("numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances")
Behaviour = Literal["All", "None", "One", "Complex"]
BEHAVIOURS = ("All", "None", "One", "Complex")
EVENT_OF = {"None": "noneBehaviorEventRef", "One": "oneBehaviorEventRef"}
ANNOUNCED = frozenset(
    {"signalEventDefinition", "messageEventDefinition", "escalationEventDefinition"}
)


def read(draft: Draft, level: Level, element: Element) -> MultiInstance | StandardLoop | None:
    several, standard = element.only(SEVERAL), element.only(STANDARD)
    if several is not None:
        return _several(draft, level, element, several)
    return standard and _standard(draft, element, standard, inside(level, element))


def tag(element: Element) -> str:
    return SEVERAL if element.only(SEVERAL) is not None else STANDARD


def inside(level: Level, element: Element) -> Level:
    """The level with what one instance of an activity sees besides."""
    loop = element.only(SEVERAL)
    if loop is None:
        return level.with_local("loopCounter") if element.only(STANDARD) else level
    names = ("loopCounter", loop.tb("element") or "")
    return level.with_local(*filter(nodes.is_name, names))


def _standard(draft: Draft, element: Element, loop: Element, level: Level) -> StandardLoop:
    holder, maximum = loop.only("loopCondition"), loop.get("loopMaximum")
    written = holder is not None and holder.text
    if not written and maximum is None:
        draft.find("loop-without-end", element)
    if maximum is not None and not nodes.is_integer(maximum):
        draft.unsupported_value(loop, "loopMaximum", "3")
        maximum = None
    condition = (
        nodes.written_in(draft, holder, element, level, BOOLEAN) if holder and written else None
    )
    return StandardLoop(
        before=loop.get("testBefore") in ("true", "1"),
        maximum=None if maximum is None else int(maximum),
        condition=condition,
    )


def _several(draft: Draft, level: Level, element: Element, loop: Element) -> MultiInstance:
    cardinality = loop.only("loopCardinality")
    collection = loop.tb("collection")
    if (cardinality is None) == (collection is None):
        draft.find("loop-without-count", element)
    entry = loop.tb("element")
    if entry and collection is None:
        draft.find("needs-together", element, name="element", other="collection")
    if entry:
        nodes.checked_name(draft, element, entry)
    within = inside(level, element)
    until = loop.only("completionCondition")
    return MultiInstance(
        sequential=loop.attributes.get("isSequential") in ("true", "1"),
        count=nodes.written_in(draft, cardinality, element, level, NUMBER) if cardinality else None,
        collection=draft.expression(collection, element, level, ANY_LIST) if collection else None,
        element=entry,
        collected=_collected(draft, within, element, loop),
        until=_about_instances(draft, within, element, until) if until else None,
        **_behaviour(draft, within, element, loop),
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


def _about_instances(
    draft: Draft, level: Level, element: Element, holder: Element
) -> Expression | None:
    return nodes.written_in(draft, holder, element, level.with_local(*COUNTERS), BOOLEAN)


def _behaviour(draft: Draft, level: Level, element: Element, loop: Element) -> dict[str, Any]:
    """When an instance is done, what it tells: nothing (All), each, the first, or as described."""
    behaviour = loop.get("behavior") or "All"
    announced: list[Announced] = []
    if behaviour not in BEHAVIOURS:
        draft.unsupported_value(loop, "behavior", *BEHAVIOURS)
    elif behaviour in EVENT_OF:
        attribute = EVENT_OF[behaviour]
        ref = loop.refers(attribute)
        if not ref:
            draft.find("missing-attribute", element, tag=SEVERAL, attribute=attribute)
        else:
            definition = definitions.referred(draft, element, attribute, ref)
            found = [definition] if definition is not None else []
            announced += _announced(draft, level, element, None, found)
    elif behaviour == "Complex":
        for each in loop.bpmn("complexBehaviorDefinition"):
            announced += _complex(draft, level, element, each)
    return {"behaviour": cast(Behaviour, behaviour), "announced": tuple(announced)}


def _complex(draft: Draft, level: Level, element: Element, holder: Element) -> list[Announced]:
    written, event = holder.only("condition"), holder.only("event")
    if written is None or not written.text:
        draft.find("missing-attribute", element, tag=holder.tag, attribute="<condition>")
        return []
    condition = _about_instances(draft, level, element, written)
    if condition is None or event is None:
        return []
    found = definitions.of(draft, event, ANNOUNCED, definitions.THROWN_ALONE)
    return _announced(draft, level, element, condition, found or [])


def _announced(
    draft: Draft,
    level: Level,
    element: Element,
    condition: Expression | None,
    found: list[Element],
) -> list[Announced]:
    announced: list[Announced] = []
    for each in found:
        if each.tag not in ANNOUNCED:
            draft.find("unsupported", element, tag=each.tag)
            continue
        throw = throws.read(draft, level, element, each)
        if throw is not None:
            announced.append(Announced(condition=condition, throw=throw))
    return announced
