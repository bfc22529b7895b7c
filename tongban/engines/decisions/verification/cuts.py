"""Where a test cuts the line of values: the constants and the names it compares with.

A test that asks anything else of the value has no such places.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from tongban.engines.feel import BOOLEAN, TESTED, Range, Value, tree
from tongban.engines.feel.compiler import Compiler
from tongban.engines.feel.types import is_open
from tongban.engines.feel.values import kind

_SIMPLE = frozenset(
    {
        *("boolean", "number", "string", "date", "time", "date and time"),
        *("days and time duration", "years and months duration"),
    }
)
_PARTED = (tree.Junction, tree.Not, tree.If)


class _NoCuts(Exception):
    pass


@dataclass(slots=True)
class Cuts:
    constants: list[Value] = field(default_factory=list[Value])
    names: set[str] = field(default_factory=set[str])


def cuts(node: tree.Node) -> Cuts | None:
    """None where the test is more than comparisons of the tested value."""
    found = Cuts()
    try:
        _cut(node, found)
    except _NoCuts:
        return None
    return found


def is_cut(node: tree.Node) -> bool:
    """Whether constants alone cut it."""
    found = cuts(node)
    return found is not None and not found.names


def names(node: tree.Node, known: Collection[str]) -> set[str]:
    """Those of the known names that occur."""
    return {each.name for each in tree.reads(node)} & set(known)


def constants(node: tree.Node) -> Iterator[Value]:
    """Every constant that is written anywhere in it, to be tried."""
    for each in tree.walk(node):
        if isinstance(each, tree.Literal):
            yield from _parts(each.value)


def _cut(node: tree.Node, found: Cuts) -> None:
    if isinstance(node, _PARTED):
        for part in tree.children(node):
            _cut(part, found)
    elif isinstance(node, tree.Comparison):
        _compared(node, found)
    elif isinstance(node, tree.Member) and _is_tested(node.subject):
        _add(_constant(node.group), found)
    elif isinstance(node, tree.InstanceOf) and _is_tested(node.subject):
        if is_open(node.subject.type):
            raise _NoCuts
    elif _is_tested(node) and node.type == BOOLEAN:
        found.constants += [False, True]
    else:
        _constant(node)


def _compared(node: tree.Comparison, found: Cuts) -> None:
    sides = [side for side in (node.left, node.right) if not _is_tested(side)]
    if len(sides) == 1 and isinstance(sides[0], tree.Name):
        found.names.add(sides[0].variable.name)
        return
    if len(sides) == 1:
        _add(_constant(sides[0]), found)
        return
    for side in sides:
        _constant(side)


def _add(value: Value, found: Cuts) -> None:
    for part in _parts(value):
        if part is not None and kind(part) not in _SIMPLE:
            raise _NoCuts
        found.constants += [] if part is None else [part]


def _parts(value: Value) -> Iterator[Value]:
    if isinstance(value, list):
        for item in value:
            yield from _parts(item)
    elif isinstance(value, Range):
        yield from (end for end in (value.low, value.high) if end is not None)
    else:
        yield value


def _is_tested(node: tree.Node) -> bool:
    return isinstance(node, tree.Name) and node.variable.name == TESTED


def _constant(node: tree.Node) -> Value:
    """The value of what depends on no name."""
    if any(not isinstance(each, _FIXED) for each in tree.walk(node)):
        raise _NoCuts
    compiler = Compiler()
    return compiler.code(node)(compiler.blank())


_FIXED = (tree.Literal, tree.Negated, tree.Arithmetic, tree.Interval, tree.Listed, tree.Call)
