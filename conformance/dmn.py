"""The DMN Technology Compatibility Kit, as far as it lies in a folder.

A case passes when every result node has the expected value; an error counts as null. An engine
that always answers null passes many cases, so those that expect something are counted beside them.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import lxml.etree

from conformance.written import NAMESPACE, same, value_of
from tongban.engines import decisions
from tongban.engines.decisions import Given, Model, ModelError
from tongban.engines.feel import Unknown, Value
from tongban.engines.feel.written import written

etree: Any = lxml.etree


@dataclass(frozen=True, slots=True)
class Ran:
    """One case of one test file."""

    folder: str
    file: str
    case: str
    asks_for_null: bool
    wrong: str  # what was found instead; "" where the case passes

    @property
    def level(self) -> str:
        return self.folder.partition("/")[0]


def run(kit: Path) -> list[Ran]:
    found: list[Ran] = []
    for folder in sorted(path.parent for path in kit.glob("compliance-level-*/*/*.dmn")):
        if not found or found[-1].folder != str(folder.relative_to(kit)):
            found += _folder(kit, folder)
    return found


def summary(ran: Sequence[Ran]) -> str:
    lines = [f"{'':20}{'total':>8}{'passed':>8}{'non-null':>10}{'passed':>8}"]
    for level, cases in groupby(ran, lambda case: case.level):
        lines.append(_counted(level, list(cases)))
    lines.append(_counted("all", ran))
    return "\n".join(lines) + "\n"


def _counted(name: str, cases: Sequence[Ran]) -> str:
    telling = [case for case in cases if not case.asks_for_null]
    passed, told = (sum(not case.wrong for case in each) for each in (cases, telling))
    return f"{name:20}{len(cases):8,}{passed:8,}{len(telling):10,}{told:8,}"


def failures(ran: Sequence[Ran]) -> str:
    return "".join(f"{c.folder} {c.case}: {c.wrong}\n" for c in ran if c.wrong)


def write_results(ran: Sequence[Ran], path: Path) -> None:
    """In the format of the results that vendors publish."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for case in ran:
            result = "ERROR" if case.wrong else "SUCCESS"
            rows.writerow([case.folder, case.file, case.case, result, case.wrong])


def _folder(kit: Path, folder: Path) -> Iterator[Ran]:
    name = str(folder.relative_to(kit))
    for path in sorted(folder.glob("*.xml")):
        tests = etree.parse(str(path)).getroot()
        main = folder / (tests.findtext(f"{NAMESPACE}modelName") or "").strip()
        model, fault = _model(main, folder)
        for case in tests.iter(f"{NAMESPACE}testCase"):
            nodes = list(case.iter(f"{NAMESPACE}resultNode"))
            expected = [_expected(node) for node in nodes]
            wrong = fault or "; ".join(_wrong(model, case, nodes, expected))
            nothing = all(value is None for value in expected)
            yield Ran(name, path.stem, str(case.get("id")), nothing, wrong)


def _model(main: Path, folder: Path) -> tuple[Model | None, str]:
    others = [path for path in sorted(folder.glob("*.dmn")) if path != main]
    try:
        model, _ = decisions.examine(*(path.read_bytes() for path in (main, *others)))
    except ModelError as error:
        return None, error.told("en")
    return model, ""


def _expected(node: Any) -> Value:
    element = node.find(f"{NAMESPACE}expected")
    return None if element is None else value_of(element)


def _wrong(
    model: Model | None, case: Any, nodes: Sequence[Any], expected: Sequence[Value]
) -> Iterator[str]:
    assert model is not None
    given = {
        str(node.get("name")): Given(value_of(node)) for node in case.iter(f"{NAMESPACE}inputNode")
    }
    for node, wanted in zip(nodes, expected, strict=True):
        name = str(node.get("name"))
        asked = case.get("invocableName") or name
        try:
            found = _answer(model, asked, name, given)
        except ModelError as error:
            yield f"{name}: {error.told('en')}"
            continue
        if not same(found, wanted):
            yield f"{name}: {written(found)} instead of {written(wanted)}"


def _answer(model: Model, asked: str, name: str, given: Mapping[str, Given]) -> Value:
    decision = model.find(asked)
    # The kit has no unknown: what a case does not hand in is null.
    absent = {name: Given(None) for name in decision.inputs if name not in given}
    value = decision.evaluate({**absent, **_clock(), **given}).value
    if asked != name and isinstance(value, dict):
        value = value.get(name)  # one of several outputs of a service
    return None if isinstance(value, Unknown) else value


def _clock() -> Mapping[str, Given]:
    """An engine is handed the time."""
    now = datetime.now(UTC)
    return {"today()": Given(now.date()), "now()": Given(now)}
