"""Runs a compiled pattern, in time that grows with the text times the pattern and no faster.

Alternatives are tried in their order, as XPath asks. A step of the program that was in vain at some
position is never taken there again, so no pattern can keep a machine busy: it would need the same
step with other groups, which matters only where the pattern refers back to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from tongban.engines.feel.patterns.characters import Test, variants
from tongban.engines.feel.refusals import TooManySteps

STEP_LIMIT = 1_000_000  # of one search through a text

CHARACTER: Final = 0
SPLIT: Final = 1
JUMP: Final = 2
SAVE: Final = 3
BACK: Final = 4
BORDER: Final = 5


class Step(NamedTuple):
    """`to` and `otherwise` count from this step; `number` is a place among the group's ends."""

    kind: int
    to: int = 1
    otherwise: int = 0
    number: int = 0
    test: Callable[[str], bool] = bool
    border: Callable[[str, int], bool] | None = None


Program = tuple[Step, ...]
Ends = tuple[int, ...]  # start and end of the whole and of each group; -1 for one not entered


class Remembered(dict[str, bool]):
    """A test that asks about each character once."""

    def __init__(self, test: Test) -> None:
        self._test = test

    def __missing__(self, character: str) -> bool:
        self[character] = found = self._test(character)
        return found


@dataclass(frozen=True, slots=True)
class Pattern:
    program: Program
    groups: int
    refers_back: bool
    caseless: bool

    def first(self, text: str) -> Ends | None:
        """The leftmost match. Raises TooManySteps."""
        return _Run(self, text).first(0)

    def all(self, text: str) -> Iterator[Ends]:
        """One match after the other, those that are empty left out. Raises TooManySteps."""
        run, at = _Run(self, text), 0
        while at <= len(text) and (ends := run.first(at)) is not None:
            if ends[1] > ends[0]:
                yield ends
            at = max(ends[1], ends[0] + 1)


class _Run:
    def __init__(self, pattern: Pattern, text: str) -> None:
        self._pattern, self._text = pattern, text
        self._in_vain: set[object] = set()
        self._steps = 0

    def first(self, start: int) -> Ends | None:
        """The leftmost match from a position on."""
        self._in_vain.clear()
        found = map(self._at, range(start, len(self._text) + 1))
        return next((ends for ends in found if ends is not None), None)

    def _at(self, start: int) -> Ends | None:
        """The match that begins here."""
        waiting = [(0, start, (start, *([-1] * (2 * self._pattern.groups + 1))))]
        program, seen = self._pattern.program, self._in_vain
        by_groups = self._pattern.refers_back
        while waiting:
            pc, at, ends = waiting.pop()
            key = (pc, at, ends) if by_groups else (pc, at)
            if key in seen:
                continue
            seen.add(key)
            self._count()
            if pc == len(program):
                return (start, at, *ends[2:])
            self._take(program[pc], pc, at, ends, waiting)
        return None

    def _count(self) -> None:
        self._steps += 1
        if self._steps > STEP_LIMIT:
            raise TooManySteps(limit=STEP_LIMIT)

    def _take(
        self, step: Step, pc: int, at: int, ends: Ends, waiting: list[tuple[int, int, Ends]]
    ) -> None:
        text = self._text
        if step.kind == CHARACTER:
            if at < len(text) and step.test(text[at]):
                waiting.append((pc + 1, at + 1, ends))
        elif step.kind == SPLIT:
            waiting.append((pc + step.otherwise, at, ends))
            waiting.append((pc + step.to, at, ends))
        elif step.kind == JUMP:
            waiting.append((pc + step.to, at, ends))
        elif step.kind == SAVE:
            ends = (*ends[: step.number], at, *ends[step.number + 1 :])
            waiting.append((pc + 1, at, ends))
        elif step.kind == BACK:
            after = self._again(step.number, at, ends)
            if after is not None:
                waiting.append((pc + 1, after, ends))
        elif step.border is not None and step.border(text, at):
            waiting.append((pc + 1, at, ends))

    def _again(self, group: int, at: int, ends: Ends) -> int | None:
        """The position behind what the group matched, if it stands here once more."""
        wanted = self._text[ends[2 * group] : ends[2 * group + 1]]
        found = self._text[at : at + len(wanted)]
        same = found == wanted or (
            self._pattern.caseless
            and len(found) == len(wanted)
            and all(one in variants(other) for one, other in zip(found, wanted, strict=True))
        )
        return at + len(wanted) if same else None
