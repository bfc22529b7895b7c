"""What an expression can be known to yield before it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, time
from typing import TypeAlias

from tongban.engines.feel import values
from tongban.engines.feel.proleptic import FarDate, moment_of
from tongban.engines.feel.values import Function, Range, Unknown, Value, kind


@dataclass(frozen=True, slots=True)
class Simple:
    """A type without parts; its name is the word that FEEL uses."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ListOf:
    item: Type

    def __str__(self) -> str:
        return f"list<{self.item}>"


@dataclass(frozen=True, slots=True)
class RangeOf:
    item: Type

    def __str__(self) -> str:
        return f"range<{self.item}>"


@dataclass(frozen=True, slots=True)
class ContextOf:
    """A context that has at least these members."""

    members: tuple[tuple[str, Type], ...]

    @classmethod
    def of(cls, members: Mapping[str, Type]) -> ContextOf:
        return cls(tuple(members.items()))

    def member(self, name: str) -> Type | None:
        return next((type_ for known, type_ in self.members if known == name), None)

    def __str__(self) -> str:
        return f"context<{', '.join(f'{name}: {type_}' for name, type_ in self.members)}>"


@dataclass(frozen=True, slots=True)
class FunctionOf:
    parameters: tuple[tuple[str, Type], ...]
    result: Type

    def __str__(self) -> str:
        return f"function<{', '.join(str(type_) for _, type_ in self.parameters)}> -> {self.result}"


Type: TypeAlias = Simple | ListOf | RangeOf | ContextOf | FunctionOf

ANY, NULL = Simple("Any"), Simple("Null")
NUMBER, STRING, BOOLEAN = Simple("number"), Simple("string"), Simple("boolean")
DATE, TIME, DATE_TIME = Simple("date"), Simple("time"), Simple("date and time")
DAYS_TIME = Simple("days and time duration")
YEARS_MONTHS = Simple("years and months duration")
ANY_CONTEXT = ContextOf(())
ANY_LIST = ListOf(ANY)
ANY_FUNCTION = Simple("function")

NAMED: Mapping[str, Type] = {
    type_.name: type_
    for type_ in (
        ANY,
        NULL,
        NUMBER,
        STRING,
        BOOLEAN,
        DATE,
        TIME,
        DATE_TIME,
        DAYS_TIME,
        YEARS_MONTHS,
    )
}
# What the composed types mean without their parts.
BARE: Mapping[str, Type] = {
    "list": ANY_LIST,
    "context": ANY_CONTEXT,
    "range": RangeOf(ANY),
    "function": ANY_FUNCTION,
}
ORDERED = frozenset({NUMBER, STRING, DATE, TIME, DATE_TIME, DAYS_TIME, YEARS_MONTHS})


def is_open(type_: Type) -> bool:
    """Whether nothing, or only null, is known of the value."""
    return type_ in (ANY, NULL)


def overlap(one: Type, other: Type) -> bool:
    """Whether some value that is not null can be of both types."""
    if is_open(one) or is_open(other):
        return True
    if isinstance(one, ListOf) and isinstance(other, ListOf):
        return overlap(one.item, other.item)
    if isinstance(one, RangeOf) and isinstance(other, RangeOf):
        return overlap(one.item, other.item)
    if isinstance(one, ContextOf) and isinstance(other, ContextOf):
        known = dict(other.members)
        return all(overlap(type_, known.get(name, ANY)) for name, type_ in one.members)
    if _is_function(one) and _is_function(other):
        return True
    return one == other


def _is_function(type_: Type) -> bool:
    return isinstance(type_, FunctionOf) or type_ == ANY_FUNCTION


