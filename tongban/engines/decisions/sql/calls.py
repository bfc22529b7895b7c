"""FEEL's own functions, as far as SQL has their like."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from sqlglot import exp

from tongban.engines.decisions.sql import clauses as sql
from tongban.engines.decisions.sql import numbers, times
from tongban.engines.decisions.sql.clauses import Sql
from tongban.engines.decisions.sql.dialects import Dialect
from tongban.engines.decisions.sql.kinds import (
    MOMENT,
    NOTHING,
    TEXT,
    TRUTH,
    Day,
    Duration,
    Number,
    exact,
    whole,
)
from tongban.engines.decisions.sql.lists import Lists
from tongban.engines.decisions.sql.refusals import Unfit
from tongban.engines.decisions.sql.terms import AnyTerm, Items, Rows, Strict, Term, plain, truth

Call: TypeAlias = Callable[["Calls", str, list[Term]], Term]
TEXT_LIMIT = 1_000_000


class Calls:
    def __init__(self, lists: Lists, dialect: Dialect) -> None:
        self._lists, self._dialect = lists, dialect

    def term(self, name: str, arguments: Sequence[AnyTerm]) -> AnyTerm:
        if name in _OF_LISTS:
            return _OF_LISTS[name](self, arguments)
        if name not in _CALLS:
            raise Unfit(f"函数“{name}”", f"The function “{name}”")
        accepted, call = _CALLS[name]
        given = [_scalar(argument) for argument in arguments]
        if name != "is defined" and any(term.kind == NOTHING for term in given):
            return Strict(given).of(NOTHING, sql.null(), may_be_null=True)
        for term, words in zip(given, accepted, strict=False):
            if term.kind.word not in words:
                zh, en = f"函数“{name}”的这种参数", f"An argument of this type for “{name}”"
                raise Unfit(zh, en)
        return call(self, name, given)

    def _listed(self, arguments: Sequence[AnyTerm]) -> Items | Rows:
        """`sum(list)` and `sum(a, b)` are the same function."""
        if len(arguments) == 1 and isinstance(arguments[0], (Items, Rows)):
            return arguments[0]
        return Items(tuple(arguments))

    def total(self, arguments: Sequence[AnyTerm]) -> Term:
        return self._lists.total(self._listed(arguments))

    def least(self, arguments: Sequence[AnyTerm]) -> Term:
        return self._lists.extreme(self._listed(arguments), largest=False)

    def most(self, arguments: Sequence[AnyTerm]) -> Term:
        return self._lists.extreme(self._listed(arguments), largest=True)

    def count(self, arguments: Sequence[AnyTerm]) -> Term:
        return self._lists.count(_list(arguments[0]))

    def contains_item(self, arguments: Sequence[AnyTerm]) -> Term:
        return self._lists.contains(_list(arguments[0]), arguments[1])

    def all_(self, arguments: Sequence[AnyTerm]) -> Term:
        return self._lists.quantified(self._listed(arguments), plain, every=True)

    def any_(self, arguments: Sequence[AnyTerm]) -> Term:
        return self._lists.quantified(self._listed(arguments), plain, every=False)

    def length(self, name: str, given: list[Term]) -> Term:
        length = sql.cast(exp.Length(this=given[0].value.copy()), "BIGINT")
        return Strict(given).of(whole(0, TEXT_LIMIT), length)

    def contains(self, name: str, given: list[Term]) -> Term:
        at = self._dialect.position(given[0].value, given[1].value)
        return Strict(given).of(TRUTH, sql.binary(exp.GT, at, sql.number(0)))

    def starts_with(self, name: str, given: list[Term]) -> Term:
        text, start = (term.value.copy() for term in given)
        return Strict(given).of(TRUTH, exp.StartsWith(this=text, expression=start))

    def ends_with(self, name: str, given: list[Term]) -> Term:
        return Strict(given).of(TRUTH, self._dialect.ends_with(given[0].value, given[1].value))

    def substring(self, name: str, given: list[Term]) -> Term:
        """Null where the text has no such position."""
        text, *rest = given
        start, length = _position(rest[0]), _position(rest[1]) if len(rest) > 1 else None
        if not start or (length is not None and length < 1):
            return Strict([text]).of(TEXT, sql.null(), may_be_null=True)
        size: Sql = exp.Length(this=text.value.copy())
        first: Sql = sql.number(start)
        exists = sql.binary(
            exp.GTE, exp.Greatest(this=size, expressions=[sql.number(1)], ignore_nulls=True), first
        )
        if start < 0:
            exists = sql.binary(exp.GTE, size, sql.number(-start))
            first = sql.binary(exp.Add, size, sql.number(start + 1))
        cut = None if length is None else sql.cast(sql.number(length), "INTEGER")
        part = exp.Substring(this=text.value.copy(), start=sql.cast(first, "INTEGER"), length=cut)
        return Strict([text]).of(TEXT, sql.case([(exists, part)], sql.null()), may_be_null=True)

    def before(self, name: str, given: list[Term]) -> Term:
        text, match = (term.value for term in given)
        at = sql.cast(self._dialect.position(text, match), "INTEGER")
        end = sql.binary(exp.Sub, at, sql.number(1))
        part = exp.Substring(this=text.copy(), start=sql.number(1), length=end)
        found = sql.binary(exp.GT, at, sql.number(0))
        missing = sql.any_of([sql.is_null(text), sql.is_null(match)])
        return Strict(given).of(
            TEXT, sql.case([(missing, sql.null()), (found, part)], sql.text(""))
        )

    def after(self, name: str, given: list[Term]) -> Term:
        text, match = (term.value for term in given)
        at = self._dialect.position(text, match)
        start = sql.binary(exp.Add, at, exp.Length(this=match.copy()))
        part = exp.Substring(this=text.copy(), start=sql.cast(start, "INTEGER"))
        found = sql.binary(exp.GT, at, sql.number(0))
        missing = sql.any_of([sql.is_null(text), sql.is_null(match)])
        return Strict(given).of(
            TEXT, sql.case([(missing, sql.null()), (found, part)], sql.text(""))
        )

    def absolute(self, name: str, given: list[Term]) -> Term:
        if isinstance(given[0].kind, Duration):
            return times.absolute(given[0], self._dialect)
        return numbers.absolute(given[0])

    def rounded(self, name: str, given: list[Term]) -> Term:
        if len(given) > 1:
            raise Unfit(f"函数“{name}”的小数位数", f"The scale of “{name}”")
        return numbers.rounded(exp.Floor if name == "floor" else exp.Ceil, given[0])

    def half_up(self, name: str, given: list[Term]) -> Term:
        kind, places = given[0].kind, _position(given[1])
        assert isinstance(kind, Number)
        if places < 0:
            raise Unfit("舍入到整数位以上", "Rounding to tens and more")
        if kind.scale <= places:
            return given[0]
        found = exact(kind.low - 1, kind.high + 1, places)
        value = exp.Round(this=given[0].value.copy(), decimals=sql.number(places))
        return Strict(given).of(found, value)

    def modulo(self, name: str, given: list[Term]) -> Term:
        return numbers.modulo(*given)

    def even(self, name: str, given: list[Term]) -> Term:
        rest = numbers.modulo(given[0], numbers.constant(Decimal(2)))
        wanted = sql.number(0 if name == "even" else 1)
        return Strict(given).of(TRUTH, sql.equal(rest.value, wanted))

    def named_day(self, name: str, given: list[Term]) -> Term:
        return times.named_day(name, given[0], self._dialect)

    def numbered_day(self, name: str, given: list[Term]) -> Term:
        field = "DOY" if name == "day of year" else "WEEK"
        return Strict(given).of(whole(1, 366), self._dialect.part(field, given[0].value))

    def months_between(self, name: str, given: list[Term]) -> Term:
        return times.months_between(_day(given[0]), _day(given[1]), self._dialect)

    def day(self, name: str, given: list[Term]) -> Term:
        return _day(given[0])

    def same(self, name: str, given: list[Term]) -> Term:
        return given[0]

    def is_defined(self, name: str, given: list[Term]) -> Term:
        found, term = sql.not_(given[0].is_null()), given[0]
        value = found if term.unknown is None else sql.case([(term.unknown, sql.null())], found)
        return truth(value, term.unknown, nullable=False)


def _scalar(argument: AnyTerm) -> Term:
    """FEEL takes a list of one for its only item."""
    if isinstance(argument, Items) and len(argument.items) == 1:
        return plain(argument.items[0])
    return plain(argument)


def _list(argument: AnyTerm) -> Items | Rows:
    if isinstance(argument, (Items, Rows)):
        return argument
    raise Unfit("不是列表的值", "What is no list")


def _position(term: Term) -> int:
    if term.constant is None:
        raise Unfit("不是常数的位置", "A position that is no constant")
    return int(term.constant)


def _day(term: Term) -> Term:
    if isinstance(term.kind, Day):
        return term
    return Strict([term]).of(Day(), sql.cast(term.value, "DATE"))


_T, _N, _B = (TEXT.word,), (Number.word,), (TRUTH.word,)
_DAY: tuple[str, ...] = (Day.word, MOMENT.word)
_LENGTHS = ("days and time duration", "years and months duration")
_EVERY = (*_T, *_N, *_B, *_DAY, *_LENGTHS, "")

_CALLS: Mapping[str, tuple[Sequence[Sequence[str]], Call]] = {
    "string length": ((_T,), Calls.length),
    "contains": ((_T, _T), Calls.contains),
    "starts with": ((_T, _T), Calls.starts_with),
    "ends with": ((_T, _T), Calls.ends_with),
    "substring": ((_T, _N, _N), Calls.substring),
    "substring before": ((_T, _T), Calls.before),
    "substring after": ((_T, _T), Calls.after),
    "abs": (((*_N, *_LENGTHS),), Calls.absolute),
    "floor": ((_N, _N), Calls.rounded),
    "ceiling": ((_N, _N), Calls.rounded),
    "round half up": ((_N, _N), Calls.half_up),
    "modulo": ((_N, _N), Calls.modulo),
    "odd": ((_N,), Calls.even),
    "even": ((_N,), Calls.even),
    "day of week": ((_DAY,), Calls.named_day),
    "month of year": ((_DAY,), Calls.named_day),
    "day of year": ((_DAY,), Calls.numbered_day),
    "week of year": ((_DAY,), Calls.numbered_day),
    "years and months duration": ((_DAY, _DAY), Calls.months_between),
    "date": ((_DAY,), Calls.day),
    "duration": ((_LENGTHS,), Calls.same),
    "is defined": ((_EVERY,), Calls.is_defined),
}
_OF_LISTS: Mapping[str, Callable[[Calls, Sequence[AnyTerm]], AnyTerm]] = {
    "sum": Calls.total,
    "min": Calls.least,
    "max": Calls.most,
    "count": Calls.count,
    "list contains": Calls.contains_item,
    "all": Calls.all_,
    "any": Calls.any_,
}
