"""`for`, `some`, `every` and filters: everything that looks at one item after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from tongban.engines.feel import values
from tongban.engines.feel.frames import Code, step
from tongban.engines.feel.operations import unknown_of
from tongban.engines.feel.proleptic import day_at
from tongban.engines.feel.refusals import Undefined
from tongban.engines.feel.values import Frame, Range, Unknown, Value, kind

_TRUTHS = frozenset({values.BOOLEAN, values.NULL, values.UNKNOWN})


class NotCountable(Undefined):
    """Nothing can be counted from {low} to {high}: it takes whole numbers or dates."""

    zh = "不能从 {low} 数到 {high}：只能用整数或日期。"


class NotATruth(Undefined):
    """What is asked of each item must be true or false, not {found}."""

    zh = "对每一项提出的条件应为真或假，不能是 {found}。"


@dataclass(frozen=True, slots=True)
class Turn:
    """One variable of a loop and where its values come from."""

    slot: int
    domain: Code
    end: Code | None


Turns: TypeAlias = tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Sieve:
    """A filter: where the item and its members are put, and what must hold of it."""

    item: int
    members: tuple[tuple[int, str], ...]
    condition: Code
    by_number: bool


def results(frame: Frame, turns: Turns, body: Code, partial: int | None) -> Value:
    """`for`: the body's value at every turn."""
    found: list[Value] = []
    for stopped in _bound(frame, turns):
        if not isinstance(stopped, bool):
            return stopped
        if partial is not None:
            step(frame, len(found))
            frame[partial] = found.copy()
        found.append(body(frame))
    return found


def truths(frame: Frame, turns: Turns, body: Code) -> Iterator[Value]:
    """`some` and `every`: the body's value at every turn, one by one, so that one may decide.

    Raises NotATruth, but not behind an unknown one: that might have decided before.
    """
    open_ = False
    for stopped in _bound(frame, turns):
        truth = body(frame) if isinstance(stopped, bool) else stopped
        open_ = open_ or isinstance(truth, Unknown)
        if kind(truth) in _TRUTHS:
            yield truth
        elif open_:
            return
        else:
            raise NotATruth(found=kind(truth))


def _bound(frame: Frame, turns: Turns) -> Iterator[bool | None | Unknown]:
    """Binds the variables turn by turn. Yields True, or null or unknown for a domain that is so."""
    turn, rest = turns[0], turns[1:]
    domain = _domain(frame, turn)
    if domain is None or isinstance(domain, Unknown):
        yield domain
        return
    for value in domain:
        step(frame)
        frame[turn.slot] = value
        if rest:
            yield from _bound(frame, rest)
        else:
            yield True


def _domain(frame: Frame, turn: Turn) -> Iterator[Value] | None | Unknown:
    first = turn.domain(frame)
    if turn.end is not None:
        return _counted(first, turn.end(frame), both_ways=True)
    if first is None or isinstance(first, Unknown):
        return first
    if isinstance(first, Range):
        return _of_range(first)
    return iter(first) if isinstance(first, list) else iter([first])


def _of_range(range_: Range) -> Iterator[Value] | None | Unknown:
    ends = _counted(range_.low, range_.high, both_ways=False)
    if ends is None or isinstance(ends, Unknown):
        return ends
    return (
        value
        for value in ends
        if (range_.low_included or value != range_.low)
        and (range_.high_included or value != range_.high)
    )


def _counted(low: Value, high: Value, both_ways: bool) -> Iterator[Value] | None | Unknown:
    """From one end to the other, down too where the text says `4..2` outside of brackets."""
    if low is None or high is None:
        return None
    if isinstance(low, Unknown) or isinstance(high, Unknown):
        return unknown_of(low, high)
    first, last = _place(low), _place(high)
    if first is None or last is None or kind(low) != kind(high) or (last < first and not both_ways):
        raise NotCountable(low=low, high=high)
    way = 1 if first <= last else -1
    at: Callable[[int], Value] = Decimal if kind(low) == values.NUMBER else day_at
    return (at(place) for place in range(first, last + way, way))


def _place(value: Any) -> int | None:
    """Of a whole number or a day, among its like."""
    if kind(value) == values.NUMBER and value == int(value):
        return int(value)
    return value.toordinal() if kind(value) == values.DATE else None


def sifted(frame: Frame, target: Value, sieve: Sieve) -> Value:
    """`target[…]`: the items for which it holds, or the one at a position."""
    if target is None or isinstance(target, Unknown):
        return target
    items: list[Value] = target if isinstance(target, list) else [target]
    if sieve.by_number:
        return _at(items, sieve.condition(frame))
    kept: list[Value] = []
    open_: list[Value] = []
    for number, item in enumerate(items):
        step(frame)
        _bind(frame, sieve, item)
        truth = sieve.condition(frame)
        if truth is True:
            kept.append(item)
        elif isinstance(truth, Unknown):
            open_.append(truth)
        elif number == 0 and kind(truth) == values.NUMBER:
            return _at(items, truth)
        elif kind(truth) not in _TRUTHS and not open_:
            raise NotATruth(found=kind(truth))
    return unknown_of(*open_) if open_ else kept


def _bind(frame: Frame, sieve: Sieve, item: Value) -> None:
    frame[sieve.item] = item
    for slot, name in sieve.members:
        if isinstance(item, dict):
            frame[slot] = item.get(name)
        else:
            frame[slot] = item if isinstance(item, Unknown) else None


def _at(items: list[Value], position: Value) -> Value:
    if position is None or isinstance(position, Unknown):
        return position
    place = int(position)  # type: ignore[arg-type]
    if place == 0 or abs(place) > len(items):
        return None
    return items[place - 1 if place > 0 else place]
