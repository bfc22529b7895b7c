"""A city of six people with one source, one register and grants made to measure."""

from datetime import date
from typing import Any

import pyarrow as pa
from stdnum.iso7064 import mod_11_2

from tests.known import MONDAY
from tongban.base.audit.models import Event
from tongban.base.audit.queries import BulkRead
from tongban.base.audit.reads import query_of
from tongban.base.people import actions as people
from tongban.data.exchange import actions, gate, standing
from tongban.data.lake import actions as lake
from tongban.data.lake import contract as contracts
from tongban.data.lake import store
from tongban.data.pipelines import actions as pipelines
from tongban.data.registers import actions as registers
from tongban.data.registers import definitions, rows
from tongban.data.registers.models import SubjectFacts
from tongban.data.standards import actions as standards
from tongban.engines import sqlmodels
from tongban.engines.tables import Column, Schema

BY = {"by": "test", "at": MONDAY}
TODAY = date(2026, 9, 21)
PEOPLE = "ods.people"
FACTS = "registers.person_facts"
COLUMNS = ("number", "name", "town", "kind", "phone", "note")
GRADES = {"number": 4, "name": 3, "town": 2, "kind": 1, "phone": 3, "note": 4}
STEWARD = gate.Reader("17", "steward", "GA")
ANALYST = gate.Reader("18", "steward", "SJ")


def number(n: int) -> str:
    body = f"3299041990030{n:01d}{n:03d}"
    return body + mod_11_2.calc_check_digit(body)


def subject(n: int) -> str:
    return f"P{n:026d}"


def person(n: int) -> dict[str, Any]:
    return {
        "number": number(n),
        "name": f"周雨{'一二三四五六'[n - 1]}",
        "town": "329904" if n <= 4 else "329905",
        "kind": "resident",
        "phone": f"1380000602{n}",
        "note": f"n{n}",
    }


SIX = [person(n) for n in range(1, 7)]
OFFICES = [
    {
        "code": code,
        "name_zh": zh,
        "name_en": en,
        "short_zh": zh,
        "short_en": en,
        "uscc": "",
        "region_code": "",
    }
    for code, zh, en in (
        ("GA", "公安局", "Police"),
        ("SJ", "政数局", "Data"),
        ("MZ", "民政局", "Civil affairs"),
    )
]
MODEL = f"""-- model: {FACTS}
-- owner: SJ
-- description: 事实 | Facts
-- grade: subject_id 2; citizen_id 4; name 3; town 2; kind 1; phone 3; note 4; age 3; alive 4
select i.subject_id, p.number as citizen_id, p.name, p.town, p.kind, p.phone, p.note,
    30 as age, true as alive, 'GA01:' || p._load || ':' || p._position as person_row
from ods.people as p
inner join registers.person_identity as i on p.number = i.citizen_id
"""
FACT_TYPES = {
    **dict.fromkeys(("name", "town", "kind", "phone", "note", "citizen_id"), "string"),
    "age": "integer",
    "alive": "boolean",
}
TYPES = {
    **dict.fromkeys(("number", "name", "town", "kind", "phone", "note"), "string"),
    **dict.fromkeys(("subject_id", "citizen_id", "person_row"), "string"),
    "age": "integer",
    "alive": "boolean",
    "_load": "integer",
    "_position": "integer",
}


def contract(share: str = "conditional", **shares: str) -> contracts.Contract:
    return contracts.from_content(
        {
            "version": 1,
            "resource": {
                "code": "GA01",
                "table": "people",
                "name": {"zh": "人口", "en": "People"},
                "owner": "GA",
                "purpose": {"zh": "登记", "en": "Registration"},
                "cycle": "daily",
                "share": share,
                "key": ["number"],
            },
            "connection": {"kind": "csv", "path": "people.csv"},
            "columns": [
                {
                    "name": name,
                    "label": {"zh": name, "en": name},
                    "element": "citizen_id" if name == "number" else f"grade{GRADES[name]}",
                    **({"share": shares[name]} if name in shares else {}),
                }
                for name in COLUMNS
            ],
        },
        "GA01.toml",
    )


def build(people_: list[dict[str, Any]]) -> None:
    """Offices, contract, register, model and facts, and an edition that holds these people."""
    people.load_offices(OFFICES, **BY)
    standards.load_elements(_elements(), **BY)
    lake.adopt_contract(contract=contract(), **BY)
    registers.adopt_register(definition=_register(), **BY)
    facts = definitions.FactsFile.model_validate(_facts_file())
    registers.adopt_facts(facts=facts, **BY)
    adopt_model(MODEL)
    publish(people_)


def adopt_model(text: str) -> None:
    given = {
        PEOPLE: [*COLUMNS, "_load", "_position"],
        "registers.person_identity": ["citizen_id", "subject_id"],
    }
    model = sqlmodels.read(text, "person_facts.sql")
    pipelines.adopt_models(models=[model], tables=given, **BY)


