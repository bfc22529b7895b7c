"""Making a checked folder live: every bundle in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tongban.base.audit import actions as audit
from tongban.base.calendar import actions as calendar
from tongban.base.people import actions as people
from tongban.business.cases import deadlines, outside_adopting
from tongban.business.items import actions as items
from tongban.business.items import packages
from tongban.business.offers import adopting as offers
from tongban.commands.city import bundles
from tongban.commands.city.bundles import Key
from tongban.commands.city.folder import Folder, Rows
from tongban.data.exchange import actions as exchange
from tongban.data.lake import actions as lake
from tongban.data.pipelines import actions as pipelines
from tongban.data.registers import actions as registers
from tongban.data.standards import actions as standards


@dataclass(frozen=True)
class Adopted:
    """`changed` was made live; `missing` is live, is not in the folder and stays."""

    changed: tuple[Key, ...]
    missing: tuple[Key, ...]


@transaction.atomic
def adopt(folder: Folder, *, by: str, at: datetime) -> Adopted:
    """Everything or nothing; what is live with the same content stays as it is."""
    found = bundles.compare(bundles.of_folder(folder), bundles.live())
    changed = found.to_adopt
    if changed:
        _adopt_ground(folder, changed, by, at)
        _adopt_data(folder, changed, by, at)
        _adopt_business(folder, changed, by, at)
        if "calendar" in {key.kind for key in changed}:
            deadlines.recount(by=by, at=at)
        audit.record(
            "city.loaded",
            ("city", folder.city["city"]["code"]),
            actor=by,
            at=at,
            details={"folder": folder.path.name, "changed": len(changed)},
        )
    return Adopted(tuple(sorted(changed)), found.only_live)


def _adopt_ground(folder: Folder, changed: frozenset[Key], by: str, at: datetime) -> None:
    city = folder.city["city"]
    if Key("city", city["code"]) in changed:
        terms = {
            "name_zh": city["name"]["zh"],
            "name_en": city["name"]["en"],
            "region_code": city["code"],
            "hotline": city.get("hotline", ""),
        }
        people.name_city(terms=terms, by=by, at=at)
    if regions := _of_kind("region", folder.regions, changed):
        people.load_regions(regions, by=by, at=at)
    if offices := _of_kind("office", folder.offices, changed):
        people.load_offices(offices, by=by, at=at)
    if days := [d for d in folder.calendar if Key("calendar", str(d["day"].year)) in changed]:
        calendar.load_days(days, by=by, at=at)
    if elements := _of_kind("element", folder.elements, changed):
        standards.load_elements(elements, by=by, at=at)
    for name, rows in folder.codelists.items():
        if codes := [row for row in rows if Key("code", f"{name}/{row['code']}") in changed]:
            standards.load_codelist(name, codes, by=by, at=at)


def _adopt_data(folder: Folder, changed: frozenset[Key], by: str, at: datetime) -> None:
    for contract in folder.contracts.values():
        if Key("contract", contract.resource.code) in changed:
            lake.adopt_contract(contract=contract, by=by, at=at)
    for register in folder.registers.values():
        if Key("register", register.code) in changed:
            registers.adopt_register(definition=register, by=by, at=at)
    # Lineage is drawn through contracts and registers as well.
    if {"contract", "register", "model"} & {key.kind for key in changed}:
        pipelines.adopt_models(
            models=list(folder.models.values()), tables=columns_of_tables(folder), by=by, at=at
        )
    for facts in folder.facts.values():
        if any(Key("fact", fact.key) in changed for fact in facts.facts):
            registers.adopt_facts(facts=facts, by=by, at=at)


def _adopt_business(folder: Folder, changed: frozenset[Key], by: str, at: datetime) -> None:
    for terms in folder.outside:
        if Key("outside", terms.code) in changed:
            outside_adopting.adopt(terms=terms, by=by, at=at)
    for bundle in folder.items.values():
        item = bundle.guide.item
        # People find an item by its office's name too.
        if changed & {Key("item", item.code), Key("office", item.office)}:
            items.publish(bundle=bundle, by=by, at=at)
    _adopt_packages(folder, changed, by, at)
    for terms in folder.offers.values():
        if Key("offer", terms.code) in changed:
            offers.adopt(terms=terms, by=by, at=at)
    for grant in folder.grants:
        if Key("grant", grant.code) in changed:
            exchange.adopt_standing(grant=grant, by=by, at=at)


def _adopt_packages(folder: Folder, changed: frozenset[Key], by: str, at: datetime) -> None:
    for package in folder.packages.values():
        part = package.package
        if changed & {Key("package", part.code), Key("office", part.lead)}:
            packages.publish(terms=package, by=by, at=at)


def _of_kind(kind: str, rows: Rows, changed: frozenset[Key]) -> Rows:
    return [row for row in rows if Key(kind, row["code"]) in changed]


def columns_of_tables(folder: Folder) -> dict[str, list[str]]:
    """Columns of the tables that no model makes: what sources bring, and the registers' keys."""
    found = {
        contract.table: [*(column.name for column in contract.columns), "_load", "_position"]
        for contract in folder.contracts.values()
    }
    for register in folder.registers.values():
        found[register.identity] = [register.key.column, "subject_id"]
    return found
