"""Functions that decisions call: business knowledge models and decision services."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tongban.engines.decisions.shapes import Shape
from tongban.engines.decisions.steps import Input, Key, Look, Step, Trace
from tongban.engines.decisions.tables import NO_PLACE
from tongban.engines.feel import Undefined, Value, tree
from tongban.engines.feel.frames import NOTES, Code, note, step
from tongban.engines.feel.values import Frame, Function


@dataclass(frozen=True, slots=True)
class KnowledgeModel:
    """Makes the function; a model may call itself, by the name that stands in `own`."""

    parameters: tuple[str, ...]
    code: Code
    own: int | None  # the place in the frame where its texts look for the model itself
    tree: tree.Node

    def __call__(self, frame: Frame) -> Value:
        made: list[Function] = []
        if self.own is not None:
            frame[self.own] = Function(
                self.parameters, lambda caller, given: made[0].call(caller, given)
            )
        function = self.code(frame)
        if isinstance(function, Function):
            made.append(function)
        return function


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a service answers: its only output decision, or a context of all by name."""

    keys: Mapping[str, Key]
    shape: Shape

    def of(self, known: Mapping[Key, Value]) -> Value:
        if len(self.keys) == 1:
            return self.shape.take(known[next(iter(self.keys.values()))])
        return self.shape.take({name: known[key] for name, key in self.keys.items()})


@dataclass(frozen=True, slots=True)
class Service:
    """Decisions run on what the caller hands in, and on nothing else."""

    inputs: Sequence[Input]
    steps: Sequence[Step]
    outputs: Outputs
    clock: Sequence[tuple[Key, Code]]  # `today()` and `now()`, where a step reads them
    absent: Collection[Key]  # input data that a step reads and the service does not take

    def __call__(self, frame: Frame) -> Value:
        times = {key: code(frame) for key, code in self.clock}

        def call(caller: Frame, arguments: list[Value]) -> Value:
            return self._answer(caller, arguments, times)

        return Function(tuple(known.name for known in self.inputs), call)

    def _answer(self, caller: Frame, arguments: list[Value], times: Mapping[Key, Value]) -> Value:
        step(caller)
        known: dict[Key, Value] = {**dict.fromkeys(self.absent), **times}
        for each, argument in zip(self.inputs, arguments, strict=True):
            try:
                known[each.key] = each.shape.take(argument)
            except Undefined as undefined:
                known[each.key] = note(caller, NO_PLACE, undefined)
        trace = caller[NOTES]
        if not isinstance(trace, Trace):
            for each in self.steps:
                known[each.key] = each.value(each.frame(known, trace))
            return self.outputs.of(known)
        outside, trace.known = trace.known, known
        for each in self.steps:
            frame = each.frame(known, trace)
            seen = each.look(frame)
            known[each.key] = seen.value
            trace.add(Look(each, frame, seen, known))
        trace.known = outside
        return self.outputs.of(known)
