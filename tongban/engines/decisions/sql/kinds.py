"""What is known of a value before it runs: its FEEL kind, and how large it can become.

FEEL computes in 34 decimal digits. A result that cannot have more is exact there and in SQL alike;
any other is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from sqlglot import exp

from tongban.engines.decisions.sql.refusals import Unfit
from tongban.engines.feel import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NUMBER,
    STRING,
    YEARS_MONTHS,
    Months,
    Type,
)
from tongban.engines.feel.types import is_open

DIGITS, WIDEST = 34, 38  # of FEEL, of a DECIMAL
LONG = 2**63 - 1
REACH = 4_000  # years before 0001 or after 9999; the calendars of the engines go further
MICROSECOND, DAY = timedelta(microseconds=1), 86_400_000_000


@dataclass(frozen=True, slots=True)
class Number:
    low: Fraction
    high: Fraction
    scale: int
    long: bool = False  # it is held in a BIGINT

    word = "number"

    def digits(self) -> int:
        return len(str(int(max(abs(self.low), abs(self.high))))) + self.scale

    def is_long(self) -> bool:
        return self.scale == 0 and self.low >= -LONG and self.high <= LONG


@dataclass(frozen=True, slots=True)
class Day:
    reach: int = 0  # years that it may lie outside of 0001 to 9999

    word = "date"


@dataclass(frozen=True, slots=True)
class Duration:
    """Of months, or of microseconds."""

    months: bool
    low: int
    high: int

    @property
    def word(self) -> str:
        return str(YEARS_MONTHS if self.months else DAYS_TIME)

    def years(self) -> int:
        """How far it can carry a date."""
        most = max(abs(self.low), abs(self.high))
        return most // 12 + 1 if self.months else most // (DAY * 365) + 1


@dataclass(frozen=True, slots=True)
class Plain:
    word: str


TEXT, TRUTH, MOMENT, NOTHING = Plain("string"), Plain("boolean"), Plain("date and time"), Plain("")
Kind: TypeAlias = Number | Day | Duration | Plain


def exact(low: Fraction, high: Fraction, scale: int, long: bool = False) -> Number:
    """The number of a result. Raises Unfit where it may have more digits than FEEL keeps."""
    found = Number(low, high, scale, long)
    if found.digits() > DIGITS:
        raise Unfit("可能超过 34 位的数字", "A number that may have more than 34 digits")
    return found


def lasting(months: bool, low: int, high: int) -> Duration:
    if max(abs(low), abs(high)) > (LONG if not months else 2**31 - 1):
        raise Unfit("可能过长的时长", "A duration that may be too long")
    return Duration(months, low, high)


def whole(low: int, high: int) -> Number:
    return Number(Fraction(low), Fraction(high), 0, long=True)


def of_value(value: object) -> Kind:
    """The kind of a constant. Raises Unfit where SQL has no like of it."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return TRUTH
    if isinstance(value, Decimal):
        scale = max(0, -int(value.as_tuple().exponent))
        return exact(Fraction(value), Fraction(value), scale)
    if isinstance(value, str):
        return TEXT
    if isinstance(value, datetime) and value.tzinfo is None:
        return MOMENT
    if type(value) is date:
        return Day()
    if isinstance(value, timedelta):
        span = value // MICROSECOND
        return lasting(False, span, span)
    if isinstance(value, Months):
        return lasting(True, value.months, value.months)
    raise Unfit("这种值", "A value of this kind")


_INTEGERS: Mapping[exp.DType, tuple[int, int]] = {
    exp.DType.TINYINT: (-128, 127),
    exp.DType.SMALLINT: (-(2**15), 2**15 - 1),
    exp.DType.INT: (-(2**31), 2**31 - 1),
    exp.DType.BIGINT: (-(2**63), 2**63 - 1),
    exp.DType.UTINYINT: (0, 255),
    exp.DType.USMALLINT: (0, 2**16 - 1),
    exp.DType.UINT: (0, 2**32 - 1),
}
_PLAIN: Mapping[exp.DType, Kind] = {
    exp.DType.BOOLEAN: TRUTH,
    exp.DType.DATE: Day(),
    exp.DType.TIMESTAMP: MOMENT,
    exp.DType.TIMESTAMPNTZ: MOMENT,
    exp.DType.VARCHAR: TEXT,
    exp.DType.TEXT: TEXT,
}
_FEEL: Mapping[Type, str] = {
    each: str(each) for each in (NUMBER, STRING, BOOLEAN, DATE, DATE_TIME, DAYS_TIME, YEARS_MONTHS)
}


def of_column(written: str, declared: Type, dialect: str) -> Kind | None:
    """The kind of a column, None where it is not what the decision declares."""
    type_ = exp.DataType.build(written, dialect=dialect)
    found = _PLAIN.get(type_.this) or _number(type_)
    if isinstance(found, Number) and not found.scale and declared in (YEARS_MONTHS, DAYS_TIME):
        return Duration(declared == YEARS_MONTHS, int(found.low), int(found.high))
    fitting = found is not None and (is_open(declared) or _FEEL.get(declared) == found.word)
    return found if fitting else None


def _number(type_: exp.DataType) -> Number | None:
    """Floating point is no number for FEEL, nor is a DECIMAL of no stated size."""
    ends = _INTEGERS.get(type_.this)
    if ends is not None:
        return Number(Fraction(ends[0]), Fraction(ends[1]), 0, long=ends[1] > 2**32)
    if type_.this != exp.DType.DECIMAL or len(type_.expressions) != 2:
        return None
    width, scale = (int(each.name) for each in type_.expressions)
    most = Fraction(10**width - 1, 10**scale)
    return Number(-most, most, scale)


def united(one: Kind, other: Kind) -> Kind:
    """The kind of what may be either. Raises Unfit where they differ."""
    if one in (NOTHING, other):
        return other
    if other == NOTHING:
        return one
    if isinstance(one, Number) and isinstance(other, Number):
        low, high = min(one.low, other.low), max(one.high, other.high)
        return comparable(Number(low, high, max(one.scale, other.scale)))
    if isinstance(one, Day) and isinstance(other, Day):
        return Day(max(one.reach, other.reach))
    if isinstance(one, Duration) and isinstance(other, Duration) and one.months == other.months:
        return replace(one, low=min(one.low, other.low), high=max(one.high, other.high))
    raise Unfit("可能有两种类型的值", "A value that may be of two types")


def comparable(number: Number) -> Number:
    """Raises Unfit where no DECIMAL can hold all values."""
    if number.digits() > WIDEST:
        raise Unfit("合起来超过 38 位的数字", "Numbers of more than 38 digits taken together")
    return number


def alike(one: Kind, other: Kind) -> bool:
    """Whether values of both can be equal: months are of another kind than days."""
    return one.word == other.word
