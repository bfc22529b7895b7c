"""Two registers in one edition: three persons and two companies, with a fact or two each."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from tests.known import MONDAY
from tongban.base.people import actions as people
from tongban.data.lake import actions as lake
from tongban.data.lake import store
from tongban.data.lake.models import Edition
from tongban.data.pipelines import actions as pipelines
from tongban.data.registers import actions as registers
from tongban.data.registers import definitions
from tongban.engines import sqlmodels
from tongban.engines.tables import Column, Schema

BY: dict[str, Any] = {"by": "test", "at": MONDAY}
TODAY = MONDAY.date()
OFFICE = {
    "code": "SJ",
    "name_zh": "政数局",
    "name_en": "Data",
    "short_zh": "政数局",
    "short_en": "Data",
    "uscc": "",
    "region_code": "",
}
PERSONS = {"329904199003070011": "周雨一", "329904199003070028": "周雨二", "32990419900307": "周"}
FIRMS = {"91329900MA1000001A": "澄江软件", "91329900MA1000002B": "清荷物业"}
PLACES = ("_load", "_position")
KEYS = {"person": "citizen_id", "enterprise": "uscc"}
TABLES = {"person": "ods.persons", "enterprise": "ods.firms"}


def model(register: str, subject: str = "i.subject_id", more: str = "") -> str:
    name, key = f"registers.{register}_facts", KEYS[register]
    return f"""-- model: {name}
-- owner: SJ
-- description: 事实 | Facts
-- grade: subject_id 2; {register}_name 3; {register}_size 1; _row 1
select {subject} as subject_id, s.name as {register}_name, length(s.name) as {register}_size,
    'SJ01:' || s._load || ':' || s._position as _row
from {TABLES[register]} as s
inner join registers.{register}_identity as i on s.key = i.{key} {more}
"""


def register(code: str) -> definitions.RegisterFile:
    words = {"zh": code, "en": code}
    part = {"code": code, "name": words, "owner": "SJ", "subject": code, "meaning": words}
    key = {"column": KEYS[code], "element": KEYS[code]}
    found_in = [{"relation": TABLES[code], "column": "key"}]
    return definitions.RegisterFile.model_validate(
        {
            "version": 1,
            "register": {**part, "relation": f"registers.{code}"},
            "key": {**key, "found_in": found_in},
            "attributes": [],
        }
    )


def facts(
    code: str, columns: Mapping[str, str] | None = None, relation: str = ""
) -> definitions.FactsFile:
    """`columns` with their types; by default the name and how long it is."""
    words = {"zh": code, "en": code}
    columns = columns or {f"{code}_name": "string", f"{code}_size": "integer"}
    rest = {"label": words, "source": "SJ01", "row": "_row", "cycle": "daily"}
    rest |= {"meaning": words, "rule": words, "grade": 3}
    return definitions.FactsFile.model_validate(
        {
            "version": 1,
            "register": code,
            "relation": relation or f"registers.{code}_facts",
            "facts": [
                {"key": column, "column": column, "type": kind, **rest}
                for column, kind in columns.items()
            ],
        }
    )


def adopt(*texts: str) -> int:
    tables = {table: ["key", "name", *PLACES] for table in TABLES.values()}
    tables |= {f"registers.{code}_identity": [key, "subject_id"] for code, key in KEYS.items()}
    models = [sqlmodels.read(text, f"{n}.sql") for n, text in enumerate(texts)]
    return pipelines.adopt_models(models=models, tables=tables, **BY)


def define() -> None:
    people.load_offices([OFFICE], **BY)
    for code in KEYS:
        registers.adopt_register(definition=register(code), **BY)
        registers.adopt_facts(facts=facts(code), **BY)
    adopt(model("person"), model("enterprise"))


def opened(**given: Mapping[str, str]) -> Edition:
    """A draft with these keys and names in the sources; what is not given stays."""
    edition = lake.open_edition(**BY)
    for code, rows in given.items():
        put(edition, TABLES[code], rows)
    return edition


def put(edition: Edition, table: str, rows: Mapping[str, str]) -> None:
    schema = Schema(
        (
            *(Column("key", "string", 4), Column("name", "string", 3)),
            *(Column(name, "integer", 1) for name in PLACES),
        )
    )
    places: Sequence[int] = range(1, len(rows) + 1)
    columns = [list(rows), list(rows.values()), [1] * len(rows), list(places)]
    arrays = [pa.array(c, s.arrow) for c, s in zip(columns, schema.columns, strict=True)]
    engine = store.engine()
    with engine.connect() as con:
        con.register("given", pa.table(dict(zip(schema.names, arrays, strict=True))))
        run = f"e{edition.number}"
        staged = engine.stage(con, "SELECT * FROM given", table, schema, run)
    version = store.lake().commit(staged, mode="replace", lock=store.table_lock(table))
    lake.put_table(edition=edition, table=table, version=version)


def derive(edition: Edition, told: list[tuple[str, int]] | None = None) -> None:
    heard = [] if told is None else told
    registers.derive(
        edition=edition, run_date=TODAY, told=lambda step, rows: heard.append((step, rows)), **BY
    )
