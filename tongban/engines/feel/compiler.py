"""Turns the typed tree into Python closures, once; running them never looks at the text again.

A closure takes the frame and returns the value. What the data do not allow is null, with a note of
the place and the reason; nothing is raised.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, DecimalException
from operator import itemgetter
from typing import Any, cast

from tongban.engines.feel import loops, temporal, tree, types, values
from tongban.engines.feel.arithmetic import arithmetic, negated
from tongban.engines.feel.builtins.contexts import NoSuchKey
from tongban.engines.feel.frames import FIRST, NOTES, STEPS, Code, note, step
from tongban.engines.feel.lexer import DECIMAL
from tongban.engines.feel.operations import (
    COMPARE,
    ORDERED,
    conjunction,
    disjunction,
    equality,
    membership,
    negation,
    ordering,
    unknown_of,
)
from tongban.engines.feel.refusals import NoSuchOperation, OutOfRange, Place, Undefined
from tongban.engines.feel.scope import Variable
from tongban.engines.feel.signatures import call
from tongban.engines.feel.tree import Node
from tongban.engines.feel.values import Frame, Function, Range, Unknown, Value, kind, names_missing

_SAME: Mapping[str, Callable[[Any, Any], bool]] = {"=": operator.eq, "!=": operator.ne, **COMPARE}
# Python compares two of one of these exactly as FEEL does; true is not more than false.
_QUICK: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("=", "!="), (Decimal, str, bool, date)),
    **dict.fromkeys(COMPARE, (Decimal, str, date)),
}
_PURE = (tree.Literal, tree.Negated, tree.Arithmetic, tree.Interval, tree.Listed, tree.Call)
_NUMERIC: Mapping[str, Callable[[Any, Any], Decimal]] = {
    "+": DECIMAL.add,
    "-": DECIMAL.subtract,
    "*": DECIMAL.multiply,
}


class NotAFunction(Undefined):
    """{found} cannot be called with {count} arguments."""

    zh = "{found} 不能用 {count} 个参数调用。"


class WrongParameter(Undefined):
    """The function takes {expected} here, not {found}."""

    zh = "函数此处的参数应为 {expected}，不能是 {found}。"


class Compiler:
    """Compiles expressions that share one frame; every variable has its place in it."""

    def __init__(self) -> None:
        self._slots: dict[Variable, int] = {}

    def slot(self, variable: Variable) -> int:
        return self._slots.setdefault(variable, FIRST + len(self._slots))

    def blank(self) -> Frame:
        """A frame for everything compiled so far."""
        return [None, 0, *([None] * len(self._slots))]

    def code(self, node: Node) -> Code:
        """The closure; what does not depend on any name is computed now."""
        run = _CODES[type(node)](self, node)
        if isinstance(node, tree.Literal) or not _is_constant(node):
            return run
        value = run(self.blank())
        # Null is computed at each run for the note it leaves, and a list because whoever receives
        # it may change it.
        return run if value is None or isinstance(value, (list, dict)) else _constant(value)

    def literal(self, node: tree.Literal) -> Code:
        return _constant(node.value)

    def name(self, node: tree.Name) -> Code:
        return cast("Code", itemgetter(self.slot(node.variable)))

    def member_or_name(self, node: tree.MemberOrName) -> Code:
        slot, name = self.slot(node.item), node.name
        outer = self.code(node.outer) if node.outer else _constant(None)

        def run(frame: Frame) -> Value:
            item: Value = frame[slot]
            if isinstance(item, dict) and name in item:
                return item[name]
            return item if isinstance(item, Unknown) else outer(frame)

        return run

    def negated(self, node: tree.Negated) -> Code:
        operand, place = self.code(node.operand), node.place

        def run(frame: Frame) -> Value:
            try:
                return negated(operand(frame))
            except Undefined as undefined:
                return note(frame, place, undefined)

        return run

    def arithmetic(self, node: tree.Arithmetic) -> Code:
        left, right = self.code(node.left), self.code(node.right)
        sign, place = node.sign, node.place
        quick = _NUMERIC.get(sign)

        def run(frame: Frame) -> Value:
            first, second = left(frame), right(frame)
            try:
                if quick and type(first) is Decimal and type(second) is Decimal:
                    return quick(first, second)
                return arithmetic(sign, first, second)
            except Undefined as undefined:
                return note(frame, place, undefined)
            except DecimalException:
                return note(frame, place, OutOfRange(operation=sign))

        return run

    def comparison(self, node: tree.Comparison) -> Code:
        left, right = self.code(node.left), self.code(node.right)
        sign, place = node.sign, node.place
        constant = node.right.value if isinstance(node.right, tree.Literal) else None
        same, quick = _SAME[sign], _QUICK[sign]
        if type(constant) in quick and isinstance(node.left, tree.Name):
            return _quick_comparison(self.slot(node.left.variable), sign, constant, place)

        def run(frame: Frame) -> Value:
            first, second = left(frame), right(frame)
            if type(first) is type(second) and type(first) in quick:
                return same(first, second)
            return _compared(frame, place, sign, first, second)

        return run

    def junction(self, node: tree.Junction) -> Code:
        parts = tuple(self.code(part) for part in node.parts)
        decides = node.word == "or"
        join = disjunction if decides else conjunction

        def run(frame: Frame) -> Value:
            others: list[Value] = []
            for part in parts:
                truth = part(frame)
                if truth is decides:
                    return decides
                if truth is not (not decides):
                    others.append(truth)
            return join(others) if others else not decides

        return run

    def not_(self, node: tree.Not) -> Code:
        operand = self.code(node.operand)
        return lambda frame: negation(operand(frame))

    def member(self, node: tree.Member) -> Code:
        subject, group = self.code(node.subject), self.code(node.group)
        place, or_true = node.place, node.or_true

        def run(frame: Frame) -> Value:
            value, tested = subject(frame), group(frame)
            if (
                or_true
                and isinstance(tested, bool)
                and kind(value) not in (values.BOOLEAN, values.UNKNOWN)
            ):
                return tested
            try:
                return membership(value, tested)
            except Undefined as undefined:
                return note(frame, place, undefined)

        return run

    def let(self, node: tree.Let) -> Code:
        slot = self.slot(node.variable)
        value, body = self.code(node.value), self.code(node.body)

        def run(frame: Frame) -> Value:
            frame[slot] = value(frame)
            return body(frame)

        return run

    def if_(self, node: tree.If) -> Code:
        condition, then, otherwise = map(self.code, (node.condition, node.then, node.otherwise))

        def run(frame: Frame) -> Value:
            truth = condition(frame)
            if truth is True:
                return then(frame)
            return truth if isinstance(truth, Unknown) else otherwise(frame)

        return run

    def _turns(self, compiled: tuple[tree.Loop, ...]) -> loops.Turns:
        return tuple(
            loops.Turn(
                self.slot(loop.variable),
                self.code(loop.domain),
                self.code(loop.end) if loop.end else None,
            )
            for loop in compiled
        )

    def for_(self, node: tree.For) -> Code:
        turns, body, place = self._turns(node.loops), self.code(node.body), node.place
        slot = self.slot(node.partial) if node.partial in tree.reads(node.body) else None

        def run(frame: Frame) -> Value:
            try:
                return loops.results(frame, turns, body, slot)
            except Undefined as undefined:
                return note(frame, place, undefined)

        return run

    def quantified(self, node: tree.Quantified) -> Code:
        turns, body, place = self._turns(node.loops), self.code(node.body), node.place
        join = conjunction if node.every else disjunction

        def run(frame: Frame) -> Value:
            try:
                return join(loops.truths(frame, turns, body))
            except Undefined as undefined:
                return note(frame, place, undefined)

        return run

    def listed(self, node: tree.Listed) -> Code:
        items = tuple(self.code(item) for item in node.items)
        return lambda frame: [item(frame) for item in items]

    def context(self, node: tree.Context) -> Code:
        entries = tuple(
            (variable.name, self.slot(variable), self._entry(variable, inner))
            for variable, inner in node.entries
        )

        def run(frame: Frame) -> Value:
            built: dict[str, Value] = {}
            for name, slot, entry in entries:
                built[name] = frame[slot] = entry(frame)
            return built

        return run

    def _entry(self, variable: Variable, node: Node) -> Code:
        code = self.code(node)
        if not isinstance(node, tree.Lambda) or variable not in tree.reads(node):
            return code
        slot, names = self.slot(variable), tuple(known.name for known in node.parameters)

        def run(frame: Frame) -> Value:
            made: list[Value] = []
            frame[slot] = Function(names, lambda caller, given: made[0].call(caller, given))  # type: ignore[union-attr]  # a Lambda makes a function
            made.append(code(frame))
            return made[0]

        return run

    def interval(self, node: tree.Interval) -> Code:
        low = self.code(node.low) if node.low else None
        high = self.code(node.high) if node.high else None
        closed, place = (node.low_included, node.high_included), node.place

        def run(frame: Frame) -> Value:
            ends = [end(frame) for end in (low, high) if end]
            if None in ends:
                return None
            missing = names_missing(*ends)
            if missing is not None:
                return Unknown(missing)
            kinds = {kind(end) for end in ends}
            if len(kinds) > 1 or not kinds <= ORDERED:
                pair = [kind(end) for end in ends]
                undefined = NoSuchOperation(operation="..", left=pair[0], right=pair[-1])
                return note(frame, place, undefined)
            return Range(ends[0] if low else None, ends[-1] if high else None, *closed)

        return run

    def path(self, node: tree.Path) -> Code:
        target, name, place = self.code(node.target), node.name, node.place

        def run(frame: Frame) -> Value:
            try:
                return _member(target(frame), name)
            except Undefined as undefined:
                return note(frame, place, undefined)

        return run

    def filter(self, node: tree.Filter) -> Code:
        sieve = loops.Sieve(
            self.slot(node.item),
            tuple((self.slot(member), member.name) for member in node.members),
            self.code(node.condition),
            by_number=node.condition.type == types.NUMBER,
        )
        target, place = self.code(node.target), node.place

        def run(frame: Frame) -> Value:
            try:
                return loops.sifted(frame, target(frame), sieve)
            except Undefined as undefined:
                return note(frame, place, undefined)

        return run

    def call(self, node: tree.Call) -> Code:
        arguments = tuple(self.code(argument) for argument in node.arguments)
        signature, place = node.signature, node.place

        def run(frame: Frame) -> Value:
            given = [argument(frame) for argument in arguments]
            try:
                return call(signature, frame, given)
            except Undefined as undefined:
                return note(frame, place, undefined)

        return run

    def invocation(self, node: tree.Invocation) -> Code:
        function, place, names = self.code(node.function), node.place, node.names
        arguments = tuple(self.code(argument) for argument in node.arguments)

        def run(frame: Frame) -> Value:
            called = function(frame)
            if called is None or isinstance(called, Unknown):
                return called
            given = [argument(frame) for argument in arguments]
            try:
                return _invoked(frame, called, names, given)
            except Undefined as undefined:
                return note(frame, place, undefined)

        return run

    def instance_of(self, node: tree.InstanceOf) -> Code:
        subject, target = self.code(node.subject), node.target

        def run(frame: Frame) -> Value:
            value = subject(frame)
            missing = names_missing(value)
            if missing is not None:
                return Unknown(missing)
            return target == types.NULL if value is None else types.fits(value, target)

        return run

    def lambda_(self, node: tree.Lambda) -> Code:
        parameters = tuple((self.slot(known), known.type) for known in node.parameters)
        names = tuple(known.name for known in node.parameters)
        body = self.code(node.body)

        def run(frame: Frame) -> Value:
            captured = frame.copy()

            def called(caller: Frame, arguments: list[Value]) -> Value:
                if len(arguments) != len(parameters):
                    raise NotAFunction(found=", ".join(names), count=len(arguments))
                own = captured.copy()
                own[NOTES], own[STEPS] = caller[NOTES], caller[STEPS]
                step(own)
                for (slot, type_), argument in zip(parameters, arguments, strict=True):
                    own[slot] = types.coerced(argument, type_)
                    if own[slot] is None and argument is not None:
                        raise WrongParameter(expected=str(type_), found=kind(argument))
                value = body(own)
                caller[STEPS] = own[STEPS]
                return value

            return Function(names, called, node.type)

        return run

    def embedded(self, node: tree.Embedded) -> Code:
        return node.run


def _constant(value: Value) -> Code:
    return lambda frame: value


def _is_constant(node: Node) -> bool:
    return isinstance(node, _PURE) and all(map(_is_constant, tree.children(node)))


def _quick_comparison(slot: int, sign: str, constant: Any, place: Place) -> Code:
    """The commonest test of all, a name against a literal, without a call for either."""
    same = _SAME[sign]
    type_ = constant.__class__

    def run(frame: Frame) -> Value:
        value = frame[slot]
        if type(value) is type_:
            return same(value, constant)
        return _compared(frame, place, sign, value, constant)

    return run


def _compared(frame: Frame, place: Place, sign: str, left: Value, right: Value) -> Value:
    try:
        if sign == "=":
            return equality(left, right)
        if sign == "!=":
            return negation(equality(left, right))
        return ordering(sign, left, right)
    except Undefined as undefined:
        return note(frame, place, undefined)


def _member(target: Value, name: str) -> Value:
    """`target.name`; for a list, the member of every item, null for items without it."""
    if target is None or isinstance(target, Unknown):
        return target
    if isinstance(target, list):
        if any(isinstance(item, Unknown) for item in target):
            return unknown_of(*target)
        return [_part(item, name) if _has(item, name) else None for item in target]
    if not _has(target, name):
        raise NoSuchKey(name=name)
    return _part(target, name)


def _has(target: Value, name: str) -> bool:
    if isinstance(target, dict):
        return name in target
    return name in temporal.PARTS.get(kind(target), {})


def _part(target: Value, name: str) -> Value:
    if isinstance(target, dict):
        return target[name]
    return temporal.PARTS[kind(target)][name](target)


def _invoked(frame: Frame, called: Value, names: tuple[str, ...], given: list[Value]) -> Value:
    if not isinstance(called, Function) or len(called.parameters) != len(given):
        raise NotAFunction(found=kind(called), count=len(given))
    if names:
        if set(names) != set(called.parameters):
            raise NotAFunction(found=", ".join(called.parameters), count=len(given))
        by_name = dict(zip(names, given, strict=True))
        given = [by_name[name] for name in called.parameters]
    return called.call(frame, given)


_CODES: Mapping[type, Callable[[Compiler, Any], Code]] = {
    tree.Literal: Compiler.literal,
    tree.Name: Compiler.name,
    tree.MemberOrName: Compiler.member_or_name,
    tree.Negated: Compiler.negated,
    tree.Arithmetic: Compiler.arithmetic,
    tree.Comparison: Compiler.comparison,
    tree.Junction: Compiler.junction,
    tree.Not: Compiler.not_,
    tree.Member: Compiler.member,
    tree.Let: Compiler.let,
    tree.If: Compiler.if_,
    tree.For: Compiler.for_,
    tree.Quantified: Compiler.quantified,
    tree.Listed: Compiler.listed,
    tree.Context: Compiler.context,
    tree.Interval: Compiler.interval,
    tree.Path: Compiler.path,
    tree.Filter: Compiler.filter,
    tree.Call: Compiler.call,
    tree.Invocation: Compiler.invocation,
    tree.InstanceOf: Compiler.instance_of,
    tree.Lambda: Compiler.lambda_,
    tree.Embedded: Compiler.embedded,
}
