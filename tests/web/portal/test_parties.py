"""In whose name the portal is used, and mandates: chosen, shown, revoked, refused."""

from datetime import timedelta

import pytest

from tests.business import companies
from tests.business.companies import COMPANY
from tests.known import MONDAY
from tests.web.reading import in_language, page, said, words
from tongban import clock
from tongban.base.notices import actions as notices
from tongban.base.people import mandates
from tongban.base.people.models import Mandate
from tongban.business.cases import actions as cases
from tongban.business.cases.actions import Application
from tongban.business.cases.models import Case, Draft
from tongban.web.portal.party import token

pytestmark = pytest.mark.django_db
GIVEN = {"agent": "wang", "agent_name": "王芳", "from": "2026-09-21", "until": "2026-12-31"}


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def chen(client, city, permit):
    companies.define()
    companies.company(city)
    companies.publish("A05")
    user = companies.person(city, "chen", "陈志远", represents_companies=COMPANY)
    client.force_login(user)
    return user


@pytest.fixture
def wang(city, permit, citizen):
    return citizen("wang")


def switch(client, user, subject_id):
    return client.post("/me/acting/switch", {"party": token(user, subject_id)})


def shown_as(response) -> str:
    return words(page(response), "//div[contains(@class,'tb-acting')]//b")


def test_one_acts_for_oneself_until_one_chooses(client, chen):
    assert shown_as(client.get("/")) == "本人"
    listed = said(client.get("/me/acting"))
    assert "陈志远" in listed
    assert "云泽市河湾小馆餐饮有限公司企业" in listed


def test_the_company_stays_chosen_from_page_to_page_and_back(client, chen):
    assert switch(client, chen, COMPANY).status_code == 302
    assert shown_as(client.get("/items/A05")) == "云泽市河湾小馆餐饮有限公司"
    assert shown_as(client.get("/me")) == "云泽市河湾小馆餐饮有限公司"
    switch(client, chen, chen.subject_id)
    assert shown_as(client.get("/")) == "本人"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nobody_chooses_whom_he_does_not_act_for(client, chen, wang, language):
    response = client.post(
        "/me/acting/switch",
        {"party": token(chen, wang.subject_id)},
        **in_language(language),
    )
    assert response.status_code == 409
    told = {
        "zh": "您不代表所选的主体，或者授权已经结束，请重新选择。",
        "en": "You do not act for this one, or not any more. Choose again.",
    }
    assert told[language] in said(response)
    assert shown_as(client.get("/")) in ("本人", "Yourself")


def test_no_subject_id_is_ever_on_a_page(client, chen):
    switch(client, chen, COMPANY)
    for path in ("/", "/me", "/me/acting", "/me/mandates", "/items/A05", "/items/A05/apply"):
        content = client.get(path).content.decode()
        assert COMPANY not in content
        assert chen.subject_id not in content


def test_the_form_is_the_company_s_and_so_is_the_case(client, chen):
    switch(client, chen, COMPANY)
    form = page(client.get("/items/A05/apply"))
    assert "91329900MA1ABCDE0X" in words(form, "//main")
    given = form.xpath("//input[@name='party']/@value")[0]

    saved = {"party": given, "contact_phone": "13800006021"}
    client.post("/items/A05/draft", saved)
    assert Draft.objects.get().applicant_id == COMPANY


def test_a_person_is_told_that_an_item_is_for_companies(client, chen):
    guide = said(client.get("/items/A05"))
    assert "这个事项不是给当前办理身份的" in guide
    response = client.get("/items/A05/apply")
    assert response.status_code == 409
    assert "请先在页面上方的“办理身份”中选择企业" in said(response)


def test_a_form_of_another_tab_is_not_handed_in_for_somebody_else(client, chen):
    switch(client, chen, COMPANY)
    given = page(client.get("/items/A05/apply")).xpath("//input[@name='party']/@value")[0]
    switch(client, chen, chen.subject_id)

    response = client.post("/items/A05/apply", {"party": given, "contact_phone": "13800006021"})
    assert response.status_code == 409
    assert "没有提交任何内容，请先切换办理身份" in said(response)
    assert not Case.objects.exists()
    response = client.post("/items/A05/draft", {"party": given})
    assert response.status_code == 409
    assert not Draft.objects.exists()


def test_a_representative_who_was_replaced_acts_for_himself_again(client, city, chen):
    switch(client, chen, COMPANY)
    companies.represent(city, COMPANY, "P-ANOTHER")
    response = client.get("/items/A05")
    assert response.status_code == 409
    assert "您不是该企业目前登记的法定代表人" in said(response)
    assert shown_as(client.get("/")) == "本人"


def test_a_mandate_is_given_on_its_page_and_the_agent_sees_it(client, chen, wang):
    response = client.post("/me/mandates", {**GIVEN, "items": ["B09"]})
    assert response.status_code == 302
    listed = said(client.get("/me/mandates"))
    assert "王芳 wang有效 居住证申领" in listed

    client.force_login(wang)
    held = said(client.get("/me/mandates"))
    assert "陈志远居住证申领" in held
    assert "陈志远受托代办" in said(client.get("/me/acting"))


