"""Event sub-processes: what begins one, and what that does to the level it stands on."""

from collections.abc import Mapping

from tongban.engines.feel.values import Value
from tongban.engines.processes.effects import Entered
from tongban.engines.processes.model import EventSubProcess, StartEvent
from tongban.engines.processes.running import calling_off, levels, mapping
from tongban.engines.processes.running.run import NOTHING, PROCESS, Run


def begin(run: Run, start: StartEvent, scope: int, payload: Mapping[str, Value] = NOTHING) -> None:
    """One that interrupts takes the place of everything that was going on in the scope, and nothing
    else can begin there any more."""
    sub = run.definition.nodes[start.level or ""]
    assert isinstance(sub, EventSubProcess)
    if start.interrupting:
        calling_off.clear(run, scope)
        calling_off.stop_listening(run, scope)
        if scope == PROCESS:
            run.outcome = None
    own = mapping.inputs(run, sub.inputs, scope)
    token = run.place(sub.id, scope)
    run.effects.append(Entered(sub.id))
    body = levels.open_level(run, "body", sub.id, parent=scope, token=token.id, variables=own)
    mapping.take_over(run, start.outputs, body.id, payload)
    run.put(start.id, body.id)
