"""Whether a case can finish, as far as the drawing alone tells."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal

from tongban.engines.processes import graph
from tongban.engines.processes.model import Activity, Definition, InclusiveGateway
from tongban.engines.processes.reading.findings import Finding
from tongban.engines.processes.standard.tokens import (
    Effort,
    Game,
    Level,
    Played,
    beginnings,
    by_level,
)

Severity = Literal["error", "warning"]

WORDS: Final[dict[str, tuple[Severity, str, str]]] = {
    "join-never-satisfied": (
        "error",
        "“{name}” waits for a token from each of its {count} incoming flows, and no run ever "
        "brings them all. Join with an exclusive gateway what an exclusive one split.",
        "“{name}”要等齐 {count} 条入线，而任何情况下都不会等齐。"
        "由排他网关分出的分支，请用排他网关汇合。",
    ),
    "can-stand-still": (
        "warning",
        "In some runs not every token that “{name}” waits for comes, and the case stands still. "
        "Join with the kind of gateway that split.",
        "在某些情况下“{name}”等不齐所有入线，办件将停在此处。请用与分支相同种类的网关汇合。",
    ),
    "runs-twice": (
        "warning",
        "Two tokens can come to “{name}” one after the other: what follows is done twice. Join "
        "with a parallel gateway what a parallel one split.",
        "两个令牌会先后到达“{name}”，其后的步骤会执行两次。由并行网关分出的分支，请用并行网关汇合。",
    ),
    "ends-undecided": (
        "error",
        "A case can end at “{name}” before anything was decided on it. Lead every way to an end "
        "through a step that grants or refuses.",
        "办件可能尚未作出决定就在“{name}”结束。请使通往结束的每条路径都经过准予或不予的步骤。",
    ),
}


@dataclass(frozen=True, slots=True)
class Flaw(Finding):
    """Something about the paths of a process; only an error keeps it from being used."""

    @property
    def severity(self) -> Severity:
        return WORDS[self.rule][0]

    def told(self, language: str) -> str:
        return WORDS[self.rule][1 + language.startswith("zh")].format(**self.facts)


def flaw(definition: Definition, rule: str, node: str) -> Flaw:
    found = definition.nodes[node]
    facts = {"name": found.name, "count": len(found.incoming)}
    return Flaw(rule, found.id, found.line, facts)


def unsound(definition: Definition) -> tuple[Flaw, ...]:
    """In the order of the file. Of a level where several nodes begin at once nothing is told, nor
    what would take too long to know."""
    begun = {level: beginnings(definition, level) for level in definition.begins}
    for start in chain.from_iterable(definition.handlers.values()):
        begun[definition.nodes[start].level] = [start]
    levels, effort = by_level(definition), Effort()
    found = [
        each
        for level, starts in begun.items()
        if starts
        for each in _of_level(Level(definition, starts[0], (), levels[level]), starts, effort)
    ]
    return tuple(sorted(found, key=lambda each: each.line))


def _of_level(level: Level, starts: list[str], effort: Effort) -> Iterator[Flaw]:
    """`starts` are the nodes that a run of the level may begin at."""
    if not level.is_known():
        return
    definition = level.definition
    played = Played.together(Game(level.starting(each), effort).play() for each in starts)
    for node in sorted(played.stuck):
        yield flaw(definition, _standstill(definition, played, node), node)
    edges = graph.successors(level.nodes, definition.flows)
    working = [node.id for node in level.nodes.values() if isinstance(node, Activity)]
    before_work = graph.reached(graph.reversed_(edges), working)
    for node in sorted(played.doubled & before_work):
        yield flaw(definition, "runs-twice", node)


def _standstill(definition: Definition, played: Played, node: str) -> str:
    """An inclusive gateway waits only for what can come: it never waits for nothing."""
    some = isinstance(definition.nodes[node], InclusiveGateway) or node in played.joined
    return "can-stand-still" if some or not played.whole else "join-never-satisfied"
