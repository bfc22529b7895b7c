"""Whether a person's step decides: whether what is answered there is read before somebody else
answers anew. At any other step work is done, and nobody grants or refuses."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from tongban.engines.feel import Program
from tongban.engines.processes import Definition
from tongban.engines.processes.model import Activity, Node, SubProcess, UserTask
from tongban.engines.processes.repeating import MultiInstance, StandardLoop

ANSWER = "approved"


def decides(definition: Definition, node: str) -> bool:
    """A decision table does not count as reading: it reads facts and answers of the form."""
    step = definition.nodes[node]
    assert isinstance(step, UserTask)
    held = _held(step)
    if held & _read_each_turn(step):
        return True
    seen = {node}
    ahead: list[Node] = [step]
    while ahead:
        here = ahead.pop()
        if any(held & _reads(definition.flows[flow].condition) for flow in here.outgoing):
            return True
        for after in _after(definition, here):
            if after.id in seen:
                continue
            seen.add(after.id)
            if held & _read_at(after):
                return True
            if not (isinstance(after, UserTask) and held <= _held(after)):
                ahead.append(after)
    return False


def _held(step: UserTask) -> frozenset[str]:
    """The variables that the answer goes to; without outputs it keeps its own name. Of several
    signatures also the list that collects them."""
    if step.skippable is not None:  # its answer never becomes a variable
        return frozenset()
    held = frozenset(each.target for each in step.outputs if ANSWER in each.source.reads)
    held = held if step.outputs else frozenset({ANSWER})
    loop = step.loop
    if isinstance(loop, MultiInstance) and loop.collected and held & _reads(loop.collected.element):
        return held | {loop.collected.target}
    return held


def _read_each_turn(step: UserTask) -> frozenset[str]:
    """What says whether it is enough, or is done once more."""
    match step.loop:
        case MultiInstance(until=until):
            return _reads(until)
        case StandardLoop(condition=condition):
            return _reads(condition)
        case _:
            return frozenset()


def _after(definition: Definition, node: Node) -> Iterator[Node]:
    """Where a token goes next, into a sub-process and out of one; its boundary events too."""
    around = definition.nodes.get(node.level or "")
    lead = [definition.flows[flow].target for flow in node.outgoing]
    if not lead and around is not None:
        lead = [definition.flows[flow].target for flow in around.outgoing]
    if isinstance(node, Activity):
        lead += node.boundary
    if isinstance(node, SubProcess):
        lead += definition.begins[node.id]
    return (definition.nodes[each] for each in lead)


def _read_at(node: Node) -> frozenset[str]:
    """The outputs of a person's task read his answer, and no variable."""
    return _reads(node.inputs) | _reads(node.loop) if isinstance(node, UserTask) else _reads(node)


def _reads(thing: Any) -> frozenset[str]:
    """Every name in every expression that it holds."""
    if isinstance(thing, Program):
        return thing.reads
    if isinstance(thing, tuple):
        return frozenset[str]().union(*(_reads(each) for each in thing))
    if is_dataclass(thing):
        return _reads(tuple(getattr(thing, each.name) for each in fields(thing)))
    return frozenset()
