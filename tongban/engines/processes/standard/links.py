"""Link events: two of them stand for one sequence flow that is not drawn."""

from collections.abc import Iterator

from tongban.engines.processes.reading.document import Element, unprefixed
from tongban.engines.processes.standard.drawing import Drawing
from tongban.engines.processes.standard.rules import Rule


def _links(drawing: Drawing, tag: str) -> list[tuple[Element, Element]]:
    """Events of that kind with their link definitions."""
    return [
        (event, definition)
        for event in drawing.all(tag)
        for definition in drawing.definitions(event)
        if definition.tag == "linkEventDefinition"
    ]


def _names(drawing: Drawing, tag: str) -> set[str | None]:
    """Editors that tie links by their name alone leave the references out."""
    return {link.get("name") for _, link in _links(drawing, tag)} - {None}


def _no_other_end(drawing: Drawing) -> Iterator[Element]:
    """A link that names its target must be named by it."""
    for event, link in _links(drawing, "intermediateThrowEvent"):
        for written in link.bpmn("target"):
            target = drawing.by_id.get(unprefixed(written.text))
            named = drawing.named(target, "source") if target is not None else []
            if not any(each is link for each in named):
                yield event


def _without_source(drawing: Drawing) -> Iterator[Element]:
    thrown = _names(drawing, "intermediateThrowEvent")
    for event, link in _links(drawing, "intermediateCatchEvent"):
        if not link.bpmn("source") and link.get("name") not in thrown:
            yield event


def _without_target(drawing: Drawing) -> Iterator[Element]:
    caught = _names(drawing, "intermediateCatchEvent")
    for event, link in _links(drawing, "intermediateThrowEvent"):
        if not link.bpmn("target") and link.get("name") not in caught:
            yield event


def _several_targets(drawing: Drawing) -> Iterator[Element]:
    for event, link in _links(drawing, "intermediateThrowEvent"):
        if len(link.bpmn("target")) > 1:
            yield event


def _to_another_level(drawing: Drawing) -> Iterator[Element]:
    for event, link in _links(drawing, "intermediateThrowEvent"):
        for target in drawing.named(link, "target"):
            if drawing.container(target) is not drawing.container(event):
                yield event


RULES = (
    Rule(
        ("EXT118",),
        _no_other_end,
        "Its target does not exist or does not name it as a source.",
        "Let both links name each other.",
        "其目标链接不存在，或没有把它列为来源。",
        "请使两个链接相互引用。",
    ),
    Rule(
        ("EXT124",),
        _without_source,
        "It catches a link, and no link leads to it.",
        "Name its source, or draw a throwing link of the same name.",
        "它捕获链接，却没有链接通向它。",
        "请指明来源，或画一个同名的抛出链接。",
    ),
    Rule(
        ("EXT125", "EXT118"),
        _without_target,
        "It throws a link, and no link catches it.",
        "Name its target, or draw one catching link of the same name.",
        "它抛出链接，却没有链接接收。",
        "请指明目标，或画一个同名的捕获链接。",
    ),
    Rule(
        ("EXT125",),
        _several_targets,
        "It throws a link that has several targets.",
        "Keep one of them.",
        "它抛出的链接有多个目标。",
        "请只保留一个目标。",
    ),
    Rule(
        ("EXT126",),
        _to_another_level,
        "Its target stands in another process or sub-process.",
        "Put both links on the same level.",
        "其目标位于另一个流程或子流程。",
        "请将两个链接放在同一层。",
    ),
)
