"""The process of an item as it was drawn, which need not be one that can run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from tongban.engines.processes import Finding, Invalid, interchange
from tongban.engines.processes.reading import document
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.vocabulary import ACTIVITIES, BPMN, NODES, TB

TOLD = NODES | {"process", "lane", "sequenceFlow"}  # what a change is told of
BESIDE = frozenset({"incoming", "outgoing", "laneSet", "childLaneSet"})  # told elsewhere

ChangeKind = Literal["added", "removed", "changed"]


@dataclass(frozen=True)
class PartChange:
    """An attribute or a child by its name, as text; empty where there is none."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class StepChange:
    """`parts` of something that stands in both; `zh` and `en` are what it is called now."""

    kind: ChangeKind
    tag: str
    id: str
    zh: str
    en: str
    parts: tuple[PartChange, ...] = ()


def check_readable(text: str) -> None:
    """Raises Invalid for what is no BPMN, and where there is no process in it."""
    if not interchange.read(text.encode()).processes:
        raise Invalid((Finding("no-process", "", 1),))


def changes(before: str, after: str) -> tuple[StepChange, ...]:
    """What is another step, flow or lane; where it is drawn does not count. Raises Invalid."""
    old, new = _by_id(before), _by_id(after)
    return (
        *(_whole("added", each) for id_, each in new.items() if id_ not in old),
        *(_whole("removed", each) for id_, each in old.items() if id_ not in new),
        *_changed(old, new),
    )


def _changed(old: Mapping[str, Element], new: Mapping[str, Element]) -> Iterator[StepChange]:
    for id_, now in new.items():
        if id_ not in old:
            continue
        was = old[id_]
        before, after = {"": was.tag, **_parts(was)}, {"": now.tag, **_parts(now)}
        parts = tuple(
            PartChange(name or "kind", before.get(name, ""), after.get(name, ""))
            for name in dict.fromkeys((*before, *after))
            if before.get(name, "") != after.get(name, "")
        )
        if parts:
            yield StepChange("changed", now.tag, id_, *_names(now), parts)


def _whole(kind: ChangeKind, element: Element) -> StepChange:
    return StepChange(kind, element.tag, element.id, *_names(element))


def _names(element: Element) -> tuple[str, str]:
    zh = element.get("name") or element.id
    return zh, element.tb("labelEn") or zh


def _by_id(text: str) -> dict[str, Element]:
    return {each.id: each for each in _told(document.read(text.encode())) if each.id}


def _told(element: Element) -> Iterator[Element]:
    for child in element.children:
        if child.namespace == BPMN and child.tag != "extensionElements":
            if child.tag in TOLD:
                yield child
            yield from _told(child)


def _parts(element: Element) -> dict[str, str]:
    """Attributes by name, and what stands inside by tag, without what is told by itself."""
    found = {_local(name): value for name, value in element.attributes.items() if name != "id"}
    for child in _inside(element):
        found[child.tag] = "\n".join(filter(None, (found.get(child.tag), _written(child))))
    return found


def _inside(element: Element) -> Iterator[Element]:
    for child in element.children:
        if child.tag == "extensionElements":
            yield from child.children
        elif child.tag not in TOLD | BESIDE:
            yield child


def _written(element: Element) -> str:
    """Its text where that is all, else what it says on one line."""
    attributes = " ".join(
        f"{_local(name)}={value}"
        for name, value in sorted(element.attributes.items())
        if name != "id" and not name.endswith("}type")
    )
    inside = " ".join(f"{each.tag}({_written(each)})" for each in element.children)
    return " ".join(filter(None, (attributes, element.text.strip(), inside)))


def _local(name: str) -> str:
    return name.rpartition("}")[2]


@dataclass(frozen=True)
class Step:
    """An activity as it stands in the file; `attributes` are our own, `post` also its lane's."""

    id: str
    tag: str
    zh: str
    en: str
    post: str
    attributes: Mapping[str, str]


def steps(text: str) -> tuple[Step, ...]:
    """In the order of the file. Raises Invalid."""
    told = list(_told(document.read(text.encode())))
    posts = dict(_posts(told))
    return tuple(
        Step(each.id, each.tag, *_names(each), posts.get(each.id, ""), _own(each))
        for each in told
        if each.tag in ACTIVITIES
    )


def labels(text: str, *, is_chinese: bool) -> dict[str, str]:
    """What everything with a name is called; a pool without an English name as its process. Raises
    Invalid."""
    named = {
        each.id: each
        for each in _everything(document.read(text.encode()))
        if each.id and each.get("name")
    }
    return {id_: _names(_named_in(each, named))[not is_chinese] for id_, each in named.items()}


def _named_in(element: Element, named: Mapping[str, Element]) -> Element:
    """The element that bears its names."""
    if element.tag != "participant" or element.tb("labelEn"):
        return element
    process = named.get((element.get("processRef") or "").rpartition(":")[2], element)
    return process if process.get("name") == element.get("name") else element


def _posts(told: list[Element]) -> Iterator[tuple[str, str]]:
    """Whose work a person's task is: its lane's, else named by itself."""
    for lane in (each for each in told if each.tag == "lane"):
        for held in lane.bpmn("flowNodeRef"):
            yield held.text.strip(), lane.tb("post") or ""
    for task in told:
        post = task.tb("post")
        if post and task.tag != "lane":
            yield task.id, post


def _own(element: Element) -> dict[str, str]:
    return {
        _local(name): value
        for name, value in element.attributes.items()
        if name.startswith(f"{{{TB}}}")
    }


def _everything(element: Element) -> Iterator[Element]:
    for child in element.children:
        if child.namespace == BPMN and child.tag != "extensionElements":
            yield child
            yield from _everything(child)
