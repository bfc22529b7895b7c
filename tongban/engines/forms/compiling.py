"""Conditions and computed bounds: compiled once, over the answers of this form."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter

from tongban.engines import feel
from tongban.engines.feel import FeelError, Program, Scope
from tongban.engines.feel.types import BOOLEAN, NUMBER, Type, overlap
from tongban.engines.forms.form import Bound, Field
from tongban.engines.forms.reading import NUMBER as A_NUMBER
from tongban.engines.forms.reading import Place
from tongban.engines.forms.refusals import (
    BadExpression,
    ConditionsInACircle,
    NotAnExpression,
    NotThatKind,
    WrongResult,
)

PLAIN_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)


class Compiler:
    def __init__(self, answers: Mapping[str, Type]) -> None:
        self._scope = Scope(answers)

    def hidden_when(self, component: Place) -> tuple[Program, ...]:
        """The component's own condition, if it has one."""
        conditional = component.inner("conditional")
        conditional.check_only({"hide"}, "conditional")
        text = conditional.text("hide")
        if not text:
            return ()
        path = conditional.at("hide")
        if not text.startswith("="):
            raise NotAnExpression(path, text=text)
        return (self._compiled(text, path, BOOLEAN),)

    def bound(self, place: Place, name: str) -> Bound | None:
        raw, path = place.value(name), place.at(name)
        if raw is None or raw == "":
            return None
        if not isinstance(raw, str):
            return Bound(fixed=place.number(name))
        if raw.startswith("="):
            return Bound(computed=self._compiled(raw, path, NUMBER))
        if not PLAIN_NUMBER.fullmatch(raw):
            raise NotThatKind(path, **A_NUMBER)
        return Bound(fixed=Decimal(raw))

    def _compiled(self, text: str, path: str, needed: Type) -> Program:
        try:
            program = feel.compile(text.removeprefix("="), self._scope)
        except FeelError as error:
            raise BadExpression(
                path, text=text, why_en=error.reason("en"), why_zh=error.reason("zh")
            ) from error
        if not overlap(program.type, needed):
            raise WrongResult(path, text=text, got=program.type, needed=needed)
        return program


def in_order(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The fields, each after those that its conditions read. Refuses a circle: nobody could say
    what is shown."""
    by_path = {field.path: field for field in fields}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for field in fields:
        reads = {name for program in field.conditional for name in program.reads}
        sorter.add(field.path, *(other.path for other in fields if other.key in reads))
    try:
        return tuple(by_path[path] for path in sorter.static_order())
    except CycleError as error:
        circle = [by_path[path] for path in error.args[1]]
        keys = " → ".join(field.key for field in circle)
        raise ConditionsInACircle(circle[0].path, keys=keys) from error
