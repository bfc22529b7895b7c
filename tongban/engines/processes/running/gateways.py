"""Gateways: where tokens split and join."""

from tongban.engines.processes.effects import Entered
from tongban.engines.processes.model import (
    ComplexGateway,
    EventGateway,
    ExclusiveGateway,
    InclusiveGateway,
    ParallelGateway,
)
from tongban.engines.processes.rows import Token
from tongban.engines.processes.running import leaving, waiting
from tongban.engines.processes.running.run import Run

NOWHERE: frozenset[str] = frozenset()


def enter_exclusive(run: Run, node: ExclusiveGateway, token: Token) -> None:
    run.effects.append(Entered(node.id))
    chosen = [leaving.first(run, node, node.default, token.scope)] if node.outgoing else []
    leaving.go(run, node, token, chosen)


def enter_parallel(run: Run, node: ParallelGateway, token: Token) -> None:
    """Goes on as soon as one token has come by each flow; one more by the same flow stays."""
    came = oldest_by_flow(run, node.id, token.scope)
    if len(came) == len(node.incoming):
        leaving.go(run, node, join(run, came), node.outgoing)


def enter_inclusive(run: Run, node: InclusiveGateway, token: Token) -> None:
    """A gateway that joins is looked at when everything else is at rest: `release_inclusive`."""
    if len(node.incoming) == 1:
        _split_inclusive(run, node, {token.via: token})


def enter_event_based(run: Run, node: EventGateway, token: Token) -> None:
    run.effects.append(Entered(node.id))
    for flow in node.outgoing:
        target = run.definition.nodes[run.definition.flows[flow].target]
        waiting.wait(run, target, token)


def release_inclusive(run: Run) -> bool:
    """Let one joining gateway go on that no further token can reach; False where there is none.

    BPMN 2.0, 13.4.3: it waits for a token that can still arrive by a flow that has none yet,
    unless that token can also arrive by a flow that has one.
    """
    for token in run.tokens.values():
        node = run.definition.nodes[token.node]
        if isinstance(node, InclusiveGateway):
            came = oldest_by_flow(run, node.id, token.scope)
            if not more_can_come(run, node, token.scope, came):
                _split_inclusive(run, node, came)
                return True
    return False


def oldest_by_flow(run: Run, gateway: str, scope: int) -> dict[str, Token]:
    came: dict[str, Token] = {}
    for token in run.tokens.values():
        if token.node == gateway and token.scope == scope:
            came.setdefault(token.via, token)
    return came


def more_can_come(
    run: Run, node: InclusiveGateway | ComplexGateway, scope: int, came: dict[str, Token]
) -> bool:
    upstream = run.definition.upstream[node.id]
    reachable = [upstream.get(token.node, NOWHERE) for token in run.tokens_in(scope)]
    return any(flows and not flows & came.keys() for flows in reachable)


def _split_inclusive(run: Run, node: InclusiveGateway, came: dict[str, Token]) -> None:
    joined = join(run, came)
    leaving.go(run, node, joined, leaving.every(run, node, node.default, joined.scope))


def join(run: Run, came: dict[str, Token]) -> Token:
    """One token takes the place of those that came; the others are gone."""
    first, *others = came.values()
    for token in others:
        del run.tokens[token.id]
    run.effects.append(Entered(first.node))
    return first
