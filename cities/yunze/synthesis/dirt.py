"""Spoils what an office writes, at the rates of `dirt.csv`, and keeps the truth beside it."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random

from synthesis.identity import citizen_check
from synthesis.truth import Truth

KINDS = Path(__file__).parents[1] / "dirt.csv"
NULL_WORDS = ("无", "/", "-", "N/A", "待补")
# What these do to a fact: it cannot be told from this row.
UNUSABLE = ("quarantined", "unknown")
_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_EXCEL_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Kind:
    dataset: str
    column: str
    kind: str
    rate: float
    treatment: str


def kinds() -> Iterator[Kind]:
    with KINDS.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            yield Kind(
                row["dataset"], row["column"], row["kind"], float(row["rate"]), row["treatment"]
            )


class Dirt:
    """One office's mistakes: drawn from a stream of their own, so that a new kind in one dataset
    leaves the others as they were."""

    def __init__(self, dataset: str, seed: int, truth: Truth) -> None:
        self.rng = Random(f"{seed}/{dataset}")
        self._dataset, self._truth = dataset, truth
        mine = [kind for kind in kinds() if kind.dataset == dataset]
        self._rate = {(kind.column, kind.kind): kind.rate for kind in mine}
        self._unusable = {kind.kind for kind in mine if kind.treatment in UNUSABLE}
        of_ids = [kind for kind in mine if kind.kind.startswith("id_")]
        self._ids = list(zip(accumulate(k.rate for k in of_ids), of_ids, strict=True))

    def rate(self, column: str, kind: str) -> float:
        return self._rate[column, kind]

    def strikes(self, column: str, kind: str) -> bool:
        return self.rng.random() < self._rate[column, kind]

    def spoils(self, kind: str) -> bool:
        """Whether a fact cannot be told from a row with this mistake."""
        return kind in self._unusable

    def identity(self, number: str) -> tuple[str, str]:
        """The kind of mistake (empty: none) and the number as the office writes it.

        Each kind holds its own share of one draw; a number that cannot suffer it stays clean,
        so the rate is that among the numbers that can.
        """
        drawn = self.rng.random()
        if drawn >= self._ids[-1][0]:
            return "", number
        kind = next(kind.kind for bound, kind in self._ids if drawn < bound)
        can, write = _IDENTITY[kind]
        return (kind, write(self.rng, number)) if can(number) else ("", number)

    def note(self, position: int, number: str, column: str, kind: str, values: list[str]) -> None:
        self._truth.defect(self._dataset, position, number, column, kind, values)


def serial_date(day: date) -> str:
    """How Excel counts days."""
    return str((day - _EXCEL_EPOCH) // timedelta(days=1))


def _any(_: str) -> bool:
    return True


def _fifteen(_: Random, number: str) -> str:
    return number[:6] + number[8:17]


def _spaces(rng: Random, number: str) -> str:
    written = rng.choice((" {}", "{} ", "{}\u3000", "{}\u200b", "\ufeff{}", "{}\t", ""))
    return written.format(number) if written else f"{number[:6]}\u200b{number[6:]}"


def _mistyped(rng: Random, number: str) -> str:
    """One character wrong, at the end or before it: the check digit always tells."""
    if rng.random() < 0.5:
        check = citizen_check(number[:17])
        return number[:17] + rng.choice([c for c in "0123456789X" if c != check])
    place = rng.randrange(6, 17)
    wrong = str((int(number[place]) + rng.randrange(1, 10)) % 10)
    return number[:place] + wrong + number[place + 1 :]


def _scientific(_: Random, number: str) -> str:
    return f"{int(number[:17]) * 10:.5E}"


def _missing(rng: Random, _: str) -> str:
    return rng.choice(("", *NULL_WORDS))


def _military(rng: Random, _: str) -> str:
    return f"军字第{rng.randrange(10**7):07d}号"


_IDENTITY: dict[str, tuple[Callable[[str], bool], Callable[[Random, str], str]]] = {
    "id_15": (lambda number: number[6:8] == "19", _fifteen),
    "id_lower_x": (lambda number: number[17] == "X", lambda _, number: number.lower()),
    "id_full_width": (_any, lambda _, number: number.translate(_FULL_WIDTH)),
    "id_spaces": (_any, _spaces),
    "id_check_digit": (_any, _mistyped),
    "id_scientific": (_any, _scientific),
    "id_missing": (_any, _missing),
    "id_military": (_any, _military),
}
