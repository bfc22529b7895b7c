"""BPMN 2.0: read a process model, find what is wrong with it, and run cases through it.

    definition = load(xml)
    state, effects = advance(definition, State(), Start({"age": Decimal(40)}, at))

A file with several processes is loaded once for each: `load(xml, process=name)` for the names in
`processes(xml)`. What call activities call is compiled in, from this file or from others that are
handed over with it.

A process that is not marked executable is a drawing: it loads and deploys as it is, and no case can
begin on it.

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
    SendMessage,
    StartTimer,
    TaskChanged,
    ThrowSignal,
)
from tongban.engines.processes.events import (
    AddSigner,
    DataChanged,
    Event,
    Message,
    Return,
    ServiceDone,
    ServiceFailed,
    Signal,
    Skip,
    Start,
    TaskDone,
    TimerDue,
)
from tongban.engines.processes.migrating import CannotMigrate, Obstacle, migrate
from tongban.engines.processes.model import Definition, Reference
from tongban.engines.processes.reading import load, processes
from tongban.engines.processes.reading.findings import Finding, Invalid
from tongban.engines.processes.refused import Refused
from tongban.engines.processes.running import NotExecutable, advance, returnable
from tongban.engines.processes.running.answers import NobodyCatches
from tongban.engines.processes.running.starting import due
from tongban.engines.processes.standard.deploying import deploy
from tongban.engines.processes.state import State
from tongban.engines.processes.triggers import Receiver

__all__ = [
    "AddSigner",
    "CallService",
    "CancelTask",
    "CannotMigrate",
    "CancelTimer",
    "DataChanged",
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
    "NobodyCatches",
    "NotExecutable",
    "Obstacle",
    "OpenTask",
    "Receiver",
    "Reference",
    "Refused",
    "Return",
    "SendMessage",
    "ServiceDone",
    "ServiceFailed",
    "Signal",
    "Skip",
    "Start",
    "StartTimer",
    "State",
    "TaskChanged",
    "TaskDone",
    "ThrowSignal",
    "TimerDue",
    "advance",
    "deploy",
    "due",
    "load",
    "migrate",
    "processes",
    "returnable",
]
