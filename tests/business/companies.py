"""A company of the demo city, its legal representative, and the two permits of a restaurant."""

from typing import Any

from tests.known import KNOWN, MONDAY
from tests.permits import CITY
from tongban.base.people import actions as people
from tongban.base.people.models import User
from tongban.business.cases.acting import Party
from tongban.business.cases.attachments import Upload
from tongban.business.items import actions as items
from tongban.business.items import bundle
from tongban.business.items.models import ItemVersion
from tongban.data.lake.models import Edition
from tongban.data.registers import actions as registers
from tongban.data.registers import definitions, rows
from tongban.data.registers.models import SubjectFacts

COMPANY = f"E{'RESTAURANT':0>26}"
CHEN = f"P{'CHEN':0>26}"
PARTY = Party(COMPANY, "云泽市河湾小馆餐饮有限公司", "enterprise")
FACTS: dict[str, Any] = {
    "company_name": PARTY.name,
    "uscc": "91329900MA1ABCDE0X",
    "company_in_force": True,
    "scope_includes_catering": True,
    "company_address": "江城区清荷路12号",
    "legal_representative": "陈志远",
    "legal_representative_subject": CHEN,
    "premises_proven": True,
    "premises_area": 180,
    "food_handlers": 4,
    "food_handlers_valid": 4,
    "food_handlers_all_valid": True,
    "barred_from_food": False,
}
PDF = (Upload("图.pdf", b"%PDF-1.7 plan"),)
BOTH = {"contact_phone": "13800006021"}
FOOD = {**BOTH, "layout_separated": "yes"}
FIRE = {**BOTH, "fire_promise": "yes"}
FOOD_FILES = {"floor_plan": PDF, "food_rules": PDF}
FIRE_FILES = {"floor_plan": PDF, "fire_rules": PDF}


def define() -> None:
    """The facts of companies, as the city's folder names them."""
    file = "enterprise_facts.toml"
    facts = definitions.read_facts((CITY / "registers" / file).read_text(), file)
    registers.adopt_facts(facts=facts, by="test", at=MONDAY)


def publish(code: str) -> ItemVersion:
    return items.publish(bundle=bundle.read(CITY / "items" / code), by="test", at=MONDAY)


def company(edition: Edition, subject_id: str = COMPANY, **facts: Any) -> Party:
    held = {key: (value, "SCJ01:1:7") for key, value in {**FACTS, **facts}.items()}
    SubjectFacts.objects.create(
        edition_number=edition.number,
        register="enterprise",
        subject_id=subject_id,
        sealed=rows.seal(held),
    )
    return Party(subject_id, held["company_name"][0], "enterprise")


def person(edition: Edition, username: str, name: str, **facts: Any) -> User:
    subject = f"P{username.upper():0>26}"
    held = {key: (value, "GA01:1:7") for key, value in {**KNOWN, "name": name, **facts}.items()}
    SubjectFacts.objects.create(
        edition_number=edition.number, subject_id=subject, sealed=rows.seal(held)
    )
    return people.open_account(
        username=username,
        password="correct horse battery",
        display_name=name,
        subject_id=subject,
        by="test",
        at=MONDAY,
    )


def represent(edition: Edition, subject_id: str, to: str) -> None:
    """Another legal representative is registered."""
    row = SubjectFacts.objects.get(edition_number=edition.number, subject_id=subject_id)
    held = {**rows.unseal(bytes(row.sealed)), "legal_representative_subject": (to, "SCJ01:1:8")}
    row.sealed = rows.seal(held)
    row.save()
