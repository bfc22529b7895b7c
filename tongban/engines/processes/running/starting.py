"""How a case begins: by hand, or because something came that the process begins with."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from tongban.engines.feel.values import Value
from tongban.engines.processes import values
from tongban.engines.processes.effects import CancelTimer, Entered, Left
from tongban.engines.processes.events import DataChanged, Message, Signal, Start, TimerDue
from tongban.engines.processes.model import (
    CatchEvent,
    Catching,
    Definition,
    EventGateway,
    Node,
    ReceiveTask,
    StartEvent,
)
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.rows import Scope, Subscription, Token
from tongban.engines.processes.running import activities, catching, gateways, mapping, waiting
from tongban.engines.processes.running.run import Run
from tongban.engines.processes.state import State
from tongban.engines.processes.triggers import OnCondition, OnMessage, OnSignal, OnTimer, Trigger


class WhichStart(Refused):
    """The process can begin at {nodes}. Name the node to begin at, or send what it waits for."""

    zh: ClassVar[str] = "流程可以从 {nodes} 开始。请指明开始节点，或发送它所等待的内容。"


class NoSuchStart(Refused):
    """The process cannot begin at {node}. It can at {nodes}."""

    zh: ClassVar[str] = "流程不能从 {node} 开始，可以从 {nodes} 开始。"


class NotStarted(Refused):
    """The process has not been started yet. Start it first."""

    zh: ClassVar[str] = "流程尚未启动。请先启动。"


@dataclass(frozen=True, slots=True)
class Opening:
    """A trigger that begins a case: of a start event, an instantiating receive task, or of the
    event `node` behind an instantiating gateway."""

    gateway: EventGateway | None
    node: Catching | ReceiveTask
    number: int
    trigger: Trigger


def openings(definition: Definition) -> Iterator[Opening]:
    for id in definition.openings:
        node = definition.nodes[id]
        gateway = node if isinstance(node, EventGateway) else None
        targets = [definition.flows[flow].target for flow in node.outgoing] if gateway else [id]
        for target in (definition.nodes[each] for each in targets):
            assert isinstance(target, Catching | ReceiveTask)
            for number, trigger in enumerate(target.triggers):
                yield Opening(gateway, target, number, trigger)


def due(definition: Definition, at: datetime) -> Mapping[str, datetime]:
    """When, counted from `at`, each start event with a timer begins a new case."""
    run = Run(definition, State(), at)
    return {
        each.node.id: waiting.due(run, each.node, each.trigger, 0)[0]
        for each in openings(definition)
        if isinstance(each.trigger, OnTimer) and each.gateway is None
    }


def by_hand(run: Run, event: Start) -> None:
    scope = _open(run, event.variables)
    plain = run.definition.begins[None]
    if event.node is None:
        several = len(plain) > 1 and isinstance(run.definition.nodes[plain[0]], StartEvent)
        if not plain or several:
            raise WhichStart(nodes=_names(run))
        for node in plain:
            run.put(node, scope.id)
    elif event.node in plain:
        run.put(event.node, scope.id)
    else:
        _begin(run, scope, _opening(run, event.node), {})


def _opening(run: Run, node: str) -> Opening:
    for each in openings(run.definition):
        if node in (each.node.id, each.gateway and each.gateway.id):
            return each
    raise NoSuchStart(node=node, nodes=_names(run))


def _names(run: Run) -> str:
    return ", ".join((*run.definition.begins[None], *run.definition.openings)) or "–"


def by_message(run: Run, event: Message) -> None:
    def fits(each: Opening) -> bool:
        if not isinstance(each.trigger, OnMessage) or each.trigger.name != event.name:
            return False
        correlation = each.trigger.correlation
        payload = values.cleaned(event.payload)
        return correlation is None or run.evaluate_alone(correlation, payload) == event.correlation

    _by(run, fits, event.payload)


def by_signal(run: Run, event: Signal) -> None:
    def fits(each: Opening) -> bool:
        return isinstance(each.trigger, OnSignal) and each.trigger.name == event.name

    _by(run, fits, event.payload)


def by_time(run: Run, event: TimerDue) -> None:
    def fits(each: Opening) -> bool:
        return event.timer == 0 and isinstance(each.trigger, OnTimer)

    _by(run, fits, {})


def by_data(run: Run, event: DataChanged) -> None:
    """The variables are there before the condition is looked at."""
    variables = values.cleaned(event.variables)

    def fits(each: Opening) -> bool:
        trigger = each.trigger
        holds = isinstance(trigger, OnCondition) and trigger.condition
        return holds is not False and run.evaluate_alone(holds, variables) is True

    _by(run, fits, event.variables)


def _by(run: Run, fits: Callable[[Opening], bool], payload: Mapping[str, Value]) -> None:
    found = next(filter(fits, openings(run.definition)), None)
    if found is None:
        raise NotStarted
    _begin(run, _open(run, {}), found, values.cleaned(payload))


def _open(run: Run, variables: Mapping[str, Value]) -> Scope:
    run.status = "running"
    scope = run.open_scope("process")
    given = values.cleaned(variables)
    for name in run.definition.data.get(None, ()):
        given.setdefault(name, None)
    for name, value in given.items():
        run.write(scope.id, name, value)
    waiting.listen(run, scope)
    return scope


def _begin(run: Run, scope: Scope, opening: Opening, payload: Mapping[str, Value]) -> None:
    node, gateway = opening.node, opening.gateway
    if gateway is not None:
        _begin_behind(run, scope, gateway, opening, payload)
    elif isinstance(node, ReceiveTask):
        token = run.place(node.id, scope.id)
        activities.enter(run, node, token)
        _come(run, opening, token, payload)
    elif node.parallel and len(node.triggers) > 1:
        token = run.place(node.id, scope.id)
        run.effects.append(Entered(node.id))
        waiting.wait(run, node, token, but=opening.number)
        mapping.take_over(run, node.outputs, scope.id, payload)
    else:
        mapping.take_over(run, node.outputs, scope.id, payload)
        run.put(node.id, scope.id)


def _begin_behind(
    run: Run, scope: Scope, gateway: EventGateway, opening: Opening, payload: Mapping[str, Value]
) -> None:
    """Behind a gateway of the parallel kind all events must come, the others later."""
    if not gateway.parallel:
        token = run.place(gateway.id, scope.id)
        gateways.enter_event_based(run, gateway, token)
        _come(run, opening, token, payload)
        return
    run.effects += [Entered(gateway.id), Left(gateway.id)]
    for flow in gateway.outgoing:
        target = run.definition.nodes[run.definition.flows[flow].target]
        token = run.place(target.id, scope.id, via=flow)
        _enter(run, target, token)
        if target is opening.node:
            _come(run, opening, token, payload)


def _enter(run: Run, target: Node, token: Token) -> None:
    if isinstance(target, ReceiveTask):
        activities.enter(run, target, token)
    else:
        assert isinstance(target, CatchEvent)
        catching.enter(run, target, token)


def _come(run: Run, opening: Opening, token: Token, payload: Mapping[str, Value]) -> None:
    """The token waits by now; what it waits for is what began the case."""
    for each in [*run.subscriptions.values(), *run.timers.values()]:
        place = (each.token, each.node, each.trigger)
        if place == (token.id, opening.node.id, opening.number):
            if not isinstance(each, Subscription):
                del run.timers[each.id]
                run.effects.append(CancelTimer(each.id))
            catching.happened(run, each, payload)
            return
