"""Boxes in a space whose dimensions are finite sets of places: what a set of boxes leaves free.

A box is one bit mask per dimension. Whether boxes fill a space takes, at worst, exponentially many
steps, so that whoever asks brings a budget.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

Box: TypeAlias = tuple[int, ...]


class Exhausted(Exception):
    """The budget is spent."""


@dataclass(slots=True)
class Budget:
    """How many sides of boxes may still be looked at."""

    left: int

    def spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise Exhausted


def volume(box: Box) -> int:
    return prod(map(int.bit_count, box))


def common(one: Box, other: Box) -> Box | None:
    """What two boxes share; None where that is nothing."""
    shared: list[int] = []
    for a, b in zip(one, other, strict=True):
        if not a & b:
            return None
        shared.append(a & b)
    return tuple(shared)


def first(box: Box) -> tuple[int, ...]:
    """The lowest place of each dimension."""
    return tuple((places & -places).bit_length() - 1 for places in box)


def free(space: Box, boxes: Sequence[Box], budget: Budget) -> Box | None:
    """A part of the space that no box touches; None where they fill it. Raises Exhausted."""
    if not all(space):
        return None
    waiting = [(space, boxes)]
    while waiting:
        space, boxes = waiting.pop()
        budget.spend(len(boxes) * len(space) + 1)
        near = [shared for box in boxes if (shared := common(space, box)) is not None]
        if not near:
            return space
        largest = max(near, key=volume)
        if largest != space:
            waiting += [(piece, near) for piece in _around(space, largest)]
    return None


def _around(space: Box, hole: Box) -> list[Box]:
    """The space without a box within it, in pieces that do not meet."""
    pieces: list[Box] = []
    for at, (all_, inner) in enumerate(zip(space, hole, strict=True)):
        if all_ != inner:
            pieces.append((*hole[:at], all_ & ~inner, *space[at + 1 :]))
    return pieces


def free_beside(space: Box, boxes: Sequence[Box], budget: Budget) -> Box | None:
    """As `free`, for boxes that do not meet one another: counting is then enough."""
    while True:
        budget.spend(len(boxes) * len(space) + 1)
        boxes = [shared for box in boxes if (shared := common(space, box)) is not None]
        if not boxes:
            return space if all(space) else None
        if sum(map(volume, boxes)) == volume(space):
            return None
        halves = _halves(space)
        space = next(half for half in halves if _filled(half, boxes) < volume(half))


def _filled(space: Box, boxes: Sequence[Box]) -> int:
    return sum(volume(shared) for box in boxes if (shared := common(space, box)) is not None)


def _halves(space: Box) -> tuple[Box, Box]:
    """The space, cut in the middle of the dimension that has most places."""
    at = max(range(len(space)), key=lambda each: space[each].bit_count())
    low, rest = 0, space[at]
    for _ in range(space[at].bit_count() // 2):
        low |= rest & -rest
        rest &= rest - 1
    return (*space[:at], low, *space[at + 1 :]), (*space[:at], rest, *space[at + 1 :])


def widened(box: Box, space: Box, boxes: Sequence[Box]) -> Box:
    """A box that nothing touches, made as large as nothing touches it still."""
    for at, places in enumerate(space):
        sides = (*box[:at], places, *box[at + 1 :])
        for other in boxes:
            if common(sides, other) is not None:
                places &= ~other[at]
        box = (*box[:at], places, *box[at + 1 :])
    return box


def near(box: Box, boxes: Sequence[Box], among: Iterable[int]) -> list[int]:
    """The numbers of those boxes that share something with this one."""
    found = list(among) if all(box) else []
    for at, places in enumerate(box):
        found = [number for number in found if boxes[number][at] & places]
    return found


def meeting(boxes: Sequence[Box]) -> Iterator[tuple[int, int]]:
    """The numbers of boxes that share something, in pairs, the lower number first."""
    for number, box in enumerate(boxes):
        for other in near(box, boxes, range(number + 1, len(boxes))):
            yield number, other
