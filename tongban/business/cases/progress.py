"""Where a case stands in its process and what it has passed, for whoever may see the case."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db.models import Q

from tongban.business.cases import heat, keeping, running
from tongban.business.cases.heat import Asked
from tongban.business.cases.models import Case, CaseEvent, WorkItem
from tongban.engines.processes import Definition, State
from tongban.engines.processes.model import Activity, BoundaryEvent
from tongban.engines.processes.rows import Token

Left = Literal["open", "done", "called_off"]
Transition = CaseEvent.Transition
ENDED: Mapping[str, Left] = {Transition.COMPLETE: "done", Transition.WITHDRAW: "called_off"}


@dataclass(frozen=True)
class Passage:
    """One visit to a step; `turn` counts those to the same step from 1. `role` is the post that
    ended it, empty while it is open."""

    node: str
    zh: str
    en: str
    turn: int
    began: datetime
    ended: datetime | None
    left: Left
    role: str

    def lasted(self, at: datetime) -> timedelta:
        """Until it was ended, else until now."""
        return (self.ended or at) - self.began


@dataclass(frozen=True)
class Standing:
    """Tokens that wait at one node. `since` is None where the log does not tell. A step with
    several instances has `done` of `total`; `posts` are whose work is awaited."""

    node: str
    zh: str
    en: str
    tokens: int
    since: datetime | None
    done: int = 0
    total: int = 0
    posts: tuple[str, ...] = ()


@dataclass(frozen=True)
class TimerDue:
    """`node` is the event that waits for the time."""

    node: str
    zh: str
    en: str
    due: datetime


@dataclass(frozen=True)
class Progress:
    """`passages` in the order in which they began; `flows` are those taken, with how often."""

    definition: Definition
    standing: tuple[Standing, ...]
    passages: tuple[Passage, ...]
    timers: tuple[TimerDue, ...]
    flows: Mapping[str, int]

    def visits(self) -> Mapping[str, int]:
        return Counter(passage.node for passage in self.passages)


def of(case: Case) -> Progress:
    """Four queries."""
    definition = running.definition_of(case.version)
    state = keeping.load(case)
    passages = tuple(_passages(case))
    flows = heat.of(definition, Asked((case.version_id,), only=case.pk)).flows  # pyright: ignore[reportAttributeAccessIssue]
    return Progress(
        definition=definition,
        standing=tuple(_standing(case, definition, state, passages)),
        passages=passages,
        timers=tuple(_timers(definition, state)),
        flows={flow: times for flow, times in flows.items() if times},
    )


def _passages(case: Case) -> Iterator[Passage]:
    """The n-th beginning of a step belongs to its n-th end; of a finished case nothing is open."""
    begun: list[CaseEvent] = []
    ended: defaultdict[str, list[CaseEvent]] = defaultdict(list)
    told = case.events.filter(transition__in=(Transition.START, *ENDED))
    # What a signer or another system says at a step neither begins nor ends a visit to it.
    beside = Q(transition__in=(Transition.START, Transition.COMPLETE)) & ~Q(instance="")
    for event in told.exclude(beside).order_by("pk"):
        if event.transition == Transition.START:
            begun.append(event)
        else:
            ended[event.activity].append(event)
    turns: Counter[str] = Counter()
    for event in begun:
        turns[event.activity] += 1
        yield _passage(case, event, ended[event.activity], turns[event.activity])


def _passage(case: Case, begun: CaseEvent, ended: list[CaseEvent], turn: int) -> Passage:
    last = ended[turn - 1] if turn <= len(ended) else None
    over: Left = "open" if case.finished_at is None else "called_off"
    return Passage(
        node=begun.activity,
        zh=begun.activity_zh,
        en=begun.activity_en,
        turn=turn,
        began=begun.at,
        ended=last.at if last else case.finished_at,
        left=ENDED[last.transition] if last else over,
        role=last.role if last else "",
    )


def _standing(
    case: Case, definition: Definition, state: State, passages: Iterable[Passage]
) -> Iterator[Standing]:
    began = {each.node: each.began for each in passages if each.left == "open"}
    ended = {each.node: each.ended for each in passages if each.ended}
    posts: defaultdict[str, list[str]] = defaultdict(list)
    for work in case.work_items.filter(status=WorkItem.Status.OPEN).order_by("pk"):
        posts[work.node].append(work.post)
    turns = _turns(state)
    for node, tokens in _by_node(state).items():
        zh, en = _names(definition, node)
        done, total = turns.get(node, (0, 0))
        yield Standing(
            node=node,
            zh=zh,
            en=en,
            tokens=len(tokens),
            since=began.get(node) or _came(definition, tokens, ended),
            done=done,
            total=total,
            posts=tuple(dict.fromkeys(posts[node])),
        )


def _by_node(state: State) -> dict[str, list[Token]]:
    """What a person sees as waiting: a step of several instances and a sub-process once, for the
    token that holds them together."""
    found: defaultdict[str, list[Token]] = defaultdict(list)
    for token in state.tokens.values():
        if state.scopes[token.scope].kind != "turn":
            found[token.node].append(token)
    return found


def _turns(state: State) -> dict[str, tuple[int, int]]:
    """Of how many instances how many are done, of all loops at a node together."""
    found: dict[str, tuple[int, int]] = {}
    for loop in state.loops.values():
        node = state.scopes[loop.scope].node
        done, total = found.get(node, (0, 0))
        found[node] = (done + loop.completed, total + max(loop.total, loop.begun))
    return found


def _came(
    definition: Definition, tokens: Iterable[Token], ended: Mapping[str, datetime | None]
) -> datetime | None:
    """When the first of them came straight from a step to a gateway or an event."""
    sources = [definition.flows[each.via].source for each in tokens if each.via in definition.flows]
    moments = [ended.get(source) for source in sources]
    return min((moment for moment in moments if moment is not None), default=None)


def _timers(definition: Definition, state: State) -> Iterator[TimerDue]:
    for timer in sorted(state.timers.values(), key=lambda each: (each.due, each.id)):
        zh, en = _names(definition, timer.node)
        yield TimerDue(timer.node, zh, en, timer.due)


def _names(definition: Definition, node: str) -> tuple[str, str]:
    """What a node is called; a boundary event without a name is called as its step."""
    found = definition.nodes[node]
    if isinstance(found, BoundaryEvent) and found.name == found.id:
        found = definition.nodes[found.attached]
    return found.label("zh"), found.label("en")


def is_step(definition: Definition, node: str) -> bool:
    return isinstance(definition.nodes.get(node), Activity)
