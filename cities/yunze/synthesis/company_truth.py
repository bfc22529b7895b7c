"""The truth of every company, beside what the offices wrote of it."""

import csv
from datetime import date
from pathlib import Path

from synthesis.companies import CANCELLED, IN_FORCE, REVOKED
from synthesis.people import Company, Household

COMPANIES = "truth/companies.csv"
_STATES = {IN_FORCE: "1", CANCELLED: "2", REVOKED: "3"}
FIELDS = [
    "uscc",
    "company_name",
    "company_type",
    "company_status",
    "company_in_force",
    "business_scope",
    "scope_includes_catering",
    "founded_on",
    "company_address",
    "company_region",
    "industry_code",
    "registered_capital",
    "legal_representative",
    "representative_number",
    "premises_proven",
    "premises_area",
    "food_handlers",
    "food_handlers_valid",
    "food_handlers_all_valid",
    "barred_from_food",
    "barred_until",
    "food_licence_number",
    "food_licence_until",
    "food_licence_in_force",
    "unusable",
]


class CompanyTruth:
    """Comes last, when every office has written."""

    def __init__(self, folder: Path, today: date) -> None:
        self._today = today
        self._file = (folder / COMPANIES).open("w", encoding="utf-8", newline="")
        self._companies = csv.writer(self._file, lineterminator="\n")
        self._companies.writerow(FIELDS)

    def write(self, household: Household) -> None:
        for company in household.companies:
            self._companies.writerow(_row(company, self._today))

    def close(self) -> None:
        self._file.close()


def _row(company: Company, today: date) -> list[str]:
    in_force = company.state == IN_FORCE
    licensed = in_force and bool(company.licence_until and company.licence_until >= today)
    premises = company.premises
    return [
        company.code,
        company.name,
        company.kind,
        _STATES[company.state],
        _truth(in_force),
        company.trade.scope,
        _truth(company.trade.has_catering),
        company.founded.isoformat(),
        company.place.address,
        company.code[2:8],
        company.trade.industry,
        f"{company.capital * 10_000}.00",
        company.founder.name,
        company.founder.number,
        _truth(True) if premises else "",
        f"{premises.area:.2f}" if premises else "",
        str(company.handlers),
        str(company.handlers_valid),
        _truth(company.handlers == company.handlers_valid) if company.handlers else "",
        _truth(company.barred_until is not None),
        company.barred_until.isoformat() if company.barred_until else "",
        company.licence,
        company.licence_until.isoformat() if company.licence_until else "",
        _truth(licensed),
        ";".join(sorted(company.unusable)),
    ]


def _truth(value: bool) -> str:
    return str(value).lower()
