"""B10 居住证签注: the province is asked first, then the rule decides; where either cannot tell, a
person does. The permit goes on to hold for a year after the one that ends."""

import json
import tomllib
from datetime import date, timedelta

import pytest
from defusedxml import ElementTree

from tests.business.applying import apply, publish
from tests.business.conftest import city, ground, quick_passwords
from tests.business.refusing import refused
from tests.cities.lake import CITY, Lake
from tests.known import MONDAY
from tests.web.reading import in_language, said
from tongban.base.people.models import User
from tongban.business.cases import deciding, evidence, operations, outside
from tongban.business.cases.models import Case, OutsideCall
from tongban.business.certificates.models import Certificate
from tongban.business.items import bundle
from tongban.data.registers import rows
from tongban.engines import decisions, processes
from tongban.engines.decisions import Given
from tongban.engines.forms import load as load_form
from tongban.engines.forms.publishing import findings

__all__ = ["city", "ground", "quick_passwords"]
pytestmark = pytest.mark.django_db
ITEM = CITY / "items" / "B10"
GUIDE = tomllib.loads((ITEM / "item.toml").read_text(encoding="utf-8"))
MODEL = decisions.load((ITEM / "decision.dmn").read_bytes())
TODAY = date(2026, 9, 21)
ENDS = date(2026, 10, 9)
YES = {"still_here": "yes"}
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
FACTS = {
    "alive": True,
    "household_region": "329905",
    "residence_region": "329906",
    "permit_valid_until": ENDS,
    "still_here": "yes",
}


@pytest.fixture
def endorsement(city):
    return publish(bundle.read(ITEM))


@pytest.fixture
def ask(province, endorsement, citizen):
    """Makes a case of somebody whose permit ends soon, and does what a worker does at once."""

    def made(kind: str = "at_once", answers: dict = YES, **facts) -> Case:
        province.kind = kind
        case = apply(endorsement, citizen(**{"permit_valid_until": ENDS, **facts}), answers)
        province.work(MONDAY)
        case.refresh_from_db()
        return case

    return made


def waiting_for(case: Case) -> list[str]:
    return [each.name_en for each in case.work_items.filter(status="open")]


def test_registered_and_due_it_is_endorsed_and_holds_a_year_longer(ask):
    case = ask()

    made = Certificate.objects.get(case_number=case.number)
    assert (case.status, case.automatic) == ("granted", False)
    assert (made.name_zh, made.valid_from, made.valid_until) == (
        *("居住证", TODAY),
        date(2027, 10, 9),
    )
    held = rows.of_subject(case.applicant_id).opened(TODAY)
    assert held["holds_valid_permit"].value is True
    assert held["permit_valid_until"].value == "2027-10-09"


def test_what_has_ended_is_endorsed_from_today_on(ask):
    case = ask(permit_valid_until=date(2026, 8, 31))
    made = Certificate.objects.get(case_number=case.number)
    assert (made.valid_from, made.valid_until) == (TODAY, date(2027, 9, 20))


def test_what_was_endorsed_lately_is_too_early_to_be_endorsed_again(ask, endorsement):
    case = ask()
    user = User.objects.get(subject_id=case.applicant_id)
    again = apply(endorsement, user, YES, at=MONDAY + MINUTE)
    held = {each.fact: evidence.value(each) for each in again.evidence.all()}
    assert held["permit_valid_until"] == date(2027, 10, 9)
    outside.send_due(now=lambda: MONDAY + MINUTE)
    again.refresh_from_db()
    assert again.status == "refused"


def test_the_province_is_given_the_region_and_the_months_and_nothing_else(ask, province):
    case = ask()
    asked = province.server.register.asked[case.outside_calls.get().key]
    assert asked.inputs == {"region": "329906", "months": 14}


def test_too_early_is_refused_with_the_article(ask):
    case = ask(permit_valid_until=date(2026, 10, 22))
    (decision,) = case.decisions.all()
    assert (case.status, decision.result) == ("refused", "false")
    said = deciding.opened(decision.reasons_sealed)
    assert any("第十条" in each for each in said["zh"])
    assert any("Article 10" in each for each in said["en"])
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("kind", ["declined", "failed"])
def test_what_the_province_cannot_do_goes_to_an_officer(ask, approver, kind):
    case = ask(kind)
    assert (case.status, waiting_for(case)) == ("running", ["Review by a person"])
    assert OutsideCall.objects.get().status == "failed"
    assert not case.decisions.exists()


