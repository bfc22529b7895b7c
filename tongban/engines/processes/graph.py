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


def forward(edges: Mapping[str, Iterable[str]], starts: Iterable[str]) -> list[str]:
    """What the starts lead to, each node before those that only it leads to (circles aside), of
    several branches the first one first."""
    first = list(starts)
    known = reached(edges, first)
    order = [*reversed(first), *(node for node in edges if node in known)]
    return _by_end({node: list(edges[node])[::-1] for node in order})[::-1]


def dominators(
    edges: Mapping[str, Iterable[str]], starts: Collection[str]
) -> dict[str, str | None]:
    """For each node that the starts lead to, the last of those that every way to it passes.

    The algorithm of Cooper, Harvey and Kennedy.
    """
    order = forward(edges, starts)
    number = {node: place for place, node in enumerate(order)}
    back = reversed_({node: edges[node] for node in order})
    above: dict[str, str | None] = dict.fromkeys(starts)
    changed = True
    while changed:
        changed = False
        for node in order:
            if node not in starts:
                first, *others = [each for each in back[node] if each in above]
                last: str | None = first
                for each in others:
                    last = _last_common(above, number, last, each)
                changed = changed or above.get(node, node) != last
                above[node] = last
    return above


def _last_common(
    above: Mapping[str, str | None],
    number: Mapping[str, int],
    one: str | None,
    other: str | None,
) -> str | None:
    while one is not None and other is not None and one != other:
        if number[one] > number[other]:
            one = above[one]
        else:
            other = above[other]
    return one if other is not None else None


def passed(above: Mapping[str, str | None], node: str) -> Iterator[str]:
    """What every way to the node passes, the last first; `above` comes from `dominators`."""
    last = above.get(node)
    while last is not None:
        yield last
        last = above[last]


def _groups(edges: Mapping[str, Iterable[str]]) -> Iterator[set[str]]:
    """The nodes that lead to each other, each group before those that it leads to.

    Kosaraju's algorithm; its time grows with the size of the graph, not with the square.
    """
    back = reversed_(edges)
    done: set[str] = set()
    for node in reversed(_by_end(edges)):
        if node not in done:
            group = reached(back, [node], without=done)
            done |= group
            yield group


def circles(edges: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
    """Groups of nodes of which each leads to each other, a node that leads to itself included."""
    order = {node: number for number, node in enumerate(edges)}
    for group in _groups(edges):
        first = min(group, key=order.__getitem__)
        if len(group) > 1 or first in edges[first]:
            yield sorted(group, key=order.__getitem__)


def ranks(edges: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Numbers that never fall along a path; nodes of one circle have the same."""
    return {node: rank for rank, group in enumerate(_groups(edges)) for node in group}


def among(edges: Mapping[str, Iterable[str]], keep: Callable[[str], bool]) -> dict[str, list[str]]:
    """The part of the graph that consists of certain nodes."""
    return {
        node: [target for target in targets if keep(target)]
        for node, targets in edges.items()
        if keep(node)
    }
