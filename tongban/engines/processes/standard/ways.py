"""By which flows a token may leave a node, as far as that is known without data."""

from collections.abc import Iterator
from itertools import chain, combinations

from tongban.engines.processes.model import (
    Activity,
    BoundaryEvent,
    CatchEvent,
    Definition,
    EndEvent,
    ErrorEnd,
    EventGateway,
    ExclusiveGateway,
    InclusiveGateway,
    LinkCatch,
    Node,
    ParallelGateway,
    StartEvent,
    TerminateEnd,
    ThrowEvent,
)
from tongban.engines.processes.triggers import CancelThrow, OnCompensation

# The flows that get a token at the same time.
Way = tuple[str, ...]

_KINDS = (
    *(StartEvent, EndEvent, ErrorEnd, TerminateEnd, ThrowEvent, CatchEvent, BoundaryEvent),
    *(ExclusiveGateway, ParallelGateway, InclusiveGateway, LinkCatch),
)
# Of more conditions than this only one or all are tried, not every set of them.
_EVERY_SET = 5


def is_known(node: Node) -> bool:
    """Whether the node takes and gives tokens in a way that this module knows."""
    match node:
        case Activity(start_quantity=taken, completion_quantity=given):
            return taken == given == 1
        case EventGateway(parallel=parallel):
            return not parallel
        case _:
            return type(node) in _KINDS


def ends_all(node: Node) -> bool:
    """Whether nothing else of its level goes on once a token has come here."""
    return isinstance(node, TerminateEnd) or fails(node)


def fails(node: Node) -> bool:
    """Whether it leaves its level by an error or a cancellation."""
    return isinstance(node, ErrorEnd) or (
        isinstance(node, EndEvent) and CancelThrow() in node.throws
    )


def regular(definition: Definition, node: Node) -> list[Way]:
    """The ways that the node itself may choose between."""
    match node:
        case EventGateway() | ExclusiveGateway():
            return [(flow,) for flow in node.outgoing]
        case InclusiveGateway() | Activity():
            return list(dict.fromkeys(_by_conditions(definition, node, node.default)))
        case _:
            return [node.outgoing]


def around(definition: Definition, node: Node) -> list[tuple[Way, bool]]:
    """The ways of the events on an activity's border, and whether they interrupt it.

    Compensation comes after the activity is done and takes no token.
    """
    events = (
        [definition.nodes[each] for each in node.boundary] if isinstance(node, Activity) else []
    )
    return [
        (event.outgoing, event.interrupting)
        for event in events
        if isinstance(event, BoundaryEvent) and OnCompensation() not in event.triggers
    ]


def _by_conditions(definition: Definition, node: Node, default: str | None) -> Iterator[Way]:
    flows = [each for each in node.outgoing if each != default]
    asked = [each for each in flows if definition.flows[each].condition is not None]
    always = tuple(each for each in flows if definition.flows[each].condition is None)
    for chosen in _sets(asked):
        yield always + chosen
    if default is not None:
        yield (*always, default)
    elif always or not asked:
        yield always


def _sets(flows: list[str]) -> Iterator[Way]:
    """Not empty ones."""
    if len(flows) <= _EVERY_SET:
        sizes = range(1, len(flows) + 1)
        yield from chain.from_iterable(combinations(flows, size) for size in sizes)
    else:
        yield from ((flow,) for flow in flows)
        yield tuple(flows)
