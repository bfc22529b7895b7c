from tongban.engines.processes.model import (
    EventGateway,
    ExclusiveGateway,
    InclusiveGateway,
    Node,
    ParallelGateway,
)
from tongban.engines.processes.reading import nodes
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.draft import Draft, Level


def exclusive(draft: Draft, level: Level, element: Element) -> Node:
    default = nodes.default(draft, element, level)
    return ExclusiveGateway(**nodes.common(draft, level, element), default=default)


def inclusive(draft: Draft, level: Level, element: Element) -> Node:
    default = nodes.default(draft, element, level)
    return InclusiveGateway(**nodes.common(draft, level, element), default=default)


def parallel(draft: Draft, level: Level, element: Element) -> Node:
    return ParallelGateway(**nodes.common(draft, level, element))


def event_based(draft: Draft, level: Level, element: Element) -> Node:
    return EventGateway(**nodes.common(draft, level, element))
