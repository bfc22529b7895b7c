"""Cases of somebody else: who may make, see and take them back, and what is said of it."""

from datetime import date, timedelta

import pytest

from tests.business import companies
from tests.business.applying import ANSWERS, apply
from tests.business.companies import COMPANY, FOOD, FOOD_FILES
from tests.business.refusing import refused
from tests.known import MONDAY
from tongban import clock
from tongban.base.audit.models import Event
from tongban.base.people import mandates
from tongban.business.cases import acting, actions, permissions, queries
from tongban.business.cases.acting import Party
from tongban.business.cases.models import Case, Draft

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)
YEAR = (date(2026, 9, 21), date(2027, 9, 20))


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def zhou(citizen):
    return citizen()


@pytest.fixture
def wang(citizen):
    return citizen("wang")


@pytest.fixture
def for_zhou(zhou):
    return acting.own(zhou)


@pytest.fixture
def restaurant(city):
    companies.define()
    return companies.company(city)


@pytest.fixture
def chen(city):
    return companies.person(city, "chen", "陈志远", represents_companies=COMPANY)


@pytest.fixture
def food(city, restaurant):
    return companies.publish("A05")


def mandate(principal, agent, items=(), by=None, period=YEAR):
    return mandates.grant(
        principal=(principal.subject_id, principal.name),
        agent=(agent.username, agent.display_name),
        items=items,
        period=period,
        by=by,
        at=MONDAY,
    )


def hand_in(version, user, about, answers, uploads=None, at=MONDAY):
    application = actions.Application(answers, {}, Case.Channel.WEB, uploads or {})
    return actions.submit(version=version, user=user, application=application, at=at, about=about)


def test_an_agent_applies_for_a_person_with_that_person_s_facts(permit, zhou, wang, for_zhou):
    mandate(for_zhou, wang, by=zhou)
    case = hand_in(permit, wang, for_zhou, ANSWERS)

    assert (case.applicant_id, queries.applicant(case)) == (zhou.subject_id, "周雨桐")
    assert (case.acted_by, case.status) == (wang, "granted")
    assert case.events.order_by("pk").first().resource == str(wang.pk)
    kept = Event.objects.get(kind="case.submitted")
    assert (kept.actor, kept.subjects) == (str(wang.pk), [zhou.subject_id, wang.subject_id])
    read = Event.objects.filter(kind="facts.read").latest("pk")
    assert (read.actor, read.subjects) == (str(wang.pk), [zhou.subject_id])


def test_whoever_applies_for_himself_is_nobody_s_agent(permit, zhou, for_zhou):
    assert hand_in(permit, zhou, for_zhou, ANSWERS).acted_by is None


def test_without_a_mandate_nothing_is_made_and_nothing_read(permit, wang, for_zhou):
    with refused(
        mandates.NoMandate,
        "对方没有授权您代办，请对方在“代办授权”页面上授权。",
        "You were given no mandate for this. It is given on the page “Mandates”, by whoever it is "
        "about.",
    ):
        hand_in(permit, wang, for_zhou, ANSWERS)


def test_a_mandate_that_ended_between_draft_and_application_leaves_the_draft(
    permit, zhou, wang, for_zhou
):
    given = mandate(for_zhou, wang, by=zhou)
    actions.save_draft(version=permit, user=wang, answers=ANSWERS, at=MONDAY, about=for_zhou)
    mandates.revoke(mandate_id=given.pk, principal_id=zhou.subject_id, by=zhou, at=MONDAY)

    with refused(
        mandates.MandateRevoked,
        "周雨桐已于 2026-09-21 撤销给您的代办授权。已保存的内容都还在。",
        "周雨桐 revoked your mandate on 2026-09-21. Nothing that was saved is lost.",
    ):
        hand_in(permit, wang, for_zhou, ANSWERS)
    assert queries.draft(permit, zhou) == ANSWERS
    assert queries.draft(permit, wang) == {}
    assert queries.draft(permit, wang, for_zhou) == ANSWERS


