"""Whether a case can end before anything was decided on it."""

from collections.abc import Collection, Iterator
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
from tongban.engines.processes.standard.tokens import Game, Level, beginnings

# The outcome of an end event that needs no decision: the applicant took the application back.
WITHDRAWN: Final = "withdrawn"


def ends_undecided(definition: Definition, settling: Collection[str]) -> tuple[Flaw, ...]:
    """The ends that a case can come to undecided; `settling` are the operations that decide it.

    A case is decided as soon as one of its parallel branches decides. An activity that is
    interrupted has decided nothing. What would take too long to know is not told.
    """
    ends = sorted({end for end, settled in _ends(definition, None, settling) if not settled})
    found = [
        flaw(definition, "ends-undecided", end)
        for end in ends
        if _needs_a_decision(definition.nodes[end])
    ]
    return tuple(sorted(found, key=lambda each: each.line))


def _ends(
    definition: Definition, level: str | None, settling: Collection[str]
) -> set[tuple[str, bool]]:
    """Where the level ends, by itself or by what interrupts it, and whether that was decided."""
    begun = [*beginnings(definition, level), *_interrupters(definition, level)]
    return {end for start in begun for end in _ends_from(definition, start, settling)}


def _interrupters(definition: Definition, level: str | None) -> Iterator[str]:
    for each in definition.handlers.get(level, ()):
        start = definition.nodes[each]
        if isinstance(start, StartEvent) and start.interrupting:
            yield each


def _ends_from(
    definition: Definition, start: str, settling: Collection[str]
) -> set[tuple[str, bool]]:
    level = definition.nodes[start].level
    beside = [node for node in definition.nodes.values() if node.level == level]
    settlers = [node.id for node in beside if _settles(definition, node, settling)]
    drawn = Level(definition, start, settlers)
    return Game(drawn).play().ends if drawn.is_known() else set()


def _settles(definition: Definition, node: Node, settling: Collection[str]) -> bool:
    """Whether the node settles a case whenever it is done."""
    match node:
        case ServiceTask(operation=operation):
            return operation in settling
        case SubProcess(id=level) | CallActivity(called=level):
            ends = _ends(definition, level, settling)
            done = [settled for end, settled in ends if not ways.fails(definition.nodes[end])]
            return bool(done) and all(done)
        case _:
            return False


def _needs_a_decision(node: Node) -> bool:
    return isinstance(node, EndEvent) and node.outcome != WITHDRAWN
