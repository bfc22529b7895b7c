"""The few SQL expressions that everything is built from, as sqlglot objects.

An operand is copied and put in brackets where it needs them; true, false and NULL are reckoned with
at once, so that what is certain costs nothing in the query.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

from sqlglot import exp

Sql: TypeAlias = exp.Expr
When: TypeAlias = tuple[Sql, Sql]

_LOOSE = (exp.Binary, exp.Not, exp.Neg, exp.Between, exp.In)
ROW = "r"  # the row of the register in every stage of the query


def true() -> Sql:
    return exp.true()


def false() -> Sql:
    return exp.false()


def null() -> Sql:
    return exp.null()


def is_true(sql: Sql) -> bool:
    return isinstance(sql, exp.Boolean) and bool(sql.this)


def is_false(sql: Sql) -> bool:
    return isinstance(sql, exp.Boolean) and not sql.this


def is_nothing(sql: Sql) -> bool:
    return isinstance(sql, exp.Null)


def column(name: str, of: str = ROW) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True), table=exp.to_identifier(of))


def text(value: str) -> Sql:
    return exp.Literal.string(value)


def number(value: Decimal | int) -> Sql:
    size = exp.Literal.number(f"{Decimal(value).copy_abs():f}")
    return exp.Neg(this=size) if value < 0 else size


def tight(sql: Sql) -> Sql:
    """A copy that can stand beside any operator."""
    return exp.Paren(this=sql.copy()) if isinstance(sql, _LOOSE) else sql.copy()


def binary(kind: type[exp.Expr], left: Sql, right: Sql) -> Sql:
    return kind(this=tight(left), expression=tight(right))


def call(name: str, *arguments: Sql) -> Sql:
    return exp.Anonymous(this=name, expressions=[each.copy() for each in arguments])


def cast(sql: Sql, type_: str) -> Sql:
    return exp.cast(sql.copy(), type_)


def all_of(parts: Sequence[Sql]) -> Sql:
    if any(map(is_false, parts)):
        return false()
    kept = list(dict.fromkeys(part for part in parts if not is_true(part)))
    return _joined(exp.And, kept) if kept else true()


def any_of(parts: Sequence[Sql]) -> Sql:
    if any(map(is_true, parts)):
        return true()
    kept = _gathered(list(dict.fromkeys(part for part in parts if not is_false(part))))
    return _joined(exp.Or, kept) if kept else false()


def _gathered(parts: Sequence[Sql]) -> list[Sql]:
    """`a = 1 OR a = 2` is `a IN (1, 2)`, which the engines find faster."""
    kept: list[Sql] = []
    for part in parts:
        before = kept[-1] if kept else None
        if before is not None and _are_choices(before, part):
            listed = [*_choices(before), *_choices(part)]
            kept[-1] = exp.In(this=part.this.copy(), expressions=[each.copy() for each in listed])
        else:
            kept.append(part)
    return kept


def _are_choices(one: Sql, other: Sql) -> bool:
    return bool(_choices(one) and _choices(other)) and one.this == other.this


def _choices(part: Sql) -> list[Sql]:
    """The constants of `a = 1` or `a IN (1, 2)`."""
    if isinstance(part, exp.In):
        return part.expressions
    if isinstance(part, exp.EQ) and isinstance(part.expression, exp.Literal):
        return [part.expression]
    return []


def _joined(kind: type[exp.Expr], parts: Sequence[Sql]) -> Sql:
    joined = parts[0].copy() if len(parts) == 1 else _bracketed(kind, parts[0])
    for part in parts[1:]:
        joined = kind(this=joined, expression=_bracketed(kind, part))
    return joined


def _bracketed(kind: type[exp.Expr], part: Sql) -> Sql:
    """`a OR b` needs brackets within AND, a comparison does not."""
    needs = isinstance(part, exp.Connector) and not isinstance(part, kind)
    return exp.Paren(this=part.copy()) if needs else part.copy()


def not_(sql: Sql) -> Sql:
    if isinstance(sql, exp.Boolean):
        return false() if sql.this else true()
    if isinstance(sql, exp.Not):
        return sql.this.this.copy() if isinstance(sql.this, exp.Paren) else sql.this.copy()
    return exp.Not(this=tight(sql))


def is_null(sql: Sql) -> Sql:
    if isinstance(sql, (exp.Literal, exp.Boolean)):
        return false()
    return true() if isinstance(sql, exp.Null) else exp.Is(this=tight(sql), expression=null())


def known(sql: Sql) -> Sql:
    """True or false, never NULL: whether it is true."""
    if isinstance(sql, exp.Null):
        return false()
    return (
        sql.copy() if isinstance(sql, exp.Boolean) else exp.Is(this=tight(sql), expression=true())
    )


def equal(left: Sql, right: Sql) -> Sql:
    return binary(exp.EQ, left, right)


def case(whens: Sequence[When], otherwise: Sql) -> Sql:
    """What can never be reached is left out."""
    kept: list[When] = []
    for condition, value in whens:
        if is_true(condition):
            otherwise = value
            break
        if not (is_false(condition) or isinstance(condition, exp.Null)):
            kept.append((condition, value))
    if not kept or all(value == otherwise for _, value in kept):
        return otherwise.copy()
    ifs = [exp.If(this=condition.copy(), true=value.copy()) for condition, value in kept]
    default = None if isinstance(otherwise, exp.Null) else otherwise.copy()
    return exp.Case(ifs=ifs, default=default)
