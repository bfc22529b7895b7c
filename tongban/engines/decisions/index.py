"""Finds the rules of a table by the values of its columns instead of trying rule after rule.

A column whose cells compare the tested value with constants of one type cuts the line of all
values into points and gaps; for each of these a bit mask says which rules accept it. A value of
another type, null or unknown, has no place on that line: the table then tries its rules one by one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any, TypeAlias

from tongban.engines.feel import TESTED, tree

_TYPES = (Decimal, str, bool, date)
# Which of the points and gaps a cell accepts, by their number on the line: from, up to.
Stretches: TypeAlias = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Line:
    """The values of a column in order: gap 0, point 0, gap 1, point 1, …, the last gap."""

    type: type
    points: tuple[Any, ...]
    masks: tuple[int, ...]
    exact: Mapping[Any, int] | None  # where no gap is told apart from another
    other: int

    def rules(self, value: Any) -> int:
        """The rules whose cell accepts a value, as a bit mask."""
        if self.exact is not None:
            return self.exact.get(value, self.other)
        at = bisect_left(self.points, value)
        on_point = at < len(self.points) and self.points[at] == value
        return self.masks[2 * at + on_point]


def line(cells: Sequence[tree.Node | None]) -> Line | None:
    """The line of a column, from the cells of all rules (None: accepts everything).

    None where a cell asks for more than a comparison with constants.
    """
    constants: list[Any] = []
    if not all(cell is None or _collect(cell, constants) for cell in cells):
        return None
    kinds = {constant.__class__ for constant in constants}
    if len(kinds) != 1 or not kinds <= set(_TYPES):
        return None
    points = tuple(sorted(set(constants)))
    end = 2 * len(points) + 1
    accepted = [_accepted(cell, points, end) if cell else [(0, end)] for cell in cells]
    masks = _masks(accepted, end)
    plain = len(set(masks[::2])) == 1
    exact = {point: masks[2 * at + 1] for at, point in enumerate(points)} if plain else None
    return Line(kinds.pop(), points, masks, exact, masks[0])


def _collect(node: tree.Node, constants: list[Any]) -> bool:
    """Gather the constants of a cell; False if it is more than comparisons with constants."""
    if isinstance(node, tree.Junction):
        return all(_collect(part, constants) for part in node.parts)
    if isinstance(node, tree.Not):
        return _collect(node.operand, constants)
    if not isinstance(node, tree.Comparison) or not isinstance(node.right, tree.Literal):
        return False
    tested = isinstance(node.left, tree.Name) and node.left.variable.name == TESTED
    constants.append(node.right.value)
    # Booleans have no order, whatever Python thinks.
    return tested and (node.sign in ("=", "!=") or not isinstance(node.right.value, bool))


def _accepted(node: tree.Node, points: Sequence[Any], end: int) -> Stretches:
    if isinstance(node, tree.Not):
        return _others(_accepted(node.operand, points, end), end)
    if isinstance(node, tree.Junction):
        parts = [_accepted(part, points, end) for part in node.parts]
        if node.word == "or":
            return _united(parts)
        return _others(_united(_others(part, end) for part in parts), end)
    assert isinstance(node, tree.Comparison) and isinstance(node.right, tree.Literal)
    at = 2 * bisect_left(points, node.right.value) + 1
    stretches: Mapping[str, Stretches] = {
        "=": [(at, at + 1)],
        "!=": [(0, at), (at + 1, end)],
        "<": [(0, at)],
        "<=": [(0, at + 1)],
        ">": [(at + 1, end)],
        ">=": [(at, end)],
    }
    return stretches[node.sign]


def _united(parts: Iterable[Stretches]) -> Stretches:
    united: Stretches = []
    for low, high in sorted(stretch for part in parts for stretch in part):
        if united and low <= united[-1][1]:
            united[-1] = (united[-1][0], max(high, united[-1][1]))
        else:
            united.append((low, high))
    return united


def _others(stretches: Stretches, end: int) -> Stretches:
    edges = [0, *(edge for stretch in _united([stretches]) for edge in stretch), end]
    return [(low, high) for low, high in zip(edges[::2], edges[1::2], strict=True) if low < high]


def _masks(accepted: Sequence[Stretches], end: int) -> tuple[int, ...]:
    """For every place the rules that accept it: where a stretch begins or ends, a bit changes."""
    changes = [0] * (end + 1)
    for rule, stretches in enumerate(accepted):
        for low, high in stretches:
            changes[low] ^= 1 << rule
            changes[high] ^= 1 << rule
    return tuple(accumulate(changes[:-1], lambda mask, change: mask ^ change))