def publish(people_: list[dict[str, Any]]):
    """A new edition with these people in the source and in the register."""
    edition = lake.open_edition(**BY)
    places = [{**p, "_load": 7, "_position": n} for n, p in enumerate(people_, 1)]
    subjects = [{"citizen_id": p["number"], "subject_id": p.get("subject", subject(n))}
                for n, p in enumerate(people_, 1)]  # fmt: skip
    derived = [
        {
            **{name: p[name] for name in ("name", "town", "kind", "phone", "note")},
            **s,
            "age": p.get("age", 30 + p["_position"]),
            "alive": p.get("alive", True),
            "person_row": f"GA01:7:{p['_position']}",
        }
        for p, s in zip(places, subjects, strict=True)
    ]
    grades = {**GRADES, "_load": 1, "_position": 1, "citizen_id": 4, "subject_id": 2}
    grades |= {"age": 3, "alive": 4, "person_row": 1}
    put(edition, PEOPLE, places, [*COLUMNS, "_load", "_position"], grades)
    put(edition, "registers.person_identity", subjects, ["citizen_id", "subject_id"], grades)
    facts = ["subject_id", *FACT_TYPES, "person_row"]
    put(edition, FACTS, derived, facts, grades)
    for row in derived:
        held = {key: (row[key], row["person_row"]) for key in FACT_TYPES}
        SubjectFacts.objects.create(
            edition_number=edition.number, subject_id=row["subject_id"], sealed=rows.seal(held)
        )
    lake.publish(edition=edition, **BY)
    return edition


def put(edition, table, content, columns, grades) -> None:
    schema = Schema(tuple(Column(name, TYPES[name], grades[name]) for name in columns))
    engine = store.engine()
    with engine.connect() as con:
        arrays = {c.name: pa.array([r.get(c.name) for r in content], c.arrow)
                  for c in schema.columns}  # fmt: skip
        con.register("given", pa.table(arrays))
        staged = engine.stage(con, "SELECT * FROM given", table, schema, f"e{edition.number}")
    version = store.lake().commit(staged, mode="replace", lock=store.table_lock(table))
    lake.put_table(edition=edition, table=table, version=version)


def terms(code: str, **given: Any) -> standing.StandingGrant:
    words = {"zh": code, "en": code}
    content = {
        "code": code,
        "use": "study",
        "name": words,
        "grantee": {"office": "SJ", "post": "steward"},
        "purpose": words,
        "basis": words,
        "grantor": "GA",
        "relation": FACTS,
        "columns": ["name", "town", "kind", "age"],
        "quota": {"rows": 100, "per": "request", "requests": 100, "every": "day"},
        "from": date(2026, 1, 1),
        "until": date(2026, 12, 31),
        **given,
    }
    return standing.read(content)


def give(code: str, **given: Any):
    return actions.adopt_standing(grant=terms(code, **given), **BY)


def quota(rows: int = 100, requests: int = 100) -> dict[str, Any]:
    return {"rows": rows, "per": "request", "requests": requests, "every": "day"}


def last_event() -> Event:
    return Event.objects.order_by("-pk")[0]


def bulk_read(event: Event) -> BulkRead:
    return BulkRead(
        event.pk, (event.subject_type, event.subject_id), event.edition, query_of(event)
    )


def _elements():
    names = {"citizen_id": 4, **{f"grade{grade}": grade for grade in range(1, 5)}}
    for code, grade in names.items():
        yield {
            "code": code,
            "name_zh": code,
            "name_en": code,
            "type": "string",
            "grade": grade,
            "format": "",
            "codelist": "",
            "check_name": "citizen_id" if code == "citizen_id" else "",
        }


def _register() -> definitions.RegisterFile:
    words = {"zh": "人口库", "en": "Persons"}
    return definitions.RegisterFile.model_validate(
        {
            "version": 1,
            "register": {
                "code": "person",
                "name": words,
                "owner": "SJ",
                "subject": "natural_person",
                "relation": "registers.person",
                "meaning": words,
            },
            "key": {
                "column": "citizen_id",
                "element": "citizen_id",
                "found_in": [{"relation": FACTS, "column": "citizen_id"}],
            },
            "attributes": [],
        }
    )


def _facts_file() -> dict[str, Any]:
    grades = {**GRADES, "citizen_id": 4, "age": 3, "alive": 4}
    return {
        "version": 1,
        "register": "person",
        "relation": FACTS,
        "facts": [
            {
                "key": key,
                "label": {"zh": key, "en": key},
                "type": kind,
                "grade": grades[key],
                "source": "GA01",
                "column": key,
                "row": "person_row",
                "cycle": "daily",
                "meaning": {"zh": key, "en": key},
                "rule": {"zh": key, "en": key},
            }
            for key, kind in FACT_TYPES.items()
        ],
    }
