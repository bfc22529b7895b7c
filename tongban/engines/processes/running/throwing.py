"""What is thrown, and who catches it: signals go to everybody in the case, errors and escalations
climb from the inside outwards."""

from collections.abc import Iterator, Mapping

from tongban.engines.feel.values import Value
from tongban.engines.processes.effects import ThrowSignal
from tongban.engines.processes.model import (
    Activity,
    BoundaryEvent,
    Catching,
    EventSubProcess,
    StartEvent,
)
from tongban.engines.processes.rows import Scope, Token
from tongban.engines.processes.running import catching, handlers, messages
from tongban.engines.processes.running.run import NOTHING, Run
from tongban.engines.processes.triggers import (
    EscalationThrow,
    MessageThrow,
    OnError,
    OnEscalation,
    SignalThrow,
    Throw,
)

Climbing = type[OnError] | type[OnEscalation]


def throw(run: Run, token: Token, what: Throw, payload: Mapping[str, Value]) -> None:
    """Throw a signal, a message or an escalation from where the token stands or stood."""
    node = run.definition.nodes[token.node]
    match what:
        case SignalThrow(name=name):
            broadcast(run, name, payload)
            run.effects.append(ThrowSignal(node.id, name, payload))
        case MessageThrow():
            messages.send(run, node, what, token.scope, payload)
        case _:
            assert isinstance(what, EscalationThrow), what
            climb(run, token, OnEscalation, what.code, payload)


def broadcast(run: Run, name: str, payload: Mapping[str, Value]) -> int:
    """How many heard it; each hears it once, though what the first does may call off others."""
    heard = 0
    for each in list(run.subscriptions.values()):
        waits = each.kind == "signal" and each.name == name
        if waits and each.id in run.subscriptions:
            catching.happened(run, each, payload)
            heard += 1
    return heard


def climb(
    run: Run,
    token: Token,
    kind: Climbing,
    code: str,
    payload: Mapping[str, Value] = NOTHING,
) -> bool:
    """Whether anybody caught it. The innermost comes first: the event sub-processes of a level,
    then the boundary of the activity around it. What names the very code comes before what takes
    any. Nobody catches what is thrown out of his own event sub-process."""
    for place, came_from in _outwards(run, token):
        if isinstance(place, Token):
            event = _on_boundary(run, place, kind, code)
            if event is not None:
                catching.leave_activity(run, event, place, payload)
                return True
        else:
            start = _on_level(run, place, kind, code, came_from)
            if start is not None:
                handlers.begin(run, start, place.id, payload)
                return True
    return False


def _outwards(run: Run, token: Token) -> Iterator[tuple[Token | Scope, str]]:
    """The token, the scopes around it, the token that waits for those, and so on; each with the
    node that one comes from."""
    while True:
        scope = run.scopes[token.scope]
        if scope.kind != "turn":
            yield token, token.node
        yield scope, token.node
        while not scope.token and scope.parent:
            scope = run.scopes[scope.parent]
            yield scope, token.node
        if not scope.token:
            return
        token = run.tokens[scope.token]


def _on_boundary(run: Run, token: Token, kind: Climbing, code: str) -> BoundaryEvent | None:
    node = run.definition.nodes[token.node]
    ids = node.boundary if isinstance(node, Activity) else ()
    found = _catching(run, ids, kind, code)
    assert found is None or isinstance(found, BoundaryEvent)
    return found


def _on_level(
    run: Run, scope: Scope, kind: Climbing, code: str, came_from: str
) -> StartEvent | None:
    if not scope.listening or scope.kind not in ("process", "call", "body", "restored"):
        return None
    ids = run.definition.handlers.get(run.level_of(scope), ())
    within = isinstance(run.definition.nodes[came_from], EventSubProcess)
    found = _catching(
        run,
        tuple(id for id in ids if not within or run.definition.nodes[id].level != came_from),
        kind,
        code,
    )
    assert found is None or isinstance(found, StartEvent)
    return found


def _catching(run: Run, ids: tuple[str, ...], kind: Climbing, code: str) -> Catching | None:
    found: dict[str | None, Catching] = {}
    for id in ids:
        event = run.definition.nodes[id]
        assert isinstance(event, Catching)
        for each in event.triggers:
            if isinstance(each, kind):
                found.setdefault(each.code, event)
    return found.get(code) or found.get(None)
