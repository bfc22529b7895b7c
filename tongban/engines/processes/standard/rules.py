"""What a rule of the standard is, and what it says of a drawing that breaks it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tongban.engines.processes.reading.document import Element
from tongban.engines.processes.reading.findings import Finding
from tongban.engines.processes.standard.drawing import Drawing
from tongban.engines.processes.standard.kinds import name_of


@dataclass(frozen=True, slots=True)
class At:
    """Where a rule is broken, with facts for its words; each fact is already readable."""

    element: Element
    facts: dict[str, Any] = field(default_factory=dict[str, Any])


Check = Callable[[Drawing], Iterable[Element | At]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of BPMN 2.0.2 as numbered in the published catalogue of its constraints.

    The catalogue gives some rules two numbers, where the standard says a thing twice.
    """

    codes: tuple[str, ...]
    check: Check
    en: str
    way_out_en: str
    zh: str
    way_out_zh: str

    def broken(self, drawing: Drawing) -> Iterator["Breach"]:
        for found in self.check(drawing):
            at = found if isinstance(found, At) else At(found)
            yield self._breach(drawing, at)

    def _breach(self, drawing: Drawing, at: At) -> "Breach":
        element = at.element
        return Breach(
            rule=self.codes[0],
            element=drawing.drawn(element).id,
            line=element.line,
            facts=at.facts,
            kind=element.tag,
            label=_label(drawing, element),
            broken=self,
            level=drawing.container(element).id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach(Finding):
    """A place where a rule of the standard is broken.

    `element` is what a diagram can show: around an element that is not drawn, the one that is.
    `kind` is the tag of the element itself; `level` is the process or sub-process it stands in.
    """

    kind: str
    label: str
    broken: Rule
    level: str

    @property
    def codes(self) -> tuple[str, ...]:
        return self.broken.codes

    def told(self, language: str) -> str:
        """Which element, what is wrong, the way out, and the rule."""
        kind, codes = name_of(self.kind, language), ", ".join(self.codes)
        if language.startswith("zh"):
            words = (self.broken.zh + self.broken.way_out_zh).format(**self.facts)
            return f"{kind}{self._quoted}：{words}（BPMN 2.0 规则 {codes}）"
        words = f"{self.broken.en} {self.broken.way_out_en}".format(**self.facts)
        return f"{kind[0].upper()}{kind[1:]} {self._quoted}: {words} (BPMN 2.0 rule {codes})"

    @property
    def _quoted(self) -> str:
        return f"“{self.label}”"


def _label(drawing: Drawing, element: Element) -> str:
    """Its name, else its id, else what it stands in is called."""
    for each in (element, *drawing.around(element)):
        found = each.get("name") or each.id
        if found:
            return found
    return element.tag