def test_a_company_s_is_given_by_its_representative(client, chen, wang):
    switch(client, chen, COMPANY)
    client.post("/me/mandates", {**GIVEN, "items": ["A05", "B09"]})
    given = Mandate.objects.get()
    assert (given.principal_id, given.principal_name, given.items) == (
        COMPANY,
        "云泽市河湾小馆餐饮有限公司",
        ["A05"],
    )
    client.force_login(wang)
    switch(client, wang, COMPANY)
    assert "您是代办人，不能再授权给别人" in said(client.get("/me/mandates"))
    assert client.post("/me/mandates", GIVEN).status_code == 409
    assert Mandate.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "zh"),
    [
        ({"agent_name": "王方"}, "没有姓名为王方的个人账号 wang"),
        ({"until": "2026-09-20"}, "授权从今天或以后开始"),
        ({"from": "明天"}, "“明天”不是日期，请写成 2026-09-21 的样子。"),
        ({"from": ""}, "“”不是日期"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(client, chen, wang, wrong, zh):
    response = client.post("/me/mandates", {**GIVEN, **wrong})
    assert response.status_code == 409
    assert zh in said(response)
    fields = page(response).xpath("//main//input[@type='text' or @type='date']")
    assert {field.get("name"): field.get("value") for field in fields} == {**GIVEN, **wrong}
    assert not Mandate.objects.exists()


def test_revoked_it_is_over_at_once_also_for_who_is_at_it(client, chen, wang):
    client.post("/me/mandates", GIVEN)
    given = Mandate.objects.get()
    client.force_login(wang)
    switch(client, wang, chen.subject_id)
    assert shown_as(client.get("/items/B09")) == "陈志远"

    mandates.revoke(mandate_id=given.pk, principal_id=chen.subject_id, by=chen, at=MONDAY)
    response = client.get("/items/B09/apply")
    assert response.status_code == 409
    assert "陈志远已于 2026-09-21 撤销给您的代办授权" in said(response)
    assert shown_as(client.get("/")) == "本人"


def test_it_is_revoked_by_a_button_and_by_nobody_else(client, chen, wang):
    client.post("/me/mandates", GIVEN)
    given = Mandate.objects.get()
    client.force_login(wang)
    assert client.post(f"/me/mandates/{given.pk}/revoke").status_code == 409
    client.force_login(chen)
    assert client.post(f"/me/mandates/{given.pk}/revoke").status_code == 302
    given.refresh_from_db()
    assert given.revoked_by == chen
    assert "已撤销" in said(client.get("/me/mandates"))
    assert said(client.get("/me/mandates")).count("撤销授权") == 0


def test_what_is_over_says_so(client, chen, wang, monkeypatch):
    client.post("/me/mandates", {**GIVEN, "until": "2026-09-21"})
    client.post("/me/mandates", {**GIVEN, "from": "2026-10-08"})
    assert "尚未开始" in said(client.get("/me/mandates"))
    monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(days=1))
    assert "已到期" in said(client.get("/me/mandates"))


def test_an_agent_sees_the_cases_of_his_mandate_and_nothing_else(client, chen, wang, permit):
    case = cases.submit(
        version=permit,
        user=chen,
        application=Application({"wants_card": "no"}, {}, Case.Channel.WEB),
        at=MONDAY,
    )
    client.post("/me/mandates", {**GIVEN, "items": ["B09"]})
    client.force_login(wang)
    switch(client, wang, chen.subject_id)

    mine = said(client.get("/me"))
    assert case.number in mine
    assert "政府掌握的我的信息" not in mine
    assert "通知" not in mine
    assert "还没有电子证照" in said(client.get("/me/papers"))
    assert case.number in said(client.get("/"))


def test_a_mandate_for_another_item_shows_no_case(client, chen, wang, permit):
    case = cases.submit(
        version=permit,
        user=chen,
        application=Application({"wants_card": "no"}, {}, Case.Channel.WEB),
        at=MONDAY,
    )
    mandates.grant(
        principal=(chen.subject_id, "陈志远"),
        agent=("wang", "王芳"),
        items=["D02"],
        period=(MONDAY.date(), MONDAY.date()),
        by=chen,
        at=MONDAY,
    )
    client.force_login(wang)
    switch(client, wang, chen.subject_id)
    assert case.number not in said(client.get("/me"))
    assert client.get(f"/cases/{case.number}").status_code == 409
    assert client.get("/items/B09/apply").status_code == 409


def test_who_acted_is_told_on_the_case_and_among_the_readers(client, chen, wang, permit):
    client.post("/me/mandates", GIVEN)
    client.force_login(wang)
    switch(client, wang, chen.subject_id)
    form = page(client.get("/items/B09/apply"))
    shown = form.xpath("//input[@name='shown']/@value")
    given = form.xpath("//input[@name='party']/@value")[0]
    client.post("/items/B09/apply", {"party": given, "shown": shown, "wants_card": "no"})
    case = Case.objects.get()
    assert case.acted_by == wang

    client.force_login(chen)
    assert "申请人陈志远经办人王芳" in said(client.get(f"/cases/{case.number}"))
    assert "由王芳代办时查询" in said(client.get("/me/readers"))


def test_what_a_company_was_told_waits_under_its_name(client, chen):
    notices.tell(subject_id=COMPANY, about=("case", "1"), zh="有新消息", en="News", at=MONDAY)
    assert "1 条新通知" in said(client.get("/me/acting"))
    switch(client, chen, COMPANY)
    assert "有新消息" in said(client.get("/"))
    assert "有新消息" in said(client.get("/me"))
    assert "1 条新通知" not in said(client.get("/me/acting"))
