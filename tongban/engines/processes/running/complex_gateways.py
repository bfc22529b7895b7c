"""Complex gateways: they go on as soon as enough has come, and swallow what comes late.

A round has two phases (BPMN 2.0, 13.4.5). First tokens are counted until the activation condition
is true; the gateway goes on, and of each flow that had a token one is held as a mark. Then it waits
for the flows that are still missing, as long as a token can come by them, and the round is over.
"""

from dataclasses import replace
from decimal import Decimal

from tongban.engines.feel.values import Value
from tongban.engines.processes.effects import Entered, Left
from tongban.engines.processes.model import ComplexGateway
from tongban.engines.processes.rows import Token
from tongban.engines.processes.running import gateways, leaving
from tongban.engines.processes.running.run import Run

FIRST: dict[str, Value] = {"waitingForStart": True}
LATE: dict[str, Value] = {"waitingForStart": False}


def enter(run: Run, node: ComplexGateway, token: Token) -> None:
    """A token that comes during the second phase is looked at when everything is at rest."""
    at_gateway = _standing(run, node, token.scope)
    if not any(each.held for each in at_gateway):
        _try_to_go_on(run, node, token.scope)


def end_round(run: Run) -> bool:
    """End one round to which nothing can be added; False where there is none."""
    for token in run.tokens.values():
        node = run.definition.nodes[token.node]
        if isinstance(node, ComplexGateway) and token.held:
            came = gateways.oldest_by_flow(run, node.id, token.scope)
            if not gateways.more_can_come(run, node, token.scope, came):
                _end(run, node, token.scope, came)
                return True
    return False


def _standing(run: Run, node: ComplexGateway, scope: int) -> list[Token]:
    return [each for each in run.tokens_in(scope) if each.node == node.id]


def _try_to_go_on(run: Run, node: ComplexGateway, scope: int) -> None:
    came = gateways.oldest_by_flow(run, node.id, scope)
    if not came or not _is_active(run, node, scope, came):
        return
    flows = leaving.every(run, node, node.default, scope, FIRST)
    run.effects += [Entered(node.id), Left(node.id)]
    if len(node.incoming) == 1:
        (token,) = came.values()
        del run.tokens[token.id]
    for token in came.values():
        if token.id in run.tokens:
            run.tokens[token.id] = replace(token, held=True)
    leaving.put(run, flows, scope)


def _is_active(run: Run, node: ComplexGateway, scope: int, came: dict[str, Token]) -> bool:
    if node.activation is None:
        return True
    # Tokens that came by one flow twice count twice: the standard counts tokens, not flows.
    count = len(_standing(run, node, scope))
    counted: dict[str, Value] = {"activationCount": Decimal(count), **FIRST}
    return run.evaluate(node.activation, scope, counted) is True


def _end(run: Run, node: ComplexGateway, scope: int, came: dict[str, Token]) -> None:
    """Only a flow that asks for it, by reading `waitingForStart`, gets a token at the end."""
    for token in came.values():
        del run.tokens[token.id]
    flows = [flow for flow in node.outgoing if _asks_for_the_end(run, flow, scope)]
    leaving.put(run, flows, scope)
    if _standing(run, node, scope):
        _try_to_go_on(run, node, scope)


def _asks_for_the_end(run: Run, flow: str, scope: int) -> bool:
    condition = run.definition.flows[flow].condition
    if condition is None or "waitingForStart" not in condition.reads:
        return False
    return run.evaluate(condition, scope, LATE) is True
