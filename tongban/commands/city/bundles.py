"""A city as bundles, the smallest pieces that `load` makes live: from a folder, or as they are.

Both sides give the same content for the same piece, so that they can be compared and either can be
written as a folder.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from tongban.base.calendar.models import CalendarDay
from tongban.base.people.models import City, Office, Region
from tongban.business.cases.outside_models import OutsideService
from tongban.business.items import guide as guides
from tongban.business.items import packages
from tongban.business.items import queries as items
from tongban.business.items.bundle import Bundle
from tongban.business.offers import adopting as offers
from tongban.business.offers import terms as offer_terms
from tongban.commands.city import tables
from tongban.commands.city.folder import Folder
from tongban.data.exchange.models import Grant
from tongban.data.exchange.standing import StandingGrant
from tongban.data.lake import queries as lake
from tongban.data.pipelines.models import LiveSqlModel
from tongban.data.registers import queries as registers
from tongban.data.registers.definitions import FactPart, FactsFile
from tongban.data.registers.models import FactDefinition
from tongban.data.standards.models import Code, Element


class Key(NamedTuple):
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


Bundles = Mapping[Key, Any]
YEAR_IS_WHOLE = ((1, 1), (10, 1))  # by these two days the calendar knows a year's whole notice


@dataclass(frozen=True)
class Difference:
    only_folder: tuple[Key, ...]
    only_live: tuple[Key, ...]
    different: tuple[Key, ...]

    @property
    def to_adopt(self) -> frozenset[Key]:
        return frozenset((*self.only_folder, *self.different))

    def __bool__(self) -> bool:
        return bool(self.only_folder or self.only_live or self.different)


def compare(folder: Bundles, live: Bundles) -> Difference:
    return Difference(
        tuple(sorted(folder.keys() - live.keys())),
        tuple(sorted(live.keys() - folder.keys())),
        tuple(
            sorted(
                key
                for key in folder.keys() & live.keys()
                if canonical(folder[key]) != canonical(live[key])
            )
        ),
    )


def canonical(content: Any) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)


def of_folder(folder: Folder) -> Bundles:
    city = folder.city["city"]
    found: dict[Key, Any] = {
        Key("city", city["code"]): {
            "code": city["code"],
            "name": {"zh": city["name"]["zh"], "en": city["name"]["en"]},
            "hotline": city.get("hotline", ""),
        }
    }
    found |= _rows("region", folder.regions)
    found |= _rows("office", folder.offices)
    found |= _rows("element", folder.elements)
    for name, rows in folder.codelists.items():
        found |= {Key("code", f"{name}/{row['code']}"): dict(row) for row in rows}
    found |= _years(folder.calendar)
    for contract in folder.contracts.values():
        content = contract.model_dump(mode="json", exclude_none=True)
        found[Key("contract", contract.resource.code)] = content
    found |= {Key("model", model.name): model.sql for model in folder.models.values()}
    for register in folder.registers.values():
        found[Key("register", register.code)] = register.model_dump(by_alias=True)
    for facts in folder.facts.values():
        found |= _facts(facts)
    for item in folder.items.values():
        found[Key("item", item.guide.item.code)] = _item(item)
    found |= {Key("grant", g.code): g.model_dump(by_alias=True) for g in folder.grants}
    found |= {Key("outside", t.code): t.model_dump(mode="json") for t in folder.outside}
    for terms in folder.packages.values():
        found[Key("package", terms.package.code)] = terms.model_dump(mode="json")
    found |= {Key("offer", t.code): offer_terms.content(t) for t in folder.offers.values()}
    return found


def live() -> Bundles:
    """What a folder could bring, as it is now; about a dozen queries."""
    found: dict[Key, Any] = {}
    for city in City.objects.all():
        found[Key("city", city.region_code)] = {
            "code": city.region_code,
            "name": {"zh": city.name_zh, "en": city.name_en},
            "hotline": city.hotline,
        }
    found |= _rows("region", _fields(Region.objects.all(), tables.REGIONS))
    found |= _rows("office", _fields(Office.objects.all(), tables.OFFICES))
    found |= _rows("element", _fields(Element.objects.all(), tables.ELEMENTS))
    for code in Code.objects.all():
        (row,) = _fields([code], tables.CODES)
        found[Key("code", f"{code.codelist}/{code.code}")] = row
    found |= _years(_fields(CalendarDay.objects.filter(announced=True), tables.CALENDAR))
    for resource in lake.resources():
        content = lake.live_contract(resource).model_dump(mode="json", exclude_none=True)
        found[Key("contract", resource.code)] = content
    found |= {Key("model", row.name): row.text for row in LiveSqlModel.objects.all()}
    for register in registers.registers():
        found[Key("register", register.code)] = register.model_dump(by_alias=True)
    for facts in facts_files(registers.all_facts()):
        found |= _facts(facts)
    for version in items.live_versions():
        texts = (version.form, version.process, version.decision)
        found[Key("item", version.item.code)] = _item(Bundle(guides.of(version), *texts))
    # What was passed on came about by an action, not by a folder.
    for grant in Grant.objects.filter(withdrawn_at=None, passed_on=None):
        found[Key("grant", grant.code)] = _grant(grant).model_dump(by_alias=True)
    for service in OutsideService.objects.all():
        found[Key("outside", service.code)] = service.terms
    for version in packages.live():
        content = packages.terms_of(version).model_dump(mode="json")
        found[Key("package", version.package.code)] = content
    found |= {Key("offer", code): terms for code, terms in offers.live().items()}
    return found


def facts_files(facts: Iterable[FactDefinition]) -> Iterator[FactsFile]:
    """One per register and model that facts are read from."""
    groups: defaultdict[tuple[str, str], list[FactPart]] = defaultdict(list)
    for fact in facts:
        groups[fact.register, fact.model].append(
            FactPart.model_validate(
                {
                    "key": fact.key,
                    "label": {"zh": fact.label_zh, "en": fact.label_en},
                    "type": fact.type,
                    "grade": fact.grade,
                    "source": fact.source,
                    "also_from": fact.also_from,
                    "element": fact.element,
                    "column": fact.column,
                    "row": fact.row_column,
                    "cycle": fact.cycle,
                    "meaning": {"zh": fact.meaning_zh, "en": fact.meaning_en},
                    "rule": {"zh": fact.rule_zh, "en": fact.rule_en},
                }
            )
        )
    for (register, model), parts in sorted(groups.items()):
        yield FactsFile(version=1, register=register, relation=model, facts=tuple(parts))


def _rows(kind: str, rows: Iterable[Mapping[str, Any]]) -> Bundles:
    return {Key(kind, row["code"]): dict(row) for row in rows}


def _fields(objects: Iterable[Any], fields: tables.Fields) -> list[dict[str, Any]]:
    names = [name for name, _ in fields.values()]
    return [{name: getattr(found, name) for name in names} for found in objects]


def _years(rows: Iterable[Mapping[str, Any]]) -> Bundles:
    """A year's days that do not simply follow the week, as a year's notice names them."""
    years: defaultdict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["day"]):
        day: date = row["day"]
        follows = row["working"] == (day.weekday() < 5) and not row["note_zh"] + row["note_en"]
        if not follows or (day.month, day.day) in YEAR_IS_WHOLE:
            years[day.year].append(row)
    return {Key("calendar", str(year)): days for year, days in years.items()}


def _facts(facts: FactsFile) -> Bundles:
    where = {"register": facts.register_code, "relation": facts.relation}
    return {Key("fact", fact.key): {**where, **fact.model_dump()} for fact in facts.facts}


def _item(item: Bundle) -> Mapping[str, Any]:
    return {
        "guide": item.guide.model_dump(exclude_none=True),
        "form": item.form_text,
        "process": item.process_text,
        "decision": item.decision_text,
    }


def _grant(grant: Grant) -> StandingGrant:
    return StandingGrant.model_validate(
        {
            "code": grant.code,
            "use": grant.use,
            "name": {"zh": grant.name_zh, "en": grant.name_en},
            "grantee": {"office": grant.office, "post": grant.post},
            "purpose": {"zh": grant.purpose_zh, "en": grant.purpose_en},
            "basis": {"zh": grant.basis_zh, "en": grant.basis_en},
            "grantor": grant.grantor,
            "relation": grant.relation,
            "columns": grant.columns,
            "mask": grant.mask,
            "row_filter": grant.row_filter,
            "quota": {
                "rows": grant.rows_per_request,
                "per": "request",
                "requests": grant.requests_per_day,
                "every": "day",
            },
            "from": grant.valid_from,
            "until": grant.valid_until,
        }
    )
