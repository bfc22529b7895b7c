"""A lake of two tables and two editions in which one person stands who will be erased, and what
other processes need to see it."""

import os
from pathlib import Path

import pytest
from django.db import connection

from tests.commands.processes import address
from tests.known import MONDAY
from tongban import clock, embedded
from tongban.base.audit import actions as audit
from tongban.base.people.models import User
from tongban.commands import erasing
from tongban.commands.backing import restoring
from tongban.data.lake import actions as lake
from tongban.data.lake import queries, store
from tongban.data.lake.models import Edition
from tongban.data.pipelines.erased import REGISTER, digest
from tongban.data.registers import rows
from tongban.data.registers.models import Identity, SubjectFacts
from tongban.engines.tables import Column, Schema

HE, SHE = "329901199003070020", "329901198805126626"
SUBJECT = f"P{'ZHOU':0>26}"
BASIS = "个人信息保护法第四十七条"
TABLES = ("ods.homes", "ods.people")
SCHEMA = Schema((Column("id", "integer", 2), Column("citizen_id", "string", 4)))


def silent(step: str, done: int, total: int) -> None:
    return None


def identify(user: User, number: str) -> erasing.Target:
    Identity.objects.create(
        register=REGISTER,
        digest=digest(REGISTER, number),
        subject_id=user.subject_id,
        minted_at=MONDAY,
    )
    return erasing.of_key("person", number)


def rows_of(table: str) -> int:
    version = queries.tables_of(queries.current_edition())[table]
    return store.lake().snapshot(table, version).rows


def _publish(people: int) -> Edition:
    edition = lake.open_edition(by="test", at=MONDAY)
    engine = store.engine()
    for table in TABLES:
        with engine.connect() as con:
            number = f"if(i = 3, '{HE}', '{SHE}')"
            query = f"SELECT i AS id, {number} AS citizen_id FROM range({people}) t(i)"
            staged = engine.stage(con, query, table, SCHEMA, f"edition-{edition.number}")
            version = store.lake().commit(staged, mode="replace", lock=store.table_lock(table))
        lake.put_table(edition=edition, table=table, version=version)
    lake.publish(edition=edition, by="test", at=MONDAY)
    return edition


@pytest.fixture
def places(settings, tmp_path):
    settings.LAKE_URL = str(tmp_path / "lake")
    settings.SCRATCH = tmp_path / "scratch"
    settings.AUDIT_ANCHOR = tmp_path / "anchors"


@pytest.fixture
def state(transactional_db, places, tmp_path) -> Path:
    """Its folder. He is row 3 of five in both tables of the current edition."""
    return _filled(tmp_path)


@pytest.fixture
def inside(db, places, tmp_path) -> Path:
    """The same, for a test that needs no other process."""
    return _filled(tmp_path)


def _filled(home: Path) -> Path:
    for people in (4, 5):
        _publish(people)
    user = User.objects.create(username="zhou", subject_id=SUBJECT)
    SubjectFacts.objects.create(
        edition_number=2, subject_id=SUBJECT, sealed=rows.seal({"citizen_id": (HE, "GA01:1:7")})
    )
    User.objects.create(username="qin")
    identify(user, HE)
    audit.seal_pending(at=clock.now(), limit=1000)
    return home


@pytest.fixture
def environment(settings) -> dict[str, str]:
    """Of a process with the same master key and no place of its own yet."""
    kept = {name: value for name, value in os.environ.items() if name not in restoring.OWN_PLACES}
    programs = embedded.program(settings.STATE, "pg_restore").parent  # as new as the server
    return kept | {
        "TONGBAN_MASTER_KEY": (settings.STATE / "keys" / "master").read_text(),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }


@pytest.fixture
def here(environment, settings, state) -> dict[str, str]:
    """Of a process that works on the state of this test."""
    return environment | {
        "DATABASE_URL": address(connection.settings_dict["NAME"]),
        "TONGBAN_LAKE_URL": settings.LAKE_URL,
        "TONGBAN_SCRATCH": str(settings.SCRATCH),
        "TONGBAN_AUDIT_ANCHOR": str(settings.AUDIT_ANCHOR),
        "TONGBAN_STATE": str(state / "other"),
    }
