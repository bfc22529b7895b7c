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

MAX_BYTES = 8_000_000
MAX_ELEMENTS = 100_000
MAX_DEPTH = 250  # the parser itself stops at 256

_DIAGRAM = "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNDiagram"
# Numbers of libxml2's errors: an encoding that is not known, or that the bytes do not keep to.
_ENCODING = frozenset({31, 32, 81, 6003})
_WITHOUT_END = 114


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
    """Raises `Invalid` with the one finding that stopped the reading.

    Diagrams are left out: they can be larger than all the rest, and nothing here looks at them.
    """
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
        raise _unreadable(error) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _stopped("doctype")
    return _converted(root)


def _stopped(rule: str, line: int = 0, **facts: Any) -> Invalid:
    return Invalid((Finding(rule, "", line, facts),))


def _unreadable(error: Any) -> Invalid:
    line, problem, code = error.lineno or 0, error.msg, error.code
    if code in _ENCODING:
        return _stopped("wrong-encoding", line)
    if code == _WITHOUT_END:
        # The parser gives up on what grows without end: entities, or elements inside elements.
        return _stopped("doctype", line) if "amplification" in problem else _too_deep()
    return _stopped("not-xml", line, problem=problem)


def _too_deep() -> Invalid:
    return _stopped("too-large", limit=MAX_DEPTH, unit="nested levels", unit_zh="层嵌套")


def _converted(root: Any) -> Element:
    """Without recursion: a file may be as deep as is allowed wherever it is read."""
    inside: list[list[Element]] = [[]]
    count = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            children = inside.pop()
            if element.tag != _DIAGRAM:
                inside[-1].append(_element(element, tuple(children)))
            continue
        inside.append([])
        count += 1
        if count > MAX_ELEMENTS:
            raise _stopped("too-large", limit=MAX_ELEMENTS, unit="elements", unit_zh="个元素")
        if len(inside) > MAX_DEPTH + 1:
            raise _too_deep()
    return inside[0][0]


def _element(element: Any, children: tuple[Element, ...]) -> Element:
    namespace, _, tag = element.tag.rpartition("}")
    return Element(
        namespace=namespace[1:],
        tag=tag,
        attributes={str(key): str(value) for key, value in element.attrib.items()},
        text=(element.text or "").strip(),
        line=element.sourceline or 0,
        children=children,
    )
