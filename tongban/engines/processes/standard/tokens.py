"""Every way in which the tokens of one level can go, without looking at data.

A choice may take any of its ways. What no such run does, no case does; what some run does, data may
still prevent. Runs are not told apart by the order in which independent nodes work: at each step
one node is picked, and only its own alternatives are followed. That finds every end and every
standstill, and needs for models made of blocks about as many steps as they have nodes.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field

from tongban.engines.processes import graph
from tongban.engines.processes.model import (
    Definition,
    EndEvent,
    InclusiveGateway,
    Node,
    ParallelGateway,
    StartEvent,
)
from tongban.engines.processes.standard import ways
from tongban.engines.processes.standard.ways import Way

Marking = Mapping[str, int]
Key = tuple[frozenset[tuple[str, int]], bool]

# Tokens and nodes looked at, all steps together: what would need more is not told.
EFFORT = 200_000
# What a step costs besides the tokens that it looks at.
_STEP = 8
_NOTHING: frozenset[str] = frozenset()


@dataclass(slots=True)
class Effort:
    """What is left to be spent, on one game or on several."""

    left: int = field(default_factory=lambda: EFFORT)

    def spend(self, steps: int) -> bool:
        """Whether there was that much."""
        self.left -= steps
        return self.left >= 0


@dataclass(slots=True)
class Played:
    """What was seen. `whole` is false where there was too much to follow it all.

    `stuck` are the joins that tokens stand still at for ever in some run, `joined` those that let
    tokens pass in some run. `doubled` are the nodes where two tokens come one after the other.
    `ends` are the nodes that took the last token, and whether the case was settled by then.
    """

    joined: set[str] = field(default_factory=set[str])
    stuck: set[str] = field(default_factory=set[str])
    doubled: set[str] = field(default_factory=set[str])
    ends: set[tuple[str, bool]] = field(default_factory=set[tuple[str, bool]])
    whole: bool = True

    @classmethod
    def together(cls, runs: Iterable["Played"]) -> "Played":
        """What was seen from any of several starts."""
        seen = cls()
        for each in runs:
            seen.joined |= each.joined
            seen.stuck |= each.stuck
            seen.doubled |= each.doubled
            seen.ends |= each.ends
            seen.whole = seen.whole and each.whole
        return seen


@dataclass(frozen=True, slots=True)
class _State:
    """How many tokens each flow holds, and whether the case is settled."""

    marking: Marking
    settled: bool

    def key(self) -> Key:
        return frozenset(self.marking.items()), self.settled


class Level:
    """One level of a definition, as it goes on from a node of it.

    `settling` are its nodes that settle a case when they are done, `beside` those of the level
    where somebody has sorted them out already.
    """

    def __init__(
        self,
        definition: Definition,
        start: str,
        settling: Collection[str] = (),
        beside: Mapping[str, Node] | None = None,
    ):
        self.definition = definition
        self.nodes = beside or by_level(definition)[definition.nodes[start].level]
        self._settling = frozenset(settling)
        self._edges = graph.successors(self.nodes, definition.flows)
        self._set(start)

    def starting(self, start: str) -> "Level":
        """The same level from another node of it."""
        other = copy(self)
        other._set(start)
        return other

    def _set(self, start: str) -> None:
        self.start = start
        self._urgency: dict[str, tuple[int, int]] = {}
        self._order = {node: number for number, node in enumerate(_forward(self._edges, start))}

    def is_known(self) -> bool:
        return all(map(ways.is_known, self.nodes.values()))

    def target(self, flow: str) -> Node:
        return self.nodes[self.definition.flows[flow].target]

    def outcomes(self, node: Node) -> Iterator[tuple[Way, bool]]:
        """What a node may give when it is done, and whether the case is settled by that."""
        settles = node.id in self._settling
        border = ways.around(self.definition, node)
        for way in ways.regular(self.definition, node):
            yield way, settles
            for beside, interrupting in border:
                if not interrupting:
                    yield way + beside, settles
        yield from ((way, False) for way, interrupting in border if interrupting)

    def urgency(self, node: Node) -> tuple[int, int]:
        """Who is picked first: where ways meet as late as can be, where a case is settled last.

        So tokens that can meet do meet, and an end that can come before the settling does.
        """
        known = self._urgency.get(node.id)
        if known is None:
            known = self._urgency[node.id] = (self._rank(node), self._order.get(node.id, 0))
        return known

    def _rank(self, node: Node) -> int:
        if node.id in self._settling:
            return 4
        if ways.ends_all(node):
            return 3
        return 2 if _asks(node) else int(_merges(node))

    def takes(self, node: Node, marking: Marking) -> Way:
        """The flows that the node takes a token from now; none where it has to wait."""
        came = self.came(node, marking)
        if not _joins(node):
            return came[:1]
        if isinstance(node, ParallelGateway):
            return came if len(came) == len(node.incoming) else ()
        return () if self._more_can_come(node, marking, came) else came

    def came(self, node: Node, marking: Marking) -> Way:
        """The flows into the node that hold a token; the shorter list is gone through."""
        if len(node.incoming) <= len(marking):
            return tuple(flow for flow in node.incoming if flow in marking)
        flows = self.definition.flows
        return tuple(flow for flow in marking if flows[flow].target == node.id)

    def _more_can_come(self, node: Node, marking: Marking, came: Way) -> bool:
        upstream = self.definition.upstream[node.id]
        reachable = (upstream.get(self.target(flow).id, _NOTHING) for flow in marking)
        return any(flows and not flows & set(came) for flows in reachable)


def by_level(definition: Definition) -> dict[str | None, dict[str, Node]]:
    found: dict[str | None, dict[str, Node]] = {}
    for node in definition.nodes.values():
        found.setdefault(node.level, {})[node.id] = node
    return found


def beginnings(definition: Definition, level: str | None) -> list[str]:
    """The nodes of which a run of the level begins at one; none where several begin at once."""
    begun = list(definition.begins.get(level, ()))
    if len(begun) > 1 and not all(_starts(definition, each) for each in begun):
        return []
    triggered = definition.openings if level is None else ()
    return begun + [each for each in triggered if _starts(definition, each)]


def _starts(definition: Definition, node: str) -> bool:
    return isinstance(definition.nodes[node], StartEvent)


class Game:
    """Follows every run of a level from its start."""

    def __init__(self, level: Level, effort: Effort | None = None):
        self._level, self._seen, self._played = level, set[Key](), Played()
        self._effort = effort or Effort()

    def play(self) -> Played:
        waiting = list(self._after(_State({}, False), self._level.nodes[self._level.start], ()))
        while waiting and self._played.whole:
            state = waiting.pop()
            self._played.whole = self._effort.spend(len(state.marking) + _STEP)
            waiting += self._next(state)
        return self._played

    def _next(self, state: _State) -> list[_State]:
        node = self._picked(state.marking)
        if node is None:
            self._played.stuck |= {self._level.target(flow).id for flow in state.marking}
            return []
        came = self._level.came(node, state.marking) if _merges(node) else ()
        if sum(state.marking[flow] for flow in came) > 1:
            self._played.doubled.add(node.id)
        if ways.ends_all(node):
            self._played.ends.add((node.id, state.settled))
            return []
        if _joins(node):
            self._played.joined.add(node.id)
        after = list(self._after(state, node, self._level.takes(node, state.marking)))
        # Only where runs part or meet can a state come twice.
        return after if len(after) < 2 and not _merges(node) else list(self._unseen(after))

    def _picked(self, marking: Marking) -> Node | None:
        """The most urgent of the nodes that can work."""
        best: tuple[tuple[int, int], Node] | None = None
        for flow in marking:
            node = self._level.target(flow)
            urgency = self._level.urgency(node)
            if (best is None or urgency < best[0]) and self._takes(node, marking):
                if urgency[0] == 0:
                    return node
                best = urgency, node
        return best[1] if best is not None else None

    def _takes(self, node: Node, marking: Marking) -> Way:
        """Where many tokens are asked where they can go, that is what takes the time."""
        upstream = self._level.definition.upstream
        before = upstream.visited
        taken = self._level.takes(node, marking)
        asked = len(marking) if _asks(node) else 0
        self._effort.spend(upstream.visited - before + asked + 1)
        return taken

    def _after(self, state: _State, node: Node, taken: Way) -> Iterator[_State]:
        for given, settles in self._level.outcomes(node):
            marking = dict(state.marking)
            for flow in taken:
                marking[flow] -= 1
            for flow in given:
                marking[flow] = marking.get(flow, 0) + 1
            marking = {flow: count for flow, count in marking.items() if count}
            settled = state.settled or settles
            if not marking:
                self._played.ends.add((node.id, settled))
            elif max(marking.values()) > 2:
                # They pile up: this run is not followed any further.
                self._played.whole = False
            else:
                yield _State(marking, settled)

    def _unseen(self, states: list[_State]) -> Iterator[_State]:
        for state in states:
            if state.key() not in self._seen:
                self._seen.add(state.key())
                yield state


def _asks(node: Node) -> bool:
    """Whether it waits for what can still come from elsewhere."""
    return isinstance(node, InclusiveGateway) and len(node.incoming) > 1


def _joins(node: Node) -> bool:
    return isinstance(node, ParallelGateway | InclusiveGateway) and len(node.incoming) > 1


def _merges(node: Node) -> bool:
    """Whether ways meet here without waiting for each other; at an end that does no harm."""
    return len(node.incoming) > 1 and not _joins(node) and not isinstance(node, EndEvent)


def _forward(edges: Mapping[str, list[str]], start: str) -> list[str]:
    """What can be reached, each node before those that only it leads to (circles aside)."""
    ended: list[str] = []
    seen = {start}
    path = [(start, iter(edges.get(start, ())))]
    while path:
        node, targets = path[-1]
        target = next((each for each in targets if each not in seen), None)
        if target is None:
            ended.append(node)
            path.pop()
        else:
            seen.add(target)
            path.append((target, iter(edges[target])))
    return ended[::-1]
