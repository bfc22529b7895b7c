"""Item definitions: what a value must look like beyond its FEEL type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from tongban.engines.decisions.document import Document, Element
from tongban.engines.decisions.refusals import Address, ExpressionRefused, Label, ModelError
from tongban.engines.feel import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NUMBER,
    STRING,
    TIME,
    YEARS_MONTHS,
    ContextOf,
    FeelError,
    FunctionOf,
    ListOf,
    Program,
    Scope,
    Type,
    Undefined,
    Unknown,
    Value,
    examine_unary,
    tree,
)
from tongban.engines.feel.types import coerced, fits

BUILT_IN: Mapping[str, Type] = {
    **{type_.name: type_ for type_ in (ANY, NUMBER, STRING, BOOLEAN, DATE, TIME, DATE_TIME)},
    **{type_.name: type_ for type_ in (DAYS_TIME, YEARS_MONTHS)},
    "dateTime": DATE_TIME,
    "dayTimeDuration": DAYS_TIME,
    "yearMonthDuration": YEARS_MONTHS,
    "": ANY,
}


class UnknownType(ModelError):
    """There is no type “{name}”."""

    zh = "没有类型“{name}”。"


class TypeOfItself(ModelError):
    """The type “{name}” is made of itself."""

    zh = "类型“{name}”由它自己构成。"


class TypeTwice(ModelError):
    """There are two types “{name}”."""

    zh = "有两个类型“{name}”。"


class NotOfShape(Undefined):
    """{value} is not a {type}."""

    zh = "{value} 不是 {type}。"


class NotAllowed(Undefined):
    """{value} is not one of the allowed values: {allowed}."""

    zh = "{value} 不在允许的值之内：{allowed}。"


# Not Decimal, which may be no number at all.
_PLAIN: Mapping[Type, type] = {STRING: str, BOOLEAN: bool, DATE: date}


@dataclass(frozen=True, slots=True)
class Shape:
    """A type with the values it allows, for itself and for its parts."""

    type: Type
    allowed: tuple[Program, ...] = ()  # unary tests that must all hold
    item: Shape | None = None
    members: Mapping[str, Shape] | None = None
    result: Shape | None = None  # of a function
    # The Python type whose values need no further look: most columns hold nothing else.
    _plain: type | None = field(init=False, repr=False, compare=False, default=None)
    _number: bool = field(init=False, repr=False, compare=False, default=False)

    def __post_init__(self) -> None:
        if not self.allowed:
            object.__setattr__(self, "_plain", _PLAIN.get(self.type))
            object.__setattr__(self, "_number", self.type in (NUMBER, ANY))

    def take(self, value: Value) -> Value:
        """The value as this shape has it. Raises Undefined where it is none."""
        if type(value) is self._plain or value is None or isinstance(value, Unknown):
            return value
        if type(value) is int:
            value = Decimal(value)
        if type(value) is Decimal and not value.is_finite():
            raise NotOfShape(value=value, type=self.type)
        if type(value) is Decimal and self._number:
            return value
        return self._checked(value)

    def admits_all(self, type_: type) -> bool:
        """Whether every value of a Python type is one of this shape, and needs no look."""
        return not self.allowed and (
            self._plain is type_ or self.type == ANY or (self._number and type_ is Decimal)
        )

    def _checked(self, value: Value) -> Value:
        fitting = value if fits(value, self.type) else coerced(value, self.type)
        if fitting is None:
            raise NotOfShape(value=value, type=self.type)
        if self.item is not None and isinstance(fitting, list):
            fitting = [self.item.take(item) for item in fitting]
        if self.members is not None and isinstance(fitting, dict):
            parts = {name: shape.take(fitting[name]) for name, shape in self.members.items()}
            fitting = {**fitting, **parts}
        for allowed in self.allowed:
            if allowed({"?": fitting}) in (False, None):
                raise NotAllowed(value=value, allowed=allowed.text)
        return fitting

    def listed(self) -> list[Value]:
        """The allowed values in their order, as far as they are listed one by one."""
        return [value for allowed in self.allowed for value in _listed(allowed.tree)]


def _listed(node: tree.Node) -> Iterator[Value]:
    if isinstance(node, tree.Junction) and node.word == "or":
        for part in node.parts:
            yield from _listed(part)
    elif isinstance(node, tree.Comparison) and node.sign == "=":
        yield from [node.right.value] if isinstance(node.right, tree.Literal) else []


ANYTHING = Shape(ANY)


class Shapes:
    """The types that a document defines or imports, resolved when they are asked for."""

    def __init__(self, document: Document, imported: Mapping[str, Shapes]) -> None:
        self.findings: list[ModelError] = []
        self._imported = imported
        self._ready: dict[str, Shape] = {}
        self._open: list[str] = []
        self._definitions: dict[str, Element] = {}
        for element in document.root.all("itemDefinition"):
            if element.get("name") in self._definitions:
                self.findings.append(TypeTwice(_address(element), name=element.get("name")))
            self._definitions[element.get("name")] = element

    def types(self) -> Mapping[str, Type]:
        """All types by name, as FEEL texts may name them."""
        own = {name: self.named(name, Address()).type for name in self._definitions}
        for prefix, shapes in self._imported.items():
            own |= {f"{prefix}.{name}": type_ for name, type_ in shapes.types().items()}
        return own

    def named(self, name: str, address: Address) -> Shape:
        """The shape of a `typeRef`; anything, with a finding, where there is none."""
        name = name.removeprefix("feel:")
        if name in self._ready:
            return self._ready[name]
        if name in self._definitions:
            return self._defined(name)
        prefix, _, rest = name.rpartition(".")
        if prefix in self._imported:
            return self._imported[prefix].named(rest, address)
        if name not in BUILT_IN:
            self.findings.append(UnknownType(address, name=name))
        return Shape(BUILT_IN.get(name, ANY))

    def _defined(self, name: str) -> Shape:
        element = self._definitions[name]
        if name in self._open:
            self.findings.append(TypeOfItself(_address(element), name=name))
            return ANYTHING
        self._open.append(name)
        self._ready[name] = self._shape(element, _address(element))
        self._open.pop()
        return self._ready[name]

    def _shape(self, element: Element, address: Address) -> Shape:
        components, function = element.all("itemComponent"), element.first("functionItem")
        if function is not None:
            single = self._function(function, address)
        elif components:
            members = {part.get("name"): self._shape(part, address) for part in components}
            type_ = ContextOf.of({name: part.type for name, part in members.items()})
            single = Shape(type_, members=members)
        else:
            single = self.named(element.text_of("typeRef"), address)
        single = self.restricted(single, element, "allowedValues", address)
        if element.get("isCollection") != "true":
            return single
        return self.restricted(
            Shape(ListOf(single.type), item=single), element, "typeConstraint", address
        )

    def _function(self, element: Element, address: Address) -> Shape:
        result = self.named(element.get("outputTypeRef"), address)
        parameters = [
            (each.get("name"), self.named(each.get("typeRef"), address).type)
            for each in element.all("parameters")
        ]
        return Shape(FunctionOf(tuple(parameters), result.type), result=result)

    def restricted(self, shape: Shape, element: Element, tag: str, address: Address) -> Shape:
        """The shape, narrowed to the values that a child such as `allowedValues` lists."""
        values = element.first(tag)
        text = values.text_of("text") if values else ""
        if not text:
            return shape
        zh, en = address.cell
        here = address.at(f"{zh}，{tag}" if zh else tag, f"{en}, {tag}" if en else tag)
        allowed = self._allowed(text, shape.type, here)
        return replace(shape, allowed=(*shape.allowed, *allowed))

    def _allowed(self, text: str, type_: Type, address: Address) -> tuple[Program, ...]:
        try:
            program, findings = examine_unary(text, Scope({}), type_)
        except FeelError as error:
            self.findings.append(ExpressionRefused(address, error))
            return ()
        self.findings += [ExpressionRefused(address, finding) for finding in findings]
        return (program,)


def _address(element: Element) -> Address:
    name = element.get("name")
    return Address(cell=Label(f"类型“{name}”", f"type “{name}”"), line=element.line)