def test_a_draft_is_kept_for_whom_it_is_about_and_by_whom_may(permit, wang, for_zhou):
    with refused(
        mandates.NoMandate,
        "对方没有授权您代办，请对方在“代办授权”页面上授权。",
        "You were given no mandate for this. It is given on the page “Mandates”, by whoever it is "
        "about.",
    ):
        actions.save_draft(version=permit, user=wang, answers=ANSWERS, at=MONDAY, about=for_zhou)
    assert not Draft.objects.exists()


def test_an_agent_sees_and_takes_back_what_his_mandate_is_for(permit, citizen, wang):
    zhou = citizen("zhou", insured_months=None)
    for_zhou = acting.own(zhou)
    case = apply(permit, zhou)
    with pytest.raises(permissions.NotYourCase):
        queries.by_number(case.number, wang)
    with pytest.raises(permissions.NotYourCase):
        actions.withdraw(case_id=case.pk, user=wang, at=MONDAY)

    mandate(for_zhou, wang, items=["B09"], by=zhou)
    assert queries.by_number(case.number, wang) == case
    assert actions.withdraw(case_id=case.pk, user=wang, at=MONDAY).status == "withdrawn"


def test_a_mandate_for_another_item_shows_nothing(permit, citizen, wang):
    zhou = citizen("zhou", insured_months=None)
    case = apply(permit, zhou)
    mandate(acting.own(zhou), wang, items=["D02"], by=zhou)
    with pytest.raises(permissions.NotYourCase):
        queries.by_number(case.number, wang)


def test_whoever_handed_it_in_hears_why_he_may_no_more(permit, citizen, wang):
    zhou = citizen("zhou", insured_months=None)
    given = mandate(acting.own(zhou), wang, by=zhou)
    case = hand_in(permit, wang, acting.own(zhou), ANSWERS)
    given.delete()
    with pytest.raises(mandates.NoMandate):
        actions.withdraw(case_id=case.pk, user=wang, at=MONDAY)


def test_an_officer_does_not_decide_for_whom_he_acts(permit, citizen, staff):
    zhou = citizen("zhou", insured_months=None)
    officer = staff("approver", subject_id="P-OFFICER")
    mandate(acting.own(zhou), officer, by=zhou)
    case = apply(permit, zhou)
    with refused(
        permissions.YouActFor,
        f"办件 {case.number} 的申请人由您代办或代表，您应当回避，请由同事办理。",
        f"Case {case.number} is about somebody for whom you act: a colleague has to decide it.",
    ):
        actions.complete(
            work_item_id=case.work_items.get().pk, user=officer, grant=True, words="", at=MONDAY
        )


def test_nor_does_whoever_handed_it_in_once_his_mandate_is_over(permit, citizen, staff):
    zhou = citizen("zhou", insured_months=None)
    officer = staff("approver", subject_id="P-OFFICER")
    given = mandate(acting.own(zhou), officer, by=zhou)
    case = hand_in(permit, officer, acting.own(zhou), ANSWERS)
    mandates.revoke(mandate_id=given.pk, principal_id=zhou.subject_id, by=zhou, at=MONDAY)
    assert not permissions.can_complete(officer, case.work_items.get())


def test_the_legal_representative_applies_for_the_company(food, chen, restaurant):
    case = hand_in(food, chen, restaurant, FOOD, FOOD_FILES)

    assert (case.applicant_id, queries.applicant(case)) == (COMPANY, restaurant.name)
    assert (case.acted_by, case.status) == (chen, "running")
    assert queries.by_number(case.number, chen) == case


def test_an_agent_of_the_company_applies_too(food, chen, wang, restaurant):
    mandate(restaurant, wang, items=["A05"], by=chen)
    assert hand_in(food, wang, restaurant, FOOD, FOOD_FILES).acted_by == wang


