"""Lists. A position counts from 1, or from the end when it is negative."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal, DecimalException
from functools import cmp_to_key, partial
from typing import Any

from tongban.engines.feel import values
from tongban.engines.feel.lexer import DECIMAL
from tongban.engines.feel.operations import ORDERED, alike, disjunction, ordering, unknown_of
from tongban.engines.feel.refusals import OutOfRange, Undefined
from tongban.engines.feel.signatures import Registry, define, define_partial
from tongban.engines.feel.values import Unknown, Value, kind

FUNCTIONS: Registry = {}
_define = partial(define, FUNCTIONS)
_define_partial = partial(define_partial, FUNCTIONS)


class NotTheSameKind(Undefined):
    """{function} takes values of one kind that can be ordered, not {found}."""

    zh = "{function} 只能用于同一类可比较的值，不能是 {found}。"


class NoSuchItem(Undefined):
    """There is no position {position} in a list of {length}."""

    zh = "长度为 {length} 的列表没有第 {position} 项。"


class NoOrder(Undefined):
    """The function given to sort does not say which of two items comes first."""

    zh = "传给 sort 的函数没有说明两项的先后。"


class NoMatch(Undefined):
    """The function given to list replace does not say whether an item matches."""

    zh = "传给 list replace 的函数没有说明某项是否匹配。"


@_define_partial("count(list: list) -> number")
def count(items: Value) -> Value:
    """Known even where items are not, as long as the list itself is."""
    return Decimal(len(items)) if isinstance(items, list) else items


@_define("sum(list...: list of number) -> number")
def sum_(numbers: list[Value]) -> Value:
    return _folded("sum", DECIMAL.add, numbers)


@_define("product(list...: list of number) -> number")
def product(numbers: list[Value]) -> Value:
    return _folded("product", DECIMAL.multiply, numbers)


@_define("mean(list...: list of number) -> number")
def mean(numbers: list[Value]) -> Value:
    total = sum_(numbers)
    return None if total is None else DECIMAL.divide(total, len(numbers))  # type: ignore[arg-type]


@_define("median(list...: list of number) -> number")
def median(numbers: list[Value]) -> Value:
    if not numbers or None in numbers:
        return None
    ordered: list[Any] = sorted(numbers)  # type: ignore[type-var]  # numbers by the signature
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return DECIMAL.divide(DECIMAL.add(ordered[middle - 1], ordered[middle]), 2)


@_define("stddev(list...: list of number) -> number")
def stddev(numbers: list[Value]) -> Value:
    """Of a sample; null for fewer than two numbers."""
    average: Any = mean(numbers)
    if average is None or len(numbers) < 2:
        return None
    gaps = [DECIMAL.subtract(number, average) for number in numbers]  # type: ignore[arg-type]
    squares: Any = _folded("stddev", DECIMAL.add, [DECIMAL.multiply(gap, gap) for gap in gaps])
    return DECIMAL.sqrt(DECIMAL.divide(squares, len(numbers) - 1))


@_define("mode(list...: list of number) -> list of number")
def mode(numbers: list[Value]) -> Value:
    """The numbers that come most often, the smallest first."""
    if None in numbers:
        return None
    counted = Counter(numbers)
    most = max(counted.values(), default=0)
    found: list[Any] = [number for number, times in counted.items() if times == most]
    return sorted(found)


@_define("min(list...: list) -> any")
def min_(items: list[Value]) -> Value:
    return _first("min", "<", items)


@_define("max(list...: list) -> any")
def max_(items: list[Value]) -> Value:
    return _first("max", ">", items)


@_define_partial("list contains(list: list, element: any?) -> boolean")
def list_contains(items: Value, element: Value) -> Value:
    if not isinstance(items, list):
        return items
    return disjunction(alike(item, element) for item in items)


@_define_partial("append(list: list, item...: any?) -> list")
def append(items: Value, more: list[Value]) -> Value:
    return [*items, *more] if isinstance(items, list) else items


@_define_partial("concatenate(list...: any) -> list")
def concatenate(lists: list[Value]) -> Value:
    if None in lists:
        return None
    if any(isinstance(part, Unknown) for part in lists):
        return unknown_of(*lists)
    return [item for part in lists for item in (part if isinstance(part, list) else [part])]


@_define("union(list...: any) -> list")
def union(lists: list[Value]) -> Value:
    joined = concatenate(lists)
    return distinct_values(joined) if isinstance(joined, list) else joined


@_define("distinct values(list: list) -> list")
def distinct_values(items: list[Value]) -> Value:
    distinct: list[Value] = []
    for item in items:
        if not any(alike(item, known) is True for known in distinct):
            distinct.append(item)
    return distinct


@_define("flatten(list: list) -> list")
def flatten(items: list[Value]) -> Value:
    return list(_flat(items))


@_define_partial("reverse(list: list) -> list")
def reverse(items: Value) -> Value:
    return items[::-1] if isinstance(items, list) else items


@_define("index of(list: list, match: any?) -> list of number")
def index_of(items: list[Value], match: Value) -> Value:
    found = (place for place, item in enumerate(items, 1) if alike(item, match) is True)
    return [Decimal(place) for place in found]


@_define("sublist(list: list, start position: number, length?: number) -> list")
def sublist(items: list[Value], start: Decimal, length: Decimal | None = None) -> Value:
    first = _index(items, start)
    if length is None:
        return items[first:]
    if length < 1 or first + int(length) > len(items):
        raise NoSuchItem(position=length, length=len(items))
    return items[first : first + int(length)]


@_define("insert before(list: list, position: number, newItem: any?) -> list")
def insert_before(items: list[Value], position: Decimal, item: Value) -> Value:
    at = _index(items, position)
    return [*items[:at], item, *items[at:]]


@_define("remove(list: list, position: number) -> list")
def remove(items: list[Value], position: Decimal) -> Value:
    at = _index(items, position)
    return items[:at] + items[at + 1 :]


@_define("list replace(list: list, position: number, newItem: any?) -> list")
def list_replace(items: list[Value], position: Decimal, item: Value) -> Value:
    at = _index(items, position)
    return [*items[:at], item, *items[at + 1 :]]


@_define("list replace(list: list, match: function, newItem: any?) -> list")
def list_replace_matching(
    items: list[Value], match: Callable[[list[Value]], Value], item: Value
) -> Value:
    truths = [match([known, item]) for known in items]
    if any(isinstance(truth, Unknown) for truth in truths):
        return unknown_of(*truths)
    if not all(isinstance(truth, bool) for truth in truths):
        raise NoMatch
    return [item if truth else known for known, truth in zip(items, truths, strict=True)]


@_define("sort(list: list, precedes: function) -> list")
def sort(items: list[Value], precedes: Callable[[list[Value]], Value]) -> Value:
    answers: list[Value] = []

    def order(left: Value, right: Value) -> int:
        answers.extend((precedes([left, right]), precedes([right, left])))
        return (answers[-1] is True) - (answers[-2] is True)

    ordered = sorted(items, key=cmp_to_key(order))
    if any(isinstance(answer, Unknown) for answer in answers):
        return unknown_of(*answers)
    if not all(isinstance(answer, bool) for answer in answers):
        raise NoOrder
    return ordered


def _index(items: list[Value], position: Decimal) -> int:
    place = int(position)
    if place == 0 or abs(place) > len(items):
        raise NoSuchItem(position=position, length=len(items))
    return place - 1 if place > 0 else len(items) + place


def _folded(name: str, add: Callable[[Any, Any], Decimal], numbers: list[Value]) -> Value:
    """Null for no numbers at all, and as soon as one of them is null."""
    if not numbers or None in numbers:
        return None
    total: Any = numbers[0]
    try:
        for number in numbers[1:]:
            total = add(total, number)
    except DecimalException as error:
        raise OutOfRange(operation=name) from error
    return total


def _first(name: str, sign: str, items: list[Value]) -> Value:
    """The item that comes before all others; null for none, and as soon as one is null."""
    if not items or None in items:
        return None
    kinds = {kind(item) for item in items}
    if len(kinds) > 1 or not kinds <= ORDERED:
        raise NotTheSameKind(function=name, found=", ".join(sorted(kinds)))
    best: Any = items[0]
    for item in items[1:]:
        if ordering(sign, item, best):
            best = item
    return best


def _flat(items: Iterable[Value]) -> Iterable[Value]:
    for item in items:
        if kind(item) == values.LIST:
            yield from _flat(item)  # type: ignore[arg-type]
        else:
            yield item
