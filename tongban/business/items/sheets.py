"""A decision as people read it: its tables with rules, tests in words and the law of each rule."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tongban.business.items.bundle import Bundle
from tongban.engines.decisions import Decision, Label, document, labels
from tongban.engines.decisions.boxed import LOGIC
from tongban.engines.decisions.document import Element
from tongban.engines.decisions.tables import Rule, Table
from tongban.engines.decisions.words import value_words
from tongban.engines.feel import tree

NOTHING = Label("", "")
DRAWN = ("decision", "inputData", "businessKnowledgeModel", "knowledgeSource", "decisionService")


@dataclass(frozen=True)
class Entry:
    """A cell as it is written, and in words; without text it asks nothing."""

    text: str
    words: Label


@dataclass(frozen=True)
class Heading:
    label: Label
    text: str


@dataclass(frozen=True)
class Line:
    """One rule of a table."""

    number: int
    tests: tuple[Entry, ...]
    results: tuple[Entry, ...]
    law: Label


@dataclass(frozen=True)
class Sheet:
    """One decision. `kind` is the element that holds its logic: of a decisionTable `lines` are
    told, of a literalExpression the `expression`; any other is shown by the drawing alone."""

    id: str
    name: str
    label: Label
    question: str
    kind: str
    reads: tuple[Label, ...]
    policy: str = ""
    inputs: tuple[Heading, ...] = ()
    outputs: tuple[Heading, ...] = ()
    lines: tuple[Line, ...] = ()
    expression: str = ""


def of(bundle: Bundle) -> dict[str, Sheet]:
    """Every decision by its id; the one that the item asks stands first."""
    root = document.read(bundle.decision_text.encode()).root
    model = bundle.decision
    asked = bundle.guide.decision.name
    found = {
        decision.id: _sheet(element, decision)
        for element, decision in zip(root.all("decision"), model.decisions.values(), strict=True)
    }
    return dict(sorted(found.items(), key=lambda each: asked not in (each[0], each[1].name)))


def drawn(bundle: Bundle) -> Iterator[tuple[str, Label]]:
    """What the elements of the drawing are called, by their id."""
    root = document.read(bundle.decision_text.encode()).root
    for element in root.all(*DRAWN):
        yield element.get("id"), labels.label(element, element.get("name"))


def _sheet(element: Element, decision: Decision) -> Sheet:
    step, logic = decision.steps[-1], element.first(*LOGIC)
    assert logic is not None, "what was loaded has its logic"
    sheet = Sheet(
        id=decision.id,
        name=decision.name,
        label=decision.label,
        question=element.text_of("question"),
        kind=logic.tag,
        reads=tuple(filling.label for filling in step.fillings),
    )
    if not isinstance(step.logic, Table):
        return replace(sheet, expression=logic.text_of("text"))
    table = step.logic
    return replace(
        sheet,
        policy=f"{table.policy} {table.aggregation}".strip(),
        inputs=tuple(Heading(column.label, column.text) for column in table.columns),
        outputs=tuple(_outputs(logic, decision)),
        lines=tuple(
            Line(rule.number, tuple(_tests(table, rule)), tuple(_results(each, rule)), rule.law)
            for each, rule in zip(logic.all("rule"), table.rules, strict=True)
        ),
    )


def _outputs(table: Element, decision: Decision) -> Iterator[Heading]:
    outputs = table.all("output")
    for output in outputs:
        fallback = output.get("name")
        label = labels.label(output, fallback) if len(outputs) > 1 else decision.label
        yield Heading(label, fallback)


def _tests(table: Table, rule: Rule) -> Iterator[Entry]:
    tests = {id(test.column): test for test in rule.tests}
    for column in table.columns:
        test = tests.get(id(column))
        yield Entry(test.text, test.words) if test else Entry("", NOTHING)


def _results(element: Element, rule: Rule) -> Iterator[Entry]:
    for entry, output in zip(element.all("outputEntry"), rule.outputs, strict=True):
        text, node = entry.text_of("text"), output.tree
        words = Label(text, text)
        if isinstance(node, tree.Literal):
            words = Label(value_words(node.value, "zh"), value_words(node.value, "en"))
        yield Entry(text, words)
