"""Item definitions: what data, a message or an event carries, and when two are the same."""

from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.standard.drawing import Drawing

# Which attribute names the item that something carries.
_ITEM = {
    "message": "itemRef",
    "error": "structureRef",
    "escalation": "structureRef",
    "signal": "structureRef",
}
_BEHIND = {"dataObjectReference": "dataObjectRef", "dataStoreReference": "dataStoreRef"}


def item_of(drawing: Drawing, element: Element | None) -> Element | None:
    """The item definition of data, a message, an error, an escalation or a signal."""
    if element is None:
        return None
    behind = _BEHIND.get(element.tag)
    if behind is not None:
        element = drawing.refers(element, behind) or element
    return drawing.refers(element, _ITEM.get(element.tag, "itemSubjectRef"))


def same_item(one: Element | None, other: Element | None) -> bool:
    """The same definition, or two of the same structure; without a structure nothing is known."""
    if one is None or other is None:
        return False
    structure = one.get("structureRef")
    return one is other or (structure is not None and structure == other.get("structureRef"))
