"""Values that are the same in every row."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from tongban.engines.decisions.sql import clauses as sql
from tongban.engines.decisions.sql.clauses import Sql
from tongban.engines.decisions.sql.kinds import MICROSECOND, of_value
from tongban.engines.decisions.sql.terms import NULL, UNKNOWN, AnyTerm, Group, Items, Term
from tongban.engines.feel import Months, Unknown, Value, tree
from tongban.engines.feel.compiler import Compiler

_PURE = (
    *(tree.Literal, tree.Negated, tree.Arithmetic, tree.Comparison, tree.Junction, tree.Not),
    *(tree.If, tree.Call),
)


def constant(value: Value) -> AnyTerm:
    """Raises Unfit where SQL has no like of it."""
    if value is None:
        return NULL
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, list):
        return Items(tuple(map(constant, value)))
    if isinstance(value, dict):
        return Group({name: constant(member) for name, member in value.items()})
    number = Decimal(value) if type(value) is int else value
    return Term(of_value(number), _written(number), nullable=False, constant=number)


def _written(value: object) -> Sql:
    if isinstance(value, bool):
        return sql.true() if value else sql.false()
    if isinstance(value, Decimal):
        return sql.number(value)
    if isinstance(value, Months):
        return sql.number(value.months)
    if isinstance(value, timedelta):
        return sql.number(value // MICROSECOND)
    if isinstance(value, datetime):
        return sql.cast(sql.text(value.isoformat(sep=" ")), "TIMESTAMP")
    if isinstance(value, date):
        return sql.cast(sql.text(value.isoformat()), "DATE")
    return sql.text(str(value))


def is_constant(node: tree.Node) -> bool:
    return all(isinstance(each, _PURE) for each in tree.walk(node))


def computed(node: tree.Node) -> Value:
    """The value of a tree that reads no name."""
    compiler = Compiler()
    code = compiler.code(node)
    return code(compiler.blank())