def test_a_representative_who_was_replaced_is_refused_and_the_draft_stays(
    city, food, chen, restaurant
):
    actions.save_draft(version=food, user=chen, answers=FOOD, at=MONDAY, about=restaurant)
    companies.represent(city, COMPANY, "P-ANOTHER")

    with refused(
        acting.NotRepresentative,
        "您不是该企业目前登记的法定代表人，也没有它的代办授权。以它的名义保存的内容都还在。",
        "You are not the legal representative of this company as it is registered today, and hold "
        "no mandate of it. Whatever was saved in its name is kept for whoever is.",
    ):
        hand_in(food, chen, restaurant, FOOD, FOOD_FILES)
    assert Draft.objects.get().applicant_id == COMPANY
    with pytest.raises(acting.NotRepresentative):
        acting.party(chen, COMPANY, MONDAY)
    with pytest.raises(acting.NotRepresentative):
        acting.check_speaks(chen, COMPANY, MONDAY)


def test_a_company_that_was_cancelled_meanwhile_cannot_apply(city, food, chen):
    companies.represent(city, COMPANY, chen.subject_id)
    gone = companies.company(
        city,
        "E-GONE",
        company_name="云泽市旧馆有限公司",
        company_in_force=False,
    )
    with refused(
        acting.CompanyEnded,
        "云泽市旧馆有限公司登记为已注销或吊销，不能再以它的名义申请。"
        "已填的内容保存在草稿中；登记有误的，请先更正登记。",
        "云泽市旧馆有限公司 is registered as cancelled or revoked and can no longer apply for "
        "anything. What was filled in is kept as a draft. Where the register is wrong, have it "
        "corrected.",
    ):
        hand_in(food, chen, gone, FOOD, FOOD_FILES)


def test_what_is_unknown_of_a_company_is_not_its_end(city, food, chen):
    unknown = companies.company(city, "E-UNKNOWN", company_in_force=None)
    assert hand_in(food, chen, unknown, FOOD, FOOD_FILES).status == "running"


def test_a_person_does_not_apply_for_what_is_for_companies(food, chen):
    with refused(
        acting.OnlyForCompanies,
        "食品经营许可（新办）由企业申请：请先在页面上方的“办理身份”中选择企业，再继续。",
        "Food business licence (new) is for companies: choose the company above, at “Acting for”, "
        "and go on.",
    ):
        hand_in(food, chen, None, FOOD, FOOD_FILES)


def test_nor_a_company_for_what_is_for_persons(permit, chen, restaurant):
    with refused(
        acting.OnlyForPersons,
        "居住证申领由个人申请：请先在页面上方的“办理身份”中选择本人，再继续。",
        "Application for a residence permit is for natural persons: choose a person above, at "
        "“Acting for”, and go on.",
    ):
        hand_in(permit, chen, restaurant, ANSWERS)


def test_an_agent_passes_nothing_on(food, chen, wang, restaurant):
    mandate(restaurant, wang, by=chen)
    assert acting.party(wang, COMPANY, MONDAY) == restaurant
    assert not acting.speaks(wang, COMPANY, MONDAY)
    assert acting.speaks(chen, COMPANY, MONDAY)
    assert acting.speaks(wang, wang.subject_id, MONDAY)


def test_everybody_for_whom_one_may_act_is_listed_once(chen, zhou, wang, restaurant, for_zhou):
    mandate(for_zhou, chen, items=["B09"], by=zhou)
    mandate(for_zhou, chen, items=["D02"], by=zhou)

    listed = acting.parties(chen, MONDAY)
    assert listed == [acting.own(chen), Party(zhou.subject_id, "周雨桐"), restaurant]
    assert acting.parties(wang, MONDAY) == [acting.own(wang)]
    assert acting.items_of(chen, for_zhou, MONDAY) == {"B09", "D02"}
    assert acting.items_of(chen, restaurant, MONDAY) is None
    assert acting.items_of(chen, acting.own(chen), MONDAY) is None


def test_a_city_without_companies_knows_no_representatives(zhou, staff):
    assert acting.represented(zhou, MONDAY) == []
    assert acting.represented(staff("clerk"), MONDAY) == []


def test_an_account_without_a_subject_represents_nobody(staff, restaurant):
    with pytest.raises(acting.NotRepresentative):
        acting.check_speaks(staff("clerk"), COMPANY, MONDAY)


def test_one_may_ask_whether_without_being_refused(food, chen, wang):
    assert acting.may(chen, COMPANY, "A05", MONDAY)
    assert not acting.may(wang, COMPANY, "A05", MONDAY)
