"""Two ways measured against each other, and how a figure is read from many."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LEAST_ROUNDS = 7


@dataclass(frozen=True)
class Pairs:
    """CPU seconds of this process, all threads, one of each per round."""

    ours: tuple[float, ...]
    peer: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Median of the rounds' ratios: both halves of a round had the same machine."""
        return statistics.median(a / b for a, b in zip(self.ours, self.peer, strict=True))

    @property
    def seconds(self) -> tuple[float, float]:
        return statistics.median(self.ours), statistics.median(self.peer)


def interleaved(
    ours: Callable[[], object], peer: Callable[[], object], rounds: int = LEAST_ROUNDS
) -> Pairs:
    """Ours and the peer in turn, the order turning with the rounds; a first round warms up."""
    if rounds < LEAST_ROUNDS:
        raise ValueError(f"{rounds} rounds are too few; at least {LEAST_ROUNDS}")
    found: dict[bool, list[float]] = {True: [], False: []}
    for number in range(rounds + 1):
        for is_ours in (True, False) if number % 2 else (False, True):
            began = time.process_time()
            (ours if is_ours else peer)()
            if number:
                found[is_ours].append(time.process_time() - began)
    return Pairs(tuple(found[True]), tuple(found[False]))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown; every column but the first is aligned to the right."""
    lines = [header, ["---", *(["--:"] * (len(header) - 1))], *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
