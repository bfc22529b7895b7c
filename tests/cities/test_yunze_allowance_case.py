"""D02 高龄津贴 for somebody who was not found and applies: the same rule, one case."""

import tomllib
from datetime import date
from typing import Any

import pytest

from tests.business.applying import apply, publish
from tests.business.conftest import city, ground, quick_passwords
from tests.cities.lake import CITY
from tests.permits import citizen
from tongban.business.cases import deciding, evidence
from tongban.business.cases.models import Case
from tongban.business.certificates.models import Certificate
from tongban.business.items import bundle
from tongban.engines.forms import load as load_form
from tongban.engines.forms.publishing import findings

__all__ = ["citizen", "city", "ground", "quick_passwords"]
pytestmark = pytest.mark.django_db
ITEM = CITY / "items" / "D02"
GUIDE = tomllib.loads((ITEM / "item.toml").read_text(encoding="utf-8"))
OLD: dict[str, Any] = {
    "birth_date": date(1943, 3, 7),
    "age": 83,
    "bank_account": "3299000000000000001",
    "account_usable": True,
    "allowance_paid": False,
}


@pytest.fixture
def ask(city, citizen):
    version = publish(bundle.read(ITEM))

    def made(**facts: Any) -> Case:
        case = apply(version, citizen(**{**OLD, **facts}), {})
        case.refresh_from_db()
        return case

    return made


def test_who_is_eighty_and_registered_here_is_registered_for_payment_at_once(ask):
    case = ask()

    made = Certificate.objects.get(case_number=case.number)
    assert (case.status, case.automatic) == ("granted", True)
    assert (made.name_zh, made.name_en) == (
        "高龄津贴发放登记",
        "Registration for the allowance of the old",
    )
    held = {each.fact: evidence.value(each) for each in case.evidence.all()}
    assert held["age"] == 83 and held["account_usable"] is True


@pytest.mark.parametrize("facts", [{"age": 79}, {"household_region": "340000"}, {"alive": False}])
def test_what_a_fact_contradicts_is_refused_with_the_article(ask, facts: dict[str, Any]):
    case = ask(**facts)

    (decision,) = case.decisions.all()
    said = deciding.opened(decision.reasons_sealed)
    assert (case.status, decision.result) == ("refused", "false")
    assert any("《云泽市高龄津贴发放办法》第三条" in each for each in said["zh"])
    assert any("Yunze Rules on the Allowance of the Old, Article 3" in each for each in said["en"])
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("fact", ["age", "alive", "household_region"])
def test_what_nobody_knows_goes_to_a_person(ask, fact: str):
    case = ask(**{fact: None})

    assert case.status == "running"
    assert [each.name_en for each in case.work_items.filter(status="open")] == [
        "Review by a person"
    ]
    assert not Certificate.objects.exists()


def test_the_parts_of_the_item_fit_together():
    form = load_form((ITEM / "form.json").read_text(encoding="utf-8"))
    materials = {material["code"] for material in GUIDE["materials"]}
    facts = tomllib.loads((CITY / "registers/facts.toml").read_text(encoding="utf-8"))["facts"]
    types = {fact["key"]: fact["type"] for fact in facts}
    operations = {"collect_facts": False, "issue_certificate": True, "notify_approval": False}

    assert findings(form, set(GUIDE["facts"]["used"]), materials) == []
    problems = bundle.errors(bundle.read(ITEM), types, {**operations, "notify_refusal": True})
    assert [problem.en for problem in problems] == []


def test_every_decision_of_the_register_is_granted_its_facts():
    grants = tomllib.loads((CITY / "grants.toml").read_text(encoding="utf-8"))["grants"]
    (grant,) = (each for each in grants if each["use"] == "register:D02")
    model = bundle.read(ITEM).decision
    read = {name for decision in model.decisions for name in model.find(decision).inputs}

    assert {"subject_id", *read} == set(grant["columns"])
    assert grant["grantee"] == {"office": "MZ", "post": "item:D02"}
    assert not grant.get("mask")
