"""Judges a model before it is used: what its tables leave out, and where they contradict it.

    for finding in (*verify(model), *verify_facts(model, {"insured months": NUMBER})):
        finding.severity, finding.told("zh"), finding.rules, finding.example

What is told with an example was seen when the table was run on it. What is not told is not there,
unless a finding says that it was not checked. Numbers are not taken for whole ones, and null is a
value of its own. What is wrong with the texts themselves is said by `decisions.examine`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tongban.engines.decisions.decision import Decision
from tongban.engines.decisions.loading import CLOCK
from tongban.engines.decisions.model import Model
from tongban.engines.decisions.refusals import Address
from tongban.engines.decisions.shapes import Shape
from tongban.engines.decisions.steps import Input, Key, Knowledge, Step
from tongban.engines.decisions.tables import Table
from tongban.engines.decisions.verification.findings import (
    Example,
    Finding,
    NotReadable,
    OtherTypeOfFact,
    Severity,
    UnknownFact,
)
from tongban.engines.decisions.verification.judging import Judge
from tongban.engines.decisions.verification.reading import Reading, functions
from tongban.engines.feel import Type, Value
from tongban.engines.feel.types import conforms

__all__ = ["Example", "Finding", "OtherTypeOfFact", "Severity", "verify", "verify_facts"]


def verify(model: Model) -> tuple[Finding, ...]:
    """What is wrong with the tables of a model, table by table."""
    asked = (*model.decisions.values(), *model.services.values())
    steps = list(_steps(asked).values())
    shapes = {key: source.shape for one in asked for key, source in one.sources.items()}
    shapes |= {each.key: each.shape for each in steps if not isinstance(each.logic, Knowledge)}
    made = functions(steps)
    return tuple(finding for step in steps for finding in _of_step(step, shapes, made))


def verify_facts(model: Model, facts: Mapping[str, Type]) -> tuple[Finding, ...]:
    """The inputs that are no facts, and those that are facts of another type."""
    found: dict[Key, Finding] = {}
    for decision in model.decisions.values():
        for key, source in decision.sources.items():
            finding = _of_input(source, _reader(decision, key), facts)
            if finding is not None:
                found.setdefault(key, finding)
    return tuple(found.values())


def _steps(asked: tuple[Decision, ...]) -> Mapping[Key, Step]:
    return {step.key: step for one in asked for step in one.steps}


def _of_step(
    step: Step, shapes: Mapping[Key, Shape], made: Mapping[Key, Value]
) -> Iterator[Finding]:
    if isinstance(step.logic, Table):
        yield from Judge(Reading(step, step.logic, shapes, made), Address(step.name)).findings()
    for number, table in enumerate(step.tables, 1):
        address = Address(step.name).at(f"框内第 {number} 个决策表", f"table {number} within a box")
        reading = Reading(step, table, shapes, made)
        if reading.is_readable():
            yield from Judge(reading, address).findings()
        else:
            yield NotReadable(address)


def _of_input(source: Input, reader: str, facts: Mapping[str, Type]) -> Finding | None:
    if source.name in CLOCK:
        return None
    address = Address(reader)
    if source.name not in facts:
        return UnknownFact(address, name=source.name)
    found, declared = facts[source.name], source.shape.type
    if conforms(found, declared):
        return None
    return OtherTypeOfFact(address, name=source.name, found=str(found), declared=str(declared))


def _reader(decision: Decision, key: Key) -> str:
    """The name of the decision that reads an input, of those that are required the first."""
    return next(
        (step.name for step in decision.steps if any(key == each.key for each in step.fillings)),
        decision.name,
    )
