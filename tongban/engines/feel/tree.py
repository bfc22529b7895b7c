"""The typed tree: what the parser builds, the compiler runs and later SQL is written from.

Every node knows its place in the text and the type of its value. Unary tests and `in` are already
spelled out as comparisons here, so that a back end meets fewer kinds of node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from tongban.engines.feel.refusals import Place
from tongban.engines.feel.scope import Variable
from tongban.engines.feel.signatures import Signature
from tongban.engines.feel.types import Type
from tongban.engines.feel.values import Frame, Value


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    place: Place
    type: Type


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Part):
    value: Value


@dataclass(frozen=True, slots=True, eq=False)
class Name(Part):
    variable: Variable


@dataclass(frozen=True, slots=True, eq=False)
class MemberOrName(Part):
    """In a filter over items of unknown shape: the item's member, else what is outside."""

    item: Variable
    name: str
    outer: Node | None


@dataclass(frozen=True, slots=True, eq=False)
class Negated(Part):
    operand: Node


@dataclass(frozen=True, slots=True, eq=False)
class Arithmetic(Part):
    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Comparison(Part):
    sign: str  # = != < <= > >=
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Junction(Part):
    word: str  # and, or
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Not(Part):
    operand: Node


@dataclass(frozen=True, slots=True, eq=False)
class Member(Part):
    """`in` where only the run shows what the group is."""

    subject: Node
    group: Node
    or_true: bool  # a unary test: the group may also be a condition that simply holds


@dataclass(frozen=True, slots=True, eq=False)
class Let(Part):
    variable: Variable
    value: Node
    body: Node


@dataclass(frozen=True, slots=True, eq=False)
class If(Part):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """`x in domain`, or `x in domain..end`."""

    variable: Variable
    domain: Node
    end: Node | None


@dataclass(frozen=True, slots=True, eq=False)
class For(Part):
    loops: tuple[Loop, ...]
    partial: Variable
    body: Node


@dataclass(frozen=True, slots=True, eq=False)
class Quantified(Part):
    every: bool
    loops: tuple[Loop, ...]
    body: Node


@dataclass(frozen=True, slots=True, eq=False)
class Listed(Part):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Context(Part):
    entries: tuple[tuple[Variable, Node], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Interval(Part):
    low: Node | None
    high: Node | None
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True, eq=False)
class Path(Part):
    target: Node
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Filter(Part):
    target: Node
    item: Variable
    members: tuple[Variable, ...]  # of the item, named without `item.`
    condition: Node


@dataclass(frozen=True, slots=True, eq=False)
class Call(Part):
    """A built-in; `arguments` are in the order of its parameters."""

    signature: Signature
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Invocation(Part):
    """A function value; the names are empty when the arguments come in order."""

    function: Node
    names: tuple[str, ...]
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class InstanceOf(Part):
    subject: Node
    target: Type


@dataclass(frozen=True, slots=True, eq=False)
class Lambda(Part):
    parameters: tuple[Variable, ...]
    body: Node


@dataclass(frozen=True, slots=True, eq=False)
class Embedded(Part):
    """What another language than FEEL computes in the same frame, such as a decision table."""

    parts: tuple[Node, ...]  # the expressions that it reads
    run: Callable[[Frame], Value]
    content: object  # what other back ends than the compiler write it from


Node: TypeAlias = (
    Literal
    | Name
    | MemberOrName
    | Negated
    | Arithmetic
    | Comparison
    | Junction
    | Not
    | Member
    | Let
    | If
    | For
    | Quantified
    | Listed
    | Context
    | Interval
    | Path
    | Filter
    | Call
    | Invocation
    | InstanceOf
    | Lambda
    | Embedded
)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below, in the order of the text."""
    for name in node.__slots__:
        yield from _nodes(getattr(node, name))


def _nodes(held: object) -> Iterator[Node]:
    if isinstance(held, Part):
        yield held  # type: ignore[misc]  # every Part is one of Node's kinds
    elif isinstance(held, Loop):
        yield held.domain
        yield from _nodes(held.end)
    elif isinstance(held, tuple):
        for each in held:  # type: ignore[reportUnknownVariableType]
            yield from _nodes(each)  # type: ignore[reportUnknownArgumentType]


def walk(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        yield (here := waiting.pop())
        waiting.extend(children(here))


def depth(node: Node) -> int:
    """How many nodes lie on the longest way down."""
    deepest, level = 0, [node]
    while level:
        deepest += 1
        level = [below for here in level for below in children(here)]
    return deepest


def reads(node: Node) -> set[Variable]:
    """Every variable that is read, those that the expression binds itself included."""
    return {here.variable for here in walk(node) if isinstance(here, Name)}
