"""Ten people of the demo city about whom this or that is known, decided, and the offer over them.

Editions 1 and 2 are the city's and the people's, 3 and 4 those of the two decisions.
"""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from tests.data import shared
from tests.known import KNOWN, MONDAY
from tests.permits import CITY, load_city
from tongban.base.people import actions as people
from tongban.base.people.models import User
from tongban.business.cases import deciding
from tongban.business.items import actions as items
from tongban.business.items import bundle
from tongban.business.offers import adopting, rounds, terms
from tongban.business.offers.models import Candidate, Offer, Round
from tongban.commands import population
from tongban.data.lake import actions as lake
from tongban.data.lake import writing
from tongban.data.registers import actions as registers
from tongban.data.registers import definitions
from tongban.data.registers import rows as facts
from tongban.data.registers.models import SubjectFacts
from tongban.engines.tables import Column, Schema

FACTS = Schema(
    (
        *(Column("subject_id", "string", 2), Column("name", "string", 3)),
        *(Column("alive", "boolean", 4), Column("household_region", "string", 2)),
        *(Column("age", "integer", 3), Column("birth_date", "date", 3)),
        *(Column("account_usable", "boolean", 3), Column("bank_account", "string", 4)),
        *(Column("allowance_paid", "boolean", 3), Column("allowance_amount", "integer", 4)),
        Column("allowance_after_death", "integer", 4),
        Column("allowance_after_death_from", "date", 4),
    )
)
OLD: dict[str, Any] = {
    **KNOWN,
    "age": 84,
    "birth_date": date(1942, 1, 31),
    "account_usable": True,
    "bank_account": "6212260000000000001",
    "allowance_paid": False,
    "allowance_amount": None,
    "allowance_after_death": 0,
    "allowance_after_death_from": None,
}
PEOPLE: dict[str, dict[str, Any]] = {
    "P1": {"name": "due"},
    "P2": {"name": "ninety", "age": 91, "birth_date": date(1935, 3, 7)},
    "P3": {"name": "no account", "account_usable": None, "bank_account": None},
    "P4": {"name": "raised", "age": 90, "birth_date": date(1936, 2, 29), "allowance_paid": True,
           "allowance_amount": 100},
    "P5": {"name": "right", "allowance_paid": True, "allowance_amount": 100},
    "P6": {"name": "dead", "alive": False, "age": None, "allowance_after_death": 300,
           "allowance_after_death_from": date(2026, 5, 1)},
    "P7": {"name": "elsewhere", "household_region": "340000", "allowance_paid": True,
           "allowance_amount": 100},
    "P8": {"name": "young", "age": 40, "birth_date": date(1986, 1, 1)},
    "P9": {"name": "unclear", "allowance_paid": None},
    "P10": {"name": "hundred", "age": 100, "birth_date": date(1926, 8, 30)},
}  # fmt: skip


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def ten_people(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), shared.lake(tmp_path_factory.mktemp("ten")):
        load_city()
        text = (CITY / "registers" / "person.toml").read_text(encoding="utf-8")
        file = definitions.read_register(text, "person.toml")
        registers.adopt_register(definition=file, by="test", at=MONDAY)
        version = items.publish(bundle=bundle.read(CITY / "items/D02"), by="test", at=MONDAY)
        publish(PEOPLE)
        decide()
        offer = adopting.adopt(terms=read_terms(), by="test", at=MONDAY)
        yield SimpleNamespace(version=version, offer=offer)


def read_terms(**changes: Any) -> terms.Terms:
    text = (CITY / "offers/D02.toml").read_text(encoding="utf-8")
    return terms.parse(text, "offers/D02.toml").model_copy(update=changes)


def publish(people_: dict[str, dict[str, Any]]) -> None:
    """A new edition with these people's facts."""
    edition = lake.open_edition(by="test", at=MONDAY)
    content = [{**OLD, **person, "subject_id": subject} for subject, person in people_.items()]
    arrays = {c.name: pa.array([row[c.name] for row in content], c.arrow) for c in FACTS.columns}
    with writing.store.engine().connect() as con:
        con.register("given", pa.table(arrays))
        writing.write(con, "SELECT * FROM given", "registers.person_facts", FACTS, edition)
    for row in content:
        held = {key: (row[key], "GA01:1:7") for key in row if key != "subject_id"}
        SubjectFacts.objects.create(
            edition_number=edition.number, subject_id=row["subject_id"], sealed=facts.seal(held)
        )
    lake.publish(edition=edition, by="test", at=MONDAY)


def decide(*names: str) -> None:
    from tongban.business.items.models import ItemVersion

    version = ItemVersion.objects.get(item__code="D02", status="live")
    model = deciding.model_of(version)
    for name in names or ("entitlement", "wrongly_paid"):
        population.decide(version, model.find(name), "person", at=MONDAY, told=lambda *_: None)


@pytest.fixture
def offer(ten_people, db) -> Offer:
    return Offer.objects.select_related("item__office").get(code="D02")


@pytest.fixture
def officer(offer) -> User:
    return staff("shen")


def staff(username: str, office: str = "MZ", role: str = "approver", subject: str = "") -> User:
    user = account(username, subject)
    people.appoint(user=user, office_code=office, role=role, by="test", at=MONDAY)
    return user


def account(username: str, subject: str = "") -> User:
    return people.open_account(
        username=username,
        password="correct horse battery",
        display_name=PEOPLE.get(subject, {}).get("name", username),
        subject_id=subject,
        by="test",
        at=MONDAY,
    )


@pytest.fixture
def person(offer):
    """The account of one of the ten."""
    return lambda subject: account(f"u-{subject}", subject)


def look(offer: Offer, user: User | None = None, at=MONDAY) -> Round:
    """A whole round."""
    made = rounds.ask(offer=offer, user=user, at=at)
    rounds.work(round_id=made.pk, at=at)
    made.refresh_from_db()
    return made


@pytest.fixture
def found(offer) -> Round:
    return look(offer)


def of(subject: str, kind: str = "") -> Candidate:
    """The newest candidate about this person."""
    mine = Candidate.objects.filter(subject_id=subject).order_by("-pk")
    return (mine.filter(kind=kind) if kind else mine)[0]


def states() -> dict[str, tuple[str, str]]:
    return {each.subject_id: (each.kind, each.status) for each in Candidate.objects.order_by("pk")}
