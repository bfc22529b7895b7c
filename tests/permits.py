"""The residence permit of the demo city, and people about whom this or that is known."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.known import KNOWN, MONDAY
from tongban.base.calendar import actions as calendar
from tongban.base.people import actions as people
from tongban.base.people.models import Post, User
from tongban.business.items import actions as items
from tongban.business.items import bundle
from tongban.commands.city import findings, tables
from tongban.data.exchange import actions as exchange
from tongban.data.exchange import standing
from tongban.data.lake import actions as lake
from tongban.data.lake import contract as contracts
from tongban.data.registers import actions as registers
from tongban.data.registers import definitions, rows
from tongban.data.registers.models import SubjectFacts

CITY = Path(__file__).parents[1] / "cities" / "yunze"


@pytest.fixture
def city(db):
    return load_city()


def load_city():
    """Offices, calendar, contracts, facts and grants of the demo city; no data."""
    by, at = "test", MONDAY
    found = findings.Findings()
    offices = tables.rows(CITY / "offices.csv", tables.OFFICES, found)
    days = tables.rows(CITY / "calendar.csv", tables.CALENDAR, found)
    terms = {"name_zh": "云泽市", "name_en": "Yunze City", "region_code": "329900"}
    people.name_city(terms=terms, by=by, at=at)
    people.load_offices(offices, by=by, at=at)
    calendar.load_days(days, by=by, at=at)
    for file in sorted((CITY / "sources").glob("*.toml")):
        lake.adopt_contract(contract=contracts.read(file), by=by, at=at)
    facts = definitions.read_facts((CITY / "registers" / "facts.toml").read_text(), "facts.toml")
    registers.adopt_facts(facts=facts, by=by, at=at)
    for content in tomllib.loads((CITY / "grants.toml").read_text())["grants"]:
        exchange.adopt_standing(grant=standing.read(content), by=by, at=at)
    edition = lake.open_edition(by=by, at=at)
    lake.publish(edition=edition, by=by, at=at)
    return edition


@pytest.fixture
def permit(city):
    """The live version of 居住证申领."""
    return items.publish(bundle=bundle.read(CITY / "items" / "B09"), by="test", at=MONDAY)


@pytest.fixture
def citizen(city):
    """Makes an account whose subject has the given facts; what is not given is as in KNOWN."""

    def make(username: str = "zhou", **facts: Any) -> User:
        subject = f"P{username.upper():0>26}"
        held = {key: (value, "GA01:1:7") for key, value in {**KNOWN, **facts}.items()}
        SubjectFacts.objects.create(
            edition_number=city.number, subject_id=subject, sealed=rows.seal(held)
        )
        return people.open_account(
            username=username,
            password="correct horse battery",
            display_name=KNOWN["name"] if username == "zhou" else "王芳",
            subject_id=subject,
            by="test",
            at=MONDAY,
        )

    return make


@pytest.fixture
def approver(city):
    user = people.open_account(
        username="shen", password="correct horse battery", display_name="沈岚", by="test", at=MONDAY
    )
    people.appoint(user=user, office_code="GA", role=Post.Role.APPROVER, by="test", at=MONDAY)
    return user
