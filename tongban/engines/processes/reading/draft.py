"""The model while it is being read: what was understood so far, and what is wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from tongban.engines.feel import FeelError
from tongban.engines.feel.checker import UnknownName
from tongban.engines.feel.types import ANY, Type, overlap
from tongban.engines.processes import expressions
from tongban.engines.processes.expressions import Expression
from tongban.engines.processes.model import Flow, Lane, Node
from tongban.engines.processes.reading.beside import Beside
from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.findings import Finding

# Comparing names takes time: where more than this is wrong, the rest is told without.
NEAREST_TOLD = 50


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
        compile = expressions.closed if self.declared else expressions.opened
        program = self._compiled(compile, text, owner, level, self.declared)
        if program is None or not results or any(overlap(program.type, each) for each in results):
            return program
        expected = " / ".join(str(each) for each in results)
        self.find("wrong-result", owner, text=text, found=program.type, expected=expected)
        return None

    def answer(self, text: str, owner: Element, level: Level) -> Expression | None:
        """Like `expression`, for text that also reads an answer.

        Nobody declares its names, and one that hides a variable may be of another type.
        """
        return self._compiled(expressions.opened, text, owner, level, {})

    def _compiled(
        self,
        compile: Callable[[str, Mapping[str, Type]], Expression],
        text: str,
        owner: Element,
        level: Level,
        types: Mapping[str, Type],
    ) -> Expression | None:
        """Only the names that the text may mean are looked up: there may be thousands."""
        try:
            words = expressions.words(text)
            known = {name: ANY for name in words if self._knows(name, level)}
            known |= {name: types[name] for name in words & types.keys() - level.local}
            return compile(text, known)
        except FeelError as error:
            told = {"problem": error.told("en"), "problem_zh": error.told("zh")}
            if isinstance(error, UnknownName) and len(self.findings) < NEAREST_TOLD:
                near = self._nearest(error.facts["name"], level)
                told["problem"] += f" The nearest name that is known: {near}."
                told["problem_zh"] += f"最接近的已知名称是 {near}。"
            self.find("wrong-expression", owner, text=text, **told)
            return None

    def _knows(self, name: str, level: Level) -> bool:
        return name in self.written or name in self.declared or name in level.local

    def _nearest(self, name: str, level: Level) -> str:
        known = sorted({*self.written, *self.declared, *level.local})
        return get_close_matches(name, known, n=1, cutoff=0)[0]
