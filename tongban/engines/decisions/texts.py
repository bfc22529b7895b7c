"""The texts of one decision: compiled on one sheet, their faults collected with their place."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.engines.decisions.refusals import Address, ExpressionRefused, ModelError
from tongban.engines.decisions.shapes import Shape
from tongban.engines.feel import Entry, FeelError, Scope, Sheet, Variable
from tongban.engines.feel.frames import Code
from tongban.engines.feel.types import convertible
from tongban.engines.feel.values import Frame, Value


class OtherType(ModelError):
    """This is {found}, but {expected} is declared."""

    zh = "这里是 {found}，而声明的是 {expected}。"


def _null(frame: Frame) -> Value:
    return None


class Texts:
    def __init__(self, scope: Scope, findings: list[ModelError]) -> None:
        self._sheet = Sheet(scope)
        self._findings = findings

    def expression(self, text: str, address: Address) -> Entry | None:
        """None where the text cannot be read; that is a finding."""
        return self._entry(text, None, address)

    def tests(self, text: str, tested: Variable, address: Address) -> Entry | None:
        return self._entry(text, tested, address)

    def _entry(self, text: str, tested: Variable | None, address: Address) -> Entry | None:
        try:
            entry = self._sheet.tests_on(text, tested) if tested else self._sheet.expression(text)
        except FeelError as error:
            self._findings.append(ExpressionRefused(address, error))
            return None
        self._findings += [ExpressionRefused(address, found) for found in self._sheet.findings]
        self._sheet.findings.clear()
        return entry

    def expect(self, entry: Entry | None, shape: Shape, address: Address) -> None:
        """The text yields what is declared, or the list of one that FEEL takes for it."""
        if entry is not None and not convertible(entry.tree.type, shape.type):
            facts = {"found": str(entry.tree.type), "expected": str(shape.type)}
            self._findings.append(OtherType(address.on(1, 1), **facts))

    def place(self, variable: Variable) -> int:
        return self._sheet.place(variable)

    def filled(self) -> Mapping[str, int]:
        return self._sheet.filled()

    def blank(self) -> Frame:
        return self._sheet.blank()


def code_of(entry: Entry | None) -> Code:
    return entry.code if entry else _null
