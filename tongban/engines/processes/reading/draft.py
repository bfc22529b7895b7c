"""The model while it is being read: what was understood so far, and what is wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tongban.engines.feel import FeelError
from tongban.engines.feel.types import ANY, Type, overlap
from tongban.engines.processes import expressions
from tongban.engines.processes.expressions import Expression
from tongban.engines.processes.model import Flow, Lane, Node
from tongban.engines.processes.reading.beside import Beside
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.findings import Finding


@dataclass(frozen=True, slots=True)
class Level:
    """The process or a sub-process, with what its nodes need to know of each other.

    `local` are the variables that only exist from here inwards, `handlers` the compensating
    activities by boundary event, `links` the flows that link events stand for.
    """

    id: str | None
    incoming: Mapping[str, tuple[str, ...]]
    outgoing: Mapping[str, tuple[str, ...]]
    boundary: Mapping[str, tuple[str, ...]]
    local: frozenset[str]
    handlers: Mapping[str, str] = field(default_factory=dict[str, str])
    links: tuple[Flow, ...] = ()

    def with_local(self, *names: str) -> "Level":
        return replace(self, local=self.local | set(names))


@dataclass(slots=True)
class Draft:
    """`top` is the level of the process itself: `None`, or its id where it is read to be called.

    `items` are the data objects, properties, data inputs and outputs: variable by id. `written`
    are the variables that some node of the process sets. `called` finds what a call activity may
    call, `calls` notes the processes that are. The graph is `whole` as long as every node of it
    was understood.
    """

    top: str | None
    beside: Beside
    called: Callable[[str], Element | None]
    items: Mapping[str, str]
    declared: Mapping[str, Type]
    written: frozenset[str]
    data: dict[str | None, tuple[str, ...]] = field(
        default_factory=dict[str | None, tuple[str, ...]]
    )
    calls: dict[str, Element] = field(default_factory=dict[str, Element])
    nodes: dict[str, Node] = field(default_factory=dict[str, Node])
    flows: dict[str, Flow] = field(default_factory=dict[str, Flow])
    lanes: dict[str, Lane] = field(default_factory=dict[str, Lane])
    lane_of: dict[str, str] = field(default_factory=dict[str, str])
    findings: list[Finding] = field(default_factory=list[Finding])
    whole: bool = True

    def find(self, rule: str, element: Element, **facts: Any) -> None:
        self.findings.append(Finding(rule, element.id, element.line, facts))

    def unsupported_value(self, element: Element, attribute: str, *allowed: str) -> None:
        value = element.attributes.get(attribute, "")
        facts = {"tag": element.tag, "attribute": attribute, "value": value}
        self.find("unsupported-value", element, allowed='" / "'.join(allowed), **facts)

    def wrong_reference(
        self, element: Element, attribute: str, target: str, what: str, what_zh: str
    ) -> None:
        names = {"what": what, "what_zh": what_zh}
        self.find("wrong-reference", element, attribute=attribute, target=target or "–", **names)

    def expression(
        self, text: str, owner: Element, level: Level, *results: Type
    ) -> Expression | None:
        """The compiled text, or `None` after noting what is wrong with it.

        Where variables are declared, it may read only those, those that a node writes, and those
        that are local to the level. Where results are named, it must be able to have one of them.
        """
        known = dict.fromkeys(self.written, ANY) | dict(self.declared)
        known |= dict.fromkeys(level.local, ANY)
        compile = expressions.closed if self.declared else expressions.opened
        program = self._compiled(compile, text, owner, known)
        if program is None or not results or any(overlap(program.type, each) for each in results):
            return program
        expected = " / ".join(str(each) for each in results)
        self.find("wrong-result", owner, text=text, found=program.type, expected=expected)
        return None

    def answer(self, text: str, owner: Element, level: Level) -> Expression | None:
        """Like `expression`, for text that also reads an answer.

        Nobody declares its names, and one that hides a variable may be of another type.
        """
        known = dict.fromkeys({*self.written, *self.declared, *level.local}, ANY)
        return self._compiled(expressions.opened, text, owner, known)

    def _compiled(
        self,
        compile: Callable[[str, Mapping[str, Type]], Expression],
        text: str,
        owner: Element,
        known: Mapping[str, Type],
    ) -> Expression | None:
        try:
            return compile(text, known)
        except FeelError as error:
            told = {"problem": error.told("en"), "problem_zh": error.told("zh")}
            self.find("wrong-expression", owner, text=text, **told)
            return None
