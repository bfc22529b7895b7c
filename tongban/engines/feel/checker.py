"""Builds the nodes of the tree and says where their types can never yield a value.

A mistake that FEEL itself answers with null is a finding, not an exception: `compile` refuses the
text because of it, `examine` reports it and goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tongban.engines.feel import arithmetic, temporal, tree, types
from tongban.engines.feel.refusals import FeelError, Place, Undefined
from tongban.engines.feel.scope import Variable
from tongban.engines.feel.signatures import Signature, call
from tongban.engines.feel.tree import Node
from tongban.engines.feel.types import ContextOf, FunctionOf, ListOf, RangeOf, Type


class NeverDefined(FeelError):
    """“{operation}” never has a value for {left} and {right}."""

    zh = "“{operation}”用于 {left} 和 {right} 永远没有值。"


class NotOfType(FeelError):
    """{what} must be {expected}, but this is {found}."""

    zh = "{what_zh}应为 {expected}，这里是 {found}。"


class AlwaysNull(FeelError):
    """This never has a value: {reason}"""

    zh = "这里永远没有值：{reason_zh}"


class UnknownName(FeelError):
    """The name “{name}” is not known here."""

    zh = "这里没有名称“{name}”。"


class UnknownMember(FeelError):
    """{type} has no member “{name}”."""

    zh = "{type} 没有成员“{name}”。"


class UnknownFunction(FeelError):
    """There is no function “{name}”."""

    zh = "没有函数“{name}”。"


class WrongArguments(FeelError):
    """“{name}” cannot be called like this; it is called {forms}."""

    zh = "“{name}”不能这样调用，写法是 {forms}。"


class NotCallable(FeelError):
    """{found} cannot be called."""

    zh = "{found} 不能调用。"


_SIGNED = frozenset({types.NUMBER, types.DAYS_TIME, types.YEARS_MONTHS})
_PART_TYPES: Mapping[str, Type] = {
    "time offset": types.DAYS_TIME,
    "timezone": types.STRING,
    "start included": types.BOOLEAN,
    "end included": types.BOOLEAN,
}


class Checker:
    def __init__(self) -> None:
        self.findings: list[FeelError] = []

    def report(self, finding: FeelError) -> None:
        """A part that is joined with further parts is looked at again; it is told only once."""
        if all(known.message != finding.message for known in self.findings):
            self.findings.append(finding)

    def null(self, finding: FeelError) -> Node:
        """What stands where the text has a mistake: null, with the finding kept."""
        self.report(finding)
        return tree.Literal(Place(finding.line, finding.column), types.ANY, None)

    def expect(self, node: Node, type_: Type, what: str, what_zh: str) -> None:
        if not types.overlap(node.type, type_):
            facts: dict[str, Any] = {"expected": str(type_), "found": str(node.type)}
            self.report(NotOfType(node.place, what=what, what_zh=what_zh, **facts))

    def arithmetic(self, place: Place, sign: str, left: Node, right: Node) -> Node:
        found = arithmetic.result_type(sign, left.type, right.type)
        if found is None:
            self.never(place, sign, left, right)
        return tree.Arithmetic(place, found or types.ANY, sign, left, right)

    def negated(self, place: Place, operand: Node) -> Node:
        if isinstance(operand, tree.Literal) and operand.type == types.NUMBER:
            return tree.Literal(place, types.NUMBER, arithmetic.negated(operand.value))
        if not types.is_open(operand.type) and operand.type not in _SIGNED:
            zero = str(types.NUMBER)
            self.report(NeverDefined(place, operation="-", left=zero, right=str(operand.type)))
        return tree.Negated(place, operand.type, operand)

    def comparison(self, place: Place, sign: str, left: Node, right: Node) -> Node:
        fine = types.overlap(left.type, right.type)
        if sign not in ("=", "!="):
            fine = fine and all(
                types.is_open(side.type) or side.type in types.ORDERED for side in (left, right)
            )
        if not fine:
            self.never(place, sign, left, right)
        return tree.Comparison(place, types.BOOLEAN, sign, left, right)

    def junction(self, place: Place, word: str, parts: Sequence[Node]) -> Node:
        for part in parts:
            self.expect(part, types.BOOLEAN, f"What “{word}” joins", f"“{word}”的两边")
        return tree.Junction(place, types.BOOLEAN, word, tuple(parts))

    def negation(self, place: Place, operand: Node) -> Node:
        self.expect(operand, types.BOOLEAN, "What “not” reverses", "“not”的内容")
        return tree.Not(place, types.BOOLEAN, operand)

    def between(self, place: Place, subject: Node, low: Node, high: Node) -> Node:
        tests = [self.comparison(place, ">=", subject, low)]
        tests.append(self.comparison(place, "<=", subject, high))
        return tree.Junction(place, types.BOOLEAN, "and", tuple(tests))

    def conditional(self, place: Place, condition: Node, then: Node, otherwise: Node) -> Node:
        self.expect(condition, types.BOOLEAN, "The condition", "条件")
        type_ = types.join(then.type, otherwise.type)
        return tree.If(place, type_, condition, then, otherwise)

    def interval(self, place: Place, low: Node, high: Node, closed: tuple[bool, bool]) -> Node:
        ends = types.join(low.type, high.type)
        if not types.overlap(low.type, high.type) or not all(
            types.is_open(end.type) or end.type in types.ORDERED for end in (low, high)
        ):
            self.never(place, "..", low, high)
        return tree.Interval(place, RangeOf(ends), low, high, *closed)

    def half_open(self, place: Place, sign: str, end: Node) -> Node:
        """`(< 10)` and its like as a value."""
        included = "=" in sign
        low = end if sign in (">", ">=", "=") else None
        high = end if sign in ("<", "<=", "=") else None
        closed = (included and low is not None, included and high is not None)
        return tree.Interval(place, RangeOf(end.type), low, high, *closed)

    def listed(self, place: Place, items: Sequence[Node]) -> Node:
        item: Type = types.NULL if items else types.ANY
        for each in items:
            item = types.join(item, each.type)
        return tree.Listed(place, ListOf(item), tuple(items))

    def context(self, place: Place, entries: Sequence[tuple[Variable, Node]]) -> Node:
        members = {variable.name: node.type for variable, node in entries}
        return tree.Context(place, ContextOf.of(members), tuple(entries))

    def path(self, place: Place, target: Node, name: str) -> Node:
        found = self._member(target.type, name)
        if found is None:
            self.report(UnknownMember(place, type=str(target.type), name=name))
        return tree.Path(place, found or types.ANY, target, name)

    def _member(self, type_: Type, name: str) -> Type | None:
        if isinstance(type_, ListOf):
            item = self._member(type_.item, name)
            return ListOf(item) if item else None
        if types.is_open(type_) or type_ == types.ANY_CONTEXT:
            return types.ANY
        if isinstance(type_, ContextOf):
            return type_.member(name)
        if isinstance(type_, RangeOf) and name in ("start", "end"):
            return type_.item
        kind = "range" if isinstance(type_, RangeOf) else str(type_)
        known = name in temporal.PARTS.get(kind, {})
        return _PART_TYPES.get(name, types.NUMBER) if known else None

    def loop_item(self, domain: Node, end: Node | None) -> Type:
        """The type of a loop's variable."""
        if end is not None:
            self.interval(domain.place, domain, end, (True, True))
            return types.join(domain.type, end.type)
        if isinstance(domain.type, (ListOf, RangeOf)):
            return domain.type.item
        return domain.type

    def filter(
        self,
        place: Place,
        target: Node,
        item: Variable,
        members: Sequence[Variable],
        condition: Node,
    ) -> Node:
        if condition.type == types.NUMBER:
            type_ = item.type
        else:
            self.expect(condition, types.BOOLEAN, "A filter", "筛选条件")
            open_ = types.is_open(condition.type)
            type_ = types.ANY if open_ else ListOf(item.type)
        return tree.Filter(place, type_, target, item, tuple(members), condition)

    def call(self, place: Place, forms: Sequence[Signature], arguments: Sequence[Node]) -> Node:
        fitting = [form for form in forms if form.takes(len(arguments))]
        return self._call(place, forms, fitting, arguments)

    def call_named(
        self,
        place: Place,
        forms: Sequence[Signature],
        names: Sequence[str],
        arguments: Sequence[Node],
    ) -> Node:
        """Of two forms with the same names, the one that has them in the order of the text."""
        fitting = [form for form in forms if form.takes_named(names)]
        fitting.sort(key=lambda form: [each.name for each in form.parameters] != list(names))
        by_name = dict(zip(names, arguments, strict=True))
        known = fitting[0].parameters[: len(arguments)] if fitting else ()
        return self._call(place, forms, fitting[:1], [by_name[each.name] for each in known])

    def _call(
        self,
        place: Place,
        forms: Sequence[Signature],
        fitting: Sequence[Signature],
        arguments: Sequence[Node],
    ) -> Node:
        if not fitting:
            told = " / ".join(form.text for form in forms)
            return self.null(WrongArguments(place, name=forms[0].name, forms=told))
        best: Signature | None = None
        for form in reversed(fitting):
            if _accepts(form, arguments):
                best = replace(form, otherwise=best)
        if best is None:
            told = " / ".join(form.text for form in fitting)
            self.report(WrongArguments(place, name=forms[0].name, forms=told))
            best = fitting[0]
        if best.name == "not":
            return tree.Not(place, types.BOOLEAN, arguments[0])
        return self._constant(place, best, arguments) or tree.Call(
            place, best.result, best, tuple(arguments)
        )

    def _constant(
        self, place: Place, form: Signature, arguments: Sequence[Node]
    ) -> tree.Literal | None:
        """The value of a call such as `date("2026-01-01")`, which is the same at every run."""
        literals = [each.value for each in arguments if isinstance(each, tree.Literal)]
        if len(literals) < len(arguments):
            return None
        try:
            value = call(form, [], literals)
        except Undefined as undefined:
            words = {"reason": undefined.told("en"), "reason_zh": undefined.told("zh")}
            self.report(AlwaysNull(place, **words))
            return None
        if value is None or isinstance(value, (list, dict)):
            return None  # whoever receives a list may change it: each run makes its own
        return tree.Literal(place, types.type_of(value), value)

    def invocation(
        self, place: Place, function: Node, names: Sequence[str], arguments: Sequence[Node]
    ) -> Node:
        type_ = function.type
        if types.is_open(type_):
            return tree.Invocation(place, types.ANY, function, tuple(names), tuple(arguments))
        if not isinstance(type_, FunctionOf):
            return self.null(NotCallable(place, found=str(type_)))
        known = [name for name, _ in type_.parameters]
        fine = set(names) == set(known) if names else len(arguments) == len(known)
        if not fine:
            self.report(WrongArguments(place, name="function", forms=str(type_)))
        return tree.Invocation(place, type_.result, function, tuple(names), tuple(arguments))

    def never(self, place: Place, operation: str, left: Node, right: Node) -> None:
        self.report(
            NeverDefined(place, operation=operation, left=str(left.type), right=str(right.type))
        )


def _accepts(form: Signature, arguments: Sequence[Node]) -> bool:
    """Whether these arguments can have the types that the parameters ask for."""
    fixed = form.parameters[:-1] if form.many else form.parameters
    plain = all(
        types.convertible(argument.type, parameter.type)
        for parameter, argument in zip(fixed, arguments, strict=False)
    )
    if not form.many:
        return plain
    rest, last = arguments[len(fixed) :], form.parameters[-1].type
    if len(rest) == 1:
        return plain and types.convertible(rest[0].type, last)
    item = last.item if isinstance(last, ListOf) else types.ANY
    return plain and all(types.overlap(argument.type, item) for argument in rest)
