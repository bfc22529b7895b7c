"""Variables at the border: what may come in, and how a value is written as JSON without loss."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from tongban.engines.feel.values import Months, Range, Unknown, Value, kind
from tongban.engines.processes.refused import Refused


class NotAValue(Refused):
    """{name} holds a {type}, which is no FEEL value. Hand over numbers as Decimal."""

    zh: ClassVar[str] = "{name} 的类型是 {type}，不是 FEEL 值。数字请用 Decimal。"


_PLAIN = (bool, Decimal, str, date, time, timedelta, Months, Unknown)


def clean(name: str, value: object) -> Value:
    """A copy that nobody else can change; integers become decimals, anything foreign is refused."""
    if value is None or isinstance(value, _PLAIN):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, list | tuple):
        return [clean(f"{name}[{at}]", each) for at, each in enumerate(_objects(value), 1)]
    if isinstance(value, Mapping):
        return {str(key): clean(f"{name}.{key}", each) for key, each in _pairs(value)}
    if isinstance(value, Range):
        low, high = clean(name, value.low), clean(name, value.high)
        return Range(low, high, value.low_included, value.high_included)
    raise NotAValue(name=name, type=type(value).__name__)


def cleaned(values: Mapping[str, object]) -> dict[str, Value]:
    return {name: clean(name, value) for name, value in values.items()}


def _objects(value: Any) -> list[object]:
    return list(value)


def _pairs(value: Any) -> list[tuple[object, object]]:
    return list(value.items())


def described(value: Value) -> str:
    """What kind of value it is: the value itself may be personal and has no place in a message."""
    if isinstance(value, Unknown):
        return f"unknown ({', '.join(sorted(value.names))})"
    return kind(value)


# A value that JSON has no word for is written as an object with one key, its kind; therefore a
# context is written as {"context": …} too.


def dump(value: Value) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, list):
        return [dump(each) for each in value]
    for word, held, write in _WRITERS:
        if isinstance(value, held):
            return {word: write(value)}
    raise NotAValue(name="value", type=type(value).__name__)


def load(written: Any) -> Value:
    """Raises `ValueError`, `KeyError` or `TypeError` on what `dump` never wrote."""
    if written is None or isinstance(written, bool | str):
        return written
    if isinstance(written, list):
        return [load(each) for each in _objects(written)]
    ((word, content),) = _pairs(written)
    return _READERS[str(word)](content)


def dump_moment(moment: datetime) -> str:
    """ISO 8601, with the name of the zone behind it where the moment has one."""
    zone = moment.tzinfo
    return moment.isoformat() + (f"[{zone.key}]" if isinstance(zone, ZoneInfo) else "")


def load_moment(text: str) -> datetime:
    iso, _, zone = text.partition("[")
    moment = datetime.fromisoformat(iso)
    return moment.astimezone(ZoneInfo(zone.rstrip("]"))) if zone else moment


def _dump_time(value: time) -> str:
    zone = value.tzinfo
    return value.isoformat() + (f"[{zone.key}]" if isinstance(zone, ZoneInfo) else "")


def _load_time(text: str) -> time:
    iso, _, zone = text.partition("[")
    read = time.fromisoformat(iso)
    return read.replace(tzinfo=ZoneInfo(zone.rstrip("]"))) if zone else read


_DURATION = re.compile(r"(-?\d+) (-?\d+) (-?\d+)")


def _dump_duration(value: timedelta) -> str:
    return f"{value.days} {value.seconds} {value.microseconds}"


def _load_duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return timedelta(*(int(part) for part in found.groups()))


def _dump_range(value: Range) -> list[Any]:
    return [dump(value.low), dump(value.high), value.low_included, value.high_included]


def _load_range(written: Any) -> Range:
    low, high, low_included, high_included = written
    return Range(load(low), load(high), low_included, high_included)


# A datetime is a date as well, so it stands before it.
_WRITERS: tuple[tuple[str, type, Callable[[Any], Any]], ...] = (
    ("number", Decimal, str),
    ("moment", datetime, dump_moment),
    ("date", date, date.isoformat),
    ("time", time, _dump_time),
    ("duration", timedelta, _dump_duration),
    ("months", Months, lambda value: value.months),
    ("context", dict, lambda value: {key: dump(each) for key, each in value.items()}),
    ("range", Range, _dump_range),
    ("unknown", Unknown, lambda value: sorted(value.names)),
)
_READERS: dict[str, Callable[[Any], Value]] = {
    "number": Decimal,
    "moment": load_moment,
    "date": date.fromisoformat,
    "time": _load_time,
    "duration": _load_duration,
    "months": Months,
    "context": lambda written: {str(key): load(each) for key, each in _pairs(written)},
    "range": _load_range,
    "unknown": lambda names: Unknown(frozenset(names)),
}
