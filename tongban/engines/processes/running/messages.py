"""Messages that a process sends; whoever drives the cases delivers them."""

from collections.abc import Mapping

from tongban.engines.feel.values import Value
from tongban.engines.processes.effects import SendMessage
from tongban.engines.processes.model import Node
from tongban.engines.processes.running import waiting
from tongban.engines.processes.running.run import Run
from tongban.engines.processes.triggers import MessageThrow


def send(
    run: Run, node: Node, throw: MessageThrow, scope: int, payload: Mapping[str, Value]
) -> None:
    correlation: Value = None
    if throw.correlation is not None:
        correlation = waiting.known(node, run.evaluate(throw.correlation, scope, payload))
    run.effects.append(SendMessage(node.id, throw.name, correlation, payload, throw.to))
