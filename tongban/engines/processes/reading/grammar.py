"""Nothing that could run is passed over in silence: what is not understood is refused by name."""

from tongban.engines.processes.reading import vocabulary
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.draft import Draft
from tongban.engines.processes.reading.findings import Finding
from tongban.engines.processes.reading.vocabulary import (
    BESIDE,
    BPMN,
    CHILDREN,
    DOCUMENTARY,
    FIXED,
    TB,
)


def check_root(draft: Draft, root: Element) -> None:
    for child in root.children:
        if child.namespace == BPMN and child.tag not in BESIDE and child.tag != "process":
            _refuse(draft, child, root)


def check_ids(draft: Draft, root: Element) -> None:
    """All ids of BPMN elements share one name space, whatever they belong to."""
    first: dict[str, int] = {}
    for element in root.walk(without={"extensionElements"}):
        if element.namespace != BPMN or not element.id:
            continue
        if element.id in first:
            draft.find("duplicate-id", element, first=first[element.id])
        first.setdefault(element.id, element.line)


def check_process(draft: Draft, process: Element) -> None:
    waiting = [process]
    while waiting:
        element = waiting.pop()
        _check_attributes(draft, element)
        _check_extensions(draft, element)
        allowed = CHILDREN.get(element.tag, frozenset[str]())
        for child in element.children:
            if child.namespace != BPMN or child.tag not in allowed | DOCUMENTARY:
                _refuse(draft, child, element)
            elif child.tag in CHILDREN:
                waiting.append(child)


def _check_attributes(draft: Draft, element: Element) -> None:
    for name, value in element.attributes.items():
        fixed = FIXED.get(name)
        if fixed is not None and value != fixed:
            draft.unsupported_value(element, name, fixed)
        if name.startswith(f"{{{TB}}}"):
            _check_ours(draft, element, name.rpartition("}")[2])


def _check_ours(draft: Draft, element: Element, name: str) -> None:
    allowed = vocabulary.attributes(element.tag)
    if name not in allowed:
        words = ", ".join(f"tb:{each}" for each in sorted(allowed)) or "–"
        draft.find("unknown-extension", element, tag=element.tag, name=name, allowed=words)


def _check_extensions(draft: Draft, element: Element) -> None:
    allowed = vocabulary.elements(element.tag)
    for holder in element.bpmn("extensionElements"):
        for child in holder.children:
            if child.namespace == TB and child.tag not in allowed:
                words = ", ".join(f"tb:{each}" for each in sorted(allowed)) or "–"
                draft.find(
                    "unknown-extension", element, tag=element.tag, name=child.tag, allowed=words
                )


def _refuse(draft: Draft, element: Element, owner: Element) -> None:
    prefix = "" if element.namespace == BPMN else f"{{{element.namespace}}}"
    id = element.id or owner.id
    draft.findings.append(Finding("unsupported", id, element.line, {"tag": prefix + element.tag}))
