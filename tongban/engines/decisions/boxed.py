"""Boxed expressions (DMN 1.5, 10.2.1): read into the same tree as the texts that they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tongban.engines.decisions.document import LIMITS, Element
from tongban.engines.decisions.refusals import Address, ModelError, NotSupported
from tongban.engines.decisions.shapes import ANYTHING, Shape, Shapes
from tongban.engines.decisions.steps import traced
from tongban.engines.decisions.table_reader import TableReader
from tongban.engines.decisions.tables import NO_PLACE, Table
from tongban.engines.decisions.texts import NOTHING, Texts
from tongban.engines.feel import BOOLEAN, BUILTINS, FunctionOf, ListOf, Type, Variable, tree
from tongban.engines.feel.checker import Checker
from tongban.engines.feel.naming import Items
from tongban.engines.feel.tree import Node
from tongban.engines.feel.types import ANY_LIST

FEEL = ("", "feel", "FEEL")
Read = Callable[["Boxes", Element, Address], Node]


class TwiceInBox(ModelError):
    """The name “{name}” is used twice in one box."""

    zh = "同一个框内出现了两个“{name}”。"


class NoExpression(ModelError):
    """There is nothing in “{box}”."""

    zh = "“{box}”是空的。"


class Boxes:
    def __init__(self, shapes: Shapes, texts: Texts, findings: list[ModelError]) -> None:
        self._shapes, self._texts, self._findings = shapes, texts, findings

    def node(self, element: Element, address: Address) -> Node:
        """The tree of a boxed expression; null, with a finding, for what cannot be read."""
        node = _READERS[element.tag](self, element, address)
        if element.tag == "decisionTable" or not element.get("typeRef"):
            return node
        shape = self._shapes.named(element.get("typeRef"), address)
        return self._texts.declared(node, shape, address)

    def function_(self, element: Element, address: Address) -> Node:
        return self.function(element, ANYTHING, address)

    def function(self, element: Element, result: Shape, address: Address) -> Node:
        """A function definition, or a business knowledge model's encapsulated logic."""
        kind = element.get("kind")
        if kind not in FEEL:
            self._findings.append(NotSupported(address.on(element.line), what=kind))
            return NOTHING
        parameters = [
            Variable(each.get("name"), self._shapes.named(each.get("typeRef"), address).type)
            for each in element.all("formalParameter")
        ]
        with self._texts.within(parameters, address):
            body = self._texts.declared(self._inner(element, address), result, address)
        typed = FunctionOf(tuple((each.name, each.type) for each in parameters), body.type)
        return tree.Lambda(NO_PLACE, typed, tuple(parameters), body)

    def _inner(self, element: Element, address: Address) -> Node:
        """The expression that an element holds."""
        found = element.first(*_READERS)
        if found is None:
            self._findings.append(NoExpression(address.on(element.line), box=element.tag))
            return NOTHING
        return self.node(found, address)

    def _child(self, element: Element, name: str, address: Address) -> Node:
        child = element.first(name)
        if child is None:
            self._findings.append(NoExpression(address.on(element.line), box=name))
            return NOTHING
        return self._inner(child, _in(address, name))

    def literal_(self, element: Element, address: Address) -> Node:
        language = element.get("expressionLanguage")
        if language.rstrip("/").rpartition("/")[2] not in FEEL:
            self._findings.append(NotSupported(address.on(element.line), what=language))
            return NOTHING
        return self._texts.node(element.text_of("text"), address)

    def table_(self, element: Element, address: Address) -> Node:
        reader = TableReader(element, self._shapes, self._texts, self._findings)
        found: list[tuple[Table, Type]] = []

        def read() -> None:
            declared = self._shapes.named(element.get("typeRef"), address)
            found.append(reader.read(declared, address, LIMITS))

        parts = self._texts.read_by(read)
        table, type_ = found[0]
        self._texts.tables.append(table)
        return tree.Embedded(NO_PLACE, type_, parts, traced(table), table)

    def context_(self, element: Element, address: Address) -> Node:
        """Each entry may read those before it; an entry without a name is the result."""
        entries: list[tuple[Variable, Node]] = []
        for entry in element.all("contextEntry"):
            variable = entry.first("variable")
            name = variable.get("name") if variable else ""
            here = _in(address, name) if name else address
            with self._texts.within([known for known, _ in entries], here):
                node = self._inner(entry, here)
            if variable is None:
                return _let(entries, node)
            if any(known.name == name for known, _ in entries):
                self._findings.append(TwiceInBox(here.on(entry.line), name=name))
            shape = self._shapes.named(variable.get("typeRef"), here)
            node = self._texts.declared(node, shape, here)
            entries.append((Variable(name, node.type), node))
        return self._texts.built(address, lambda check: check.context(NO_PLACE, entries))

    def invocation_(self, element: Element, address: Address) -> Node:
        arguments: dict[str, Node] = {}
        for binding in element.all("binding"):
            parameter = binding.first("parameter")
            name = parameter.get("name") if parameter else ""
            arguments[name] = self._inner(binding, _in(address, name))
        names, nodes = list(arguments), list(arguments.values())
        called = element.first(*_READERS)
        text = " ".join(called.text_of("text").split()) if called else ""
        if text in BUILTINS and not self._texts.knows(text):
            forms = BUILTINS[text]
            return self._texts.built(
                address, lambda check: check.call_named(NO_PLACE, forms, names, nodes)
            )
        function = self._inner(element, address)
        return self._texts.built(
            address, lambda check: check.invocation(NO_PLACE, function, names, nodes)
        )

    def list_(self, element: Element, address: Address) -> Node:
        items = [self.node(each, address) for each in element.all(*_READERS)]
        return self._texts.built(address, lambda check: check.listed(NO_PLACE, items))

    def relation_(self, element: Element, address: Address) -> Node:
        columns = [
            (each.get("name"), self._shapes.named(each.get("typeRef"), address))
            for each in element.all("column")
        ]

        def row(check: Checker, each: Element) -> Node:
            cells: list[tuple[Variable, Node]] = []
            for (name, shape), cell in zip(columns, each.all(*_READERS), strict=False):
                here = _in(address, name)
                node = self._texts.declared(self.node(cell, here), shape, here)
                cells.append((Variable(name, node.type), node))
            return check.context(NO_PLACE, cells)

        rows = element.all("row")
        return self._texts.built(
            address, lambda check: check.listed(NO_PLACE, [row(check, each) for each in rows])
        )

    def conditional_(self, element: Element, address: Address) -> Node:
        parts = [self._child(element, name, address) for name in ("if", "then", "else")]
        return self._texts.built(address, lambda check: check.conditional(NO_PLACE, *parts))

    def _loop(self, element: Element, address: Address) -> tree.Loop:
        domain = self._child(element, "in", address)
        variable = Variable(element.get("iteratorVariable"), Checker().loop_item(domain, None))
        return tree.Loop(variable, domain, None)

    def for_(self, element: Element, address: Address) -> Node:
        loop, partial = self._loop(element, address), Variable("partial", ANY_LIST)
        with self._texts.within([loop.variable, partial], address):
            body = self._child(element, "return", address)
        return tree.For(NO_PLACE, ListOf(body.type), (loop,), partial, body)

    def quantified_(self, element: Element, address: Address) -> Node:
        loop = self._loop(element, address)
        with self._texts.within([loop.variable], address):
            body = self._texts.truth(self._child(element, "satisfies", address), address)
        return tree.Quantified(NO_PLACE, BOOLEAN, element.tag == "every", (loop,), body)

    def filter_(self, element: Element, address: Address) -> Node:
        target = self._child(element, "in", address)
        items = Items.of(target.type)
        with self._texts.within_items(items):
            condition = self._texts.truth(self._child(element, "match", address), address)
        return self._texts.built(
            address,
            lambda check: check.filter(NO_PLACE, target, items.item, items.members, condition),
        )


def _let(entries: list[tuple[Variable, Node]], result: Node) -> Node:
    for variable, node in reversed(entries):
        result = tree.Let(NO_PLACE, result.type, variable, node, result)
    return result


def _in(address: Address, name: str) -> Address:
    zh, en = address.cell
    return address.at(f"{zh}“{name}”", f"{en} “{name}”".strip())


_READERS: Mapping[str, Read] = {
    "literalExpression": Boxes.literal_,
    "decisionTable": Boxes.table_,
    "context": Boxes.context_,
    "invocation": Boxes.invocation_,
    "functionDefinition": Boxes.function_,
    "list": Boxes.list_,
    "relation": Boxes.relation_,
    "conditional": Boxes.conditional_,
    "for": Boxes.for_,
    "some": Boxes.quantified_,
    "every": Boxes.quantified_,
    "filter": Boxes.filter_,
}
LOGIC = tuple(_READERS)
