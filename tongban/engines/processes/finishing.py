"""Whether a level that stands anywhere can still come to its end, whatever the data are.

The tokens of a running case are put into the game that `standard.tokens` plays from a start. Kinds
that it does not know are taken for what asks for more: a complex gateway for one that needs all its
flows, an activity for one that takes and gives one token.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any, Final

from tongban.engines.processes import graph
from tongban.engines.processes.model import (
    Activity,
    ComplexGateway,
    Definition,
    EventGateway,
    Flow,
    InclusiveGateway,
    Node,
    ParallelGateway,
    StartEvent,
)
from tongban.engines.processes.rows import Token
from tongban.engines.processes.standard.tokens import Game, Level, Played

JOINING: Final = (ParallelGateway, InclusiveGateway, ComplexGateway)
# The node that a game begins at; no id of a model is empty.
_HERE: Final = ""


class Drawn:
    """One level of a definition: where it begins, what leads where, what it would do from a place.

    A standstill that the drawing itself can come to, from one of its own beginnings, is not held
    against a case that is moved.
    """

    def __init__(self, definition: Definition, level: str | None):
        self.level = level
        self.nodes = {each.id: each for each in definition.nodes.values() if each.level == level}
        self.edges = graph.successors(self.nodes, definition.flows)
        self.begins = _beginnings(definition, self.nodes, level)
        self._flows = definition.flows
        known = {**definition.nodes, **{node.id: _known(node) for node in self.nodes.values()}}
        self._definition = replace(definition, nodes=known)
        self._own: Played | None = None

    def asks(self, node: Node) -> list[bool]:
        """Which of its flows have a condition."""
        return [self._flows[flow].condition is not None for flow in node.outgoing]

    def source(self, flow: str) -> str:
        return self._flows[flow].source

    def waits_for_ever(self, tokens: Iterable[Token]) -> list[str]:
        """The joins that would stand still for ever in some run from here on."""
        played = self._play(tokens)
        if not played.stuck:
            return []
        if self._own is None:
            self._own = Played.together(map(self._play, self._starts()))
        new = played.stuck - self._own.stuck
        return sorted(new or (set() if played.ends else played.stuck))

    def _starts(self) -> list[list[Token]]:
        """Each start event by itself; where there is none, all that a run begins with."""
        single = [[_at(each)] for each in self.begins if isinstance(self.nodes[each], StartEvent)]
        return single or [[_at(each) for each in self.begins]]

    def _play(self, tokens: Iterable[Token]) -> Played:
        """Each token is put on a flow into its node; on a new one where none leads there."""
        nodes: dict[str, Node] = dict(self._definition.nodes)
        flows = dict(self._flows)
        given: list[str] = []
        for token in tokens:
            node = nodes[token.node]
            flow = token.via if token.via in node.incoming else f"{_HERE} {node.id}"
            if flow not in flows:
                flows[flow] = _into(node, flow)
                nodes[node.id] = replace(node, incoming=(*node.incoming, flow))
            given.append(flow)
        nodes[_HERE] = _beginning(self.level, tuple(given))
        drawn = replace(self._definition, nodes=nodes, flows=flows)
        return Game(Level(drawn, _HERE)).play()


def _beginnings(
    definition: Definition, nodes: Mapping[str, Node], level: str | None
) -> tuple[str, ...]:
    """Also the start events of the event sub-process that the level may be."""
    openings = definition.openings if level is None else ()
    starts = [node.id for node in nodes.values() if isinstance(node, StartEvent)]
    return tuple(dict.fromkeys((*definition.begins.get(level, ()), *openings, *starts)))


def _at(node: str) -> Token:
    return Token(0, node, 0, "")


def _into(node: Node, flow: str) -> Flow:
    return Flow(
        id=flow, name=flow, name_en="", line=0, source=_HERE, target=node.id, condition=None
    )


def _beginning(level: str | None, outgoing: tuple[str, ...]) -> StartEvent:
    return StartEvent(
        id=_HERE,
        name=_HERE,
        name_en=_HERE,
        line=0,
        level=level,
        incoming=(),
        outgoing=outgoing,
        lane=None,
        triggers=(),
        parallel=False,
        outputs=(),
        interrupting=False,
    )


def _known(node: Node) -> Node:
    match node:
        case ComplexGateway(default=default) if len(node.incoming) == 1:
            return InclusiveGateway(**_shared(node), default=default)
        case ComplexGateway() | EventGateway(parallel=True):
            return ParallelGateway(**_shared(node))
        case Activity(start_quantity=taken, completion_quantity=given) if not taken == given == 1:
            return replace(node, start_quantity=1, completion_quantity=1)
        case _:
            return node


def _shared(node: Node) -> Mapping[str, Any]:
    return MappingProxyType({each.name: getattr(node, each.name) for each in fields(Node)})
