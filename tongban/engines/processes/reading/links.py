"""Link events: where the two ends of one have the same name, a flow joins them."""

from tongban.engines.processes.model import Flow
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.draft import Draft

LINK = "linkEventDefinition"


def flows(draft: Draft, level: Element) -> tuple[Flow, ...]:
    ends: dict[str, list[str]] = {}
    for each in filter(_is_link, level.bpmn("intermediateCatchEvent")):
        ends.setdefault(_name(each), []).append(each.id)
    found: list[Flow] = []
    for source in filter(_is_link, level.bpmn("intermediateThrowEvent")):
        fitting = ends.get(_name(source), [])
        if len(fitting) != 1:
            draft.find("link-without-pair", source, name=_name(source), count=len(fitting))
            continue
        (target,) = fitting
        found.append(
            Flow(
                id=f"{source.id}→{target}",
                name=_name(source),
                name_en="",
                line=source.line,
                source=source.id,
                target=target,
                condition=None,
            )
        )
    return tuple(found)


def _is_link(event: Element) -> bool:
    return event.only(LINK) is not None


def _name(event: Element) -> str:
    definition = event.only(LINK)
    return (definition.get("name") if definition is not None else None) or event.get("name") or ""
