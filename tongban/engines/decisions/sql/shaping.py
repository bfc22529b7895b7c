"""Values that a declared type does not foresee, as decisions/shapes.py has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tongban.engines.decisions.shapes import Shape
from tongban.engines.decisions.sql import clauses as sql
from tongban.engines.decisions.sql.clauses import Sql
from tongban.engines.decisions.sql.kinds import NOTHING
from tongban.engines.decisions.sql.lists import Lists
from tongban.engines.decisions.sql.refusals import Unfit
from tongban.engines.decisions.sql.terms import AnyTerm, Group, Items, Rows, Term
from tongban.engines.decisions.sql.truths import either
from tongban.engines.feel import Program, Type
from tongban.engines.feel.types import ContextOf, ListOf, is_open

Test = Callable[[Program, Term], Term]


class Shaping:
    """`test` writes an allowed value's test of a term."""

    def __init__(self, lists: Lists, test: Test) -> None:
        self._lists, self._test = lists, test

    def failing(self, term: AnyTerm, shape: Shape) -> Sql:
        """Whether a value is none of the shape; never NULL. Raises Unfit where no value is."""
        if not conforms(term, shape.type):
            raise Unfit("与声明的类型不同的值", "A value of another type than is declared")
        if isinstance(term, Term):
            return sql.any_of([self._forbidden(term, each) for each in shape.allowed])
        if shape.allowed:
            raise Unfit("列表或上下文的允许值", "Allowed values of a list or context")
        if isinstance(term, Group):
            members = (shape.members or {}).items()
            return sql.any_of([self.failing(term.members[name], part) for name, part in members])
        if shape.item is None or not isinstance(term, (Items, Rows)):
            return sql.false()
        if isinstance(term, Items):
            return sql.any_of([self.failing(item, shape.item) for item in term.items])
        failing = self.failing(term.item, shape.item)
        return sql.false() if sql.is_false(failing) else self._lists.any_row(term, failing)

    def _forbidden(self, term: Term, allowed: Program) -> Sql:
        found = self._test(allowed, term)
        fine = sql.known(sql.any_of([found.holds(), found.is_unknown()]))
        return sql.all_of([sql.not_(sql.is_null(term.value)), sql.not_(fine)])


def conforms(term: AnyTerm, type_: Type) -> bool:
    """Whether every value of the term is of the type."""
    if is_open(type_):
        return True
    if isinstance(term, Term):
        return term.kind == NOTHING or term.kind.word == str(type_)
    if isinstance(term, Group) and isinstance(type_, ContextOf):
        known = term.members
        return all(name in known and conforms(known[name], part) for name, part in type_.members)
    if isinstance(term, Items) and isinstance(type_, ListOf):
        return all(conforms(item, type_.item) for item in term.items)
    return isinstance(term, Rows) and isinstance(type_, ListOf) and conforms(term.item, type_.item)


def to_unknown(term: AnyTerm, failing: Sql) -> AnyTerm:
    """Unknown where it fails: a value that is not foreseen has to be looked at by a person."""
    if sql.is_false(failing):
        return term
    if isinstance(term, Rows):
        return replace(term, unknown=either(term.unknown, failing))
    if isinstance(term, Group):
        members = {name: to_unknown(part, failing) for name, part in term.members.items()}
        return replace(term, members=members, unknown=either(term.unknown, failing))
    if not isinstance(term, Term):
        raise Unfit("列表的允许值", "Allowed values of a list")
    value = sql.case([(failing, sql.null())], term.value)
    return Term(term.kind, value, either(term.unknown, failing), term.nullable)


def to_null(term: AnyTerm, failing: Sql) -> AnyTerm:
    """Null where it fails: a result that is not foreseen is none."""
    if sql.is_false(failing):
        return term
    if isinstance(term, Group):
        members = {name: to_null(part, failing) for name, part in term.members.items()}
        null = failing if term.null is None else sql.any_of([term.null, failing])
        return replace(term, members=members, null=null)
    if not isinstance(term, Term):
        raise Unfit("列表的允许值", "Allowed values of a list")
    # A member may be unknown in a context that is none as a whole.
    unknown = term.unknown and sql.all_of([term.unknown, sql.not_(failing)])
    return Term(term.kind, sql.case([(failing, sql.null())], term.value), unknown)
