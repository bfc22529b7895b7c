"""Lists: rows of another table are asked with one query each, items of a text one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from sqlglot import exp

from tongban.engines.decisions.sql import clauses as sql
from tongban.engines.decisions.sql import numbers
from tongban.engines.decisions.sql.clauses import ROW, Sql
from tongban.engines.decisions.sql.dialects import Dialect
from tongban.engines.decisions.sql.kinds import (
    NOTHING,
    TEXT,
    TRUTH,
    Kind,
    Number,
    alike,
    exact,
    united,
    whole,
)
from tongban.engines.decisions.sql.refusals import Unfit
from tongban.engines.decisions.sql.stages import Stages, free
from tongban.engines.decisions.sql.terms import (
    NULL,
    AnyTerm,
    Group,
    Items,
    Rows,
    Term,
    plain,
    truth,
)
from tongban.engines.decisions.sql.truths import either, junction, same

MOST = 1_000_000  # items of a list: FEEL gives up beyond
DECIDED, OPEN, EMPTY, ELSE = 3, 2, 1, 0  # what one item says to `some` or `every`


class Lists:
    def __init__(self, stages: Stages, dialect: Dialect) -> None:
        self._stages, self._dialect = stages, dialect

    def quantified(self, of: Items | Rows, body: Callable[[AnyTerm], Term], every: bool) -> Term:
        """`some` and `every`: one item may decide; else one unknown; else null; else the other."""
        if isinstance(of, Items):
            parts = [body(item) for item in of.items]
            none = truth(sql.true() if every else sql.false(), nullable=False)
            return junction("and" if every else "or", parts) if parts else none
        found = body(of.item)
        if found.kind != TRUTH:
            found = truth(sql.null(), found.unknown)
        return self._code(of, found, every)

    def _code(self, of: Rows, found: Term, every: bool) -> Term:
        decides = sql.not_(found.value) if every else found.holds()
        each = sql.case(
            [
                (decides, sql.number(DECIDED)),
                (found.is_unknown(), sql.number(OPEN)),
                (found.is_null(), sql.number(EMPTY)),
            ],
            sql.number(ELSE),
        )
        most = self._asked(of, lambda item: exp.Max(this=item), each)
        code: Sql = exp.Coalesce(this=most, expressions=[sql.number(ELSE)])
        if of.unknown is not None:
            code = sql.case([(of.unknown, sql.number(OPEN))], code)
        code = self._stages.keep(code)
        ends = (sql.false(), sql.true()) if every else (sql.true(), sql.false())
        value = sql.case(
            [
                (sql.equal(code, sql.number(DECIDED)), ends[0]),
                (sql.equal(code, sql.number(ELSE)), ends[1]),
            ],
            sql.null(),
        )
        open_ = found.unknown is not None or of.unknown is not None
        unknown = sql.equal(code, sql.number(OPEN)) if open_ else None
        return truth(value, unknown, found.nullable)

    def contains(self, of: Items | Rows, element: AnyTerm) -> Term:
        return self.quantified(of, lambda item: same(item, element), every=False)

    def filtered(self, of: Rows, condition: Term) -> Rows:
        """The rows for which it holds; unknown as soon as it is for one."""
        if condition.kind == NOTHING and condition.unknown is None:
            return replace(of, where=(*of.where, sql.false()))
        if condition.kind != TRUTH:
            raise Unfit("按位置取列表的一项", "An item of a list by its position")
        unknown = of.unknown
        if condition.unknown is not None:
            unknown = either(unknown, self.any_row(of, condition.unknown))
        return replace(of, where=(*of.where, condition.holds()), unknown=unknown)

    def any_row(self, of: Rows, condition: Sql) -> Sql:
        query = self._select(of, sql.number(1), (condition,))
        return self._stages.keep(exp.Exists(this=query))

    def count(self, of: Items | Rows) -> Term:
        if isinstance(of, Items):
            return numbers.constant(Decimal(len(of.items)))
        rows = exp.Subquery(this=self._select(of, exp.Count(this=exp.Star()), ()))
        return self._whole(of, Term(whole(0, MOST), rows, None, nullable=False))

    def _whole(self, of: Rows, found: Term) -> Term:
        """Unknown where the list is unknown as a whole."""
        if of.unknown is None:
            return found
        value = sql.case([(of.unknown, sql.null())], found.value)
        return replace(found, value=value, unknown=either(found.unknown, of.unknown))

    def total(self, of: Items | Rows) -> Term:
        if isinstance(of, Items):
            return self._folded(of, self._sum_of_items)
        item = plain(of.item)
        if not isinstance(item.kind, Number):
            raise Unfit("不是数字的合计", "A sum of what are no numbers")
        low, high = item.kind.low * MOST, item.kind.high * MOST
        kind = exact(min(low, Fraction(0)), max(high, Fraction(0)), item.kind.scale)
        width = "BIGINT" if kind.is_long() else f"DECIMAL(38, {kind.scale})"
        kind = replace(kind, long=kind.is_long())
        return self._over(of, item, kind, lambda each: sql.cast(exp.Sum(this=each), width))

    def extreme(self, of: Items | Rows, largest: bool) -> Term:
        """`min` and `max`."""
        if isinstance(of, Items):
            return self._folded(of, lambda items: self._extreme_of_items(items, largest))
        item = plain(of.item)
        self._check_ordered(item.kind)
        function = exp.Max if largest else exp.Min
        ordered = replace(item, value=self._ordered(item))
        return self._over(of, ordered, item.kind, lambda each: function(this=each))

    def _check_ordered(self, kind: Kind) -> None:
        if kind in (TRUTH, NOTHING):
            raise Unfit("不可比较的值的最小或最大", "The least or most of what has no order")

    def _ordered(self, item: Term) -> Sql:
        return self._dialect.by_code_point(item.value) if item.kind == TEXT else item.value

    def _over(self, of: Rows, item: Term, kind: Kind, aggregate: Callable[[Sql], Sql]) -> Term:
        """Null for no rows and as soon as one item is null, unknown as soon as one is."""
        missing = None
        if item.nullable or item.unknown is not None:
            missing = sql.case([(sql.is_null(item.value), sql.number(1))], sql.number(0))
        value = self._asked(of, aggregate, item.value, missing)
        unknown = None if item.unknown is None else self.any_row(of, item.unknown)
        return self._whole(of, Term(kind, value, unknown))

    def _folded(self, of: Items, fold: Callable[[list[Term]], Term]) -> Term:
        """Unknown as soon as one item is, else null as soon as one is."""
        items = [plain(item) for item in of.items]
        if not items:
            return NULL
        empty = any(item.kind == NOTHING for item in items)
        found = NULL if empty else fold(items)
        flags = [item.unknown for item in items if item.unknown is not None]
        return replace(found, unknown=sql.any_of(flags) if flags else None)

    def _sum_of_items(self, items: list[Term]) -> Term:
        if not all(isinstance(item.kind, Number) for item in items):
            raise Unfit("不是数字的合计", "A sum of what are no numbers")
        total = items[0]
        for item in items[1:]:
            total = numbers.arithmetic("+", total, item)
        return total

    def _extreme_of_items(self, items: list[Term], largest: bool) -> Term:
        kind = items[0].kind
        for item in items:
            self._check_ordered(item.kind)
            if not alike(kind, item.kind):
                raise Unfit("不同类型的最小或最大", "The least or most of two types")
            kind = united(kind, item.kind)
        values = [self._ordered(item) for item in items]
        function = exp.Greatest if largest else exp.Least
        rest = [value.copy() for value in values[1:]]
        found: Sql = function(this=values[0].copy(), expressions=rest, ignore_nulls=True)
        empty = [sql.is_null(item.value) for item in items]
        value = sql.case([(sql.any_of(empty), sql.null())], found)
        return Term(kind, value, None, any(item.nullable for item in items))

    def _asked(
        self, of: Rows, aggregate: Callable[[Sql], Sql], each: Sql, missing: Sql | None = None
    ) -> Sql:
        """One value of all rows; NULL where `missing` is 1 for one of them."""
        if free(each) != {ROW}:
            return self._aggregated(of, aggregate, each, missing)
        # An aggregate of nothing but the outer row would be taken for one over the outer table.
        inner = self._select(of, exp.alias_(each.copy(), "x"), ())
        alias = self._stages.alias()
        rows = exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier(alias)))
        value = aggregate(exp.column("x", table=alias))
        return exp.Subquery(this=exp.Select(expressions=[value], from_=exp.From(this=rows)))

    def _aggregated(
        self, of: Rows, aggregate: Callable[[Sql], Sql], each: Sql, missing: Sql | None
    ) -> Sql:
        value = aggregate(each.copy())
        if missing is not None:
            none = sql.equal(exp.Max(this=missing.copy()), sql.number(0))
            value = sql.case([(none, value)], sql.null())
        return exp.Subquery(this=self._select(of, value, ()))

    def _select(self, of: Rows, what: Sql, more: tuple[Sql, ...]) -> exp.Select:
        table = table_of(of.table, of.alias)
        where = sql.all_of([of.joined, *of.where, *more])
        return exp.Select(
            expressions=[what], from_=exp.From(this=table), where=exp.Where(this=where)
        )

    def member(self, of: Items | Rows, name: str) -> Items | Rows:
        if isinstance(of, Items):
            return Items(tuple(member(item, name) for item in of.items))
        return replace(of, item=member(of.item, name))


def member(of: AnyTerm, name: str) -> AnyTerm:
    if isinstance(of, Group) and name in of.members:
        return of.members[name]
    raise Unfit(f"成员“{name}”", f"The member “{name}”")


def table_of(name: str, alias: str) -> exp.Table:
    """`table` or `schema.table`."""
    *above, own = (exp.to_identifier(part, quoted=True) for part in name.split("."))
    known = dict(zip(("db", "catalog"), reversed(above), strict=False))
    return exp.Table(this=own, alias=exp.TableAlias(this=exp.to_identifier(alias)), **known)
