"""For a gateway that joins: by which of its flows a token somewhere else can still arrive.

A model with a thousand of them would hold a thousand times all its nodes; so an answer is looked up
when it is asked for, and kept.
"""

from collections.abc import Iterable, Iterator, Mapping

from tongban.engines.processes import graph
from tongban.engines.processes.model import Arriving, Flow, Node

Arrivals = Mapping[str, frozenset[str]]


class Upstream(Arriving):
    """Paths through the gateway itself do not count: a token would have been joined there."""

    def __init__(
        self, nodes: Mapping[str, Node], flows: Mapping[str, Flow], gateways: Iterable[str]
    ):
        self.visited = 0
        self.nodes = nodes
        self._edges = graph.successors(nodes, flows)
        self._rank: Mapping[str, int] = {}
        self._toward = {gateway: _Toward(self, gateway) for gateway in gateways}

    def __getitem__(self, gateway: str) -> Arrivals:
        return self._toward[gateway]

    def __iter__(self) -> Iterator[str]:
        return iter(self._toward)

    def __len__(self) -> int:
        return len(self._toward)

    def search(self, node: str, gateway: str) -> frozenset[str]:
        """Forwards from the node, and never beyond the gateway: what ranks higher cannot lead back
        to it."""
        self._rank = self._rank or graph.ranks(self._edges)
        limit = self._rank[gateway]
        seen, waiting, found = {gateway, node}, [node], set[str]()
        while waiting:
            here = waiting.pop()
            self.visited += 1
            for target in self._edges[here]:
                if target == gateway:
                    found |= set(self.nodes[here].outgoing) & self._into(gateway)
                elif target not in seen and self._rank[target] <= limit:
                    seen.add(target)
                    waiting.append(target)
        return frozenset(found)

    def _into(self, gateway: str) -> set[str]:
        return set(self.nodes[gateway].incoming)


class _Toward(Arrivals):
    def __init__(self, upstream: Upstream, gateway: str):
        self._upstream, self._gateway = upstream, gateway
        self._found: dict[str, frozenset[str]] = {gateway: frozenset()}

    def __getitem__(self, node: str) -> frozenset[str]:
        if node not in self._found:
            self._found[node] = self._upstream.search(node, self._gateway)
        return self._found[node]

    def __iter__(self) -> Iterator[str]:
        return iter(self._upstream.nodes)

    def __len__(self) -> int:
        return len(self._upstream.nodes)
