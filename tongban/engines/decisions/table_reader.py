"""From the XML of a decision table to a compiled one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tongban.engines.decisions import hits
from tongban.engines.decisions.document import Element, Limits, TooBig
from tongban.engines.decisions.hits import Settle, same
from tongban.engines.decisions.labels import label, law, law_column
from tongban.engines.decisions.refusals import Address, Label, ModelError, NotSupported
from tongban.engines.decisions.shapes import Shape, Shapes
from tongban.engines.decisions.tables import NO_PLACE, Column, Output, Rule, Table, Test
from tongban.engines.decisions.texts import NOTHING, Texts, code_of
from tongban.engines.decisions.words import test_words
from tongban.engines.feel import BOOLEAN, TESTED, Type, Undefined, Value, Variable, tree
from tongban.engines.feel.types import ANY, NUMBER, ContextOf, ListOf

_LISTS = ("RULE ORDER", "OUTPUT ORDER", "COLLECT")


class UnknownHitPolicy(ModelError):
    """There is no hit policy “{name}”."""

    zh = "没有命中策略“{name}”。"


class WrongNumberOfCells(ModelError):
    """The rule has {found} cells for {expected} columns."""

    zh = "规则有 {found} 个单元格，而表有 {expected} 列。"


class NotAnOutputValue(ModelError):
    """The result is not one of the output values."""

    zh = "结果不在输出值之内。"


class OneOutputOnly(ModelError):
    """A table that aggregates ({name}) has exactly one output."""

    zh = "汇总的决策表（{name}）只能有一个输出列。"


class NoOutput(ModelError):
    """The table has no output."""

    zh = "决策表没有输出列。"


@dataclass(frozen=True, slots=True)
class Clause:
    """An output column: its name, what it may hold, and the order of its values."""

    name: str
    element: Element
    shape: Shape


class TableReader:
    def __init__(
        self, element: Element, shapes: Shapes, texts: Texts, findings: list[ModelError]
    ) -> None:
        self._element, self._shapes = element, shapes
        self._texts, self._findings = texts, findings

    def read(self, declared: Shape, address: Address, limits: Limits) -> tuple[Table, Type]:
        """The table and the type of what it answers."""
        rules = self._element.all("rule")
        if len(rules) > limits.rules:
            facts = {"limit": limits.rules, "what": "rules", "what_zh": "规则数"}
            raise TooBig(address.on(self._element.line), **facts)
        policy = self._element.get("hitPolicy") or "UNIQUE"
        columns = [
            self._column(number, each, address)
            for number, each in enumerate(self._element.all("input"), 1)
        ]
        clauses = self._clauses(_single(declared, policy), address)
        law_at = law_column(self._element)
        table = Table(
            tuple(column for column, _ in columns),
            tuple(
                self._rule(number, each, columns, clauses, (law_at, address))
                for number, each in enumerate(rules, 1)
            ),
            self._settle(policy, clauses, address),
            policy,
            self._defaults(clauses, address),
        )
        return table, _type(policy, self._element.get("aggregation"), clauses)

    def _column(self, number: int, element: Element, address: Address) -> tuple[Column, Variable]:
        expression = element.first("inputExpression")
        text = expression.text_of("text") if expression else ""
        name = label(element, text)
        here = address.at(f"第 {number} 个输入“{name.zh}”", f"input {number} “{name.en}”")
        entry = self._texts.expression(text, here)
        shape = self._shapes.named(expression.get("typeRef") if expression else "", here)
        self._texts.expect(entry and entry.tree, shape, here)
        shape = self._shapes.restricted(shape, element, "inputValues", here)
        type_ = entry.tree.type if entry and shape.type == ANY else shape.type
        tested = Variable(TESTED, type_)
        reads = entry.reads if entry else frozenset[str]()
        place = self._texts.place(tested)
        node = entry.tree if entry else NOTHING
        return Column(name, text, place, code_of(entry), shape, reads, node), tested

    def _clauses(self, declared: Shape, address: Address) -> list[Clause]:
        elements = self._element.all("output")
        if not elements:
            self._findings.append(NoOutput(address.on(self._element.line)))
        return [self._clause(each, declared, len(elements) > 1, address) for each in elements]

    def _clause(self, element: Element, declared: Shape, several: bool, address: Address) -> Clause:
        name = element.get("name")
        here = address.at(f"输出“{name}”", f"output “{name}”")
        part = (declared.members or {}).get(name, Shape(ANY))
        shape = self._shapes.named(element.get("typeRef"), here)
        if shape.type == ANY:
            shape = part if several else declared
        return Clause(name, element, self._shapes.restricted(shape, element, "outputValues", here))

    def _rule(
        self,
        number: int,
        element: Element,
        columns: Sequence[tuple[Column, Variable]],
        clauses: Sequence[Clause],
        context: tuple[int, Address],
    ) -> Rule:
        law_at, address = context
        here = address.at(f"第 {number} 条规则", f"rule {number}")
        inputs, outputs = element.all("inputEntry"), element.all("outputEntry")
        found, expected = len(inputs) + len(outputs), len(columns) + len(clauses)
        if (len(inputs), len(outputs)) != (len(columns), len(clauses)):
            error = WrongNumberOfCells(here.on(element.line), found=found, expected=expected)
            self._findings.append(error)
        tests = [
            self._test(column, tested, entry, _in_column(here, at, column))
            for at, (entry, (column, tested)) in enumerate(zip(inputs, columns, strict=False), 1)
        ]
        values = [
            self._output(clause, entry.text_of("text"), _in_output(here, clause))
            for entry, clause in zip(outputs, clauses, strict=False)
        ]
        return Rule(number, tuple(filter(None, tests)), tuple(values), law(element, law_at))

    def _test(
        self, column: Column, tested: Variable, element: Element, address: Address
    ) -> Test | None:
        text = element.text_of("text")
        if text in ("", "-"):
            return None
        entry = self._texts.tests(text, tested, address)
        if entry is None:
            never = tree.Literal(NO_PLACE, BOOLEAN, False)
            return Test(column, text, Label(text, text), code_of(None), never)
        return Test(column, text, test_words(entry.tree, text), entry.code, entry.tree)

    def _output(self, clause: Clause, text: str, address: Address) -> Output:
        entry = self._texts.expression(text, address)
        self._texts.expect(entry and entry.tree, clause.shape, address)
        constant = False
        if entry is not None and isinstance(entry.tree, tree.Literal):
            constant = self._allowed(clause, entry.tree.value)
            if not constant:
                self._findings.append(NotAnOutputValue(address.on(1, 1)))
        node = entry.tree if entry else NOTHING
        return Output(clause.name, code_of(entry), clause.shape, constant, node)

    def _allowed(self, clause: Clause, value: Value) -> bool:
        try:
            return same(clause.shape.take(value), value)
        except Undefined:
            return False

    def _defaults(self, clauses: Sequence[Clause], address: Address) -> tuple[Output, ...]:
        """The default outputs, all columns or none."""
        entries = [clause.element.first("defaultOutputEntry") for clause in clauses]
        if None in entries:
            return ()
        here = address.at("默认输出", "default output")
        return tuple(
            self._output(clause, entry.text_of("text"), here)
            for clause, entry in zip(clauses, entries, strict=True)
            if entry is not None
        )

    def _settle(self, policy: str, clauses: Sequence[Clause], address: Address) -> Settle:
        here = address.on(self._element.line)
        aggregation = self._element.get("aggregation")
        rank = _rank(clauses)
        known: Mapping[str, Callable[[], Settle]] = {
            "UNIQUE": lambda: hits.unique,
            "FIRST": lambda: hits.first,
            "ANY": lambda: hits.any_,
            "PRIORITY": lambda: hits.priority(rank),
            "RULE ORDER": lambda: hits.listed,
            "OUTPUT ORDER": lambda: hits.output_order(rank),
            "COLLECT": lambda: hits.AGGREGATIONS[aggregation],
        }
        if policy not in known:
            self._findings.append(UnknownHitPolicy(here, name=policy))
            return hits.unique
        if aggregation and len(clauses) != 1:
            self._findings.append(OneOutputOnly(here, name=aggregation))
        if aggregation not in hits.AGGREGATIONS:
            self._findings.append(NotSupported(here, what=aggregation))
            return hits.unique
        return known[policy]()


def _single(declared: Shape, policy: str) -> Shape:
    """What one rule answers, where the table answers a list of that."""
    return declared.item if policy in _LISTS and declared.item is not None else declared


def _in_column(address: Address, number: int, column: Column) -> Address:
    zh, en = address.cell
    return address.at(
        f"{zh}第 {number} 个输入“{column.label.zh}”", f"{en}, input {number} “{column.label.en}”"
    )


def _in_output(address: Address, clause: Clause) -> Address:
    zh, en = address.cell
    return address.at(f"{zh}输出“{clause.name}”", f"{en}, output “{clause.name}”")


def _rank(clauses: Sequence[Clause]) -> Callable[[Value], tuple[int, ...]]:
    """The place of an output in the order of the output values, column by column."""
    orders = [clause.shape.listed() for clause in clauses]

    def place(value: Value, order: Sequence[Value]) -> int:
        return next((at for at, known in enumerate(order) if same(known, value)), len(order))

    def rank(output: Value) -> tuple[int, ...]:
        if len(clauses) == 1 or not isinstance(output, dict):
            return (place(output, orders[0]),)
        return tuple(
            place(output[clause.name], order) for clause, order in zip(clauses, orders, strict=True)
        )

    return rank


def _type(policy: str, aggregation: str, clauses: Sequence[Clause]) -> Type:
    one: Type = ANY
    if len(clauses) == 1:
        one = clauses[0].shape.type
    elif clauses:
        one = ContextOf.of({clause.name: clause.shape.type for clause in clauses})
    if aggregation:
        return NUMBER if aggregation == "COUNT" else one
    return ListOf(one) if policy in _LISTS else one
