"""What a kit asked and what came of it, counted alike for all three."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Must = Literal["deploy", "be refused"]
COLUMNS = ("total", "passed", "to refuse", "rightly", "to deploy", "deployed")


@dataclass(frozen=True, slots=True)
class Case:
    """One case of one model; `wrong` says what was found instead, "" where the case passes."""

    model: str
    asked: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Deployed:
    """Whether a model could be loaded as the kit says that it must, or must not."""

    model: str
    must: Must
    wrong: str


@dataclass(frozen=True, slots=True)
class Ran:
    kit: str
    cases: tuple[Case, ...]
    models: tuple[Deployed, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        refused, deployed = (
            [each for each in self.models if each.must == must] for must in ("be refused", "deploy")
        )
        return tuple(
            figure
            for judged in (self.cases, refused, deployed)
            for figure in (len(judged), sum(not each.wrong for each in judged))
        )


def summary(ran: Sequence[Ran]) -> str:
    lines = [f"{'':20}" + "".join(f"{column:>10}" for column in COLUMNS)]
    for each in ran:
        lines.append(f"{each.kit:20}" + "".join(f"{figure:10,}" for figure in each.counts))
    return "\n".join(lines) + "\n"


def failures(ran: Iterable[Ran]) -> str:
    """A line for each failing case; what kept the whole model from being deployed is told once."""
    lines: list[str] = []
    for each in ran:
        whole = {(model.model, model.wrong) for model in each.models}
        lines += [f"{m.model} must {m.must}: {m.wrong}" for m in each.models if m.wrong]
        lines += [
            f"{case.model} {case.asked}: {case.wrong}"
            for case in each.cases
            if case.wrong and (case.model, case.wrong) not in whole
        ]
    return "".join(f"{line}\n" for line in lines)


def write_results(ran: Iterable[Ran], path: Path) -> None:
    """A line for each case and each deployment: kit, model, what was asked, result, why."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for each in ran:
            for judged, asked in [
                *((case, case.asked) for case in each.cases),
                *((model, f"must {model.must}") for model in each.models),
            ]:
                result = "ERROR" if judged.wrong else "SUCCESS"
                rows.writerow([each.kit, judged.model, asked, result, judged.wrong])
