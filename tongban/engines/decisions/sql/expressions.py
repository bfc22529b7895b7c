"""Writes the typed tree of FEEL as SQL terms; every node is refused by name or means the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from tongban.engines.decisions.refusals import Address, Label
from tongban.engines.decisions.shapes import Shape
from tongban.engines.decisions.sql import clauses as sql
from tongban.engines.decisions.sql import numbers, times
from tongban.engines.decisions.sql.calls import Calls
from tongban.engines.decisions.sql.constants import computed, constant, is_constant
from tongban.engines.decisions.sql.dialects import Dialect
from tongban.engines.decisions.sql.kinds import NOTHING, TEXT, TRUTH, Duration, Number
from tongban.engines.decisions.sql.lists import Lists
from tongban.engines.decisions.sql.refusals import NotInSubset, Unfit
from tongban.engines.decisions.sql.scopes import Scope
from tongban.engines.decisions.sql.shaping import Shaping, conforms, to_null
from tongban.engines.decisions.sql.stages import Stages
from tongban.engines.decisions.sql.terms import (
    NULL,
    AnyTerm,
    Callee,
    Group,
    Items,
    Rows,
    Strict,
    Term,
    plain,
    truth,
)
from tongban.engines.decisions.sql.truths import (
    conditional,
    difference,
    equality,
    junction,
    negation,
    ordering,
    same,
)
from tongban.engines.decisions.tables import Table
from tongban.engines.feel import Program, Type, tree
from tongban.engines.feel.types import NULL as NOTHING_TYPE
from tongban.engines.feel.types import Simple, is_open

CALLS_LIMIT = 1_000  # each call of a function is written out


class WritesTable(Protocol):
    def __call__(self, writer: Writer, table: Table, scope: Scope) -> AnyTerm: ...


class Writer:
    def __init__(self, dialect: Dialect, stages: Stages, table: WritesTable) -> None:
        self.dialect, self.stages = dialect, stages
        self.lists = Lists(stages, dialect)
        self.shaping = Shaping(self.lists, self._allowed)
        self._calls, self._table = Calls(self.lists, dialect), table
        self._called = 0

    def term(self, node: tree.Node, scope: Scope) -> AnyTerm:
        """Raises NotInSubset with the place of the innermost part that has no SQL."""
        try:
            if not isinstance(node, tree.Literal) and is_constant(node):
                return constant(computed(node))
            return _WRITERS[type(node)](self, node, scope)
        except Unfit as unfit:
            address = scope.address.on(*node.place)
            raise NotInSubset(address, unfit.what) from unfit

    def plain(self, node: tree.Node, scope: Scope) -> Term:
        term = self.term(node, scope)
        try:
            return plain(term)
        except Unfit as unfit:
            raise NotInSubset(scope.address.on(*node.place), unfit.what) from unfit

    def kept(self, term: AnyTerm) -> AnyTerm:
        """The same, in columns of its own where it is computed at all."""
        if isinstance(term, Group):
            members = {name: self.kept(part) for name, part in term.members.items()}
            null, unknown = (each and self.stages.keep(each) for each in (term.null, term.unknown))
            return Group(members, null, unknown)
        if not isinstance(term, Term) or term.constant is not None:
            return term
        value = self.stages.keep(term.value)
        unknown = None if term.unknown is None else self.stages.keep(term.unknown)
        return Term(term.kind, value, unknown, term.nullable)

    def shaped(self, term: AnyTerm, shape: Shape) -> AnyTerm:
        """Null where a result is none of its declared type."""
        if is_open(shape.type) and not shape.allowed:
            return term
        return to_null(term, self.shaping.failing(term, shape))

    def _allowed(self, allowed: Program, term: Term) -> Term:
        nowhere = Scope(Address(cell=_ALLOWED), {}).testing(term)
        return plain(self.term(allowed.tree, nowhere))

    def literal(self, node: tree.Literal, scope: Scope) -> AnyTerm:
        return constant(node.value)

    def name(self, node: tree.Name, scope: Scope) -> AnyTerm:
        return scope.find(node.variable)

    def member_or_name(self, node: tree.MemberOrName, scope: Scope) -> AnyTerm:
        item = scope.find(node.item)
        if isinstance(item, Group) and node.name in item.members:
            return item.members[node.name]
        return self.term(node.outer, scope) if node.outer else NULL

    def negated(self, node: tree.Negated, scope: Scope) -> AnyTerm:
        operand = self.plain(node.operand, scope)
        if isinstance(operand.kind, Number):
            return numbers.negated(operand)
        if isinstance(operand.kind, Duration):
            return times.negated(operand, self.dialect)
        return Strict([operand]).of(NOTHING, sql.null(), may_be_null=True)

    def arithmetic(self, node: tree.Arithmetic, scope: Scope) -> AnyTerm:
        left, right = self.plain(node.left, scope), self.plain(node.right, scope)
        one, other = left.kind, right.kind
        if isinstance(one, Number) and isinstance(other, Number):
            return numbers.arithmetic(node.sign, left, right)
        if one == TEXT and other == TEXT and node.sign == "+":
            return Strict([left, right]).of(TEXT, self.dialect.joined(left.value, right.value))
        if times.is_refused(node.sign, one, other):
            raise Unfit("这种时间运算", "This arithmetic with times")
        found = times.arithmetic(node.sign, left, right, self.dialect)
        return found or Strict([left, right]).of(NOTHING, sql.null(), may_be_null=True)

    def comparison(self, node: tree.Comparison, scope: Scope) -> AnyTerm:
        left, right = self.term(node.left, scope), self.term(node.right, scope)
        if node.sign == "=":
            return equality(left, right)
        if node.sign == "!=":
            return difference(left, right)
        return ordering(node.sign, plain(left), plain(right), self.dialect)

    def junction(self, node: tree.Junction, scope: Scope) -> AnyTerm:
        return junction(node.word, [self.plain(part, scope) for part in node.parts])

    def not_(self, node: tree.Not, scope: Scope) -> AnyTerm:
        return negation(self.plain(node.operand, scope))

    def member(self, node: tree.Member, scope: Scope) -> AnyTerm:
        subject, group = self.term(node.subject, scope), self.term(node.group, scope)
        if isinstance(group, (Items, Rows)):
            return self.lists.contains(group, plain(subject))
        if node.or_true and plain(group).kind == TRUTH:
            raise Unfit("可能是条件也可能是值的单元格", "A cell that may be a condition or a value")
        return same(plain(subject), plain(group))

    def let(self, node: tree.Let, scope: Scope) -> AnyTerm:
        value = self.kept(self.term(node.value, scope))
        return self.term(node.body, scope.bind({node.variable: value}))

    def if_(self, node: tree.If, scope: Scope) -> AnyTerm:
        condition = self.plain(node.condition, scope)
        if condition.constant is True:
            return self.term(node.then, scope)
        then, otherwise = self.term(node.then, scope), self.term(node.otherwise, scope)
        return conditional(condition, then, otherwise)

    def for_(self, node: tree.For, scope: Scope) -> AnyTerm:
        loop, *more = node.loops
        if more or node.partial in tree.reads(node.body):
            raise Unfit("这种 for 循环", "A loop of this form")
        of = self._domain(loop, scope)

        def body(item: AnyTerm) -> AnyTerm:
            return self.term(node.body, scope.bind({loop.variable: item}))

        if isinstance(of, Items):
            return Items(tuple(map(body, of.items)))
        return replace(of, item=body(of.item))

    def quantified(self, node: tree.Quantified, scope: Scope) -> AnyTerm:
        return self._quantified(node, node.loops, scope)

    def _quantified(self, node: tree.Quantified, loops: Sequence[tree.Loop], scope: Scope) -> Term:
        """Several loops are one within another: the same items decide, in whatever order."""
        loop, rest = loops[0], loops[1:]

        def body(item: AnyTerm) -> Term:
            inner = scope.bind({loop.variable: item})
            if rest:
                return self._quantified(node, rest, inner)
            return self.plain(node.body, inner)

        return self.lists.quantified(self._domain(loop, scope), body, node.every)

    def _domain(self, loop: tree.Loop, scope: Scope) -> Items | Rows:
        found = self.term(loop.domain, scope)
        if loop.end is not None or not isinstance(found, (Items, Rows)):
            raise Unfit("不是列表的循环", "A loop over what is no list")
        return self._fresh(found)

    def _fresh(self, of: Items | Rows) -> Items | Rows:
        """Loops over one table within one another need names of their own for its rows."""
        return of if isinstance(of, Items) else renamed(of, self.stages.alias())

    def listed(self, node: tree.Listed, scope: Scope) -> AnyTerm:
        return Items(tuple(self.term(item, scope) for item in node.items))

    def context(self, node: tree.Context, scope: Scope) -> AnyTerm:
        members: dict[str, AnyTerm] = {}
        for variable, entry in node.entries:
            inside = scope.at(f"“{variable.name}”", f"“{variable.name}”")
            members[variable.name] = self.kept(self.term(entry, inside))
            scope = scope.bind({variable: members[variable.name]})
        return Group(members)

    def interval(self, node: tree.Interval, scope: Scope) -> AnyTerm:
        raise Unfit("作为值的区间", "An interval as a value")

    def path(self, node: tree.Path, scope: Scope) -> AnyTerm:
        target = self.term(node.target, scope)
        if isinstance(target, (Items, Rows)):
            return self.lists.member(target, node.name)
        if isinstance(target, Group):
            if node.name in target.members:
                return target.members[node.name]
            raise Unfit(f"成员“{node.name}”", f"The member “{node.name}”")
        term = plain(target)
        if term.kind == NOTHING:
            return term
        found = times.part(node.name, term, self.dialect)
        if found is None:
            raise Unfit(f"成员“{node.name}”", f"The member “{node.name}”")
        return found

    def filter(self, node: tree.Filter, scope: Scope) -> AnyTerm:
        target = self.term(node.target, scope)
        if not isinstance(target, Rows):
            raise Unfit("对不是表的列表的筛选", "A filter on a list that is no table")
        target = renamed(target, self.stages.alias())
        bound: dict[Any, AnyTerm] = {node.item: target.item}
        if isinstance(target.item, Group):
            known = target.item.members
            bound |= {each: known[each.name] for each in node.members if each.name in known}
        condition = self.plain(node.condition, scope.bind(bound))
        return self.lists.filtered(target, condition)

    def call(self, node: tree.Call, scope: Scope) -> AnyTerm:
        arguments = [self.term(argument, scope) for argument in node.arguments]
        return self._calls.term(node.signature.name, arguments)

    def invocation(self, node: tree.Invocation, scope: Scope) -> AnyTerm:
        called = self.term(node.function, scope)
        if not isinstance(called, Callee):
            raise Unfit("这种调用", "A call of this kind")
        given = [self.kept(self.term(argument, scope)) for argument in node.arguments]
        if node.names:
            by_name = dict(zip(node.names, given, strict=True))
            if by_name.keys() != set(called.names):
                raise Unfit("参数不符的调用", "A call with other arguments")
            given = [by_name[name] for name in called.names]
        if len(given) != len(called.names):
            raise Unfit("参数不符的调用", "A call with other arguments")
        self._called += 1
        if self._called > CALLS_LIMIT:
            raise Unfit("过多的函数调用", "So many calls of functions")
        return called.call(given, scope.calls)

    def instance_of(self, node: tree.InstanceOf, scope: Scope) -> AnyTerm:
        term = self.plain(node.subject, scope)
        if not isinstance(node.target, Simple):
            raise Unfit(f"类型 {node.target} 的检验", f"A test for the type {node.target}")
        present = sql.not_(term.is_null())
        fitting = present if conforms(term, node.target) else sql.false()
        if node.target == NOTHING_TYPE:
            fitting = term.is_null()
        value = fitting if term.unknown is None else sql.case([(term.unknown, sql.null())], fitting)
        return truth(value, term.unknown, nullable=False)

    def lambda_(self, node: tree.Lambda, scope: Scope) -> AnyTerm:
        def call(given: Sequence[AnyTerm], calls: int) -> AnyTerm:
            inner = replace(scope, calls=calls).called()
            bound = {
                each: _argument(argument, each.type)
                for each, argument in zip(node.parameters, given, strict=True)
            }
            return self.term(node.body, inner.bind(bound))

        return Callee(tuple(each.name for each in node.parameters), call)

    def embedded(self, node: tree.Embedded, scope: Scope) -> AnyTerm:
        """A table within a box, a value of a declared type, or a condition of a box."""
        if isinstance(node.content, Table):
            return self._table(self, node.content, scope)
        term = self.term(node.parts[0], scope)
        if isinstance(node.content, Shape):
            return self.shaped(term, node.content)
        if plain(term).kind not in (TRUTH, NOTHING):
            raise Unfit("不是真假的条件", "A condition that is no truth")
        return term


def _argument(term: AnyTerm, type_: Type) -> AnyTerm:
    """As the parameter has it. Raises Unfit for another type."""
    if not conforms(term, type_):
        raise Unfit("类型不符的参数", "An argument of another type")
    return term


def renamed(rows: Rows, alias: str) -> Rows:
    """The same rows under another name."""

    def moved(what: Any) -> Any:
        if isinstance(what, Term):
            parts = (what.unknown, what.yes)
            unknown, yes = (each and _moved(each, rows.alias, alias) for each in parts)
            value = _moved(what.value, rows.alias, alias)
            return Term(what.kind, value, unknown, what.nullable, yes, what.constant)
        if isinstance(what, Group):
            members = {name: moved(part) for name, part in what.members.items()}
            null, unknown = (
                each and _moved(each, rows.alias, alias) for each in (what.null, what.unknown)
            )
            return Group(members, null, unknown)
        return what

    return Rows(
        rows.table,
        alias,
        _moved(rows.joined, rows.alias, alias),
        moved(rows.item),
        tuple(_moved(each, rows.alias, alias) for each in rows.where),
        rows.unknown,
    )


def _moved(what: sql.Sql, before: str, after: str) -> sql.Sql:
    found = what.copy()
    for each in found.find_all(sql.exp.Column):
        if each.table == before:
            each.set("table", sql.exp.to_identifier(after))
    return found


_ALLOWED = Label("允许的值", "allowed values")

_WRITERS: Mapping[type, Callable[[Writer, Any, Scope], AnyTerm]] = {
    tree.Literal: Writer.literal,
    tree.Name: Writer.name,
    tree.MemberOrName: Writer.member_or_name,
    tree.Negated: Writer.negated,
    tree.Arithmetic: Writer.arithmetic,
    tree.Comparison: Writer.comparison,
    tree.Junction: Writer.junction,
    tree.Not: Writer.not_,
    tree.Member: Writer.member,
    tree.Let: Writer.let,
    tree.If: Writer.if_,
    tree.For: Writer.for_,
    tree.Quantified: Writer.quantified,
    tree.Listed: Writer.listed,
    tree.Context: Writer.context,
    tree.Interval: Writer.interval,
    tree.Path: Writer.path,
    tree.Filter: Writer.filter,
    tree.Call: Writer.call,
    tree.Invocation: Writer.invocation,
    tree.InstanceOf: Writer.instance_of,
    tree.Lambda: Writer.lambda_,
    tree.Embedded: Writer.embedded,
}
