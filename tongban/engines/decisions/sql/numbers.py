"""Arithmetic with numbers whose size is known: exact in SQL where it is exact in FEEL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from sqlglot import exp

from tongban.engines.decisions.sql import clauses as sql
from tongban.engines.decisions.sql.clauses import Sql
from tongban.engines.decisions.sql.kinds import NOTHING, Number, exact
from tongban.engines.decisions.sql.refusals import Unfit
from tongban.engines.decisions.sql.terms import Strict, Term

_KINDS: Mapping[str, type[exp.Expr]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}
_RESULTS: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
}
POWERS = 4


def arithmetic(sign: str, left: Term, right: Term) -> Term:
    assert isinstance(left.kind, Number) and isinstance(right.kind, Number)
    if sign == "/":
        return _divided(left, right)
    if sign == "**":
        return _power(left, right)
    one, other = left.kind, right.kind
    ends = [_RESULTS[sign](a, b) for a in (one.low, one.high) for b in (other.low, other.high)]
    scale = one.scale + other.scale if sign == "*" else max(one.scale, other.scale)
    kind = exact(min(ends), max(ends), scale)
    return Strict([left, right]).of(*_computed(sign, kind, left, right))


def _computed(sign: str, kind: Number, left: Term, right: Term) -> tuple[Number, Sql]:
    if kind.is_long():
        value = sql.binary(_KINDS[sign], long(left), long(right))
        return Number(kind.low, kind.high, 0, long=True), value
    return kind, sql.binary(_KINDS[sign], _wide(left), _wide(right))


def long(term: Term) -> Sql:
    """The whole number as a BIGINT, so that no smaller type overflows."""
    assert isinstance(term.kind, Number)
    if term.kind.long or term.constant is not None:
        return term.value
    return sql.cast(term.value, "BIGINT")


def _wide(term: Term) -> Sql:
    assert isinstance(term.kind, Number)
    if term.kind.scale or term.constant is not None:
        return term.value
    return sql.cast(term.value, f"DECIMAL({term.kind.digits()}, 0)")


def constant(value: Decimal) -> Term:
    scale = max(0, -int(value.as_tuple().exponent))
    kind = exact(Fraction(value), Fraction(value), scale)
    return Term(kind, sql.number(value), nullable=False, constant=value)


def _divided(left: Term, right: Term) -> Term:
    """By a constant whose reciprocal has an end: a division is then a multiplication."""
    by = right.constant
    if by is None:
        raise Unfit("除以不是常数的数", "A division by what is no constant")
    if not by:
        return Strict([left]).of(NOTHING, sql.null(), may_be_null=True)
    reciprocal = 1 / Fraction(by)
    places = _places(reciprocal.denominator)
    if places is None:
        raise Unfit(f"除以 {by} 的结果没有有限小数，这", f"A division by {by}, which has no end,")
    factor = Decimal(int(reciprocal * 10**places)).scaleb(-places)
    return arithmetic("*", left, constant(factor))


def _places(denominator: int) -> int | None:
    """How many digits behind the point a fraction has; None where they never end."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None


def _power(left: Term, right: Term) -> Term:
    exponent = right.constant
    if exponent not in range(POWERS + 1):
        raise Unfit(
            f"不是 0 至 {POWERS} 的常数次幂", f"A power that is not a constant 0 to {POWERS}"
        )
    result = constant(Decimal(1))
    for _ in range(int(exponent)):
        result = arithmetic("*", result, left) if result.constant != 1 else left
    if not exponent:
        return Strict([left]).of(
            result.kind, sql.case([(sql.is_null(left.value), sql.null())], result.value)
        )
    return result


def negated(term: Term) -> Term:
    return arithmetic("-", constant(Decimal(0)), term)


def absolute(term: Term) -> Term:
    kind = term.kind
    assert isinstance(kind, Number)
    most = max(abs(kind.low), abs(kind.high))
    value = long(term) if kind.is_long() else _wide(term)
    found = exact(Fraction(0), most, kind.scale, kind.is_long())
    return Strict([term]).of(found, exp.Abs(this=value.copy()))


def rounded(function: type[exp.Expr], term: Term) -> Term:
    """`floor` and `ceiling` to whole numbers."""
    kind = term.kind
    assert isinstance(kind, Number)
    if not kind.scale:
        return term
    found = exact(kind.low - 1, kind.high + 1, 0)
    value: Sql = function(this=term.value.copy())
    if found.is_long():
        found, value = Number(found.low, found.high, 0, long=True), sql.cast(value, "BIGINT")
    return Strict([term]).of(found, value)


def modulo(left: Term, right: Term) -> Term:
    """Of whole numbers by a constant, with the sign of the divisor."""
    assert isinstance(left.kind, Number) and isinstance(right.kind, Number)
    by = right.constant
    if by is None or by <= 0 or right.kind.scale or not left.kind.is_long():
        raise Unfit("除数不是正整数常数的取模", "A modulo by what is no positive whole constant")
    divisor = sql.number(by)
    rest = sql.binary(exp.Mod, long(left), divisor)
    positive = sql.binary(exp.Mod, sql.binary(exp.Add, rest, divisor), divisor)
    kind = Number(Fraction(0), Fraction(by) - 1, 0, long=True)
    return Strict([left]).of(kind, positive)
