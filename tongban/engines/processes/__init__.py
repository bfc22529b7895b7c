"""BPMN 2.0: read a process model, find what is wrong with it, and run cases through it.

    definition = load(xml)
    state, effects = advance(definition, State(), Start({"age": Decimal(40)}, at))

`advance` is pure: it has no clock, calls nobody and stores nothing. The caller stores the state,
then does what the effects say, and comes back with the next event. What a model may contain, and
our own extensions of BPMN, are described in `processes.reading.vocabulary`.
"""

from tongban.engines.processes.effects import (
    CallService,
    CancelTask,
    CancelTimer,
    Decide,
    Effect,
    Entered,
    Finished,
    Left,
    OpenTask,
    StartTimer,
)
from tongban.engines.processes.events import (
    Event,
    Message,
    ServiceDone,
    ServiceFailed,
    Start,
    TaskDone,
    TimerDue,
)
from tongban.engines.processes.model import Definition, Reference
from tongban.engines.processes.reading import load
from tongban.engines.processes.reading.findings import Finding, Invalid
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.running import advance
from tongban.engines.processes.state import State

__all__ = [
    "CallService",
    "CancelTask",
    "CancelTimer",
    "Decide",
    "Definition",
    "Effect",
    "Entered",
    "Event",
    "Finding",
    "Finished",
    "Invalid",
    "Left",
    "Message",
    "OpenTask",
    "Reference",
    "Refused",
    "ServiceDone",
    "ServiceFailed",
    "Start",
    "StartTimer",
    "State",
    "TaskDone",
    "TimerDue",
    "advance",
    "load",
]
