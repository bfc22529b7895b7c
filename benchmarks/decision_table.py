"""One case through a table of 20 rules × 3 inputs: bare and with reasons, beside zen-engine.

    .venv/bin/python -m benchmarks.decision_table [--count 5000]

The same table, the same cases. zen-engine takes plain numbers and strings through its loader with
compiled content, which is its fastest way; ours takes decimals and keeps nulls apart.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import zen

from benchmarks.pairs import interleaved, table
from tongban.engines import decisions
from tongban.engines.decisions import Decision, Given

COUNT = 5_000
REGIONS = ("329901", "329902", "329903", "329904")
DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"
INPUTS = {"region": "string", "months": "number", "income": "number"}


def main() -> str:
    parser = argparse.ArgumentParser(description="Decisions per CPU-second.")
    parser.add_argument("--count", type=int, default=COUNT)
    return run(parser.parse_args().count)


def run(count: int = COUNT) -> str:
    ours, theirs = _ours(), _theirs()
    plain = [_case(number) for number in range(count)]
    exact = [{name: _exact(value) for name, value in case.items()} for case in plain]
    given = [{name: Given(value) for name, value in case.items()} for case in exact]
    answers = [theirs(case)["result"].get("grade") for case in plain]
    assert [ours.decide(case) for case in exact] == answers
    assert len(set(answers)) == len(_rules())
    lines = []
    for name, ask, cases in (
        ("decide", ours.decide, exact),
        ("evaluate, with reasons", ours.evaluate, given),
        ("evaluate, every reason looked at", lambda case: _looked_at(ours, case), given),
    ):
        found = interleaved(_all(ask, cases), _all(theirs, plain))
        mine, peer = found.seconds
        lines.append([name, f"{count / mine:,.0f}", f"{count / peer:,.0f}", f"{found.ratio:.2f}"])
    header = ["20 rules × 3 inputs", "per CPU-second", "zen-engine", "× its CPU"]
    return f"{table(header, lines)}\n{count} a round, n = 7, load {os.getloadavg()[0]:.1f}\n"


def _looked_at(decision: Decision, case: dict[str, Given]) -> object:
    return [(reason.law, reason.cells) for reason in decision.evaluate(case).reasons]


def _rules() -> list[tuple[str, str, str]]:
    """Each region has five stretches of months; the income splits none of them."""
    found = []
    for number in range(20):
        low = number // 4 * 12
        months = f"[{low}..{low + 12})" if low < 48 else f">= {low}"
        found.append((f'"{REGIONS[number % 4]}"', months, "<= 5000.50"))
    return found


def _case(number: int) -> dict[str, Any]:
    return {
        "region": REGIONS[number % 4],
        "months": number // 4 % 70,
        "income": number % 5_000 + 0.25,
    }


def _exact(value: Any) -> Any:
    return value if isinstance(value, str) else Decimal(str(value))


def _ours() -> Decision:
    return decisions.load(f'<definitions xmlns="{DMN}" namespace="urn:b" id="b" name="b">'
        f"{''.join(_dmn())}</definitions>".encode()).find("grade")  # fmt: skip


def _dmn() -> Iterator[str]:
    for name, type_ in INPUTS.items():
        variable = f'<variable name="{name}" typeRef="{type_}"/>'
        yield f'<inputData id="{name}" name="{name}">{variable}</inputData>'
    yield '<decision id="grade" name="grade"><variable name="grade" typeRef="number"/>'
    for name in INPUTS:
        required = f'<requiredInput href="#{name}"/>'
        yield f"<informationRequirement>{required}</informationRequirement>"
    yield '<decisionTable hitPolicy="FIRST">'
    for name, type_ in INPUTS.items():
        text = f'<inputExpression typeRef="{type_}"><text>{name}</text></inputExpression>'
        yield f"<input>{text}</input>"
    yield '<output name="grade" typeRef="number"/>'
    for number, cells in enumerate(_rules()):
        entries = (
            f"<inputEntry><text>{cell.replace('<', '&lt;')}</text></inputEntry>" for cell in cells
        )
        yield f"<rule>{''.join(entries)}<outputEntry><text>{number}</text></outputEntry></rule>"
    yield "</decisionTable></decision>"


def _theirs() -> Callable[[dict[str, Any]], Any]:
    columns = [{"id": name, "name": name, "field": name} for name in INPUTS]
    rules = [
        {"_id": str(number), **dict(zip(INPUTS, cells, strict=True)), "grade": str(number)}
        for number, cells in enumerate(_rules())
    ]
    content = {
        "hitPolicy": "first",
        "inputs": columns,
        "outputs": [{"id": "grade", "name": "grade", "field": "grade"}],
        "rules": rules,
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": content},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "table"},
        {"id": "2", "sourceId": "table", "targetId": "out"},
    ]
    compiled = zen.ZenDecisionContent(json.dumps({"nodes": nodes, "edges": edges}))
    engine = zen.ZenEngine({"loader": lambda _key: compiled})
    return lambda case: engine.evaluate("grade", case)


def _all(ask: Callable, cases: list) -> Callable[[], None]:
    def run_all() -> None:
        for case in cases:
            ask(case)

    return run_all


if __name__ == "__main__":
    os.write(1, main().encode())
