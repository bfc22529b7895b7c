"""Making a checked folder live: every bundle in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tongban.base.audit import actions as audit
from tongban.base.calendar import actions as calendar
from tongban.base.people import actions as people
from tongban.business.items import actions as items
from tongban.commands.city.folder import Folder
from tongban.data.exchange import actions as exchange
from tongban.data.lake import actions as lake
from tongban.data.pipelines import actions as pipelines
from tongban.data.registers import actions as registers
from tongban.data.standards import actions as standards


@dataclass(frozen=True)
class Adopted:
    contracts: int
    models: int
    facts: int
    items: int
    grants: int


@transaction.atomic
def adopt(folder: Folder, *, by: str, at: datetime) -> Adopted:
    """Everything or nothing; what is live with the same content stays as it is."""
    city = folder.city["city"]
    terms = {
        "name_zh": city["name"]["zh"],
        "name_en": city["name"]["en"],
        "region_code": city["code"],
        "hotline": city.get("hotline", ""),
    }
    people.name_city(terms=terms, by=by, at=at)
    people.load_regions(folder.regions, by=by, at=at)
    people.load_offices(folder.offices, by=by, at=at)
    calendar.load_days(folder.calendar, by=by, at=at)
    standards.load_elements(folder.elements, by=by, at=at)
    for name, rows in folder.codelists.items():
        standards.load_codelist(name, rows, by=by, at=at)
    for contract in folder.contracts.values():
        lake.adopt_contract(contract=contract, by=by, at=at)
    for register in folder.registers.values():
        registers.adopt_register(definition=register, by=by, at=at)
    models = pipelines.adopt_models(
        models=list(folder.models.values()), tables=columns_of_tables(folder), by=by, at=at
    )
    facts = registers.adopt_facts(facts=folder.facts, by=by, at=at) if folder.facts else 0
    for bundle in folder.items.values():
        items.publish(bundle=bundle, by=by, at=at)
    for grant in folder.grants:
        exchange.adopt_standing(grant=grant, by=by, at=at)
    audit.record(
        "city.loaded", ("city", city["code"]), actor=by, at=at, details={"folder": folder.path.name}
    )
    return Adopted(len(folder.contracts), models, facts, len(folder.items), len(folder.grants))


def columns_of_tables(folder: Folder) -> dict[str, list[str]]:
    """Columns of the tables that no model makes: what sources bring, and the registers' keys."""
    found = {
        contract.table: [*(column.name for column in contract.columns), "_load", "_position"]
        for contract in folder.contracts.values()
    }
    for register in folder.registers.values():
        found[register.identity] = [register.key.column, "subject_id"]
    return found
