"""Which flows a case took between two steps that its log knows.

The log holds steps alone; gateways and events leave nothing there. What leads from one step to the
next is found in the drawing: where there is only one way, each of its flows was taken.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from tongban.engines.processes import Definition
from tongban.engines.processes.model import (
    Activity,
    BoundaryEvent,
    ComplexGateway,
    EndEvent,
    InclusiveGateway,
    Node,
    ParallelGateway,
    StartEvent,
)

Departure = Literal["complete", "withdraw", "start"]
JOINING = (ParallelGateway, InclusiveGateway, ComplexGateway)


@dataclass(frozen=True)
class Footpath:
    """From a step that was left to one that was begun, or to an end.

    `source` and `target` are steps; where the process as a whole begins or ends they are empty.
    `departure` is how the source was left; "start" stands for the beginning of the whole, or of a
    sub-process. `ends`: it leads to the end of what `target` names. Of the paths of one `branch`
    a case takes one for each visit; of several branches, which a gateway joins, one each.
    A token passes `flows` once for each departure, and those `behind` a join once for each arrival.
    """

    source: str
    departure: Departure
    target: str
    branch: int
    flows: tuple[str, ...]
    behind: tuple[str, ...] = ()
    ends: bool = False


def of(definition: Definition) -> tuple[Footpath, ...]:
    """All of a process, its sub-processes included."""
    found = [path for node in definition.nodes.values() for path in _to(definition, node)]
    branches: dict[tuple[str, bool], dict[tuple[str, int], int]] = {}
    numbered = []
    for node, path in found:
        known = branches.setdefault((path.target, path.ends), {})
        number = known.setdefault((node, path.branch), len(known))
        numbered.append(replace(path, branch=number))
    return tuple(numbered)


def _to(definition: Definition, node: Node) -> Iterator[tuple[str, Footpath]]:
    if isinstance(node, Activity):
        target, ends = node.id, False
    elif isinstance(node, EndEvent):
        target, ends = node.level or "", True
    else:
        return
    for branch, paths in enumerate(_branches(definition, node, frozenset())):
        for path in _without_doubt(_sorted(definition, path) for path in paths):
            yield node.id, replace(path, target=target, branch=branch, ends=ends)


def _branches(
    definition: Definition, node: Node, passed: frozenset[str]
) -> list[tuple[Footpath, ...]]:
    """What leads to a node: one group of alternatives for each branch that is joined there."""
    found = [
        _along(definition, flow, passed | {flow})
        for flow in node.incoming
        if flow in definition.flows and flow not in passed
    ]
    if isinstance(node, JOINING) or len(found) == 1:
        return list(chain.from_iterable(found))
    together = tuple(chain.from_iterable(chain.from_iterable(found)))
    return [together] if together else []


def _along(definition: Definition, flow: str, passed: frozenset[str]) -> list[tuple[Footpath, ...]]:
    source = definition.nodes[definition.flows[flow].source]
    if isinstance(source, Activity):
        return [(Footpath(source.id, "complete", "", 0, (flow,)),)]
    if isinstance(source, StartEvent):
        return [(Footpath(source.level or "", "start", "", 0, (flow,)),)]
    if isinstance(source, BoundaryEvent):
        # One that does not interrupt leaves nothing in the log.
        interrupted = Footpath(source.attached, "withdraw", "", 0, (flow,))
        return [(interrupted,)] if source.interrupting else []
    return [
        tuple(replace(path, flows=(*path.flows, flow)) for path in paths)
        for paths in _branches(definition, source, passed)
    ]


def _sorted(definition: Definition, path: Footpath) -> Footpath:
    """What is both behind a join and before a split belongs to no single departure or arrival."""
    passed = [definition.nodes[definition.flows[flow].source] for flow in path.flows]
    joins = [isinstance(each, JOINING) and len(each.incoming) > 1 for each in passed]
    splits = [isinstance(each, JOINING) and len(each.outgoing) > 1 for each in passed]
    before = [flow for place, flow in enumerate(path.flows) if not any(joins[: place + 1])]
    behind = [
        flow
        for place, flow in enumerate(path.flows)
        if any(joins[: place + 1]) and not any(splits[place + 1 :])
    ]
    return replace(path, flows=tuple(before), behind=tuple(behind))


def _without_doubt(paths: Iterable[Footpath]) -> Iterator[Footpath]:
    """Of several ways from one step to the same other only what they share was surely taken."""
    ways: dict[tuple[str, Departure], Footpath] = {}
    for path in paths:
        key = (path.source, path.departure)
        known = ways.get(key, path)
        ways[key] = replace(
            known,
            flows=tuple(flow for flow in known.flows if flow in path.flows),
            behind=tuple(flow for flow in known.behind if flow in path.behind),
        )
    yield from ways.values()
