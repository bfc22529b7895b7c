"""Ad-hoc sub-processes: everything in one may be done, at once or one after the other."""

from dataclasses import replace

from tongban.engines.processes.model import AdHocSubProcess
from tongban.engines.processes.rows import Scope
from tongban.engines.processes.running import calling_off
from tongban.engines.processes.running.run import Run


def begin(run: Run, node: AdHocSubProcess, body: Scope) -> None:
    for start in run.definition.begins[node.id]:
        if node.sequential:
            token = run.place(start, body.id)
            run.tokens[token.id] = replace(token, held=True)
        else:
            run.put(start, body.id)


def next_turn(run: Run) -> bool:
    """Let the next token of a sequential one go, once the others have come to an end."""
    for scope in run.scopes.values():
        node = run.definition.nodes[scope.node] if scope.kind == "body" else None
        if isinstance(node, AdHocSubProcess) and node.sequential:
            inside = run.tokens_in(scope.id)
            if inside and all(token.held for token in inside):
                run.release(inside[0])
                return True
    return False


def check_complete(run: Run, scope: Scope) -> None:
    """Something in the sub-process was completed: that may be enough."""
    node = run.definition.nodes[scope.node] if scope.kind == "body" else None
    if not isinstance(node, AdHocSubProcess) or node.until is None:
        return
    if run.evaluate(node.until, scope.id) is not True:
        return
    if node.cancels_rest:
        calling_off.clear(run, scope.id)
        return
    for token in run.tokens_in(scope.id):
        if token.held:
            del run.tokens[token.id]
