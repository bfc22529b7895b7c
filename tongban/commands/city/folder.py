"""A city folder, read and checked as a whole."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongban import validation
from tongban.business.cases import outside_terms
from tongban.business.cases.outside_terms import Terms
from tongban.business.items import guide as guides
from tongban.business.items import package_terms
from tongban.business.items.bundle import Bundle
from tongban.business.items.package_terms import Terms as Package
from tongban.business.offers import terms as offer_terms
from tongban.business.offers.terms import Terms as Offer
from tongban.commands.city import tables
from tongban.commands.city.findings import Findings
from tongban.commands.city.texts import read_text
from tongban.data.exchange import standing
from tongban.data.exchange.standing import StandingGrant
from tongban.data.lake import contract as contracts
from tongban.data.lake.contract import Contract
from tongban.data.registers import definitions
from tongban.data.registers.definitions import FactsFile, RegisterFile
from tongban.engines import sqlmodels
from tongban.engines.sqlmodels import SqlModel

Rows = list[dict[str, Any]]
FACTS = "*facts.toml"  # in registers/; each holds the facts of one register
ELEMENTS_FILE = Path("standards", "elements.csv")
PARTS = {"form.json": "form", "process.bpmn": "process", "decision.dmn": "decision"}
ITEM_FILES = (guides.FILE, *PARTS)


@dataclass(frozen=True)
class Folder:
    path: Path
    city: dict[str, Any]
    offices: Rows
    regions: Rows
    calendar: Rows
    elements: Rows
    codelists: dict[str, Rows]
    contracts: dict[str, Contract]  # by file name, as all below
    models: dict[str, SqlModel]
    registers: dict[str, RegisterFile]
    facts: dict[str, FactsFile]
    items: dict[str, Bundle]
    packages: dict[str, Package]
    grants: list[StandingGrant]
    outside: list[Terms]
    offers: dict[str, Offer]
    accounts: list[dict[str, Any]]


def read(path: Path, findings: Findings) -> Folder:
    """Read every file; what is wrong with one becomes a finding, and the rest is read on.

    Only demonstrations have accounts.toml; a folder without one is whole.
    """
    accounts = path / "accounts.toml"
    return Folder(
        path=path,
        city=_toml(path / "city.toml", findings),
        offices=tables.rows(path / "offices.csv", tables.OFFICES, findings),
        regions=tables.rows(path / "regions.csv", tables.REGIONS, findings),
        calendar=tables.rows(path / "calendar.csv", tables.CALENDAR, findings),
        elements=tables.rows(
            path / ELEMENTS_FILE, tables.ELEMENTS, findings, ELEMENTS_FILE.as_posix()
        ),
        codelists={
            file.stem: tables.rows(file, tables.CODES, findings, file.relative_to(path).as_posix())
            for file in sorted((path / "standards" / "codelists").glob("*.csv"))
        },
        contracts=_each(path / "sources", "*.toml", contracts.parse, findings),
        models=_each(path / "models", "**/*.sql", sqlmodels.read, findings),
        registers=_each(path / "registers", "*.toml", definitions.read_register, findings, FACTS),
        facts=_each(path / "registers", FACTS, definitions.read_facts, findings),
        items=_items(path / "items", findings),
        packages=_each(path / "packages", "*.toml", package_terms.parse, findings),
        grants=_grants(path / "grants.toml", findings),
        outside=_outside(path / "outside.toml", findings),
        offers=_each(path / "offers", "*.toml", offer_terms.parse, findings),
        accounts=_tables(accounts, "accounts", findings) if accounts.exists() else [],
    )


def _toml(path: Path, findings: Findings) -> dict[str, Any]:
    try:
        with findings.gather(path.name):
            return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        findings.add(path.name, *validation.words(error))
    return {}


def _tables(path: Path, key: str, findings: Findings) -> list[dict[str, Any]]:
    found = _toml(path, findings).get(key, [])
    if isinstance(found, list) and all(isinstance(one, dict) for one in found):
        return found
    findings.add(path.name, f"{key}：应写作 [[{key}]]", f"{key}: write it as [[{key}]]")
    return []


def _each(
    folder: Path, pattern: str, parse, findings: Findings, others: str = ""
) -> dict[str, Any]:
    """Those that match `others` are of another kind."""
    found: dict[str, Any] = {}
    for file in sorted(folder.glob(pattern)):
        name = file.relative_to(folder.parent).as_posix()
        if others and file.match(others):
            continue
        with findings.gather(name):
            found[name] = parse(read_text(file), name)
    return found


def _grants(file: Path, findings: Findings) -> list[StandingGrant]:
    found = []
    for content in _tables(file, "grants", findings):
        with findings.gather(file.name):
            found.append(standing.read(content))
    return found


def _outside(file: Path, findings: Findings) -> list[Terms]:
    """A city whose steps are all its own has no such file."""
    found = []
    for content in _tables(file, "services", findings) if file.exists() else []:
        with findings.gather(file.name):
            found.append(outside_terms.read(content))
    return found


def _items(folder: Path, findings: Findings) -> dict[str, Bundle]:
    found = {}
    for place in sorted(p for p in folder.glob("*") if p.is_dir()):
        name = f"items/{place.name}"
        one = _item(place, name, findings)
        if one is not None:
            found[name] = one
    return found


def _item(place: Path, name: str, findings: Findings) -> Bundle | None:
    """Each part is parsed on its own, so that what is wrong is said of the file it is in."""
    texts: dict[str, str] = {}
    for file in ITEM_FILES:
        with findings.gather(f"{name}/{file}"):
            texts[file] = read_text(place / file)
    if len(texts) < len(ITEM_FILES):
        return None
    guide = None
    with findings.gather(name):
        guide = guides.read(texts[guides.FILE], f"{place.name}/{guides.FILE}")
    if guide is None:
        return None
    one = Bundle(guide, *(texts[file] for file in PARTS))
    before = len(findings.zh)
    for file, part in PARTS.items():
        with findings.gather(f"{name}/{file}"):
            getattr(one, part)
    return one if len(findings.zh) == before else None
