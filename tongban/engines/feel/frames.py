"""The working memory of one evaluation: a list, so that reading a name is one index.

The first places keep the notes (or None, where nobody asked why something is null) and the steps
taken; the compiler gives every name a place behind them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from tongban.engines.feel.refusals import Note, Place, TooManySteps, Undefined
from tongban.engines.feel.values import Frame, Value

NOTES, STEPS, FIRST = 0, 1, 2
STEP_LIMIT = 1_000_000  # turns of loops and filters in one evaluation

Code: TypeAlias = Callable[[Frame], Value]


def note(frame: Frame, place: Place, undefined: Undefined) -> None:
    """The value that the caller is about to return is null because of this."""
    if frame[NOTES] is not None:
        frame[NOTES].append(Note(place, undefined))


def step(frame: Frame, count: int = 1) -> None:
    """Raises TooManySteps, so that no expression can keep a machine busy for ever."""
    frame[STEPS] += count
    if frame[STEPS] > STEP_LIMIT:
        raise TooManySteps(limit=STEP_LIMIT)


def again(frame: Frame) -> None:
    """Allow the frame to be looked at once more after its evaluation, without leaving notes."""
    frame[NOTES], frame[STEPS] = None, 0
