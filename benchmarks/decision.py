"""Whether a residence permit is issued at once: decisions per CPU-second, bare and with reasons.

    .venv/bin/python -m benchmarks.decision [--count 2000]

The demo city's decision B09, on applicants who are granted, refused and passed to a person in equal
parts. "In words" also tells the reasons in Chinese, as a case stores them.
"""

import argparse
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from benchmarks.pairs import interleaved, table
from tongban.engines import decisions
from tongban.engines.decisions import Given
from tongban.engines.feel import Unknown, Value

COUNT = 2_000
FILE = Path(__file__).parent.parent / "cities/yunze/items/B09/decision.dmn"
GRANTED: dict[str, Value] = {
    "alive": True,
    "household_region": "329905",
    "residence_region": "329906",
    "insured_months": Decimal(14),
    "owns_home_here": True,
    "employed_here": True,
    "residence_basis": "home",
}
REFUSED = {**GRANTED, "insured_months": Decimal(2)}
UNKNOWN = {**GRANTED, "insured_months": Unknown(frozenset({"insured_months"}))}
APPLICANTS = (GRANTED, REFUSED, UNKNOWN)


def main() -> str:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=COUNT)
    return run(parser.parse_args().count)


def run(count: int = COUNT) -> str:
    decision = decisions.load(FILE.read_bytes()).find("eligible")
    plain = [APPLICANTS[n % 3] for n in range(count)]
    given = [{name: Given(value, ORIGIN) for name, value in one.items()} for one in plain]
    answers = [decision.decide(one) for one in APPLICANTS]
    assert answers[:2] == [True, False] and isinstance(answers[2], Unknown), answers

    bare = _all(decision.decide, plain)
    lines = [["bare", "", "", ""]]
    for name, ask in (
        ("with reasons", decision.evaluate),
        ("with reasons in words", lambda one: decision.evaluate(one).told("zh")),
    ):
        found = interleaved(_all(ask, given), bare)
        ours, peer = found.seconds
        lines.append(
            [name, f"{count / ours:,.0f}", f"{ours / count * 1e6:.1f}", f"{found.ratio:.1f}"]
        )
        lines[0] = ["bare", f"{count / peer:,.0f}", f"{peer / count * 1e6:.1f}", "1.0"]
    header = ["B09, one applicant", "per CPU-second", "CPU µs", "× bare"]
    return f"{table(header, lines)}\n{count} a round, n = 7, load {os.getloadavg()[0]:.1f}\n"


ORIGIN = {"source": "GA01", "row": "GA01:1:7"}


def _all(ask: Callable, cases: list) -> Callable[[], None]:
    def run_all() -> None:
        for case in cases:
            ask(case)

    return run_all


if __name__ == "__main__":
    os.write(1, main().encode())
