"""A register of made-up people with the facts that the residence permit is decided by."""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from tests.known import MONDAY
from tongban.data.lake import actions as lake
from tongban.data.lake import store
from tongban.data.lake.models import Edition
from tongban.engines.tables import Column, Schema

FACTS = "registers.person_facts"
SCHEMA = Schema(
    (
        Column("subject_id", "string", 2),
        Column("alive", "boolean", 3),
        Column("household_region", "string", 3),
        Column("residence_region", "string", 3),
        Column("insured_months", "integer", 3),
        Column("owns_home_here", "boolean", 3),
        Column("employed_here", "boolean", 3),
        Column("holds_valid_permit", "boolean", 3),
    )
)
SETTLED = {
    "alive": True,
    "household_region": "329905",
    "residence_region": "329906",
    "insured_months": 14,
    "owns_home_here": True,
    "employed_here": True,
    "holds_valid_permit": None,
}


def settle(people: Iterable[Mapping[str, Any]]) -> Edition:
    """A new edition whose register holds these people; what is not given is as in SETTLED."""
    rows = [{**SETTLED, "subject_id": f"P{n:026}", **one} for n, one in enumerate(people, 1)]
    edition = lake.open_edition(by="test", at=MONDAY)
    engine = store.engine()
    with engine.connect() as con:
        columns = {c.name: pa.array([r[c.name] for r in rows], c.arrow) for c in SCHEMA.columns}
        con.register("given", pa.table(columns))
        staged = engine.stage(con, "SELECT * FROM given", FACTS, SCHEMA, f"e{edition.number}")
    version = store.lake().commit(staged, mode="replace", lock=store.table_lock(FACTS))
    lake.put_table(edition=edition, table=FACTS, version=version)
    lake.publish(edition=edition, by="test", at=MONDAY)
    return edition


def months(*counts: tuple[int | None, int]) -> list[dict[str, Any]]:
    """So many people who are insured for so many months: (months, people) each."""
    return [{"insured_months": held} for held, people in counts for _ in range(people)]
