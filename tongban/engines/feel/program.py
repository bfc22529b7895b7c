"""Reading a text once and running it many times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple

from tongban.engines.feel.compiler import Compiler
from tongban.engines.feel.frames import NOTES, Code
from tongban.engines.feel.naming import Naming
from tongban.engines.feel.parser import parse
from tongban.engines.feel.refusals import FeelError, Note, Place, Undefined
from tongban.engines.feel.scope import Scope, Variable, Vocabulary
from tongban.engines.feel.tree import Node, reads
from tongban.engines.feel.typenames import TypeNames
from tongban.engines.feel.types import Type
from tongban.engines.feel.values import Frame, Unknown, Value

TESTED = "?"
Within = AbstractContextManager[None]


class CannotCompute(Undefined):
    """These data cannot be computed: they are nested too deeply, or hold what is no number."""

    zh = "这些数据无法计算：嵌套过深，或含有非数值的数字。"


class Explained(NamedTuple):
    value: Value
    notes: tuple[Note, ...]  # why something on the way became null


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One text of a sheet: its tree, and the closure that runs it on the sheet's frames."""

    text: str
    tree: Node
    code: Code
    reads: frozenset[str]


class Sheet:
    """Texts that are read in one scope and run on one frame, such as the cells of a table."""

    def __init__(self, scope: Scope) -> None:
        """Raises FeelError where the scope has a name that no text can spell."""
        self._compiler = Compiler()
        self._names = {name: Variable(name, type_) for name, type_ in scope.names.items()}
        self._naming = Naming(Vocabulary(self._names))
        self._type_names = TypeNames(scope.types)
        self._filled: dict[str, int] = {}
        self.findings: list[FeelError] = []

    def expression(self, text: str) -> Entry:
        """Raises FeelError where the text cannot be read; adds to `findings` what it finds."""
        return self.entry(text, self.read(text, None))

    def tests(self, text: str, type_: Type) -> tuple[Entry, int]:
        """Unary tests on a value of a type, and the place in the frame where they look for it."""
        tested = Variable(TESTED, type_)
        return self.tests_on(text, tested), self.place(tested)

    def tests_on(self, text: str, tested: Variable) -> Entry:
        """Unary tests on a value that other tests of the sheet read too."""
        return self.entry(text, self.read(text, tested))

    def place(self, variable: Variable) -> int:
        return self._compiler.slot(variable)

    def read(self, text: str, tested: Variable | None) -> Node:
        """The tree alone, to be made part of a larger one."""
        node, findings = parse(text, self._naming, self._type_names, tested)
        self.findings += findings
        return node

    def within(self, variables: Sequence[Variable], item: Variable | None = None) -> Within:
        """Names that the texts read meanwhile know as well; any name may be a member of `item`."""
        return self._naming.within(variables, item)

    def code(self, node: Node) -> Code:
        return self._compiler.code(node)

    def entry(self, text: str, node: Node) -> Entry:
        """What is run of a tree; the names of the scope that it reads are to be filled."""
        code = self.code(node)
        read = reads(node)
        names = [name for name, variable in self._names.items() if variable in read]
        for name in names:
            self._filled[name] = self._compiler.slot(self._names[name])
        return Entry(text, node, code, frozenset(names))

    def filled(self) -> Mapping[str, int]:
        """The places of the names that the texts read, to be filled before they run."""
        return self._filled

    def blank(self) -> Frame:
        return self._compiler.blank()


class Program:
    """One compiled expression. It can be called by many threads at once.

    A name that it reads and is not handed is unknown, one handed as `None` is null.
    """

    def __init__(self, entry: Entry, filled: Mapping[str, int], blank: Frame) -> None:
        self.text, self.type, self.reads = entry.text, entry.tree.type, frozenset(filled)
        self.tree = entry.tree
        self._code, self._blank = entry.code, blank
        self._fill = tuple(
            (name, slot, Unknown(frozenset({name}))) for name, slot in filled.items()
        )

    def __call__(self, values: Mapping[str, Value]) -> Value:
        frame = self._blank.copy()
        for name, slot, unknown in self._fill:
            frame[slot] = values.get(name, unknown)
        try:
            return self._code(frame)
        except (RecursionError, ArithmeticError):
            return None

    def explain(self, values: Mapping[str, Value]) -> Explained:
        """The value, and why something on the way became null."""
        frame = self._blank.copy()
        notes: list[Note] = []
        frame[NOTES] = notes
        for name, slot, unknown in self._fill:
            frame[slot] = values.get(name, unknown)
        try:
            return Explained(self._code(frame), tuple(notes))
        except (RecursionError, ArithmeticError):
            return Explained(None, (*notes, Note(Place(1, 1), CannotCompute())))


def compile(text: str, scope: Scope) -> Program:
    """The program of an expression. Raises FeelError, also where it could never have a value."""
    return _faultless(*examine(text, scope))


def compile_unary(text: str, scope: Scope, input: Type) -> Program:
    """The program of unary tests, such as `< 18, > 60`; it reads the tested value as "?"."""
    return _faultless(*examine_unary(text, scope, input))


def examine(text: str, scope: Scope) -> tuple[Program, tuple[FeelError, ...]]:
    """The program and everything wrong with it; what is wrong is null when it runs.

    Raises FeelError where the text cannot be read at all.
    """
    sheet = Sheet(scope)
    entry = sheet.expression(text)
    return Program(entry, sheet.filled(), sheet.blank()), tuple(sheet.findings)


def examine_unary(text: str, scope: Scope, input: Type) -> tuple[Program, tuple[FeelError, ...]]:
    """As `examine`, for unary tests."""
    sheet = Sheet(scope)
    entry, slot = sheet.tests(text, input)
    filled = {**sheet.filled(), TESTED: slot}
    return Program(entry, filled, sheet.blank()), tuple(sheet.findings)


def _faultless(program: Program, findings: tuple[FeelError, ...]) -> Program:
    if findings:
        raise findings[0]
    return program