def test_when_the_time_is_over_an_officer_decides(ask, province, approver):
    case = ask("never")
    assert waiting_for(case) == []
    province.work(MONDAY + 2 * DAY)
    assert waiting_for(case) == ["Review by a person"]
    assert OutsideCall.objects.get().error == "timeout"


def test_what_comes_after_that_changes_nothing(ask, province):
    case = ask("never")
    call = case.outside_calls.get()
    province.work(MONDAY + 2 * DAY)
    body = {"key": call.key, "receipt": call.receipt}
    body["outputs"] = {"registered": True, "since": None, "remark": None}
    outside.receive(code="residence-check", content=json.dumps(body).encode(), at=MONDAY + 3 * DAY)
    call.refresh_from_db()
    assert (call.status, call.messages.order_by("pk").last().kind) == ("failed", "late")
    assert waiting_for(case) == ["Review by a person"]


def test_an_officer_may_take_over_and_the_rule_decides(ask, approver):
    case = ask("never")
    outside.take_over(
        call_id=case.outside_calls.get().pk,
        user=approver,
        outputs={"registered": "true"},
        words="已电话核实",
        at=MONDAY + MINUTE,
    )
    case.refresh_from_db()
    assert (case.status, OutsideCall.objects.get().status) == ("granted", "taken_over")


def test_who_is_not_registered_in_the_province_is_looked_at_by_a_person(ask):
    case = ask(insured_months=3)
    assert waiting_for(case) == ["Review by a person"]
    assert not case.decisions.exists()


@pytest.mark.parametrize("missing", ["insured_months", "residence_region"])
def test_without_what_the_province_needs_it_is_not_asked(ask, missing):
    case = ask(**{missing: None})
    assert not OutsideCall.objects.exists()
    assert waiting_for(case) == ["Review by a person"]


def test_who_has_moved_is_looked_at_by_a_person_after_the_province(ask):
    case = ask(answers={"still_here": "moved"})
    (decision,) = case.decisions.all()
    assert (decision.result, waiting_for(case)) == ("unknown", ["Review by a person"])
    assert decision.missing == ["lives_on"] or decision.missing == []


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, True),
        ({"permit_valid_until": date(2026, 10, 21)}, True),
        ({"permit_valid_until": date(2026, 10, 22)}, False),
        ({"permit_valid_until": date(2020, 1, 1)}, True),
        ({"permit_valid_until": None}, None),
        ({"alive": False}, False),
        ({"alive": None}, None),
        ({"residence_region": "329905"}, False),
        ({"household_region": None}, None),
        ({"still_here": "moved"}, None),
        ({"still_here": "moved", "alive": False}, False),
    ],
)
def test_the_rule(changes, answer):
    given = {name: Given(value, {}) for name, value in {**FACTS, **changes}.items()}
    outcome = MODEL.find("eligible").evaluate({**given, **deciding.time_of(MONDAY)})
    value = outcome.value
    assert (value if isinstance(value, bool) else None) is answer


def test_a_process_gets_the_facts_that_it_names_and_no_other(ask):
    case = ask()
    wanted = {"facts": ["residence_region", "insured_months"]}
    assert operations.run("collect_facts", case, wanted, MONDAY) == {
        "facts_known": True,
        "residence_region": "329906",
        "insured_months": 14,
    }


def test_what_the_applicant_disputes_is_not_given_away(endorsement, province, citizen):
    case = apply(
        endorsement,
        citizen(permit_valid_until=ENDS),
        {**YES, "residence_address": "江城区荷花路1号"},
        {"residence_address": "已搬家"},
    )
    found = operations.run("collect_facts", case, {"facts": ["residence_address"]}, MONDAY)
    assert found["residence_address"] is None


def test_a_fact_that_the_item_does_not_read_is_refused_by_name(ask):
    case = ask()
    with refused(
        operations.FactNotRead,
        "流程要取事实 ethnic，该事项并不读取它。请在 item.toml 的 facts.used 中补上，"
        "或从流程中去掉。",
        "The process asks for the fact ethnic, which the item does not read. Add it to facts.used"
        " in item.toml, or take it out of the process.",
    ):
        operations.run("collect_facts", case, {"facts": ["ethnic"]}, MONDAY)


