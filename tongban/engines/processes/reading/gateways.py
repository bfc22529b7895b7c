from tongban.engines.feel.types import BOOLEAN
from tongban.engines.processes.model import (
    ComplexGateway,
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
    kind = element.get("eventGatewayType") or "Exclusive"
    instantiates = element.get("instantiate") in ("true", "1")
    if kind not in ("Exclusive", "Parallel"):
        draft.unsupported_value(element, "eventGatewayType", "Exclusive", "Parallel")
    if kind == "Parallel" and not instantiates:
        draft.unsupported_value(element, "eventGatewayType", "Exclusive")
    if instantiates and level.id != draft.top:
        draft.unsupported_value(element, "instantiate", "false")
    return EventGateway(
        **nodes.common(draft, level, element),
        instantiates=instantiates,
        parallel=kind == "Parallel",
    )


def complex_(draft: Draft, level: Level, element: Element) -> Node | None:
    """One that joins has to say when it goes on."""
    fields = nodes.common(draft, level, element)
    default = nodes.default(draft, element, level)
    holder = element.only("activationCondition")
    if holder is None or not holder.text:
        if len(fields["incoming"]) > 1:
            attribute = "<activationCondition>"
            draft.find("missing-attribute", element, tag=element.tag, attribute=attribute)
        return ComplexGateway(**fields, default=default, activation=None)
    reads = level.with_local("activationCount", "waitingForStart")
    activation = nodes.written_in(draft, holder, element, reads, BOOLEAN)
    return activation and ComplexGateway(**fields, default=default, activation=activation)
