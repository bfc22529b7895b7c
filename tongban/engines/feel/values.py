"""The values FEEL computes with, and the one that stands for what nobody told us.

A number is a `Decimal`; an `int` handed in is taken as one. `None` is FEEL's null: known to be
empty. `Unknown` is not null: it says that nobody knows, and what would have to be learnt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias, Union

from tongban.engines.feel.proleptic import FarDate, FarDateTime

# The working memory of one evaluation, see frames.py.
Frame: TypeAlias = list[Any]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows the value; `names` says what would have to be learnt."""

    names: frozenset[str]

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false: ask for it by its type")


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A years-and-months duration."""

    months: int


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; an end that is `None` is open-ended."""

    low: Value
    high: Value
    low_included: bool = True
    high_included: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """Something an expression can call. `call` takes the caller's frame and the arguments."""

    parameters: tuple[str, ...]
    call: Callable[[Frame, list[Value]], Value]
    type: Any = None  # a types.FunctionOf, where it is known what it takes and answers


Value: TypeAlias = Union[
    None,
    bool,
    Decimal,
    str,
    date,
    time,
    datetime,
    FarDate,
    FarDateTime,
    timedelta,
    Months,
    Range,
    Unknown,
    Function,
    "list[Value]",
    "dict[str, Value]",
]

NULL, BOOLEAN, NUMBER, STRING = "null", "boolean", "number", "string"
DATE, TIME, DATE_TIME = "date", "time", "date and time"
DAYS_TIME, YEARS_MONTHS = "days and time duration", "years and months duration"
RANGE, LIST, CONTEXT, FUNCTION = "range", "list", "context", "function"
UNKNOWN, FOREIGN = "unknown", "foreign"

_KINDS: dict[type, str] = {
    type(None): NULL,
    bool: BOOLEAN,
    Decimal: NUMBER,
    int: NUMBER,
    str: STRING,
    datetime: DATE_TIME,
    date: DATE,
    FarDate: DATE,
    FarDateTime: DATE_TIME,
    time: TIME,
    timedelta: DAYS_TIME,
    Months: YEARS_MONTHS,
    Range: RANGE,
    list: LIST,
    dict: CONTEXT,
    Function: FUNCTION,
    Unknown: UNKNOWN,
}


def kind(value: object) -> str:
    """The FEEL type of a Python value, as a word; "foreign" for what FEEL does not know."""
    found = _KINDS.get(type(value))
    if found is not None:
        return found
    return next((_KINDS[base] for base in type(value).__mro__ if base in _KINDS), FOREIGN)


def names_missing(*values: Value) -> frozenset[str] | None:
    """What has to be learnt to know these values in full, looking into lists and contexts."""
    missing: set[str] = set()
    found = False
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, Unknown):
            found = True
            missing |= value.names
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, Range):
            waiting.extend((value.low, value.high))
    return frozenset(missing) if found else None
