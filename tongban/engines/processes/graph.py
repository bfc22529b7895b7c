"""Paths through a model: what leads where, and which nodes go in circles."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

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


def reached(
    edges: Mapping[str, Iterable[str]], starts: Iterable[str], without: Collection[str] = ()
) -> set[str]:
    """The starts and everything that they lead to, on paths that avoid `without`."""
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        node = waiting.pop()
        if node not in seen and node not in without:
            seen.add(node)
            waiting.extend(edges[node])
    return seen


def _by_end(edges: Mapping[str, Iterable[str]]) -> list[str]:
    """The nodes in the order in which a search in depth is done with them."""
    ended: list[str] = []
    seen: set[str] = set()
    for first in edges:
        path = [] if first in seen else [(first, iter(edges[first]))]
        seen.add(first)
        while path:
            node, targets = path[-1]
            target = next((each for each in targets if each not in seen), None)
            if target is None:
                ended.append(node)
                path.pop()
            else:
                seen.add(target)
                path.append((target, iter(edges[target])))
    return ended


def circles(edges: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
    """Groups of nodes of which each leads to each other, a node that leads to itself included.

    Kosaraju's algorithm; its time grows with the size of the graph, not with the square.
    """
    back = reversed_(edges)
    order = {node: number for number, node in enumerate(edges)}
    done: set[str] = set()
    for node in reversed(_by_end(edges)):
        if node not in done:
            group = reached(back, [node], without=done)
            done |= group
            if len(group) > 1 or node in edges[node]:
                yield sorted(group, key=order.__getitem__)


def among(edges: Mapping[str, Iterable[str]], keep: Callable[[str], bool]) -> dict[str, list[str]]:
    """The part of the graph that consists of certain nodes."""
    return {
        node: [target for target in targets if keep(target)]
        for node, targets in edges.items()
        if keep(node)
    }


def upstream(
    gateway: Node, flows: Mapping[str, Flow], back: Mapping[str, Iterable[str]]
) -> dict[str, frozenset[str]]:
    """For each node, the incoming flows of the gateway that a token there can still arrive by.

    `back` is the reversed graph. Paths through the gateway itself do not count: a token would have
    been joined there.
    """
    found: dict[str, frozenset[str]] = {}
    for flow in gateway.incoming:
        for node in reached(back, [flows[flow].source], without={gateway.id}):
            found[node] = found.get(node, frozenset()) | {flow}
    return found
