"""What a process model means once it is read: immutable, references resolved, FEEL compiled.

A *level* is the process itself (`None`), one of its sub-processes, or a process that is called;
every node stands on one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from tongban.engines.clocks import Limit
from tongban.engines.feel.types import Type
from tongban.engines.processes.expressions import Expression
from tongban.engines.processes.repeating import MultiInstance, StandardLoop
from tongban.engines.processes.triggers import MessageThrow, OnMessage, Throw, Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    id: str
    name: str
    name_en: str
    line: int

    def label(self, language: str) -> str:
        """The Chinese name, or the English one where it is asked for and there is one."""
        return self.name if language.startswith("zh") else self.name_en or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(Named):
    source: str
    target: str
    condition: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane(Named):
    post: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Node(Named):
    level: str | None
    incoming: tuple[str, ...]
    outgoing: tuple[str, ...]
    lane: str | None


@dataclass(frozen=True, slots=True)
class Mapped:
    """One `tb:input` or `tb:output`: the variable `target` becomes the value of `source`."""

    target: str
    source: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Catching(Node):
    """Waits for one of its triggers, or for all of them (`parallel`)."""

    triggers: tuple[Trigger, ...]
    parallel: bool
    outputs: tuple[Mapped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartEvent(Catching):
    """Without a trigger it is begun by hand, or by the token that enters its sub-process.

    `interrupting` means something where it starts an event sub-process.
    """

    interrupting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchEvent(Catching):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryEvent(Catching):
    """`handler` is the activity that compensates, where that is what the event is there for."""

    attached: str
    interrupting: bool
    handler: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCatch(Node):
    """The other end of a link; a flow made when the model was read leads here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrowEvent(Node):
    """Without anything to throw it is a milestone that a token passes, or the end of a link."""

    throws: tuple[Throw, ...]
    inputs: tuple[Mapped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndEvent(ThrowEvent):
    """`outcome` is what the case is called that ends here; `None` leaves it to the id."""

    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateEnd(EndEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorEnd(EndEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Node):
    default: str | None
    inputs: tuple[Mapped, ...]
    outputs: tuple[Mapped, ...]
    loop: MultiInstance | StandardLoop | None
    boundary: tuple[str, ...]
    compensates: bool
    start_quantity: int
    completion_quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AbstractTask(Activity):
    """Completes at once; BPMN 2.0 gives it no behaviour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTask(Activity):
    """`post` is who does it: the task's own, else its lane's. `skippable` is the post that may skip
    it, `signatures` the list variable that keeps what each signer answered, `limit` how long it may
    take."""

    form: str | None
    post: str | None
    skippable: str | None
    signatures: str | None
    limit: Limit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualTask(UserTask):
    """Work without the platform; somebody confirms that it was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTask(Activity):
    operation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTask(ServiceTask):
    """Sends by calling an operation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTask(Activity):
    """A send task that names a message and no operation."""

    throw: MessageThrow


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTask(Activity):
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptTask(Activity):
    """Its value is the output of each of these names."""

    script: Expression
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveTask(Activity):
    triggers: tuple[OnMessage]
    instantiates: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SubProcess(Activity):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSubProcess(SubProcess):
    """No token comes along a flow: its start event begins it, as long as its level is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction(SubProcess):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class AdHocSubProcess(SubProcess):
    sequential: bool
    until: Expression | None
    cancels_rest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallActivity(Activity):
    """`called` is a process that stands in the same definition, as a level of its own."""

    called: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway(Node):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusiveGateway(Gateway):
    default: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusiveGateway(Gateway):
    default: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelGateway(Gateway):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class EventGateway(Gateway):
    """One that instantiates begins a case; a `parallel` one then waits for all its events."""

    instantiates: bool
    parallel: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplexGateway(Gateway):
    """`activation` reads `activationCount`; `None` where any token will do."""

    default: str | None
    activation: Expression | None


@dataclass(frozen=True, slots=True)
class Reference:
    """Something outside the model that a node names: a form, a decision, an operation, a post."""

    kind: Literal["form", "decision", "operation", "post"]
    name: str
    node: str
    line: int


class Arriving(Mapping[str, Mapping[str, frozenset[str]]]):
    """By gateway that joins, then by node, the flows that a token there can still arrive by;
    `visited` counts the nodes that were looked at so far."""

    visited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition(Named):
    """One process with those that it calls. `version` is the SHA-256 of `xml`, whose bytes are kept
    as they came; where more models were handed over, of all of them.

    One that is not `executable` is a drawing: its nodes are plain, its flows without conditions,
    and no case can begin on it.

    By level: `begins` are the nodes that a token begins at, `starts` the one of them where there is
    no other, `handlers` the start events of its event sub-processes, `data` the variables that its
    data objects and properties are.
    `variables` are the declared ones with their FEEL type, empty when the model declares none;
    `types` are those of the processes that are called. `openings` are the nodes at which something
    from outside may begin a case. `upstream` gives, for each inclusive or complex gateway that
    joins, which of its incoming flows a token at a node can still reach. `correction` is the
    activity that a case goes back to when its form was corrected.
    """

    version: str
    xml: bytes
    executable: bool
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    lanes: Mapping[str, Lane]
    variables: Mapping[str, Type]
    types: Mapping[str, Mapping[str, Type]]
    begins: Mapping[str | None, tuple[str, ...]]
    starts: Mapping[str | None, str]
    openings: tuple[str, ...]
    handlers: Mapping[str | None, tuple[str, ...]]
    data: Mapping[str | None, tuple[str, ...]]
    upstream: Arriving
    correction: str | None = None

    def references(self) -> tuple[Reference, ...]:
        """For whoever knows the forms, decisions, operations and posts that exist."""
        return tuple(r for node in self.nodes.values() for r in _references(node))


def _references(node: Node) -> Iterator[Reference]:
    match node:
        case UserTask(form=form, post=post, skippable=skippable):
            if form is not None:
                yield Reference("form", form, node.id, node.line)
            for each in (post, skippable):
                if each is not None:
                    yield Reference("post", each, node.id, node.line)
        case ServiceTask(operation=operation):
            yield Reference("operation", operation, node.id, node.line)
        case DecisionTask(decision=decision):
            yield Reference("decision", decision, node.id, node.line)
        case _:
            pass
