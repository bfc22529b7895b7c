"""Our own words of a model, described so that the modeller keeps them and can set them."""

from collections.abc import Iterator
from typing import Any

from tongban.engines.processes.reading import vocabulary
from tongban.engines.processes.reading.vocabulary import NODES, TB

OTHERS = (
    *("lane", "process", "sequenceFlow", "messageEventDefinition"),
    "multiInstanceLoopCharacteristics",
)
# Its attributes and what they stand in; the modeller knows nothing of their meaning.
ELEMENTS = {
    "Variable": ("name", "type"),
    "Input": ("target", "source"),
    "Output": ("target", "source"),
}


def described() -> dict[str, Any]:
    return {
        "name": "Tongban",
        "prefix": "tb",
        "uri": TB,
        "xml": {"tagAlias": "lowerCase"},
        "types": [*_extended(), *_elements()],
    }


def _extended() -> Iterator[dict[str, Any]]:
    """Every kind of node inherits what all of them may bear, and may not be given it twice."""
    common = frozenset.intersection(*(vocabulary.attributes(tag) for tag in NODES))
    yield _type("flowNode", common)
    for tag in (*sorted(NODES), *OTHERS):
        own = vocabulary.attributes(tag) - (common if tag in NODES else frozenset())
        if own:
            yield _type(tag, own)


def _type(tag: str, attributes: frozenset[str]) -> dict[str, Any]:
    kind = f"{tag[0].upper()}{tag[1:]}"
    properties = [{"name": name, "isAttr": True, "type": "String"} for name in sorted(attributes)]
    return {"name": kind, "extends": [f"bpmn:{kind}"], "properties": properties}


def _elements() -> Iterator[dict[str, Any]]:
    for kind, attributes in ELEMENTS.items():
        properties = [{"name": name, "isAttr": True, "type": "String"} for name in attributes]
        yield {"name": kind, "superClass": ["Element"], "properties": properties}
