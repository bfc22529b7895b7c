"""One definition out of the process and those that it calls."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TypeVar

from tongban.engines.processes.model import (
    ComplexGateway,
    Definition,
    EventGateway,
    EventSubProcess,
    Flow,
    InclusiveGateway,
    Lane,
    Node,
    ReceiveTask,
    StartEvent,
)
from tongban.engines.processes.reading import levels, nodes
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.draft import Draft
from tongban.engines.processes.upstream import Upstream

Key = TypeVar("Key")
Kept = TypeVar("Kept")


def definition(element: Element, xml: bytes, version: str, drafts: list[Draft]) -> Definition:
    """The first draft is that of the process itself."""
    all_nodes: dict[str, Node] = {}
    flows: dict[str, Flow] = {}
    lanes: dict[str, Lane] = {}
    data: dict[str | None, tuple[str, ...]] = {}
    for draft in drafts:
        all_nodes |= draft.nodes
        flows |= draft.flows
        lanes |= draft.lanes
        data |= {level: names for level, names in draft.data.items() if names}
    by_level = {level: found for draft in drafts for level, found in levels.of(draft).items()}
    begins = {level: levels.begins(found) for level, found in by_level.items()}
    return Definition(
        **nodes.named(element),
        version=version,
        xml=xml,
        executable=True,
        nodes=_kept(all_nodes),
        flows=_kept(flows),
        lanes=_kept(lanes),
        variables=_kept(drafts[0].declared),
        types=_kept({each.top: each.declared for each in drafts if each.top is not None}),
        begins=_kept(begins),
        starts=_kept({level: found[0] for level, found in begins.items() if len(found) == 1}),
        openings=tuple(node.id for node in by_level[None].values() if _opens(node)),
        handlers=_kept(dict(_handlers(by_level))),
        data=_kept(data),
        upstream=Upstream(all_nodes, flows, [id for id, each in all_nodes.items() if _joins(each)]),
        correction=element.tb("correction"),
    )


def _opens(node: Node) -> bool:
    match node:
        case StartEvent(triggers=triggers):
            return bool(triggers)
        case ReceiveTask(instantiates=instantiates) | EventGateway(instantiates=instantiates):
            return instantiates
        case _:
            return False


def _handlers(
    by_level: Mapping[str | None, Mapping[str, Node]],
) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    """The start events of the event sub-processes of each level that has any."""
    for level, found in by_level.items():
        subs = [node.id for node in found.values() if isinstance(node, EventSubProcess)]
        if subs:
            inside = [node for sub in subs for node in by_level[sub].values()]
            yield level, tuple(node.id for node in inside if isinstance(node, StartEvent))


def _joins(node: Node) -> bool:
    return isinstance(node, InclusiveGateway | ComplexGateway) and len(node.incoming) > 1


def _kept(found: Mapping[Key, Kept]) -> Mapping[Key, Kept]:
    return MappingProxyType(dict(found))
