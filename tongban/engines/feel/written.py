"""Values as FEEL text: what `string()` answers."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

from tongban.engines.feel import temporal
from tongban.engines.feel.proleptic import FarDate, FarDateTime
from tongban.engines.feel.values import Function, Months, Range, Unknown, Value


def written(value: Value) -> str:
    """A string stands for itself; inside a list or context it has quotes."""
    return value if isinstance(value, str) else _inner(value)


def _inner(value: Value) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, (Decimal, int)):
        return f"{Decimal(value):f}"
    if isinstance(value, (date, time, timedelta, Months, FarDate, FarDateTime)):
        return temporal.written(value)
    return _composed(value)


def _composed(value: list[Value] | dict[str, Value] | Range | Unknown | Function) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_inner, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_inner(member)}' for name, member in value.items())}}}"
    if isinstance(value, Range):
        return _interval(value)
    if isinstance(value, Function):
        return f"function({', '.join(value.parameters)})"
    return f"unknown({', '.join(sorted(value.names))})"


def _interval(value: Range) -> str:
    if value.low is None:
        return f"{'<=' if value.high_included else '<'}{_inner(value.high)}"
    if value.high is None:
        return f"{'>=' if value.low_included else '>'}{_inner(value.low)}"
    opened, closed = "[" if value.low_included else "(", "]" if value.high_included else ")"
    return f"{opened}{_inner(value.low)}..{_inner(value.high)}{closed}"
