"""Writes the source systems of the fictional city 云泽市 329900, and the truth beside them.

    python cities/yunze/generate.py --out DIR [--people 120000] [--seed 329900]
                                    [--today 2026-11-21] [--postgres DSN]

The same seed, people and day give the same bytes. Households are streamed: memory does not grow
with the city. What is wrong in the data, how often, and what should become of it: `README.md`.
"""

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from synthesis.allowance import Allowance
from synthesis.cards import Cards
from synthesis.certificates import Certificates
from synthesis.companies import Companies
from synthesis.company_truth import CompanyTruth
from synthesis.credit import CreditRecords
from synthesis.cremations import Cremations
from synthesis.deaths import Deaths
from synthesis.dirt import Dirt
from synthesis.food import FoodHandlers, FoodLicences
from synthesis.insurance import Insurance
from synthesis.people import City
from synthesis.permits import Permits
from synthesis.population import Population
from synthesis.postgres import load_postgres
from synthesis.property import Property
from synthesis.truth import Truth

FOLDERS = ("ga01", "rs01", "zr01", "ga02", "wj02", "sj04", "mz04", "rs05", "mz03")
FOLDERS += ("scj01", "scj02", "wj06", "fg02", "truth")
PEOPLE, SEED, TODAY = 120_000, 329_900, date(2026, 11, 21)


def generate(
    out: Path, *, people: int = PEOPLE, seed: int = SEED, today: date = TODAY
) -> dict[str, int]:
    """Writes everything below `out`, RS01 and SCJ01 as the files that `load_postgres` copies; rows
    by dataset, which `manifest.json` keeps too."""
    for folder in FOLDERS:
        (out / folder).mkdir(parents=True, exist_ok=True)
    truth = Truth(out, today)

    def dirt(dataset: str) -> Dirt:
        return Dirt(dataset, seed, truth)

    insurance = Insurance(out, dirt("RS01"), today, people)
    # A stream of their own: with other companies the persons' property stays as it was.
    owners = Property(out, dirt("ZR01"), Dirt("ZR01", seed + 1, truth), today)
    offices = {
        "GA01": Population(out, dirt("GA01"), today),
        "RS01": insurance,
        "ZR01": owners,
        "GA02": Permits(out, dirt("GA02"), today),
        "WJ02": Deaths(out, dirt("WJ02")),
        "SJ04": Certificates(out, dirt("SJ04"), today),
        "MZ04": Cremations(out, dirt("MZ04"), today),
        "RS05": Cards(out, dirt("RS05"), today),
        "MZ03": Allowance(out, dirt("MZ03"), today),
        "SCJ01": Companies(out, dirt("SCJ01"), today, owners, insurance.employers),
        "SCJ02": FoodLicences(out, dirt("SCJ02"), today),
        "WJ06": FoodHandlers(out, dirt("WJ06"), today),
        "FG02": CreditRecords(out, dirt("FG02"), today),
    }
    companies = CompanyTruth(out, today)
    for household in City(seed=seed, people=people, today=today).households():
        for office in offices.values():
            office.write(household)
        truth.write(household)
        companies.write(household)
    for office in offices.values():
        office.close()
    truth.close()
    companies.close()
    rows = {dataset: office.rows for dataset, office in offices.items()}
    counted = rows | {"people": truth.people, "defects": truth.defects}
    manifest = {"seed": seed, "people": people, "today": today.isoformat(), "rows": counted}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return counted


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes the source systems of 云泽市.")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--today", type=date.fromisoformat, default=TODAY)
    parser.add_argument(
        "--postgres", metavar="DSN", help="also put RS01 and SCJ01 into this database"
    )
    asked = parser.parse_args()
    if asked.people < 1:
        parser.error("--people: at least one")
    rows = generate(asked.out, people=asked.people, seed=asked.seed, today=asked.today)
    if asked.postgres:
        load_postgres(asked.postgres, asked.out)
    sys.stdout.write("".join(f"{count:>12,} {what}\n" for what, count in rows.items()))


if __name__ == "__main__":
    main()
