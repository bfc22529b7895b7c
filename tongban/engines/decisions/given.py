"""A case as JSON: what a decision is asked with from a file or a form."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from typing import Any, cast

from tongban.engines.decisions.outcomes import Given
from tongban.engines.feel import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NUMBER,
    STRING,
    TIME,
    YEARS_MONTHS,
    ContextOf,
    ListOf,
    Months,
    Type,
    Undefined,
    Value,
    temporal,
)
from tongban.errors import Refusal

_NATURAL: Mapping[type, Type] = {bool: BOOLEAN, Decimal: NUMBER, str: STRING}
_PARSED: Mapping[Type, Callable[[str], Value]] = {
    DATE: temporal.parse_date,
    TIME: temporal.parse_time,
    DATE_TIME: temporal.parse_date_time,
    DAYS_TIME: temporal.parse_duration,
    YEARS_MONTHS: temporal.parse_duration,
}


class NotACase(Refusal):
    """A case is one JSON object with the decision's inputs: {problem}"""

    zh = "案例应为一个 JSON 对象，键是决策的输入：{problem}"


class NoSuchInput(Refusal):
    """The decision has no input “{name}”; it reads {inputs}."""

    zh = "决策没有输入“{name}”；它读取 {inputs}。"


class NotOfInput(Refusal):
    """“{name}” must be {expected}, not {found}."""

    zh = "“{name}”应为 {expected}，不能是 {found}。"


def given_of(text: str, inputs: Mapping[str, Type]) -> dict[str, Given]:
    """What a JSON text hands to a decision: null is null, and what is not there is unknown.

    Numbers are taken as they are written; dates, times and durations are strings in ISO 8601.
    Raises NotACase, NoSuchInput and NotOfInput.
    """
    try:
        data = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number)
    except (ValueError, DecimalException) as error:
        raise NotACase(problem=str(error)) from error
    if not isinstance(data, dict):
        raise NotACase(problem=type(data).__name__)
    case = cast("dict[str, Any]", data)
    for name in case:
        if name not in inputs:
            raise NoSuchInput(name=name, inputs=", ".join(inputs))
    return {name: Given(_value(name, value, inputs[name])) for name, value in case.items()}


def _no_number(text: str) -> None:
    raise ValueError(text)


def _value(name: str, value: Any, type_: Type) -> Value:
    if value is None:
        return None
    if type_ in _PARSED and isinstance(value, str):
        return _parsed(name, value, type_)
    if isinstance(value, list) and (type_ == ANY or isinstance(type_, ListOf)):
        item = type_.item if isinstance(type_, ListOf) else ANY
        items = cast("list[Any]", value)
        return [_value(f"{name}[{at}]", each, item) for at, each in enumerate(items, 1)]
    if isinstance(value, dict) and (type_ == ANY or isinstance(type_, ContextOf)):
        return _context(name, cast("dict[str, Any]", value), type_)
    return _plain(name, cast("object", value), type_)


def _plain(name: str, value: object, type_: Type) -> Value:
    natural = _NATURAL.get(type(value))
    if natural is None or type_ not in (ANY, natural):
        found = json.dumps(value, ensure_ascii=False, default=str)
        raise NotOfInput(name=name, expected=str(type_), found=found)
    return cast("Value", value)


def _context(name: str, members: Mapping[str, Any], type_: Type) -> Value:
    known = dict(type_.members) if isinstance(type_, ContextOf) else {}
    return {
        key: _value(f"{name}.{key}", value, known.get(key, ANY)) for key, value in members.items()
    }


def _parsed(name: str, text: str, type_: Type) -> Value:
    try:
        value = _PARSED[type_](text)
    except Undefined as undefined:
        raise NotOfInput(name=name, expected=str(type_), found=f'"{text}"') from undefined
    if isinstance(value, Months) != (type_ == YEARS_MONTHS):
        raise NotOfInput(name=name, expected=str(type_), found=f'"{text}"')
    return value
