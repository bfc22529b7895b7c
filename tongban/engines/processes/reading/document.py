"""XML from outside into plain elements: no entities, no network, bounded size.

The only module that knows lxml; everything behind it sees `Element`.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import lxml.etree  # pyright: ignore[reportMissingTypeStubs]

from tongban.engines.processes.reading.findings import Finding, Invalid
from tongban.engines.processes.reading.vocabulary import BPMN, TB

etree: Any = lxml.etree  # pyright: ignore

MAX_BYTES = 5_000_000
MAX_ELEMENTS = 20_000
MAX_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Element:
    """`attributes` holds those without a namespace by name, the others as `{namespace}name`."""

    namespace: str
    tag: str
    attributes: Mapping[str, str]
    text: str
    line: int
    children: tuple["Element", ...]

    @property
    def id(self) -> str:
        return self.attributes.get("id", "")

    def get(self, attribute: str) -> str | None:
        """A BPMN attribute; `None` where it is missing or blank."""
        return self.attributes.get(attribute, "").strip() or None

    def tb(self, attribute: str) -> str | None:
        """One of our own attributes; `None` where it is missing or blank."""
        return self.attributes.get(f"{{{TB}}}{attribute}", "").strip() or None

    def refers(self, attribute: str) -> str:
        """The id that a QName attribute names; our ids have no namespace."""
        return unprefixed(self.attributes.get(attribute, ""))

    def bpmn(self, *tags: str) -> list["Element"]:
        """The children in the BPMN namespace with one of these tags, in their order."""
        return [each for each in self.children if each.namespace == BPMN and each.tag in tags]

    def only(self, tag: str) -> "Element | None":
        return next(iter(self.bpmn(tag)), None)

    def extensions(self, tag: str) -> list["Element"]:
        """Our own elements of that name in the element's extensionElements."""
        return [
            each
            for holder in self.bpmn("extensionElements")
            for each in holder.children
            if each.namespace == TB and each.tag == tag
        ]

    def walk(self, without: Collection[str] = ()) -> Iterator["Element"]:
        """This element and everything inside it in document order, but nothing inside `without`."""
        waiting: list[Element] = [self]
        while waiting:
            element = waiting.pop()
            yield element
            if element.tag not in without:
                waiting.extend(reversed(element.children))


def unprefixed(qname: str) -> str:
    return qname.strip().rpartition(":")[2]


def read(xml: bytes) -> Element:
    """Raises `Invalid` with the one finding that stopped the reading."""
    if len(xml) > MAX_BYTES:
        raise _stopped("too-large", limit=MAX_BYTES, unit="bytes", unit_zh="字节")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise _stopped("not-xml", line=error.lineno or 0, problem=error.msg) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _stopped("doctype")
    _check_size(root)
    return _convert(root)


def _stopped(rule: str, line: int = 0, **facts: Any) -> Invalid:
    return Invalid((Finding(rule, "", line, facts),))


def _check_size(root: Any) -> None:
    depth = count = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if count > MAX_ELEMENTS:
            raise _stopped("too-large", limit=MAX_ELEMENTS, unit="elements", unit_zh="个元素")
        if depth > MAX_DEPTH:
            raise _stopped("too-large", limit=MAX_DEPTH, unit="nested levels", unit_zh="层嵌套")


def _convert(element: Any) -> Element:
    name = etree.QName(element)
    return Element(
        namespace=name.namespace or "",
        tag=name.localname,
        attributes={str(key): str(value) for key, value in element.attrib.items()},
        text=(element.text or "").strip(),
        line=element.sourceline or 0,
        children=tuple(_convert(child) for child in element),
    )
