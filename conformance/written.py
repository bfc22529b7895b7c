"""The values of the DMN kit's test files (testCases.xsd), and when two of them are the same."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tongban.engines.feel import Value
from tongban.engines.feel import temporal as feel_times
from tongban.engines.feel.values import kind

NAMESPACE = "{http://www.omg.org/spec/DMN/20160719/testcase}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
CLOSE_ENOUGH = Decimal("1e-8")
_READERS: dict[str, Any] = {
    "decimal": Decimal,
    "double": lambda text: Decimal(repr(float(text))),
    "integer": Decimal,
    "boolean": lambda text: text.strip() in ("true", "1"),
    "string": str,
    "date": feel_times.parse_date,
    "time": feel_times.parse_time,
    "dateTime": feel_times.parse_date_time,
    "duration": feel_times.parse_duration,
}


def value_of(element: Any) -> Value:
    """What an `inputNode`, `expected`, `component` or `item` holds."""
    for child in _children(element):
        if child.tag == f"{NAMESPACE}value":
            return _plain(child)
        if child.tag == f"{NAMESPACE}list":
            return None if _is_nil(child) else [value_of(item) for item in _children(child)]
    components = [c for c in _children(element) if c.tag == f"{NAMESPACE}component"]
    if components:
        return {str(part.get("name")): value_of(part) for part in components}
    return None


def _children(element: Any) -> Iterator[Any]:
    return (child for child in element if isinstance(child.tag, str))


def _is_nil(element: Any) -> bool:
    return element.get(f"{XSI}nil") == "true"


def _plain(element: Any) -> Value:
    if _is_nil(element):
        return None
    text = element.text or ""
    declared = str(element.get(f"{XSI}type") or "string").rpartition(":")[2]
    return _READERS[declared](text)


def same(found: Value, expected: Value) -> bool:
    """Numbers within 1e-8; lists and contexts part by part; everything else exactly."""
    if kind(found) != kind(expected):
        return False
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(
            same(found[name], expected[name]) for name in found
        )
    if isinstance(found, (Decimal, int)) and isinstance(expected, Decimal):
        return abs(Decimal(found) - expected) <= CLOSE_ENOUGH
    return found == expected and _zone(found) == _zone(expected)


def _zone(value: Any) -> tuple[str, object]:
    """Offset or zone: two instants that are equal may be written in different ones."""
    zone = getattr(value, "tzinfo", None)
    return (str(zone), value.utcoffset()) if zone is not None else ("", None)
