"""Whether a case can end before anything was decided on it."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from tongban.engines.processes.model import (
    CallActivity,
    Definition,
    EndEvent,
    Node,
    ServiceTask,
    StartEvent,
    SubProcess,
)
from tongban.engines.processes.standard import ways
from tongban.engines.processes.standard.soundness import Flaw, flaw
from tongban.engines.processes.standard.tokens import (
    Effort,
    Game,
    Level,
    beginnings,
    by_level,
)

# The outcome of an end event that needs no decision: the applicant took the application back.
WITHDRAWN: Final = "withdrawn"


def ends_undecided(definition: Definition, settling: Collection[str]) -> tuple[Flaw, ...]:
    """The ends that a case can come to undecided; `settling` are the operations that decide it.

    A case is decided as soon as one of its parallel branches decides. An activity that is
    interrupted has decided nothing. What would take too long to know is not told.
    """
    judge = _Judge(definition, settling)
    for level in _inner_first(judge.levels):
        judge.look_at(level)
    undecided = sorted({end for end, settled in judge.ends.get(None, ()) if not settled})
    found = [
        flaw(definition, "ends-undecided", end)
        for end in undecided
        if _needs_a_decision(definition.nodes[end])
    ]
    return tuple(sorted(found, key=lambda each: each.line))


def _inner_first(levels: Mapping[str | None, Mapping[str, Node]]) -> list[str | None]:
    """The levels that a case can come to, each behind those that it needs to know of."""
    ordered: list[str | None] = []
    seen: set[str | None] = set()
    waiting: list[tuple[str | None, bool]] = [(None, False)]
    while waiting:
        level, told = waiting.pop()
        if told:
            ordered.append(level)
        elif level in levels and level not in seen:
            seen.add(level)
            waiting.append((level, True))
            waiting += [(each, False) for each in _opened(levels[level])]
    return ordered


def _opened(nodes: Mapping[str, Node]) -> Iterator[str]:
    for node in nodes.values():
        match node:
            case SubProcess(id=level) | CallActivity(called=level):
                yield level
            case _:
                pass


class _Judge:
    """`ends` are, by level, where it ends, by itself or by what interrupts it, and whether that was
    decided."""

    def __init__(self, definition: Definition, settling: Collection[str]):
        self.levels = by_level(definition)
        self.ends: dict[str | None, set[tuple[str, bool]]] = {}
        self._definition, self._settling = definition, settling
        self._settlers: dict[str | None, list[str]] = {}
        self._effort = Effort()

    def look_at(self, level: str | None) -> None:
        nodes = self.levels[level].values()
        self._settlers[level] = [node.id for node in nodes if self._settles(node)]
        begun = beginnings(self._definition, level)
        found = self._ends_from(level, begun)
        for start in self._interrupters(level):
            found |= self._ends_from(self._definition.nodes[start].level, [start])
        self.ends[level] = found

    def _interrupters(self, level: str | None) -> Iterator[str]:
        for each in self._definition.handlers.get(level, ()):
            start = self._definition.nodes[each]
            if isinstance(start, StartEvent) and start.interrupting:
                yield each

    def _ends_from(self, level: str | None, starts: list[str]) -> set[tuple[str, bool]]:
        found: set[tuple[str, bool]] = set()
        if not starts:
            return found
        drawn = Level(self._definition, starts[0], self._settlers[level], self.levels[level])
        if drawn.is_known():
            for start in starts:
                found |= Game(drawn.starting(start), self._effort).play().ends
        return found

    def _settles(self, node: Node) -> bool:
        """Whether the node settles a case whenever it is done."""
        match node:
            case ServiceTask(operation=operation):
                return operation in self._settling
            case SubProcess(id=level) | CallActivity(called=level):
                ends = self.ends.get(level, set())
                known = self._definition.nodes
                done = [settled for end, settled in ends if not ways.fails(known[end])]
                return bool(done) and all(done)
            case _:
                return False


def _needs_a_decision(node: Node) -> bool:
    return isinstance(node, EndEvent) and node.outcome != WITHDRAWN
