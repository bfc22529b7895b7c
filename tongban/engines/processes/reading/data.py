"""Data objects, properties, data inputs and outputs: they are variables, and the associations
between them say what is copied where."""

from collections.abc import Callable, Iterator

from tongban.engines.processes.expressions import Expression
from tongban.engines.processes.model import Mapped
from tongban.engines.processes.reading import nodes
from tongban.engines.processes.reading.document import Element, unprefixed
from tongban.engines.processes.reading.draft import Draft, Level
from tongban.engines.processes.reading.vocabulary import BPMN

Compile = Callable[[str, Element, Level], Expression | None]

ITEMS = ("dataObject", "property", "dataInput", "dataOutput")


def names(process: Element) -> dict[str, str]:
    """The variable that each data element of a process stands for, by id."""
    inside = [each for each in process.walk() if each.namespace == BPMN]
    found = {each.id: variable(each) for each in inside if each.tag in ITEMS}
    for each in inside:
        if each.tag == "dataObjectReference":
            found[each.id] = found.get(each.refers("dataObjectRef"), each.id)
    return found


def variable(element: Element) -> str:
    """The name where FEEL can read it, else the id."""
    name = element.get("name") or ""
    return name if nodes.is_name(name) else element.id


def of_level(draft: Draft, element: Element) -> tuple[str, ...]:
    """The variables that a process or sub-process begins with."""
    own = element.bpmn("dataObject", "property")
    for specification in element.bpmn("ioSpecification") if element.tag == "process" else ():
        own += specification.bpmn("dataInput", "dataOutput")
    for each in element.bpmn("dataObjectReference"):
        if each.refers("dataObjectRef") not in draft.items:
            target = each.refers("dataObjectRef")
            draft.wrong_reference(each, "dataObjectRef", target, "data object", "数据对象")
    return tuple(each for each in map(variable, own) if nodes.checked_name(draft, element, each))


def results(element: Element) -> tuple[str, ...]:
    """The data outputs of a task."""
    return tuple(
        variable(each)
        for specification in element.bpmn("ioSpecification")
        for each in specification.bpmn("dataOutput")
    )


def inputs(draft: Draft, level: Level, element: Element) -> tuple[Mapped, ...]:
    found = element.bpmn("dataInputAssociation")
    return tuple(
        m for each in found for m in _mapped(draft, level, element, each, draft.expression)
    )


def outputs(draft: Draft, level: Level, element: Element) -> tuple[Mapped, ...]:
    found = element.bpmn("dataOutputAssociation")
    return tuple(m for each in found for m in _mapped(draft, level, element, each, draft.answer))


def _mapped(
    draft: Draft, level: Level, owner: Element, association: Element, compile: Compile
) -> Iterator[Mapped]:
    for target, text in _copied(draft, owner, association):
        source = compile(text, owner, level)
        if source is not None and nodes.checked_name(draft, owner, target):
            yield Mapped(target, source)


def _copied(draft: Draft, owner: Element, association: Element) -> Iterator[tuple[str, str]]:
    """Target and FEEL of what an association copies."""
    assignments = association.bpmn("assignment")
    for each in assignments:
        to, source = each.only("to"), each.only("from")
        if to is None or source is None or not to.text or not source.text:
            draft.find("missing-attribute", owner, tag="assignment", attribute="<from>, <to>")
        elif all(nodes.in_feel(draft, owner, part.get("language")) for part in (to, source)):
            yield draft.items.get(to.text, to.text), source.text
    if assignments:
        return
    transformation = association.only("transformation")
    sources = [_item(draft, owner, each) for each in association.bpmn("sourceRef")]
    target = association.only("targetRef")
    if transformation is None and len(sources) != 1:
        draft.find("missing-attribute", owner, tag=association.tag, attribute="<sourceRef>")
        return
    if target is None:
        draft.find("missing-attribute", owner, tag=association.tag, attribute="<targetRef>")
        return
    name = _item(draft, owner, target)
    text = transformation.text if transformation is not None else sources[0]
    if name is not None and text:
        yield name, text


def _item(draft: Draft, owner: Element, ref: Element) -> str | None:
    id = unprefixed(ref.text)
    if id not in draft.items:
        draft.wrong_reference(
            owner, ref.tag, id, "data object, input or output", "数据对象或输入输出"
        )
    return draft.items.get(id)
