"""Cuts the values of a type at constants: one value stands for every point and every gap.

Whoever compares a value with these constants alone cannot tell it from the one that stands for it.
Numbers are not taken for whole ones: between 5 and 6 lies 5.5.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Context, Decimal
from typing import Any

from tongban.engines.feel import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NUMBER,
    STRING,
    TIME,
    YEARS_MONTHS,
    Months,
    Type,
    Value,
)
from tongban.engines.feel.proleptic import FarDateTime, day_at, later, microseconds
from tongban.engines.feel.values import kind

_DECIMAL = Context(prec=34, Emax=6144, Emin=-6143, traps=[])
_OTHER = "其他"
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1) // _MICROSECOND
_DATED = (datetime, FarDateTime)
_FIRST_DAY = date.min
_ORIGIN = datetime.combine(_FIRST_DAY, time.min)

Between = Callable[[Any, Any], Sequence[Value]]  # None: no end on this side


@dataclass(frozen=True, slots=True)
class Scale:
    """Values that follow one another as whole numbers do."""

    number: Callable[[Any], int]
    value: Callable[[int], Value]
    start: int
    step: int = 1
    first: int | None = None
    last: int | None = None

    def between(self, low: Any, high: Any) -> list[Value]:
        """One that people like to read, the first and the last, without an end the first two: a
        name that is compared with this one then finds room on either side."""
        bottom = self.first if low is None else self.number(low) + 1
        top = self.last if high is None else self.number(high) - 1
        if bottom is None or top is None:
            numbers = self._open(bottom, top)
        else:
            nice = bottom - 1 + self.step
            roomy = [nice] if nice < top else []
            numbers = [*roomy, bottom, (bottom + top) // 2, top] if bottom <= top else []
        return [each for number in dict.fromkeys(numbers) for each in self._made(number)]

    def _open(self, bottom: int | None, top: int | None) -> list[int]:
        if bottom is not None:
            return [bottom - 1 + self.step, bottom, bottom + 1]
        return [self.start] if top is None else [top + 1 - self.step, top, top - 1]

    def _made(self, number: int) -> list[Value]:
        try:
            return [self.value(number)]
        except OverflowError:
            return []


def _numbers(low: Decimal | None, high: Decimal | None) -> list[Value]:
    if low is not None and high is not None:
        half = _DECIMAL.add(_DECIMAL.divide(low, Decimal(2)), _DECIMAL.divide(high, Decimal(2)))
        found = [_DECIMAL.add(low, Decimal(1)), half]
    elif low is not None:
        found = [_DECIMAL.add(low, Decimal(1)), _DECIMAL.multiply(abs(low), Decimal(2))]
    elif high is not None:
        found = [_DECIMAL.subtract(high, Decimal(1)), -_DECIMAL.multiply(abs(high), Decimal(2))]
    else:
        found = [Decimal(1)]
    return [*_inside([each for each in found if each.is_finite()], low, high)][:1]


def _texts(low: str | None, high: str | None) -> list[Value]:
    found = [_OTHER, "0", " ", ""] if low is None else [_OTHER]
    found += [] if low is None else [low + _OTHER, low + "0", low + " ", low + "\0"]
    return [*_inside(found, low, high)][:1]


def _inside(values: Sequence[Any], low: Any, high: Any) -> list[Value]:
    return [
        each for each in values if (low is None or low < each) and (high is None or each < high)
    ]


def _booleans(low: bool | None, high: bool | None) -> list[Value]:
    return []


_CLOCK = Scale(
    lambda clock: microseconds(datetime.combine(_FIRST_DAY, clock)) - microseconds(_ORIGIN),
    lambda number: (_ORIGIN + number * _MICROSECOND).time(),
    start=_DAY // 2,
    step=_DAY // 24,
    first=0,
    last=_DAY - 1,
)


def _moments(zone: Any) -> Scale:
    origin = _ORIGIN.replace(tzinfo=zone)
    return Scale(
        microseconds,
        lambda number: later(origin, (number - microseconds(origin)) * _MICROSECOND),
        start=microseconds(datetime(2000, 1, 1, tzinfo=zone)),
        step=_DAY,
    )


_BETWEEN: Mapping[Type, Between] = {
    NUMBER: _numbers,
    STRING: _texts,
    BOOLEAN: _booleans,
    DATE: Scale(lambda day: day.toordinal(), day_at, date(2000, 1, 1).toordinal()).between,
    TIME: _CLOCK.between,
    DATE_TIME: _moments(None).between,
    DAYS_TIME: Scale(
        lambda span: span // _MICROSECOND, lambda n: n * _MICROSECOND, start=_DAY, step=_DAY
    ).between,
    YEARS_MONTHS: Scale(lambda span: span.months, Months, start=1).between,
}
DENSE = frozenset({NUMBER, BOOLEAN})


def standing(type_: Type, constants: Collection[Value]) -> list[Value] | None:
    """The values that stand for all of a type; None where the type has no order.

    Moments have an offset or have none as the constants do; what differs compares with nothing.
    """
    known = [each for each in constants if kind(each) == str(type_)]
    between = _BETWEEN.get(type_)
    if type_ in (TIME, DATE_TIME):
        between = _clocked(type_, known)
    if between is None:
        return None
    points: list[Any] = [False, True] if type_ == BOOLEAN else _sorted(known)
    found: list[Value] = []
    for low, high in zip([None, *points], [*points, None], strict=True):
        found += between(low, high) if low is None or high is None or low < high else []
        found += [] if high is None else [high]
    return sorted(found, key=lambda each: each != _OTHER)


def _sorted(constants: Sequence[Any]) -> list[Any]:
    """Without those that equal another: 1.0 is 1."""
    found: list[Any] = []
    for each in sorted(constants):
        if not found or found[-1] != each:
            found.append(each)
    return found


def _clocked(type_: Type, constants: Sequence[Any]) -> Between | None:
    offsets = {each.utcoffset() is not None or each.tzinfo is not None for each in constants}
    if len(offsets) > 1:
        return None
    if offsets == {True}:
        dated = all(isinstance(each, _DATED) for each in constants)
        return _moments(UTC).between if dated else None
    return _BETWEEN[type_]
