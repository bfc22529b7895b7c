"""What the checks and models of the demo city find of the dirt that was injected (G15: 0.99 each).

    .venv/bin/python -m benchmarks.dirt [--people 120000]

The whole loop runs in a throw-away state: generator, loads, models, edition. Then each kind of
defect in the truth file is looked up in what the platform holds: a check is asked again over the
rows that were kept and those in quarantine, a model by the people it lists. Recall: rows of the
kind that its check or model found, of those injected. Precision: rows found in whose column
anything was injected, of those found. Kinds that share a check share its precision.
"""

import argparse
import csv
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks import throwaway
from benchmarks.pairs import table

PEOPLE = 120_000
CITY = Path(__file__).parent.parent / "cities" / "yunze"
HEADER = ("kind", "found by", "injected", "found of them", "recall", "precision")
Rows = set[Any]


def main() -> str:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=PEOPLE)
    return run(parser.parse_args().people)


def run(people: int = PEOPLE) -> str:
    with throwaway.state() as state:
        from django.core.management import call_command

        with Path(os.devnull).open("w") as nowhere:
            call_command("demo", people=people, no_serve=True, stdout=nowhere)
        return _report(people, Truth(state / "demo" / "truth"))


class Truth:
    """Where the generator put what: positions by dataset, column and kind, and people by kind."""

    def __init__(self, folder: Path):
        self.rows: dict[tuple[str, str, str], Rows] = defaultdict(set)
        self.people: dict[tuple[str, str], Rows] = defaultdict(set)
        unusable = {p["citizen_id"]: p["unusable"] for p in _read(folder / "people.csv")}
        for defect in _read(folder / "defects.csv"):
            dataset, kind, person = defect["dataset"], defect["kind"], defect["citizen_id"]
            self.rows[dataset, defect["column"], kind].add(int(defect["position"]))
            if "WJ02" not in unusable.get(person, ""):
                self.people[dataset, kind].add(person)

    def spoilt(self, dataset: str, column: str) -> Rows:
        """Rows of the dataset with anything injected in this column; a second row of one person
        stands under the column that tells the two apart."""
        columns = {column, "xm"}
        return set().union(
            *(rows for (d, c, _), rows in self.rows.items() if d == dataset and c in columns)
        )

    def concerned(self, dataset: str) -> Rows:
        return set().union(*(rows for (d, _), rows in self.people.items() if d == dataset))


def _report(people: int, truth: Truth) -> str:
    lines, worst = [], [1.0, 1.0]
    found_by_check: dict[str, dict[str, tuple[str, Rows]]] = {}
    for kind in _read(CITY / "dirt.csv"):
        dataset, found_by = kind["dataset"], kind["found_by"]
        model = found_by.removeprefix("model:")
        if model != found_by:
            found, injected = _listed(model), truth.people[dataset, kind["kind"]]
            explained = truth.concerned(dataset)
        else:
            if dataset not in found_by_check:
                found_by_check[dataset] = _failing(dataset)
            column, found = found_by_check[dataset][found_by]
            injected = truth.rows[dataset, kind["column"], kind["kind"]]
            injected = injected or truth.rows[dataset, "xm", kind["kind"]]
            explained = truth.spoilt(dataset, column)
        recall = len(injected & found) / len(injected) if injected else 1.0
        precision = len(found & explained) / len(found) if found else 1.0
        worst = [min(worst[0], recall), min(worst[1], precision)]
        name = f"{dataset}.{kind['column']} {kind['kind']}"
        counts = (str(len(injected)), str(len(injected & found)))
        lines.append([name, found_by, *counts, f"{recall:.4f}", f"{precision:.4f}"])
    least = f"least recall {worst[0]:.4f}, least precision {worst[1]:.4f}"
    return f"{table(HEADER, lines)}\n{len(lines)} kinds, {people:,} people: {least}\n"


def _failing(dataset: str) -> dict[str, tuple[str, Rows]]:
    """Check → its column and the rows that fail it, of those kept and those in quarantine."""
    from django.utils import timezone

    from tongban import clock
    from tongban.data.lake import quarantine, rows, scan
    from tongban.data.lake import queries as lake
    from tongban.data.lake.checks import KEY_CHECK
    from tongban.data.standards import compiling
    from tongban.data.standards import queries as standards

    resource = lake.resource(dataset)
    contract = lake.live_contract(resource)
    names = [column.name for column in contract.columns]
    judged = compiling.judged(contract, standards.standards(), timezone.localdate(clock.now()))
    waiting = list(lake.open_rows(resource))
    with rows.attached(lake.current_edition(), [resource.table]) as con:
        judged.prepare(con)
        cells = ", ".join(f'CAST("{name}" AS VARCHAR) AS "{name}"' for name in names)
        con.execute(
            f"CREATE TEMP TABLE whole AS SELECT {cells}, _position, '' AS _raw"
            f" FROM {rows.named(resource.table)}"
        )
        places = ", ".join("?" * (len(names) + 1))
        for row in waiting:
            values = quarantine.opened(row).values
            cells = [values.get(name) for name in names]
            con.execute(f"INSERT INTO whole VALUES ({places}, '')", [*cells, row.position])
        scan.build(con, "whole", names, contract.resource.key, judged.checks)
        found = {}
        for index, check in enumerate(judged.checks):
            failing = con.execute(f"SELECT _position FROM scan WHERE _c{index}").fetchall()
            found[check.code] = (check.column, {position for (position,) in failing})
    repeated = {row.position for row in waiting if row.check_code == KEY_CHECK}
    return found | {KEY_CHECK: (contract.resource.key[0], repeated)}


def _listed(model: str) -> Rows:
    from tongban.data.lake import queries as lake
    from tongban.data.lake import rows

    with rows.attached(lake.current_edition(), [model]) as con:
        return {person for (person,) in con.execute(f"SELECT citizen_id FROM {model}").fetchall()}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    os.write(1, main().encode())
