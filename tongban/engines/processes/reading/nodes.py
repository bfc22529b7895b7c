"""What every node shares: its place in the graph, its names, what its expressions say."""

import re
from collections.abc import Callable
from typing import Any

from tongban.engines.feel.lexer import KEYWORDS
from tongban.engines.feel.types import Type
from tongban.engines.processes.expressions import Expression
from tongban.engines.processes.model import Mapped
from tongban.engines.processes.reading.document import Element, unprefixed
from tongban.engines.processes.reading.draft import Draft, Level

Compile = Callable[[str, Element, Level], Expression | None]

_NAME = re.compile(r"[^\W\d]\w*")
_INTEGER = re.compile(r"[+-]?\d{1,9}", re.ASCII)


def named(element: Element) -> dict[str, Any]:
    return {
        "id": element.id,
        "name": element.get("name") or element.id,
        "name_en": element.tb("labelEn") or "",
        "line": element.line,
    }


def common(draft: Draft, level: Level, element: Element) -> dict[str, Any]:
    """The fields of `Node`; notes where `<incoming>` or `<outgoing>` contradict the flows."""
    around = draft.nodes.get(level.id or "")
    ends = {"incoming": level.incoming, "outgoing": level.outgoing}
    for child in element.bpmn("incoming", "outgoing"):
        if unprefixed(child.text) not in ends[child.tag].get(element.id, ()):
            draft.find("flow-mismatch", element, tag=child.tag, flow=child.text)
    return named(element) | {
        "level": level.id,
        "incoming": level.incoming.get(element.id, ()),
        "outgoing": level.outgoing.get(element.id, ()),
        "lane": draft.lane_of.get(element.id) or (around.lane if around else None),
    }


def default(draft: Draft, element: Element, level: Level) -> str | None:
    flow = element.refers("default")
    if flow and flow not in level.outgoing.get(element.id, ()):
        draft.find("default-elsewhere", element, flow=flow)
    return flow or None


def is_integer(text: str) -> bool:
    return _INTEGER.fullmatch(text) is not None


def is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None and text not in KEYWORDS


def checked_name(draft: Draft, owner: Element, name: str) -> bool:
    if not is_name(name):
        draft.find("wrong-name", owner, name=name)
    return is_name(name)


def in_feel(draft: Draft, owner: Element, language: str | None) -> bool:
    """Whether an expression says that it is FEEL, or nothing of the kind."""
    if language is None or "feel" in language.lower():
        return True
    draft.find("wrong-language", owner, language=language)
    return False


def written_in(
    draft: Draft, holder: Element, owner: Element, level: Level, *results: Type
) -> Expression | None:
    """The FEEL that an expression element holds, which must be able to have one of the results."""
    if not in_feel(draft, owner, holder.get("language")):
        return None
    return draft.expression(holder.text, owner, level, *results)


def mapped(
    draft: Draft, level: Level, element: Element, tag: str, compile: Compile
) -> tuple[Mapped, ...]:
    """The `tb:input` or `tb:output` elements of a node."""
    found: list[Mapped] = []
    for each in element.extensions(tag):
        target, source = each.get("target"), each.get("source")
        for attribute, value in (("target", target), ("source", source)):
            if value is None:
                draft.find("missing-attribute", element, tag=f"tb:{tag}", attribute=attribute)
        if target is not None and source is not None:
            expression = compile(source, element, level)
            if checked_name(draft, element, target) and expression is not None:
                found.append(Mapped(target, expression))
    return tuple(found)