def conforms(one: Type, other: Type) -> bool:
    """Whether every value of one type is also of the other, as far as the types are known."""
    if is_open(one) or other == ANY or one == other:
        return True
    if isinstance(one, ListOf) and isinstance(other, ListOf):
        return conforms(one.item, other.item)
    if isinstance(one, RangeOf) and isinstance(other, RangeOf):
        return conforms(one.item, other.item)
    if isinstance(one, ContextOf) and isinstance(other, ContextOf):
        known = dict(one.members)
        return all(name in known and conforms(known[name], type_) for name, type_ in other.members)
    if isinstance(one, FunctionOf) and isinstance(other, FunctionOf):
        return _replaces(one, other)
    return isinstance(one, FunctionOf) and other == ANY_FUNCTION


def _replaces(one: FunctionOf, other: FunctionOf) -> bool:
    """Whether a function takes all that the other takes, and answers nothing else."""
    return (
        len(one.parameters) == len(other.parameters)
        and all(
            conforms(handed, taken)
            for (_, taken), (_, handed) in zip(one.parameters, other.parameters, strict=True)
        )
        and conforms(one.result, other.result)
    )


def convertible(found: Type, asked: Type) -> bool:
    """As `overlap`, with FEEL's own step between a value and the list that holds only it."""
    if overlap(found, asked):
        return True
    if isinstance(found, ListOf):
        return overlap(found.item, asked)
    return isinstance(asked, ListOf) and overlap(found, asked.item)


def join(one: Type, other: Type) -> Type:
    """The narrowest type that values of both are known to have."""
    if one == other or other == NULL:
        return one
    if one == NULL:
        return other
    if isinstance(one, ListOf) and isinstance(other, ListOf):
        return ListOf(join(one.item, other.item))
    if isinstance(one, ContextOf) and isinstance(other, ContextOf):
        known = dict(other.members)
        both = {name: join(type_, known[name]) for name, type_ in one.members if name in known}
        return ContextOf.of(both)
    return ANY


def fits(value: Value, type_: Type) -> bool:
    """Whether a value is of a type. Null fits every type; so does what is unknown."""
    if value is None or type_ == ANY or isinstance(value, Unknown):
        return True
    if isinstance(type_, Simple):
        return kind(value) == type_.name
    if isinstance(type_, ListOf):
        return isinstance(value, list) and all(fits(item, type_.item) for item in value)
    if isinstance(type_, ContextOf):
        return isinstance(value, dict) and all(
            name in value and fits(value[name], member) for name, member in type_.members
        )
    if isinstance(type_, RangeOf):
        return isinstance(value, Range) and all(
            fits(end, type_.item) for end in (value.low, value.high)
        )
    if not isinstance(value, Function):
        return False
    known = value.type if isinstance(value.type, FunctionOf) else None
    if known is None:
        return len(value.parameters) == len(type_.parameters)
    return _replaces(known, type_)


def coerced(value: Value, type_: Type) -> Value:
    """The value as one of the type: FEEL takes a list of one for its only item, and the reverse,
    and a day for its midnight in UTC.

    Null where the value is of another type.
    """
    if fits(value, type_):
        return value
    if type_ == DATE_TIME and isinstance(value, (date, FarDate)):
        return moment_of(value, time(tzinfo=UTC))
    if isinstance(type_, ListOf):
        return [value] if fits(value, type_.item) else None
    if isinstance(value, list) and len(value) == 1 and fits(value[0], type_):
        return value[0]
    return None


def type_of(value: Value) -> Type:
    """The type of a constant."""
    if isinstance(value, list):
        item: Type = NULL
        for part in value:
            item = join(item, type_of(part))
        return ListOf(item)
    if isinstance(value, dict):
        return ContextOf.of({name: type_of(member) for name, member in value.items()})
    if isinstance(value, Range):
        return RangeOf(join(type_of(value.low), type_of(value.high)))
    return ANY if kind(value) in (values.UNKNOWN, values.FUNCTION) else _SIMPLE[kind(value)]


_SIMPLE: Mapping[str, Type] = {**NAMED, values.NULL: NULL, values.FOREIGN: ANY}
