"""What a process model means once it is read: immutable, references resolved, FEEL compiled.

A *level* is the process itself (`None`) or one of its sub-processes; every node stands on one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from tongban.engines.feel.types import Type
from tongban.engines.processes.expressions import Expression
from tongban.engines.processes.times import Cycle, Duration, Moment


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
class OnTimer:
    """A point in time: written down (`fixed`), or computed when the token arrives (`computed`)."""

    kind: Literal["duration", "date", "cycle"]
    fixed: Duration | Moment | Cycle | None
    computed: Expression | None


@dataclass(frozen=True, slots=True)
class OnMessage:
    name: str
    correlation: Expression | None


@dataclass(frozen=True, slots=True)
class OnError:
    """`code` is `None` where any error is caught."""

    code: str | None


@dataclass(frozen=True, slots=True)
class Mapped:
    """One `tb:input` or `tb:output`: the variable `target` becomes the value of `source`."""

    target: str
    source: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class StartEvent(Node):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class EndEvent(Node):
    """`outcome` is what the case is called that ends here; `None` leaves it to the id."""

    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateEnd(EndEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorEnd(EndEvent):
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrowEvent(Node):
    """An intermediate event without a trigger: a milestone that a token passes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchEvent(Node):
    trigger: OnTimer | OnMessage
    outputs: tuple[Mapped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryEvent(Node):
    attached: str
    interrupting: bool
    trigger: OnTimer | OnMessage | OnError
    outputs: tuple[Mapped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """Each instance adds the value of `element` to the list `target`, in the instances' order."""

    target: str
    element: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiInstance:
    """Either `count` or `collection` is there, never both."""

    sequential: bool
    count: Expression | None
    collection: Expression | None
    element: str | None
    collected: Collected | None
    until: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Node):
    default: str | None
    inputs: tuple[Mapped, ...]
    outputs: tuple[Mapped, ...]
    loop: MultiInstance | None
    boundary: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AbstractTask(Activity):
    """Completes at once; BPMN 2.0 gives it no behaviour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTask(Activity):
    """`post` is who does it: the task's own, else its lane's."""

    form: str | None
    post: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualTask(UserTask):
    """Work without the platform; somebody confirms that it was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTask(Activity):
    operation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTask(ServiceTask):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTask(Activity):
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptTask(Activity):
    """Its value is the output `result`."""

    script: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveTask(Activity):
    trigger: OnMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class SubProcess(Activity):
    pass


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
    pass


@dataclass(frozen=True, slots=True)
class Reference:
    """Something outside the model that a node names: a form, a decision, an operation, a post."""

    kind: Literal["form", "decision", "operation", "post"]
    name: str
    node: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition(Named):
    """One process. `version` is the SHA-256 of `xml`, whose bytes are kept as they came.

    `variables` are the declared ones with their FEEL type; empty when the model declares none.
    `starts` gives the start event of each level. `upstream` gives, for each inclusive gateway
    that joins, which of its incoming flows a token at a node can still reach.
    """

    version: str
    xml: bytes
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    lanes: Mapping[str, Lane]
    variables: Mapping[str, Type]
    starts: Mapping[str | None, str]
    upstream: Mapping[str, Mapping[str, frozenset[str]]]

    def references(self) -> tuple[Reference, ...]:
        """For whoever knows the forms, decisions, operations and posts that exist."""
        return tuple(r for node in self.nodes.values() for r in _references(node))


def _references(node: Node) -> Iterator[Reference]:
    match node:
        case UserTask(form=form, post=post):
            if form is not None:
                yield Reference("form", form, node.id, node.line)
            if post is not None:
                yield Reference("post", post, node.id, node.line)
        case ServiceTask(operation=operation):
            yield Reference("operation", operation, node.id, node.line)
        case DecisionTask(decision=decision):
            yield Reference("decision", decision, node.id, node.line)
        case _:
            pass