def test_a_term_that_follows_on_a_fact_needs_one_that_is_a_date_and_is_read():
    read = bundle.read(ITEM)
    types = {"permit_valid_until": "string"}
    assert [(each.file, each.zh, each.en) for each in bundle.mistyped(read, types)][-1] == (
        "item.toml",
        "result.valid.after：permit_valid_until 不是日期",
        "result.valid.after: permit_valid_until is no date",
    )
    valid = read.guide.result.valid.model_copy(update={"after": "ethnic"})
    result = read.guide.result.model_copy(update={"valid": valid})
    guide = read.guide.model_copy(update={"result": result})
    other = bundle.Bundle(guide, read.form_text, read.process_text, read.decision_text)
    known = {*GUIDE["facts"]["used"], "holds_valid_permit", "ethnic"}
    said = [
        each.en for each in bundle.problems(other, known, operations.offered(["residence-check"]))
    ]
    assert said == ["ethnic is not in facts.used, but a material or the certificate needs it"]


def test_the_form_asks_one_question_and_can_be_published():
    form = load_form((ITEM / "form.json").read_text(encoding="utf-8"))
    materials = {material["code"] for material in GUIDE["materials"]}
    used = set(GUIDE["facts"]["used"])
    assert findings(form, used, materials, GUIDE["decision"]["also_from_form"]) == []
    assert [field.key for field in form.fields if not field.fact] == ["still_here"]


def test_every_part_of_both_drawings_is_drawn():
    xml = (ITEM / "process.bpmn").read_bytes()
    definition = processes.load(xml)
    drawn = {e.get("bpmnElement") for e in ElementTree.fromstring(xml).iter()}
    assert {*definition.nodes, *definition.flows, *definition.lanes} <= drawn
    assert all(node.name_en for node in definition.nodes.values())

    root = ElementTree.fromstring((ITEM / "decision.dmn").read_bytes())
    named = {"decision", "inputData", "knowledgeSource"}
    named |= {"informationRequirement", "authorityRequirement"}
    parts = {e.get("id") for e in root.iter() if e.tag.rpartition("}")[2] in named}
    assert {e.get("dmnElementRef") for e in root.iter() if e.get("dmnElementRef")} == parts


def test_the_demo_finds_people_whose_permit_ends_soon_and_the_rule_agrees(lake: Lake):
    accounts = tomllib.loads((CITY / "accounts.toml").read_text(encoding="utf-8"))
    (holder,) = accounts["holders"]
    found = lake.rows(
        "select alive, household_region, residence_region, permit_valid_until from"
        " registers.person_facts where citizen_id in (select citizen_id from (select *,"
        f" date '2026-11-21' as today from truth.people) where {holder['pick']})"
    )
    assert len(found) >= 2
    time = deciding.time_of(MONDAY.replace(month=11))
    for person in found:
        facts = dict(zip(("alive", "household_region", "residence_region"), person, strict=False))
        facts |= {"permit_valid_until": person[3], **holder["answers"]}
        given = {name: Given(value, {}) for name, value in facts.items()} | time
        assert MODEL.find("eligible").evaluate(given).value is True


def test_the_applicant_sees_that_the_province_is_asked_and_which_conditions_hold(ask, client):
    case = ask("never")
    client.force_login(User.objects.get(subject_id=case.applicant_id))
    answer = client.get(f"/cases/{case.number}")
    shown = said(answer)
    assert "省级居住登记核验" in shown
    assert "人工审查" not in shown
    assert [each.state for each in answer.context["checks"]] == ["ok"] * 4
    assert "Provincial check of residence registration" in said(
        client.get(f"/cases/{case.number}", **in_language("en"))
    )


@pytest.mark.parametrize(("language", "words"), [("zh", "办结后会通知您"), ("en", "You are told")])
def test_the_guide_promises_nothing_at_once(endorsement, client, language, words):
    shown = said(client.get("/items/B10", **in_language(language)))
    assert words in shown
    assert "立即签发" not in shown
    assert "Issued at once" not in shown
