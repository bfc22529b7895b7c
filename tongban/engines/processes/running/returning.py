"""Sending a case back to an earlier activity.

What can be reached from that activity will be done anew, so whatever waits there is called off.
Nodes that every way to the activity passes are not gone through again: an outer loop would else
drag in branches that have nothing to do with it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from tongban.engines.processes import graph
from tongban.engines.processes.finishing import JOINING, Drawn
from tongban.engines.processes.model import (
    Activity,
    ComplexGateway,
    EndEvent,
    EventSubProcess,
)
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.rows import Task, Token
from tongban.engines.processes.running import calling_off
from tongban.engines.processes.running.run import PROCESS, Run

LEVELS = ("process", "call", "body", "restored")


class NotAnActivity(Refused):
    """The case cannot go back to {to}: no step of the process has that id that somebody or
    something carries out. It can go back to: {targets}."""

    zh: ClassVar[str] = "不能退回到 {to}：流程中没有该 id 的办理步骤。可以退回到：{targets}。"


class InsideAnother(Refused):
    """The case cannot go back to {to}: that lies inside a part of the process that is not open
    around what is sent back. It can go back to: {targets}."""

    zh: ClassVar[str] = (
        "不能退回到 {to}：它位于流程的另一部分之内，不包含当前步骤。可以退回到：{targets}。"
    )


class NotBefore(Refused):
    """The case cannot go back to {to}: that does not come before what is open. It can go back to:
    {targets}."""

    zh: ClassVar[str] = "不能退回到 {to}：它不在当前步骤之前。可以退回到：{targets}。"


class BeingUndone(Refused):
    """The case cannot go back to {to} now: something there is just being undone. Complete that
    first. It can go back to: {targets}."""

    zh: ClassVar[str] = (
        "现在不能退回到 {to}：该处正在撤销已完成的步骤，请先完成撤销。可以退回到：{targets}。"
    )


class WaitsForEver(Refused):
    """The case cannot go back to {to}: {joins} could then wait for ever for branches that are
    through. It can go back to: {targets}."""

    zh: ClassVar[str] = (
        "不能退回到 {to}：{joins} 可能永远等待已经办完的分支。可以退回到：{targets}。"
    )


Against = type[Refused]


def go_back(run: Run, task: Task | None, to: str) -> None:
    ways = _ways(run, task)
    way = next((each for each in ways if to in each.drawn.nodes), None)
    against = _against(run, way, to)
    if against is not None:
        raise _refusal(run, ways, to, *against)
    assert way is not None
    region = way.region(to)
    for token in way.taken(to, region):
        calling_off.call_off(run, token)
    _forget_end(run, way, region)
    activity = run.definition.nodes[to]
    assert isinstance(activity, Activity)
    for _ in range(activity.start_quantity):
        run.put(to, way.scope)


def targets(run: Run, task: Task | None) -> tuple[str, ...]:
    """In the order of the flow, the outermost level first."""
    return tuple(_targets(run, _ways(run, task)))


@dataclass(frozen=True)
class Way:
    """One level around what is sent back. `origins` are the tokens that must stand behind the
    activity, or also at it where everything is sent back (`again`). `undoing`: something is."""

    drawn: Drawn
    scope: int
    tokens: list[Token]
    origins: list[Token]
    again: bool
    undoing: bool

    def region(self, to: str) -> set[str]:
        """What can be reached from there without what every way to there passes."""
        passed = set(graph.passed(self._above, to))
        return graph.reached(self.drawn.edges, [to], without=passed)

    @cached_property
    def _above(self) -> Mapping[str, str | None]:
        return graph.dominators(self.drawn.edges, self.drawn.begins)

    def taken(self, to: str, region: set[str]) -> list[Token]:
        return [each for each in self.tokens if each.node == to or self.place(each) in region]

    def place(self, token: Token) -> str:
        """The node it is at; of one that waits for others, the node that it comes from."""
        node = self.drawn.nodes[token.node]
        if (token.held or isinstance(node, JOINING)) and token.via in node.incoming:
            return self.drawn.source(token.via)
        return node.id

    def is_behind(self, to: str, region: set[str]) -> bool:
        return bool(self.origins) and all(
            self.place(each) in region and (self.again or each.node != to) for each in self.origins
        )

    def waits_for_ever(self, to: str, region: set[str]) -> list[str]:
        taken = self.taken(to, region)
        kept = [each for each in self.tokens if each not in taken]
        counted = {*self._passed(kept, region), *self._collecting(to, region, taken)}
        return sorted(counted) or self.drawn.waits_for_ever([*kept, Token(0, to, self.scope, "")])

    def _passed(self, kept: list[Token], region: set[str]) -> Iterator[str]:
        """A complex gateway that has let the case pass would swallow what comes a second time."""
        for token in kept:
            node = self.drawn.nodes[token.node]
            if token.held and isinstance(node, ComplexGateway) and node.id in region:
                yield node.id

    def _collecting(self, to: str, region: set[str], taken: list[Token]) -> Iterator[str]:
        """An activity that takes several tokens gets as many as before only where it still waits,
        and one token takes the place of one."""
        for id in region - {to}:
            node = self.drawn.nodes[id]
            if isinstance(node, Activity) and node.start_quantity > 1:
                behind = graph.reached(self.drawn.edges, [id])
                if len(taken) > 1 or any(self.place(each) in behind for each in taken):
                    yield id


def _ways(run: Run, task: Task | None) -> list[Way]:
    if task is None:
        tokens = run.tokens_in(PROCESS)
        nodes = run.definition.nodes
        open_ = [each for each in tokens if not isinstance(nodes[each.node], EventSubProcess)]
        return [_way(run, PROCESS, open_, again=True)]
    return [
        _way(run, scope, [token] if token else [], again=False)
        for scope, token in _outwards(run, run.tokens[task.token])
    ]


def _outwards(run: Run, token: Token) -> Iterator[tuple[int, Token | None]]:
    """The levels around a token, each with the token on it that stands for what is inside."""
    scope, stands = run.scopes[token.scope], token
    found: Token | None = stands
    while True:
        if scope.kind in LEVELS:
            yield scope.id, found
        if scope.token:
            found = run.tokens[scope.token]
            scope = run.scopes[found.scope]
        elif scope.parent:
            # What is undone while the case goes on has no token outside.
            found = found if scope.kind == "turn" else None
            scope = run.scopes[scope.parent]
        else:
            return


def _way(run: Run, scope: int, origins: list[Token], *, again: bool) -> Way:
    drawn = Drawn(run.definition, run.level_of(run.scopes[scope]))
    undoing = any(
        each.parent == scope and each.kind == "compensation" for each in run.scopes.values()
    )
    return Way(drawn, scope, run.tokens_in(scope), origins, again, undoing)


def _against(run: Run, way: Way | None, to: str) -> tuple[Against, list[str]] | None:
    """What speaks against going back there, and the joins that would wait, if any do."""
    if not _is_carried_out(run, to):
        return NotAnActivity, []
    if way is None:
        return InsideAnother, []
    region = way.region(to)
    if way.undoing:
        return BeingUndone, []
    if not way.is_behind(to, region):
        return NotBefore, []
    joins = way.waits_for_ever(to, region)
    return (WaitsForEver, joins) if joins else None


def _is_carried_out(run: Run, to: str) -> bool:
    """Event sub-processes and what compensates are begun by their event alone."""
    node = run.definition.nodes.get(to)
    by_event = isinstance(node, EventSubProcess)
    return isinstance(node, Activity) and not by_event and not node.compensates


def _refusal(run: Run, ways: list[Way], to: str, kind: Against, joins: list[str]) -> Refused:
    facts = {"targets": _names(run, _targets(run, ways)), "joins": _names(run, joins)}
    return kind(to=_names(run, [to]), **facts)


def _targets(run: Run, ways: list[Way]) -> Iterator[str]:
    for way in reversed(ways):
        for node in graph.forward(way.drawn.edges, way.drawn.begins):
            if _against(run, way, node) is None:
                yield node


def _names(run: Run, ids: Iterable[str]) -> str:
    nodes = run.definition.nodes
    return ", ".join(nodes[each].name if each in nodes else each for each in ids) or "–"


def _forget_end(run: Run, way: Way, region: set[str]) -> None:
    """An end that will be reached anew has not been reached."""
    ends = [each for each in way.drawn.nodes.values() if isinstance(each, EndEvent)]
    names = {each.outcome or each.id for each in ends if each.id in region}
    if way.scope == PROCESS and run.outcome in names:
        run.outcome = None
