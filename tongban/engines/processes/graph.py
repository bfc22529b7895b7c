"""Paths through a model: what leads where, and which nodes go in circles."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from tongban.engines.processes.model import Activity, Flow, Node


def successors(nodes: Mapping[str, Node], flows: Mapping[str, Flow]) -> dict[str, list[str]]:
    """Node to nodes: along flows, and from an activity to its boundary events."""
    after: dict[str, list[str]] = {}
    for node in nodes.values():
        targets = [flows[flow].target for flow in node.outgoing if flow in flows]
        if isinstance(node, Activity):
            targets += node.boundary
        after[node.id] = [target for target in targets if target in nodes]
    return after


def reversed_(edges: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    back: dict[str, list[str]] = {node: [] for node in edges}
    for node, targets in edges.items():
        for target in targets:
            back[target].append(node)
    return back


def reached(edges: Mapping[str, Iterable[str]], starts: Iterable[str]) -> set[str]:
    """The starts and everything that they lead to."""
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(edges[node])
    return seen


def circles(edges: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
    """Groups of nodes of which each leads to each other, a node that leads to itself included."""
    back = reversed_(edges)
    done: set[str] = set()
    for node in edges:
        if node in done:
            continue
        group = reached(edges, [node]) & reached(back, [node])
        done |= group
        if len(group) > 1 or node in edges[node]:
            yield [each for each in edges if each in group]


def among(edges: Mapping[str, Iterable[str]], keep: Callable[[str], bool]) -> dict[str, list[str]]:
    """The part of the graph that consists of certain nodes."""
    return {
        node: [target for target in targets if keep(target)]
        for node, targets in edges.items()
        if keep(node)
    }


def upstream(
    gateway: Node, nodes: Mapping[str, Node], flows: Mapping[str, Flow]
) -> dict[str, frozenset[str]]:
    """For each node, the incoming flows of the gateway that a token there can still arrive by.

    Paths through the gateway itself do not count: a token would have been joined there.
    """
    edges = among(successors(nodes, flows), lambda node: node != gateway.id)
    back = reversed_(edges)
    found: dict[str, set[str]] = {}
    for flow in gateway.incoming:
        source = flows[flow].source
        for node in reached(back, [source] if source in back else []):
            found.setdefault(node, set()).add(flow)
    return {node: frozenset(reachable) for node, reachable in found.items()}
