"""The texts of one decision: read and compiled on one sheet, their faults kept with their place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tongban.engines.decisions.refusals import Address, ExpressionRefused, ModelError
from tongban.engines.decisions.shapes import Shape
from tongban.engines.decisions.tables import NO_PLACE, Table
from tongban.engines.feel import (
    BOOLEAN,
    Entry,
    FeelError,
    Scope,
    Sheet,
    Undefined,
    Unknown,
    Variable,
    tree,
)
from tongban.engines.feel.checker import Checker
from tongban.engines.feel.frames import Code, note
from tongban.engines.feel.lexer import words
from tongban.engines.feel.naming import Items
from tongban.engines.feel.program import Within
from tongban.engines.feel.types import ANY, convertible
from tongban.engines.feel.values import Frame, Value, kind

NOTHING = tree.Literal(NO_PLACE, ANY, None)


class OtherType(ModelError):
    """This is {found}, but {expected} is declared."""

    zh = "这里是 {found}，而声明的是 {expected}。"


def _null(frame: Frame) -> Value:
    return None


class NotATruth(Undefined):
    """A condition must be true or false, not {found}."""

    zh = "条件应为真或假，不能是 {found}。"


class Texts:
    def __init__(self, scope: Scope, findings: list[ModelError]) -> None:
        self._sheet = Sheet(scope)
        self._names = frozenset(scope.names)
        self._findings = findings
        self._read: list[tree.Node] = []
        self.tables: list[Table] = []  # within boxes

    def expression(self, text: str, address: Address) -> Entry | None:
        """None where the text cannot be read; that is a finding."""
        return self._entry(text, None, address)

    def tests(self, text: str, tested: Variable, address: Address) -> Entry | None:
        return self._entry(text, tested, address)

    def node(self, text: str, address: Address) -> tree.Node:
        """The tree of a text, to be built into a box; null where it cannot be read."""
        return self._node(text, None, address) or NOTHING

    def _entry(self, text: str, tested: Variable | None, address: Address) -> Entry | None:
        node = self._node(text, tested, address)
        return node and self._sheet.entry(text, node)

    def _node(self, text: str, tested: Variable | None, address: Address) -> tree.Node | None:
        try:
            node = self._sheet.read(text, tested)
        except FeelError as error:
            self._findings.append(ExpressionRefused(address, error))
            return None
        self.found(self._sheet.findings, address)
        self._sheet.findings.clear()
        self._read.append(node)
        return node

    def found(self, faults: Sequence[FeelError], address: Address) -> None:
        self._findings += [ExpressionRefused(address, fault) for fault in faults]

    def built(self, address: Address, build: Callable[[Checker], tree.Node]) -> tree.Node:
        """A box, with what is wrong about its types."""
        check = Checker()
        node = build(check)
        self.found(check.findings, address)
        return node

    def read_by(self, read: Callable[[], None]) -> tuple[tree.Node, ...]:
        """The trees of all texts that are read meanwhile."""
        before = len(self._read)
        read()
        return tuple(self._read[before:])

    def within(self, variables: Sequence[Variable], address: Address) -> Within:
        """Names that the texts read meanwhile know as well, as far as a text can spell them."""
        return self._sheet.within([each for each in variables if self.spells(each.name, address)])

    def within_items(self, items: Items) -> Within:
        return self._sheet.within(*items.named())

    def spells(self, name: str, address: Address) -> bool:
        """Whether a text can use the name; if not, that is a finding."""
        try:
            words(name)
        except FeelError as error:
            self._findings.append(ExpressionRefused(address, error))
            return False
        return True

    def knows(self, name: str) -> bool:
        """Whether the decision itself reads something of this name."""
        return name in self._names

    def expect(self, node: tree.Node | None, shape: Shape, address: Address) -> None:
        """The tree yields what is declared, or the list of one that FEEL takes for it."""
        if node is not None and not convertible(node.type, shape.type):
            facts = {"found": str(node.type), "expected": str(shape.type)}
            self._findings.append(OtherType(address.on(1, 1), **facts))

    def declared(self, node: tree.Node, shape: Shape, address: Address) -> tree.Node:
        """The tree's value as one of the shape; null where it is none."""
        if shape.type == ANY and not shape.allowed:
            return node
        self.expect(node, shape, address)
        code = self._sheet.code(node)

        def run(frame: Frame) -> Value:
            try:
                return shape.take(code(frame))
            except Undefined as undefined:
                return note(frame, NO_PLACE, undefined)

        return tree.Embedded(node.place, shape.type, (node,), run, shape)

    def truth(self, node: tree.Node, address: Address) -> tree.Node:
        """A condition of a box: anything else than a truth leaves the whole box without a value."""
        self.expect(node, Shape(BOOLEAN), address)
        if node.type == BOOLEAN:
            return node
        code = self._sheet.code(node)

        def run(frame: Frame) -> Value:
            value = code(frame)
            if value is None or isinstance(value, (bool, Unknown)):
                return value
            raise NotATruth(found=kind(value))

        return tree.Embedded(node.place, BOOLEAN, (node,), run, BOOLEAN)

    def whole(self, node: tree.Node) -> Entry:
        return self._sheet.entry("", node)

    def place(self, variable: Variable) -> int:
        return self._sheet.place(variable)

    def filled(self) -> Mapping[str, int]:
        return self._sheet.filled()

    def blank(self) -> Frame:
        return self._sheet.blank()


def code_of(entry: Entry | None) -> Code:
    return entry.code if entry else _null
