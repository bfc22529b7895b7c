"""The truth beside the dirt: every spoilt cell, and every person as he really is."""

import csv
from datetime import date, timedelta
from pathlib import Path

from synthesis import old_age
from synthesis.people import Household, Person

DEFECTS, PEOPLE = "truth/defects.csv", "truth/people.csv"
DEFECT_FIELDS = [
    "dataset",
    "position",
    "citizen_id",
    "column",
    "kind",
    "true_value",
    "written_value",
]
PERSON_FIELDS = [
    "citizen_id",
    "name",
    "sex",
    "ethnic",
    "birth_date",
    "household_no",
    "household_region",
    "household_address",
    "residence_region",
    "residence_address",
    "phone",
    "alive",
    "death_date",
    "insured_months",
    "employed_here",
    "employer_name",
    "owns_home_here",
    "home_address",
    "holds_valid_permit",
    "permit_valid_until",
    "driving_licence_until",
    "b09",
    "account_usable",
    "bank_account",
    "allowance_paid",
    "allowance_amount",
    "allowance_paid_until",
    "allowance_after_death",
    "allowance_after_death_from",
    "d02",
    "d02_amount",
    "d02_from",
    "d02_finding",
    "d02_wrong",
    "d02_wrong_from",
    "d02_wrong_sum",
    "unusable",
]
# The residence permit wants half a year.
_MONTHS_WANTED = 6


class Truth:
    def __init__(self, folder: Path, today: date) -> None:
        self._today = today
        self._defects_file = (folder / DEFECTS).open("w", encoding="utf-8", newline="")
        self._people_file = (folder / PEOPLE).open("w", encoding="utf-8", newline="")
        self._defects = csv.writer(self._defects_file, lineterminator="\n")
        self._people = csv.writer(self._people_file, lineterminator="\n")
        self._defects.writerow(DEFECT_FIELDS)
        self._people.writerow(PERSON_FIELDS)
        self.defects = self.people = 0

    def defect(
        self, dataset: str, position: int, number: str, column: str, kind: str, values: list[str]
    ) -> None:
        self.defects += 1
        self._defects.writerow([dataset, position, number, column, kind, *values])

    def write(self, household: Household) -> None:
        """Comes last, when every office has written."""
        for person in household.members:
            self.people += 1
            self._people.writerow(_row(household, person, self._today))

    def close(self) -> None:
        self._defects_file.close()
        self._people_file.close()


def _row(household: Household, person: Person, today: date) -> list[str]:
    return [
        person.number,
        person.name,
        person.sex,
        person.ethnic,
        person.born.isoformat(),
        household.number if household.local else "",
        household.registered.region,
        household.registered.address,
        household.residence.region,
        household.residence.address,
        person.phone,
        _truth(not person.died),
        _day(person.died),
        "" if person.insured_months is None else str(person.insured_months),
        _truth(person.employed),
        person.employer,
        _truth(person.owns_home),
        person.home_address,
        _truth(person.holds_permit),
        _day(person.permit_until),
        _day(person.driving_until),
        _truth(residence_permit(household, person)) or "unknown",
        _truth(person.account_usable),
        person.account,
        *_allowance_facts(person, today),
        *_allowance(household, person, today),
        ";".join(sorted(person.unusable)),
    ]


def _allowance_facts(person: Person, today: date) -> list[str]:
    until = max(person.paid, default=None)
    late = old_age.after_death(person)
    return [
        _truth(old_age.month_of(today) in person.paid),
        "" if until is None else str(person.paid[until]),
        "" if until is None else _day(old_age.first_day(until + 1) - timedelta(days=1)),
        str(sum(late.values())) if person.died else "",
        _day(old_age.first_day(min(late))) if late else "",
    ]


def _allowance(household: Household, person: Person, today: date) -> list[str]:
    """Item D02: what is due and what was paid wrongly."""
    entitled = old_age.entitled(household, person, today)
    amount, since = old_age.due(person, today) if entitled else (0, None)
    late = old_age.after_death(person)
    return [
        _truth(entitled),
        str(amount),
        _day(since),
        old_age.finding(household, person, today),
        old_age.wrong(household, person, today),
        _day(old_age.first_day(min(late))) if late else "",
        str(sum(late.values())) if late else "",
    ]


def residence_permit(household: Household, person: Person) -> bool | None:
    """Item B09: `None` where clean sources would not tell either."""
    months = person.insured_months
    contradicted = (
        person.died is not None
        or household.registered.region == household.residence.region
        or (months is not None and months < _MONTHS_WANTED)
    )
    if contradicted:
        return False
    return True if months is not None and (person.owns_home or person.employed) else None


def _truth(value: bool | None) -> str:
    return "" if value is None else str(value).lower()


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""
