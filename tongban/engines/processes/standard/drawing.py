"""A file of BPMN as the rules look at it: who is inside whom, who refers to whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from tongban.engines.processes.reading.document import Element, unprefixed
from tongban.engines.processes.reading.vocabulary import BPMN, TB
from tongban.engines.processes.standard.kinds import CONTAINERS, DRAWN, EVENT_DEFINITIONS

Side = Literal["incoming", "outgoing"]

_YES = ("true", "1")
_DIGITS = 18
_NOTHING: tuple[Element, ...] = ()


@dataclass(frozen=True)
class Drawing:
    """`elements` are those of BPMN in the order of the file, without what extensions hold.

    Elements are told apart by identity: two of them may say the same. A file is `ours` where it
    declares our namespace: its expressions are FEEL, and the platform carries its messages.
    """

    root: Element
    ours: bool
    elements: tuple[Element, ...]
    _parents: Mapping[int, Element]

    @cached_property
    def by_id(self) -> Mapping[str, Element]:
        """Of several with one id the first."""
        return {each.id: each for each in reversed(self.elements) if each.id}

    @cached_property
    def by_tag(self) -> Mapping[str, tuple[Element, ...]]:
        found: dict[str, list[Element]] = {}
        for each in self.elements:
            found.setdefault(each.tag, []).append(each)
        return {tag: tuple(elements) for tag, elements in found.items()}

    @cached_property
    def incoming(self) -> Mapping[str, tuple[Element, ...]]:
        """The sequence flows that lead to a node, by the node's id."""
        return self._flows_by("targetRef")

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[Element, ...]]:
        return self._flows_by("sourceRef")

    def all(self, *tags: str) -> Iterator[Element]:
        for tag in tags:
            yield from self.by_tag.get(tag, _NOTHING)

    def parent(self, element: Element) -> Element:
        """The element around; of the root the root itself."""
        return self._parents.get(id(element), self.root)

    def around(self, element: Element) -> Iterator[Element]:
        """The elements that hold this one, the nearest first."""
        while element is not self.root:
            element = self.parent(element)
            yield element

    def container(self, element: Element) -> Element:
        """The process, sub-process or choreography that an element stands in, else the root."""
        return next((each for each in self.around(element) if each.tag in CONTAINERS), self.root)

    def process(self, element: Element) -> Element | None:
        return next((each for each in self.around(element) if each.tag == "process"), None)

    def runs(self, element: Element) -> bool:
        """Whether it belongs to a process that says it is executable."""
        process = self.process(element)
        return process is not None and is_true(process, "isExecutable")

    def drawn(self, element: Element) -> Element:
        """What a diagram shows for it: itself, or the nearest thing around it that is drawn."""
        if element.tag in DRAWN and element.id:
            return element
        shown = (each for each in self.around(element) if each.tag in DRAWN and each.id)
        return next(shown, element)

    def refers(self, element: Element, attribute: str) -> Element | None:
        return self.by_id.get(element.refers(attribute))

    def named(self, element: Element, tag: str) -> list[Element]:
        """What the children of that tag refer to, as far as it exists."""
        ids = (unprefixed(child.text) for child in element.bpmn(tag))
        return [self.by_id[each] for each in ids if each in self.by_id]

    def definitions(self, event: Element) -> list[Element]:
        """The event's own definitions and those that it refers to."""
        own = [each for each in event.children if each.tag in EVENT_DEFINITIONS]
        return own + self.named(event, "eventDefinitionRef")

    def triggers(self, event: Element) -> frozenset[str]:
        """The kinds of its definitions: `message`, `timer` and so on."""
        definitions = self.definitions(event)
        return frozenset(each.tag.removesuffix("EventDefinition") for each in definitions)

    def ways_in(self, node: Element) -> tuple[Element, ...]:
        return self.incoming.get(node.id, _NOTHING)

    def ways_out(self, node: Element) -> tuple[Element, ...]:
        return self.outgoing.get(node.id, _NOTHING)

    @cached_property
    def lists_flows(self) -> bool:
        """Whether its nodes list their flows; many files leave these lists out altogether."""
        return "incoming" in self.by_tag or "outgoing" in self.by_tag

    def is_connected(self, node: Element, side: Side) -> bool:
        """Whether a flow is there on that side, or the node says that one is."""
        return bool(self._flows(node, side) or node.bpmn(side))

    def is_cut_off(self, node: Element, side: Side) -> bool:
        """Whether no flow is there on that side, or the node does not know of any."""
        unknown = self.lists_flows and not node.bpmn(side)
        return unknown or not self._flows(node, side)

    def _flows(self, node: Element, side: Side) -> tuple[Element, ...]:
        return self.ways_in(node) if side == "incoming" else self.ways_out(node)

    def _flows_by(self, attribute: str) -> Mapping[str, tuple[Element, ...]]:
        found: dict[str, list[Element]] = {}
        for flow in self.all("sequenceFlow"):
            found.setdefault(flow.refers(attribute), []).append(flow)
        return {node: tuple(flows) for node, flows in found.items() if node}


def is_ours(xml: bytes) -> bool:
    return TB.encode() in xml


def draw(root: Element, xml: bytes) -> Drawing:
    elements: list[Element] = []
    parents: dict[int, Element] = {}
    waiting = [root]
    while waiting:
        element = waiting.pop()
        elements.append(element)
        inside = [each for each in element.children if each.namespace == BPMN]
        inside = [each for each in inside if each.tag != "extensionElements"]
        parents.update((id(each), element) for each in inside)
        waiting.extend(reversed(inside))
    return Drawing(root, is_ours(xml), tuple(elements), parents)


def is_true(element: Element, attribute: str, otherwise: str = "false") -> bool:
    """A boolean attribute; `otherwise` is its default in the standard."""
    return (element.get(attribute) or otherwise) in _YES


def whole(element: Element, attribute: str) -> int | None:
    """A number as it is written, cut off where nobody could count so far; `None` if it is none."""
    written = (element.get(attribute) or "")[:_DIGITS]
    return int(written) if written.removeprefix("-").isdecimal() else None
