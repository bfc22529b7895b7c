"""Who leads a company is erased: the company's rows and facts stay, and nobody is named in them."""

import pytest

from tests.commands.tiny import BASIS, HE, SHE, SUBJECT, inside, places, silent
from tests.known import MONDAY
from tongban.commands import erasing
from tongban.data.lake import actions as lake
from tongban.data.lake import queries, store
from tongban.data.lake import rows as lake_rows
from tongban.data.pipelines import actions as pipelines
from tongban.data.registers import rows
from tongban.data.registers.models import FactDefinition, SubjectFacts
from tongban.engines import sqlmodels
from tongban.engines.tables import Column, Schema

__all__ = ["inside", "places"]
FIRMS = "registers.firms"
SCHEMA = Schema(
    tuple(Column(name, "string", 3) for name in ("name", "leader", "leader_name", "note"))
)
MODEL = f"""-- model: {FIRMS}
-- owner: SJ
-- description: 企业 | Companies
-- named: leader leader_name
select 'a' as name, citizen_id as leader, 'b' as leader_name, 'c' as note from ods.people
"""
BEFORE = {
    ("云海", SUBJECT, "周雨", "总部"),
    ("清荷", "P2", "李雷", "分部"),
    ("澄江", None, None, "无人"),
}
AFTER = {
    ("云海", None, None, "总部"),
    ("清荷", "P2", "李雷", "分部"),
    ("澄江", None, None, "无人"),
}
OF_HIS = {"leader": (SUBJECT, "S:1:1"), "leader_name": ("周雨", "S:1:1"), "name": ("云海", "S:1:1")}
OF_HERS = {"leader": ("P2", "S:1:2"), "leader_name": ("李雷", "S:1:2"), "name": ("清荷", "S:1:2")}


def facts_of(subject_id: str) -> dict:
    stored = SubjectFacts.objects.filter(subject_id=subject_id)
    return {row.edition_number: rows.unseal(row.sealed) for row in stored}


def firms() -> set[tuple]:
    edition = queries.current_edition()
    assert edition is not None
    with lake_rows.attached(edition, [FIRMS]) as con:
        return set(con.execute(f"SELECT * FROM {FIRMS}").fetchall())


@pytest.fixture
def companies(inside):
    """Beside the lake of persons: three companies, one of them led by him, in two editions."""
    model = sqlmodels.read(MODEL, "firms.sql")
    pipelines.adopt_models(
        models=[model], tables={"ods.people": ["id", "citizen_id"]}, by="test", at=MONDAY
    )
    edition = lake.open_edition(by="test", at=MONDAY)
    values = ", ".join(
        "(" + ", ".join("NULL" if cell is None else f"'{cell}'" for cell in row) + ")"
        for row in sorted(BEFORE, key=str)
    )
    engine = store.engine()
    with engine.connect() as con:
        query = f"SELECT * FROM (VALUES {values}) AS t(name, leader, leader_name, note)"
        staged = engine.stage(con, query, FIRMS, SCHEMA, f"edition-{edition.number}")
    version = store.lake().commit(staged, mode="replace", lock=store.table_lock(FIRMS))
    lake.put_table(edition=edition, table=FIRMS, version=version)
    lake.publish(edition=edition, by="test", at=MONDAY)
    for key in ("leader", "leader_name", "name"):
        FactDefinition.objects.create(
            key=key,
            register="enterprise",
            label_zh=key,
            label_en=key,
            type="string",
            grade=3,
            source="SJ01",
            model=FIRMS,
            column=key,
            row_column="note",
            cycle="daily",
        )
    for number in (2, 3):
        for subject, facts in (("E1", OF_HIS), ("E2", OF_HERS)):
            SubjectFacts.objects.create(
                edition_number=number,
                register="enterprise",
                subject_id=subject,
                sealed=rows.seal(facts),
            )


def test_the_rows_of_a_company_stay_and_do_not_name_him(companies):
    assert firms() == BEFORE

    erasing.erase(erasing.of_key("person", HE), basis=BASIS, by="qin", at=MONDAY, told=silent)

    assert firms() == AFTER


def test_the_facts_of_a_company_stay_in_every_edition_and_do_not_name_him(companies):
    untouched = {row.pk: bytes(row.sealed) for row in SubjectFacts.objects.filter(subject_id="E2")}

    erasing.erase(erasing.of_key("person", HE), basis=BASIS, by="qin", at=MONDAY, told=silent)

    emptied = {"leader": [None, ""], "leader_name": [None, ""], "name": ["云海", "S:1:1"]}
    assert facts_of("E1") == {2: emptied, 3: emptied}
    assert facts_of(SUBJECT) == {}
    for row in SubjectFacts.objects.filter(subject_id="E2"):
        assert bytes(row.sealed) == untouched[row.pk]


def test_whom_no_company_names_changes_no_company(companies):
    before = {row.pk: bytes(row.sealed) for row in SubjectFacts.objects.filter(subject_id="E1")}

    erasing.erase(erasing.of_key("person", SHE), basis=BASIS, by="qin", at=MONDAY, told=silent)

    assert firms() == BEFORE
    stored = SubjectFacts.objects.filter(subject_id="E1")
    assert {row.pk: bytes(row.sealed) for row in stored} == before
