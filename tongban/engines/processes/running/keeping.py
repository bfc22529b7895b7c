"""What can be compensated later is written down when it is completed."""

from dataclasses import replace

from tongban.engines.processes.model import Activity, BoundaryEvent, SubProcess
from tongban.engines.processes.rows import Done, Scope, Token
from tongban.engines.processes.running.run import NOTHING, Run
from tongban.engines.processes.triggers import OnCompensation


def keep(run: Run, node: Activity, token: Token, body: Scope | None = None) -> None:
    """Note the activity, with what is noted inside it, where anything could compensate it."""
    inside = [each for each in run.done.values() if body and each.scope == body.id]
    if not (inside or handler(run, node) or event_sub_process(run, node)):
        return
    id = run.next_id("done")
    for row in inside:
        run.done[row.id] = replace(row, scope=0, inside=id)
    scope = run.scopes[token.scope]
    run.done[id] = Done(
        id,
        node.id,
        scope.parent if scope.kind == "turn" else scope.id,
        0,
        body.variables if body else NOTHING,
    )


def hand_over(run: Run, scope: int, to: int) -> None:
    """A loop is over: its instances count as completed where the loop stood."""
    for row in [each for each in run.done.values() if each.scope == scope]:
        run.done[row.id] = replace(row, scope=to)


def handler(run: Run, node: Activity) -> BoundaryEvent | None:
    """The boundary event that leads to the activity that compensates this one."""
    for id in node.boundary:
        event = run.definition.nodes[id]
        if isinstance(event, BoundaryEvent) and event.handler is not None:
            return event
    return None


def event_sub_process(run: Run, node: Activity) -> str | None:
    """The start of the event sub-process by which a sub-process compensates itself."""
    for id in run.definition.handlers.get(node.id, ()) if isinstance(node, SubProcess) else ():
        start = run.definition.nodes[id]
        if OnCompensation() in getattr(start, "triggers", ()):
            return id
    return None
