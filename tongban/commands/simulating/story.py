"""What happens, settled before anybody acts: a discrete-event simulation on the process engine.

Officers take what waits at their desk in order of the day it is promised for, in office hours, and
what the evening breaks off they go on with in the morning. Pure: the same plan and the same terms
give the same story, moment by moment.
"""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from tongban.commands.simulating.arrivals import Arrival
from tongban.commands.simulating.hours import OfficeHours
from tongban.commands.simulating.terms import Staff
from tongban.commands.simulating.ways import Way, post_of
from tongban.engines import processes
from tongban.engines.clocks import Limit, Pause, due
from tongban.engines.feel import Unknown
from tongban.engines.processes import State
from tongban.engines.processes.model import UserTask

ANSWER_WITHIN = 15  # working days an applicant has to correct something
ASK_WITHIN = 5  # working days; asked later, the clock goes on
ONE_DAY = timedelta(days=1)
SETTLES = {"issue_certificate": "granted", "notify_refusal": "refused"}
Desk = tuple[str, str]
Progress = Callable[[int], object]  # cases that have arrived


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody does something with a case. `officer` is a number at the desk of his post."""

    at: datetime
    case: int
    kind: str  # submit, complete, ask, correct, withdraw, timer
    desk: Desk | None = None
    officer: int = 0
    node: str = ""
    grant: bool = False
    timer: int = 0
    began: datetime | None = None  # when the officer took it in hand


@dataclass(slots=True)
class Told:
    """What became of a case."""

    arrival: Arrival
    promised_on: date
    finished: datetime | None = None
    result: str = "running"
    automatic: bool = False
    minutes: float = 0.0  # of officers
    corrections: int = 0
    materials: int = 0


@dataclass(frozen=True)
class Story:
    moves: tuple[Move, ...]
    cases: tuple[Told, ...]


@dataclass(slots=True)
class _Case:
    told: Told
    way: Way
    state: State = field(default_factory=State)
    pauses: list[Pause] = field(default_factory=list)
    asked_at: datetime | None = None
    waits: bool = False  # for its applicant
    stands_until: date | None = None
    turns: int = 0
    timers: set[int] = field(default_factory=set)
    in_hand: set[int] = field(default_factory=set)
    queued: set[int] = field(default_factory=set)

    @property
    def number(self) -> int:
        return self.told.arrival.number


@dataclass(slots=True)
class _Desk:
    idle: list[int]  # a heap
    waiting: list[tuple[date, int, int]] = field(default_factory=list)  # due, case, task
    opens_at: datetime | None = None


class _City:
    def __init__(
        self, ways: Mapping[str, Way], staff: Sequence[Staff], hours: OfficeHours, until: datetime
    ):
        self.ways, self.hours, self.until = ways, hours, until
        self.desks = {
            (one.office, one.post): _Desk(list(range(1, one.people + 1))) for one in staff
        }
        self.cases: dict[int, _Case] = {}
        self.moves: list[Move] = []
        self.coming: list[tuple[datetime, int, Any, tuple[Any, ...]]] = []
        self.order = count()

    def expect(self, at: datetime, what: Any, *about: Any) -> None:
        if at < self.until:
            heapq.heappush(self.coming, (at, next(self.order), what, about))

    def run(self, told: Progress) -> None:
        done = 0
        while self.coming:
            at, _, what, about = heapq.heappop(self.coming)
            what(at, *about)
            done += 1
            if done % 5_000 == 0:
                told(len(self.cases))

    def arrive(self, at: datetime, arrival: Arrival) -> None:
        way = self.ways[arrival.item]
        case = _Case(Told(arrival, self._due(way.known.promised, at, ())), way)
        case.told.materials = way.materials
        self.cases[arrival.number] = case
        self.moves.append(Move(at, arrival.number, "submit"))
        self._advance(case, processes.Start({}, at), at)
        case.told.automatic = case.told.result != "running"
        after = arrival.luck.withdraws_after
        if after is not None and case.told.result == "running":
            self.expect(at + timedelta(days=after), self.withdraw, case)

    def withdraw(self, at: datetime, case: _Case) -> None:
        if case.told.result == "running":
            case.told.result, case.told.finished = "withdrawn", at
            case.state = State()
            self.moves.append(Move(at, case.number, "withdraw"))

    def open(self, at: datetime, key: Desk) -> None:
        self.desks[key].opens_at = None
        self._hand_out(key, at)

    def leave(
        self, at: datetime, key: Desk, officer: int, case: _Case, task: int, began: datetime
    ) -> None:
        """An officer is through with what he took."""
        heapq.heappush(self.desks[key].idle, officer)
        case.in_hand.discard(task)
        case.told.minutes += self.hours.minutes_between(began, at)
        if task in case.state.tasks and not case.waits:
            node = case.state.tasks[task].node
            if case.asked_at is None and case.told.arrival.luck.correction < case.way.corrections:
                self.moves.append(Move(at, case.number, "ask", key, officer, node, began=began))
                self._ask(case, at)
            else:
                grant = self._grants(case)
                move = Move(at, case.number, "complete", key, officer, node, grant, began=began)
                self.moves.append(move)
                outputs = {"approved": grant, "opinion": ""}
                self._advance(case, processes.TaskDone(task, outputs, str(officer), at), at)
        self._hand_out(key, at)

    def answer(self, at: datetime, case: _Case) -> None:
        """The applicant corrects what he was asked for, unless his time is over."""
        if not case.waits or case.told.result != "running":
            return
        self.moves.append(Move(at, case.number, "correct"))
        case.waits = False
        case.told.corrections += 1
        if case.stands_until is not None:
            last = min(at.date(), case.stands_until)
            case.pauses[-1] = Pause(case.pauses[-1].first, last, "correction")
            self._count_anew(case)
        to = case.way.definition.correction
        if to is not None:
            self._advance(case, processes.Return(None, to, "", at), at)
        else:
            self._go_on(case, at)

    def give_up(self, at: datetime, case: _Case) -> None:
        """He did not: it is decided by what there is."""
        if case.waits and case.told.result == "running":
            case.waits = False
            self._go_on(case, at)

    def _go_on(self, case: _Case, at: datetime) -> None:
        for task in list(case.state.tasks):
            if task not in case.in_hand | case.queued:
                self._queue(case, task, at)

    def ring(self, at: datetime, case: _Case, timer: int) -> None:
        if timer in case.state.timers and case.told.result == "running":
            self.moves.append(Move(at, case.number, "timer", timer=timer))
            self._advance(case, processes.TimerDue(timer, at), at)

    def _grants(self, case: _Case) -> bool:
        luck = case.told.arrival.luck
        if case.way.decides or luck.outcome == "unknown":
            return luck.granted
        return luck.outcome == "true"

    def _ask(self, case: _Case, at: datetime) -> None:
        luck, known = case.told.arrival.luck, self.hours.calendar
        case.asked_at, case.waits = at, True
        over = due(at.date() - ONE_DAY, Limit(ANSWER_WITHIN, "working"), known).on
        if known.working_days(case.told.arrival.at.date(), at.date()) <= ASK_WITHIN:
            case.stands_until = over
            case.pauses.append(Pause(at.date(), over, "correction"))
            self._count_anew(case)
        self.expect(at + timedelta(days=luck.answer_days), self.answer, case)
        morning = datetime.combine(over + ONE_DAY, time(), self.hours.zone)
        self.expect(self.hours.next_open(morning), self.give_up, case)

    def _count_anew(self, case: _Case) -> None:
        arrival = case.told.arrival
        case.told.promised_on = self._due(case.way.known.promised, arrival.at, case.pauses)

    def _due(self, limit: Limit, start: datetime, pauses: Sequence[Pause]) -> date:
        return due(start.date(), limit, self.hours.calendar, pauses).on

    def _advance(self, case: _Case, event: processes.Event, at: datetime) -> None:
        pending: list[processes.Event] = [event]
        while pending:
            case.state, effects = processes.advance(case.way.definition, case.state, pending.pop(0))
            for effect in effects:
                if isinstance(effect, processes.CallService | processes.Decide):
                    pending.append(self._served(case, effect, at))
        for timer in case.state.timers.values():
            if timer.id not in case.timers:
                case.timers.add(timer.id)
                self.expect(max(at, timer.due), self.ring, case, timer.id)
        if not case.waits:
            self._go_on(case, at)

    def _served(
        self, case: _Case, effect: processes.CallService | processes.Decide, at: datetime
    ) -> processes.Event:
        if isinstance(effect, processes.Decide):
            return processes.ServiceDone(effect.task, {"result": self._ruled(case)}, at)
        if effect.operation in SETTLES and case.told.result == "running":
            case.told.result, case.told.finished = SETTLES[effect.operation], at
        named: Iterable[Any] = effect.inputs.get("facts") or ()  # pyright: ignore[reportAssignmentType]
        outputs = {"facts_known": True, "certificate": "", **dict.fromkeys(map(str, named))}
        return processes.ServiceDone(effect.task, outputs, at)

    def _ruled(self, case: _Case) -> Any:
        """Where the applicant says that a fact is wrong, nothing is granted by itself."""
        luck = case.told.arrival.luck
        if luck.outcome == "false":
            return False
        if luck.outcome == "true" and not luck.disputes:
            return True
        return Unknown(frozenset({"simulated"}))

    def _queue(self, case: _Case, task: int, at: datetime) -> None:
        node = case.way.definition.nodes[case.state.tasks[task].node]
        assert isinstance(node, UserTask)
        key = (case.way.known.office, post_of(node))
        case.queued.add(task)
        heapq.heappush(self.desks[key].waiting, (case.told.promised_on, case.number, task))
        self._hand_out(key, at)

    def _hand_out(self, key: Desk, at: datetime) -> None:
        desk = self.desks[key]
        if not self.hours.is_open(at):
            opens = self.hours.next_open(at)
            if desk.waiting and desk.opens_at != opens:
                desk.opens_at = opens
                self.expect(opens, self.open, key)
            return
        while desk.waiting and desk.idle:
            _, number, task = heapq.heappop(desk.waiting)
            case = self.cases[number]
            case.queued.discard(task)
            if task in case.state.tasks and not case.waits:
                case.in_hand.add(task)
                officer = heapq.heappop(desk.idle)
                ends = self.hours.after(at, self._minutes(case, task))
                self.expect(ends, self.leave, key, officer, case, task, at)

    def _minutes(self, case: _Case, task: int) -> float:
        node, way = case.state.tasks[task].node, case.way
        case.turns += 1
        took = case.told.arrival.luck.minutes(f"{node}/{case.turns}", way.minutes[node])
        return took * way.factor.get(node, 1)


def tell(
    plan: Sequence[Arrival],
    ways: Mapping[str, Way],
    staff: Sequence[Staff],
    hours: OfficeHours,
    *,
    until: date,
    told: Progress = lambda arrived: None,
) -> Story:
    """Everything before the day `until`; what waits then stays open."""
    ends = datetime.combine(until, time(), hours.zone)
    city = _City(ways, staff, hours, ends)
    for arrival in plan:
        city.expect(arrival.at, city.arrive, arrival)
    city.run(told)
    return Story(tuple(city.moves), tuple(case.told for _, case in sorted(city.cases.items())))
